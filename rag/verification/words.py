"""A text as the checker reads it: words, figures and dates with their places, clauses and sentences."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import rjieba

from rag.lexicon import rareness, tables
from rag.verification import figures
from rag.verification.figures import Day, Figure

_WIDE = {0xFF01 + i: 0x21 + i for i in range(94)} | {0x3000: 0x20}
_SENTENCE_END = frozenset("。！？!?；;\n")
_CLAUSE_END = frozenset("，,：:。！？!?；;\n")
_NEGATORS = frozenset(
    [
        "不",
        "未",
        "没",
        "无",
        "非",
        "尚未",
        "并未",
        "从未",
        "没有",
        "不再",
        "不得",
        "不能",
        "不会",
        "不予",
        "不可",
        "禁止",
        "严禁",
        "并非",
        "并无",
        "不具备",
        "不是",
        "无法",
        "无需",
        "不必",
        "不用",
        "不属于",
        "不低于",
        "不高于",
    ]
)
_FUNCTION = frozenset("pcuxyreokzghdq")
_CONTENT_ADVERBS = frozenset(tables.statuses())
_EMPTY = frozenset(
    [
        "是",
        "有",
        "为",
        "等",
        "了",
        "在",
        "来",
        "去",
        "到",
        "让",
        "把",
        "被",
        "使",
        "由",
        "从",
        "也",
        "都",
        "还",
        "又",
        "就",
        "这",
        "那",
        "该",
        "其",
        "其中",
        "此",
        "此次",
        "这些",
        "那些",
        "进行",
        "可",
        "能",
        "会",
        "做",
        "成为",
        "作为",
        "做到",
        "表示",
        "介绍",
        "指出",
        "认为",
        "说",
        "称",
        "相关",
        "有关",
        "方面",
        "情况",
        "问题",
        "工作",
        "同时",
        "此外",
        "目前",
        "当前",
        "以及",
        "并",
        "而",
        "与",
        "和",
        "及",
        "或",
        "对",
        "向",
        "以",
        "上",
        "中",
        "下",
        "里",
        "内",
        "后",
        "前",
        "时",
        "年",
        "月",
        "日",
        "据",
        "按",
        "按照",
        "根据",
        "通过",
        "关于",
        "对于",
        "由于",
        "因为",
        "因此",
        "所以",
        "总体",
        "来看",
        "综合",
        "总的来说",
        "具体",
        "要",
        "得",
        "着",
        "过",
        "地",
        "之",
        "所",
        "于",
        "等等",
        "多",
        "各",
        "当地",
        "这一",
        "一些",
        "一个",
        "一项",
        "一种",
        "一方面",
        "另一方面",
        "另外",
        "相比之下",
        "换句话说",
        "本身",
        "已经",
        "已",
        "正在",
        "正",
        "将",
    ]
)


@dataclass(frozen=True, slots=True)
class Token:
    """A content word, a figure or a date, with its place in the folded text."""

    text: str
    start: int
    end: int
    kind: str
    """person place party number date verb noun other negator status"""
    weight: float
    """How much it tells, about 0.3 to 3."""
    figure: Figure | None = None
    day: Day | None = None


@dataclass(frozen=True, eq=False)
class Reading:
    """A folded text of the same length as the original, its tokens, and each character's clause and sentence."""

    text: str
    tokens: tuple[Token, ...]
    clause: tuple[int, ...]
    sentence: tuple[int, ...]
    words: tuple[tuple[str, int, int, str], ...]
    """Every word with its part of speech, function words too."""
    by_letter: dict[str, list[Token]]
    """Character → the tokens, but for figures and dates, that have it."""


def fold(text: str) -> str:
    """Width and case folded, character by character: offsets stay."""
    return "".join(c if len(c := char.lower()) == 1 else char for char in text.translate(_WIDE))


@lru_cache(maxsize=512)
def read(text: str) -> Reading:
    """The reading of a claim or a passage."""
    plain = fold(text)
    dates = figures.days(plain)
    numbers = figures.figures(plain, [(d.start, d.end) for d in dates])
    numbers = _without_overlap(numbers)
    spans = [(d.start, d.end) for d in dates] + [(n.start, n.end) for n in numbers]
    found = [Token(plain[d.start : d.end], d.start, d.end, "date", 1.2, day=d) for d in dates]
    found += [Token(plain[n.start : n.end], n.start, n.end, "number", 1.6, figure=n) for n in numbers]
    covered = bytearray(len(plain))
    for a, b in spans:
        covered[a:b] = b"\1" * (b - a)
    words = []
    place = 0
    for word, tag in _merged(rjieba.tag(plain)):
        start, place = place, place + len(word)
        words.append((word, start, place, tag))
        if covered[start] or covered[place - 1] or not word.strip():
            continue
        if token := _token(word, start, place, tag):
            found.append(token)
    found.sort(key=lambda t: t.start)
    clause, sentence = [], []
    c = s = 0
    for char in plain:
        clause.append(c)
        sentence.append(s)
        if char in _CLAUSE_END:
            c += 1
            s += char in _SENTENCE_END
    letters: dict[str, list[Token]] = {}
    for token in found:
        if token.figure is None and token.day is None and len(token.text) > 1:
            for char in set(token.text):
                letters.setdefault(char, []).append(token)
    return Reading(plain, tuple(found), tuple(clause), tuple(sentence), tuple(words), letters)


def _merged(tagged: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Surname and given name that stand side by side as one word."""
    out: list[tuple[str, str]] = []
    for word, tag in tagged:
        if (
            out
            and tag == "nr"
            and out[-1][1] == "nr"
            and len(out[-1][0]) + len(word) <= 3
            and len(out[-1][0]) == 1
        ):
            out[-1] = (out[-1][0] + word, "nr")
        else:
            out.append((word, tag))
    return out


def _token(word: str, start: int, end: int, tag: str) -> Token | None:
    if word in _NEGATORS:
        return Token(word, start, end, "negator", 0.8)
    if not re.match(r"[\w]", word):
        return None
    if word in _CONTENT_ADVERBS:
        return Token(word, start, end, "status", 0.5 if word in _EMPTY else _weight(word))
    if word in _EMPTY or (tag[0] in _FUNCTION and len(word) < 3):
        return None
    kind = {"nr": "person", "ns": "place", "nt": "party"}.get(tag[:2])
    if kind is None:
        kind = {"n": "noun", "v": "verb", "t": "date", "j": "noun", "l": "noun", "i": "noun"}.get(
            tag[0], "other"
        )
    return Token(word, start, end, kind, _weight(word))


@lru_cache(maxsize=20_000)
def _weight(word: str) -> float:
    if len(word) == 1 or not "\u4e00" <= word[0] <= "\u9fff":
        return 0.4 if len(word) == 1 else 1.5
    grams = [rareness.weight(word[i : i + 2]) for i in range(len(word) - 1)]
    return min(2.5, max(0.4, sum(grams) / 6.0 if len(grams) < 3 else max(grams) / 4))


def _without_overlap(numbers: list[Figure]) -> list[Figure]:
    kept: list[Figure] = []
    for figure in sorted(numbers, key=lambda f: (f.start, -f.end)):
        if not kept or figure.start >= kept[-1].end:
            kept.append(figure)
    return kept
