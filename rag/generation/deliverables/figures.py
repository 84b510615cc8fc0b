"""The figures of a sentence: each number with its unit, the noun that it measures, and the clause that states it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from docs_store.text.counting import SCALE_TAIL
from docs_store.text.dates import amounts
from docs_store.text.numerals import Numeral, NumeralKind, value_of
from docs_store.text.segment import Word, is_word, words
from docs_store.text.sentences import clause_spans
from rag.generation.deliverables import noun_words, nouns
from rag.generation.deliverables.cells import Cell
from rag.generation.deliverables.noun_words import COUNTS, MARKS, QUOTES, STATES
from rag.generation.deliverables.nouns_before import is_amount, skip_verbs
from rag.lexicon.fact_words import role

_NOT_MEASURES = ("calendar", "temperature", "discount")
_AGES = ("岁", "年代", "周年", "世纪", "个世纪")
_FEW = 10
_NO_MEASURE = frozenset(("号",))
_LOOSE = frozenset(
    ("方", "类", "大", "个", "点")
)  # 两个方面, 三类对象: how a text is ordered, when spelled and few
_LONGEST_CLAUSE = 70
_RANKS = ("居", "位列", "排名", "排名第", "名列", "列", "跻身", "第")
_SCALES = frozenset("百千万亿")
_ALL_DAY = 24  # hours: round the clock, and no length of time
_NAME = 12  # characters of a quotation that is a name: “港澳青创10条”
_IN_BRACKETS = re.compile(r"[（(][^（()）]{1,60}[）)]|“[^“”，。；]{1,50}”|《[^《》]{1,60}》")
_INNER_END = re.compile(
    r"\||[。；;](?![”’」』）)】])|(?<=[\u4e00-\u9fff）)！!%％”》])[ \u3000]+(?=[\u4e00-\u9fff0-9（(“《])"
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. Offsets point into the text that it was read from.

    `written` is the number with its bound and unit; its value is the number in `unit`, None for a range. `noun` is what is
    measured, None where that is not known; `clause` the words that state it, readable by themselves.
    """

    written: Cell
    unit: Cell | None
    noun: Cell | None
    clause: Cell
    numeral: Numeral


def figures(text: str) -> list[Figure]:
    """The figures of one sentence, in order; ranks, dates, names such as 三省一市 and lone ones count nothing."""
    cut = words(text)
    spans = clauses(text)
    found: list[Figure] = []
    kept: list[Numeral] = []
    every: list[Numeral] = []  # with those from which something changes: 由30天|缩短到5分钟
    for numeral in amounts(text):
        if _tells(text, numeral, cut):
            kept.append(numeral)
        elif numeral.measure != "duration" or not text.startswith(tuple(role("grows")), numeral.end):
            continue
        every.append(numeral)
    for position, numeral in enumerate(kept):
        first = next(i for i, (start, end) in enumerate(spans) if start <= numeral.core[0] < end)
        noun = nouns.shared_out(text, cut, kept, position) or nouns.measured(
            text, cut, every, numeral, spans[first]
        )
        start, end = spans[first]
        respective = _respective(text, found, kept, position, spans[first]) if noun is None or found else None
        if respective is not None and respective.noun is not None:
            noun = respective.noun.start, respective.noun.end
            start = min(start, respective.clause.start)
        elif noun is None and found and (known := found[-1].noun) and _goes_on(text, found[-1], numeral):
            noun = known.start, known.end
        elif (
            noun is None
            and not _counts_what_follows(cut, numeral)
            and _begins_with_verb(cut, spans[first], numeral)
        ):
            noun, start = _carried(cut, found, spans, first, numeral)
        if end - start > _LONGEST_CLAUSE:
            start = max(start, spans[first][0])
        found.append(
            Figure(
                _written(text, numeral),
                _unit(text, numeral),
                _cell(text, *noun) if noun else None,
                _cell(text, *trim(text, start, end)),
                numeral,
            )
        )
    return found


def _goes_on(text: str, before: Figure, numeral: Numeral) -> bool:
    """True where two figures tell of one thing: 分别为2.28%、2.22%; 由20多家增加至65家; 从460万上升至521万."""
    between = words(text[before.written.end : numeral.start])
    if numeral.measure == "duration" and before.numeral.measure != "duration":
        return False  # 已达4000列，同比提前25天
    known = role("equates") | role("grows") | role("light") | {"、", "和", "及", "与", "上升", "缩短"}
    return len(between) <= 3 and all(w.text in known for w in between)


