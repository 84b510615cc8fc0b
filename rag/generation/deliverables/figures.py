"""The figures of a sentence: each number with its unit, the noun that it measures, and the clause that states it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from docs_store.text.agencies import agencies
from docs_store.text.counting import SCALE_TAIL
from docs_store.text.dates import amounts, dates
from docs_store.text.numerals import Numeral, NumeralKind, value_of
from docs_store.text.segment import Word, words
from docs_store.text.sentences import clause_spans
from rag.generation.deliverables.cells import Cell
from rag.lexicon.fact_words import role

_COUNTS = ("count", "people")  # units after which the noun stands: 1200家企业
_NOT_MEASURES = ("calendar", "temperature", "discount")
_AGES = ("岁", "年代", "周年", "世纪", "个世纪")
_PLACES = frozenset("省市地区县国州镇村方步代届期级强大线")  # 三省一市, 两地, 两国: names, not counts
_FEW = 10
_NOUNS = ("n", "j", "l", "i", "b", "e", "a", "t", "g", "s", "f")
_PASSES = frozenset(
    ("人次", "辆次", "架次", "艘次", "班次", "次", "列", "趟", "班", "票", "单", "号")
)  # nothing follows them
_NO_MEASURE = frozenset(("号",))
_LOOSE = frozenset(
    ("方", "类", "大", "个", "点")
)  # 两个方面, 三类对象: how a text is ordered, when spelled and few
_LONGEST = 24  # characters of a noun
_LONGEST_CLAUSE = 70
_MARKS = frozenset("，。；、：！？…—,;:!?")
_QUOTES = frozenset("“”《》「」‘’·")
_LISTED = re.compile(r"[、和与及]")
_RATE = re.compile(rf"的([\u4e00-\u9fff]{{0,6}}?(?:{'|'.join(sorted(role('rates')))}))")
_INNER_END = re.compile(
    r"\||[。；;](?![”’」』）)】])|(?<=[\u4e00-\u9fff）)！!])[ \u3000]+(?=[\u4e00-\u9fff0-9（(])"
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
    kept = [n for n in amounts(text) if _tells(text, n, cut)]
    for position, numeral in enumerate(kept):
        first = next(i for i, (start, end) in enumerate(spans) if start <= numeral.core[0] < end)
        noun = _shared_out(text, cut, kept, position) or _measured(text, cut, kept, numeral, spans[first])
        start, end = spans[first]
        if noun is None and found and (known := found[-1].noun) and _goes_on(text, found[-1], numeral):
            noun = known.start, known.end
        elif noun is None and _begins_with_verb(cut, spans[first], numeral):
            noun, start = _carried(text, cut, found, spans, first, numeral)
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


def _begins_with_verb(cut: Sequence[Word], clause: tuple[int, int], numeral: Numeral) -> bool:
    """True when nothing but what leads up to a figure stands in the clause before it: its subject is elsewhere."""
    left = [w for w in cut if clause[0] <= w.start and w.end <= numeral.start and w.text.strip()]
    _skip_verbs(left)
    if numeral.measure == "share" and left and left[0].text == "占":
        return True  # 占同期全国外贸总值的19.9%
    return all(w.text in _MARKS or w.text in role("equates") or w.pos in ("c", "r", "m", "q") for w in left)


def _carried(
    text: str,
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
    if not first or numeral.measure == "duration":
        return None, start
    head = clauses[first - 1]
    words_of = [w for w in cut if head[0] <= w.start and w.end <= head[1] and w.text.strip()]
    while words_of and (
        words_of[0].pos in ("t", "d", "c", "r", "p", "x") and words_of[0].text not in _QUOTES
    ):
        words_of.pop(0)
    chain = []
    for word in words_of:
        if not (_is_noun(word) or word.text in _QUOTES):
            break
        chain.append(word)
    noun = _noun_of(chain, trailing=False)
    return noun, (head[0] if noun else start)


def _tells(text: str, numeral: Numeral, cut: Sequence[Word]) -> bool:
    """True for a number that states how much or how many."""
    if numeral.kind is not NumeralKind.CARDINAL or not numeral.unit or numeral.unit in _NO_MEASURE:
        return False
    if numeral.measure in _NOT_MEASURES:
        return False
    start, end = numeral.core
    spelled = not any(c.isdigit() for c in text[start:end])
    written = text[end : numeral.end]
    if any(written.endswith(age) for age in _AGES):
        return False
    if numeral.measure == "duration" and (
        spelled or text[numeral.end :].startswith(tuple(role("ago") | role("grows")))
    ):
        return False
    if spelled and numeral.high <= _FEW and numeral.unit in _PLACES:
        return False
    if spelled and numeral.high == 1 and numeral.measure in ("count", "people"):
        return False  # 一个, 一家, 一批
    if spelled and (_quoted(text, start) or (numeral.high <= 4 and numeral.unit in _LOOSE)):
        return False
    if _quoted(text, start, "《", "》") or (
        text[start - 1 : start] in ("“", "‘") and text[numeral.end :][:1] in ("”", "’")
    ):
        return False  # a name: “28条”
    if spelled and text[:start].endswith("届"):
        return False  # 十一届五次全会
    if numeral.unit in _PLACES and numeral.unit not in "省市县镇村国大":
        return False
    before = text[max(0, start - 1) : start]
    if before.isascii() and before.isalpha():
        return False  # G60, 5G
    if text[end : end + 1].isascii() and text[end : end + 1].isalpha() and numeral.measure == "count":
        return False
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
    plain = re.match(r"[0-9０-９][0-9０-９,，.．]*(?<![,，])", written)
    return (start, start + plain.end()) if plain else (start, end)


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


# --- what is measured ---------------------------------------------------------------------------------------------------


def _measured(
    text: str, cut: Sequence[Word], others: Sequence[Numeral], numeral: Numeral, clause: tuple[int, int]
) -> tuple[int, int] | None:
    """The span of the noun that a number measures."""
    after = _after(text, cut, numeral)
    if numeral.measure == "share" and (rate := _RATE.match(text, numeral.end)):
        return rate.span(1)  # 高达84%的进驻率
    if numeral.measure == "duration" and not text[numeral.end :].startswith("的"):
        after = None  # 全年24小时不间断通关
    before = _before(text, cut, others, numeral, clause)
    if before is not None and all(w.pos == "ns" for w in cut if before[0] <= w.start < before[1]):
        before = None  # 巴基斯坦有一亿多人: a place is where it is counted, not what
    found = (
        (after or before) if numeral.measure in _COUNTS and numeral.unit not in _PASSES else (before or after)
    )
    if found is not None and any(name in text[slice(*found)] for name in agencies()):
        return None  # a headline that runs into its byline
    return found


def _after(text: str, cut: Sequence[Word], numeral: Numeral) -> tuple[int, int] | None:
    """The noun behind a number: 1200家企业, 44名青年创新创业人才, 23个省会城市和直辖市."""
    rest = [w for w in cut if w.start >= numeral.end and w.text.strip()]
    while rest and rest[0].text in role("light"):
        rest.pop(0)
    chain = _nouns(rest)
    following = rest[len(chain) :]
    if following and following[0].pos == "v" and any(w.text == "的" for w in following[1:3]):
        return None  # 4吨新鲜采摘的龙眼: the noun comes later
    while chain and following and following[0].text in ("、", "及", "和", "以及"):
        more = _nouns(following[1:])
        if (
            not more
            or (following[0].text == "和" and len(more) > 2)
            or any(w.pos in ("m", "q") for w in following[1:2])
        ):
            break
        ends = following[1 + len(more) : 2 + len(more)]
        if following[0].text == "、" and ends and ends[0].text in ("分别", "同比"):
            break
        chain = [*chain, following[0], *more]
        following = following[1 + len(more) :]
    while chain and chain[-1].text in role("late"):
        chain.pop()
    return _noun_of(chain, trailing=True)


def _nouns(rest: Sequence[Word]) -> list[Word]:
    """The words at the beginning of `rest` that are nouns, or stand in quotation marks."""
    chain: list[Word] = []
    opened = 0
    for word in rest:
        if word.text in _QUOTES:
            opened += (word.text in "“《「") - (word.text in "”》」")
            if opened < 0:
                break
        elif not opened and (word.text in _MARKS or not _is_noun(word)):
            break
        chain.append(word)
    return chain


def _is_noun(word: Word) -> bool:
    return (
        word.pos.startswith(_NOUNS)
        or word.pos in ("vn", "nz", "nt", "ns", "nr", "eng")
        or word.text in role("nominal")
    )


def _before(
    text: str, cut: Sequence[Word], others: Sequence[Numeral], numeral: Numeral, clause: tuple[int, int]
) -> tuple[int, int] | None:
    """The noun before a number: 地区生产总值达6500亿元, 总投资58.6亿元, 高技术产业到资33.9亿美元."""
    earlier = max((n.end for n in others if n.end <= numeral.start), default=0)
    stated = max((d.end for d in dates(text) if d.end <= numeral.start), default=0)
    first = max(clause[0], earlier, stated if numeral.measure != "times" else 0)
    left = [w for w in _cut(text, first, numeral.start) if w.text.strip()]
    while left and left[0].text in role("ago"):
        left.pop(0)
    if (
        numeral.measure == "times"
        and (
            is_ := next(
                (i for i in range(len(left) - 1, -1, -1) if left[i].text in ("是", "为", "相当于")), None
            )
        )
        is not None
    ):
        del left[is_:]  # 通关数量是去年同期的5倍
    verb = _skip_verbs(left)
    chain = _chain(left)
    if chain and left and left[-1].text in ("占", "占到", "占比"):  # A占B的七成: A is measured
        left.pop()
        verb = _skip_verbs(left)
        chain = _chain(left)
    if left and left[-1].text == "为" and any(w.text == "的" for w in chain):  # 以…为主体的进出口值
        del chain[: next(i for i, w in enumerate(chain) if w.text == "的")]
    while chain and (chain[0].text in ("的", "”", "》") or chain[0].text in role("equates")):
        chain.pop(0)
    if chain and left and left[-1].text in role("toward"):
        chain.insert(0, left[-1])
    found = _noun_of(chain, trailing=False)
    if found is not None and text[slice(*found)] in role("generic"):
        found = _fuller(left, found)
    if found is None and verb is not None:
        return verb.start, verb.end
    counted = numeral.measure in _COUNTS and numeral.unit not in _PASSES
    if found is not None and verb is not None and not counted and verb.end - found[0] <= _LONGEST:
        return found[0], verb.end
    return found


def _fuller(left: Sequence[Word], found: tuple[int, int]) -> tuple[int, int]:
    """A generic noun with what stands before it in its clause, up to the preposition: 经港珠澳大桥出入广东的香港单牌车|数量."""
    start = found[0]
    for word in reversed(left):
        if word.pos in ("p", "c", "r", "d") or word.text in _MARKS or found[1] - word.start > _LONGEST:
            break
        start = word.start
    return start, found[1]


def _cut(text: str, start: int, end: int) -> list[Word]:
    """The words of a part of the text by itself: a date or a number before it takes no character of theirs."""
    return [Word(w.text, w.start + start, w.end + start, w.pos) for w in words(text[start:end])]


def _skip_verbs(left: list[Word]) -> Word | None:
    """Takes what stands between noun and figure off `left`; returns the verb that itself says what is measured, if any."""
    equates, grows, carries = role("equates"), role("grows"), role("carries")
    verb: Word | None = None
    while left:
        last = left[-1]
        between = last.text in equates or last.text in grows or last.pos in ("d", "ul", "uz", "t", "q", "m")
        telling = last.text in carries or (last.pos == "v" and len(last.text) > 1)
        if verb is None and telling and not between:
            verb = left.pop()
        elif between:
            left.pop()
        else:
            break
    return verb


def _chain(left: list[Word]) -> list[Word]:
    """Takes the nouns at the end of `left`, with what joins them, off it."""
    carries = role("carries")
    chain: list[Word] = []
    while left:
        word = left[-1]
        if word.text in _QUOTES or _is_noun(word) or (chain and (word.text == "的" or word.text in carries)):
            chain.append(left.pop())
        else:
            break
    return chain[::-1]


def _noun_of(chain: Sequence[Word], *, trailing: bool) -> tuple[int, int] | None:
    """The span of a chain of words that ends with a noun and is not too long; what is left of it by whole words."""
    kept = list(chain)
    ends = ("n", "j", "l", "i", "g", "eng", "nz", "nt", "ns", "s")
    while kept and not (
        kept[-1].pos.startswith(ends)
        or kept[-1].pos == "vn"
        or kept[-1].text in "”》"
        or kept[-1].text in role("nominal")
        or kept[-1].text in role("carries")
    ):
        kept.pop()
    while kept and kept[-1].end - kept[0].start > _LONGEST:
        if trailing:
            return None
        kept.pop(0)
    while kept and kept[0].text in ("的", "”", "》", "、"):
        kept.pop(0)
    if not kept or (kept[-1].end - kept[0].start < 2):
        return None
    opened = sum(w.text in "“《「" for w in kept) - sum(w.text in "”》」" for w in kept)
    if opened > 0 and kept[0].text in "“《「":
        kept.pop(0)
    elif opened:
        return None
    return (kept[0].start, kept[-1].end) if kept else None


def _shared_out(
    text: str, cut: Sequence[Word], kept: Sequence[Numeral], position: int
) -> tuple[int, int] | None:
    """For 上海、江苏、浙江分别增长3.2%、4.1%和5.6%: the name at the place of the number, where there are as many."""
    at = next((w for w in reversed(cut) if w.text == "分别" and w.end <= kept[position].core[0]), None)
    if at is None:
        return None
    sentence_end = next((w.start for w in cut if w.start > at.end and w.text in "。；"), len(text))
    numbers = [n for n in kept if at.end <= n.core[0] < sentence_end]
    if kept[position] not in numbers:
        return None
    start = max((w.end for w in cut if w.end <= at.start and w.text in "，。；："), default=0)
    if not text[start : at.start].strip():
        return None
    parts: list[tuple[int, int]] = []
    first = start
    for match in _LISTED.finditer(text, start, at.start):
        if any(w.start < match.start() < w.end for w in cut):
            continue
        parts.append((first, match.start()))
        first = match.end()
    parts.append((first, at.start))
    place = numbers.index(kept[position])
    units = [n.unit for n in numbers]
    again = (
        len(parts) > 1 and len(numbers) % len(parts) == 0
    )  # 客流量和车流量分别从2.5万人次、2700辆次增长至4万人次、5400辆次
    if not again or any(units[i] != units[i % len(parts)] for i in range(len(units))):
        return None
    first, last = trim(text, *parts[place % len(parts)])
    own = [w for w in _cut(text, first, last) if w.text.strip()]
    while own and (own[0].text in role("equates") or own[0].pos in ("d", "r", "c", "t", "p")):
        own.pop(0)
    return (own[0].start, last) if own and last - own[0].start <= _LONGEST else None


# --- spans --------------------------------------------------------------------------------------------------------------


def clauses(text: str) -> list[tuple[int, int]]:
    """The clauses of a sentence, without gaps; headlines on one line are cut at their spaces, the row of a table at its cells."""
    spans = clause_spans(text)
    starts = {end for _, end in spans[:-1]} | {match.end() for match in _INNER_END.finditer(text)} | {0}
    cuts = [*sorted(starts), len(text)]
    return [(start, end) for start, end in pairwise(cuts) if start < end]


def _cell(text: str, start: int, end: int) -> Cell:
    return Cell(text[start:end], start, end, text[start:end])


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Without marks and spaces at the ends."""
    while start < end and (text[start].isspace() or text[start] in "，。；、：,;:！!—|"):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in "，。；、：,;:！!—|"):
        end -= 1
    return start, end