def _respective(
    text: str, found: Sequence[Figure], kept: Sequence[Numeral], position: int, clause: tuple[int, int]
) -> Figure | None:
    """The figure before a clause to which one of it belongs: 航线达125条，吞吐量达1320万标准箱，分别增长71.2%和74.0%."""
    at = text.find("分别", *clause)
    own = [n for n in kept if at <= n.core[0] < clause[1]] if at >= 0 else []
    before = [f for f in found if f.written.start < clause[0]]
    if kept[position] not in own or len(own) < 2 or any(m in text[clause[0] : at] for m in "、和与及"):
        return None
    before = before[-len(own) :]
    if len(before) < len(own) or len({f.noun.text for f in before if f.noun}) < len(own):
        return None
    return before[own.index(kept[position])]


def _counts_what_follows(cut: Sequence[Word], numeral: Numeral) -> bool:
    """True for a count with words right behind it, though they are no noun that can be read: 为超过200人|提供."""
    behind = next((w for w in cut if w.start >= numeral.end and w.text.strip()), None)
    return (
        numeral.measure in COUNTS
        and behind is not None
        and behind.text not in MARKS
        and behind.pos[:1] not in "dcpu"
    )


def _begins_with_verb(cut: Sequence[Word], clause: tuple[int, int], numeral: Numeral) -> bool:
    """True when nothing but what leads up to a figure stands in the clause before it: its subject is elsewhere."""
    left = [w for w in cut if clause[0] <= w.start and w.end <= numeral.start and w.text.strip()]
    skip_verbs(left)
    if numeral.measure == "share" and left and left[0].text == "占":
        return True  # 占同期全国外贸总值的19.9%
    return all(w.text in MARKS or w.text in role("equates") or w.pos in ("c", "r", "m", "q") for w in left)


def _carried(
    cut: Sequence[Word],
    found: Sequence[Figure],
    clauses: Sequence[tuple[int, int]],
    first: int,
    numeral: Numeral,
) -> tuple[tuple[int, int] | None, int]:
    """What a clause without a noun of its own measures, and where it is named: 进出口总额…，同比增长…; 贸易额保持稳定，达到…."""
    start = clauses[first][0]
    if found and found[-1].noun is not None:
        before = found[-1]
        assert before.noun is not None
        if before.written.start >= start or (first and before.clause.end >= clauses[first - 1][1] - 1):
            return (before.noun.start, before.noun.end), min(before.clause.start, start)
        return None, start
    if (
        not first
        or numeral.measure == "duration"
        or (found and found[-1].written.start >= clauses[first - 1][0])
    ):
        return None, start
    head = clauses[first - 1]
    words_of = [w for w in cut if head[0] <= w.start and w.end <= head[1] and w.text.strip()]
    while words_of and (words_of[0].pos in ("t", "d", "c", "r", "p", "x") and words_of[0].text not in QUOTES):
        words_of.pop(0)
    chain = []
    for word in words_of:
        if not (noun_words.is_noun(word) or word.text in QUOTES):
            break
        chain.append(word)
    noun = noun_words.noun_of(chain, trailing=False)
    if noun is None or not is_amount(chain, noun):
        return None, start
    return noun, head[0]


def _tells(text: str, numeral: Numeral, cut: Sequence[Word]) -> bool:
    """True for a number that states how much or how many."""
    if numeral.kind is not NumeralKind.CARDINAL or not numeral.unit or numeral.unit in _NO_MEASURE:
        return False
    if numeral.measure in _NOT_MEASURES:
        return False
    start, end = numeral.core
    spelled = not any(c.isdigit() for c in text[start:end])
    written = text[end : numeral.end]
    if numeral.unit == "岁" or any(written.endswith(age) for age in _AGES):
        return False
    if numeral.measure == "duration" and text[: numeral.start].endswith("连续"):
        return False  # 连续3年突破
    if numeral.measure == "duration" and numeral.unit == "小时" and numeral.high == _ALL_DAY:
        return False
    if numeral.unit == "位" and text[: numeral.start].rstrip().endswith(_RANKS):
        return False  # 位居414位
    if numeral.unit in STATES and re.match(r"[（(]?[区市]", text[numeral.end :]):
        return False  # 9省(区)
    if numeral.unit == "大" and text[:start].endswith(("党的", "从", "全国")):
        return False  # 党的十八大
    if numeral.measure == "duration" and (
        spelled or text[numeral.end :].startswith(tuple(role("ago") | role("grows")))
    ):
        return False
    if spelled and numeral.high <= _FEW and numeral.unit in STATES:
        return False
    if spelled and numeral.high == 1 and numeral.measure in ("count", "people"):
        return False  # 一个, 一家, 一批
    if spelled and (
        text[:start].endswith(("这", "那", "该")) or "方面" in text[numeral.end - 2 : numeral.end + 2]
    ):
        return False  # 这两处, 三方面, 三个方面
    if spelled and (_quoted(text, start) or (numeral.high <= 4 and numeral.unit in _LOOSE)):
        return False
    if _quoted(text, start, "《", "》") or (
        text[numeral.end :][:1] in ("”", "’")
        and 0 <= start - max(text.rfind("“", 0, start), text.rfind("‘", 0, start)) <= _NAME
    ):
        return False  # a name: “28条”, “港澳青创10条”
    if spelled and text[:start].endswith("届"):
        return False  # 十一届五次全会
    if numeral.unit in STATES and numeral.unit not in "省市县镇村国大":
        return False
    before = text[max(0, start - 1) : start]
    if before.isascii() and before.isalpha():
        return False  # G60, 5G
    if text[end : end + 1].isascii() and text[end : end + 1].isalpha() and numeral.measure == "count":
        return False
    alone = set(text[start:end]) <= _SCALES and (
        not numeral.bound or text[end : numeral.end].endswith("以上")
    )
    if alone and re.match(r"(?:级|以上)?[\u4e00-\u9fff]", text[numeral.end :]):
        return False  # 亿元以上|项目, 百亿级|产业: what kind they are
    word = next((w for w in cut if w.start <= start < w.end), None)
    return word is None or not word.pos.startswith(("nr", "ns", "nt", "nz"))


def _quoted(text: str, at: int, opens: str = "“", closes: str = "”") -> bool:
    """True inside a quotation that is open at `at`."""
    return text.rfind(opens, 0, at) > text.rfind(closes, 0, at) and text.find(closes, at) >= 0


def _written(text: str, numeral: Numeral) -> Cell:
    """The number with bound and unit; its value is the number that stands before its scale (58.6 of 58.6亿元)."""
    cell = _cell(text, numeral.start, numeral.end)
    return Cell(cell.text, cell.start, cell.end, _value(text, numeral))


def _value(text: str, numeral: Numeral) -> Fraction | None:
    if numeral.low != numeral.high:
        return None
    start, end = _digits(text, numeral)
    return value_of(text[start:end])


def _digits(text: str, numeral: Numeral) -> tuple[int, int]:
    """The figures alone, without 万 and 亿, which belong to the unit; all of it where it is spelled."""
    start, end = numeral.core
    written = text[start:end]
    if written.startswith("百分之"):
        return start + 3, end
    plain = list(re.finditer(r"[0-9０-９][0-9０-９,，.．/]*(?<![,，])", written))
    return (start, start + plain[-1].end()) if plain else (start, end)


def _unit(text: str, numeral: Numeral) -> Cell | None:
    """Scale and unit as they stand behind the figures: 亿元, 万辆次, %."""
    _, end = _digits(text, numeral)
    rest = text[end : numeral.end]
    match = re.match(r"\s*([多余来几]?)(.*)", rest)
    assert match is not None
    tail = match[2]
    for bound in ("以上", "以下", "以内", "左右", "上下", "有余", "之多"):
        tail = tail.removesuffix(bound).removesuffix("及")
    if match[1] or (SCALE_TAIL.match(tail) and "多" in tail):
        tail = tail.lstrip("多余来几")
    start = end + rest.find(tail) if tail else end
    if not tail:
        per_cent = text[numeral.core[0] : numeral.core[0] + 3]
        return _cell(text, numeral.core[0], numeral.core[0] + 3) if per_cent == "百分之" else None
    return _cell(text, start, start + len(tail))


# --- spans --------------------------------------------------------------------------------------------------------------


def clauses(text: str) -> list[tuple[int, int]]:
    """The clauses of a sentence, without gaps; headlines on one line are cut at their spaces, the row of a table at its cells."""
    spans = clause_spans(text)
    inside = [match.span() for match in _IN_BRACKETS.finditer(text)]
    starts = {end for _, end in spans[:-1]}
    starts |= {m.end() for m in _INNER_END.finditer(text) if not _within_word(text, m.start(), m.end())}
    starts = {at for at in starts if not any(first < at < last for first, last in inside)} | {0}
    cuts = [*sorted(starts), len(text)]
    return [(start, end) for start, end in pairwise(cuts) if start < end]


def _within_word(text: str, start: int, end: int) -> bool:
    """True for a space that parts the characters of one word: 精 通."""
    return text[start:end].isspace() and is_word(text[start - 1 : start] + text[end : end + 1])


def _cell(text: str, start: int, end: int) -> Cell:
    return Cell(text[start:end], start, end, text[start:end])


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Without marks and spaces at the ends."""
    while start < end and (text[start].isspace() or text[start] in "，。；、：,;:！!—|"):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in "，。；、：,;:！!—|"):
        end -= 1
    return start, end
