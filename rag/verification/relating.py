"""Exact readings of what a passage says of its figures: 分别 lists, and which of two things is the greater."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from docs_store.text.numerals import NumeralKind
from rag.verification import amounts
from rag.verification.alignment import Alignment
from rag.verification.words import AnalysedText, Token

_OWNS = 0.45  # share of a thing's words that a figure stands with, from which on it is its
_PAIR = re.compile(r"(?=(\w\w))")
_LIST = re.compile(r"[、和与及]")
_MORE = ("高于", "多于", "大于", "快于", "超过", "领先", "好于", "优于", "强于")
_LESS = ("低于", "少于", "小于", "慢于", "不及", "落后", "不如", "弱于", "低过")
_COMPARISON = re.compile(
    "|".join(_MORE + _LESS)
    + r"|比(?P<other>[^，。；比]{2,18}?)(?P<sign>(?:的?[增降涨跌]幅)?更?[高多快大少低慢小](?!于))"
)


def respectively(passage: AnalysedText) -> dict[int, tuple[str, tuple[str, ...]]]:
    """Start of a figure → (the listed thing it belongs to, the other things), for 甲、乙、丙分别增长1%、2%、3%."""
    found: dict[int, tuple[str, tuple[str, ...]]] = {}
    text = passage.text
    for match in re.finditer("分别|依次", text):
        sentence = passage.sentence[match.start()]
        figures = [
            t
            for t in passage.tokens
            if t.figure and t.start > match.start() and passage.sentence[t.start] == sentence
        ]
        run = figures[:1]
        for figure in figures[1:]:
            between = text[run[-1].end : figure.start]
            if len(between) > 3 or not re.fullmatch(r"[、和与及，]?[约近超]?", between):
                break
            run.append(figure)
        if len(run) < 2:
            continue
        start = max(text.rfind(mark, 0, match.start()) for mark in "。；\n")
        before = re.sub(
            r"(?:同比|环比|的?[\u4e00-\u9fff]{0,6}(?:产量|数量|规模))$", "", text[start + 1 : match.start()]
        )
        items = [part for part in _LIST.split(before) if part]
        if len(items) < len(run):
            continue
        items = items[-len(run) :]
        items[0] = re.split(r"[，：,]", items[0])[-1][-12:]
        items[-1] = items[-1][:12]
        for place, figure in enumerate(run):
            found[figure.start] = (items[place], tuple(items[:place] + items[place + 1 :]))
    return found


@dataclass(frozen=True, slots=True)
class Owned:
    """Whose figure it is in the passage (`fits` 1), or whose it is instead of the claim's (-1, `owner`); 0 unknown."""

    fits: int
    owner: str = ""


def owners(claim: AnalysedText, path: Alignment, cited: dict[int, AnalysedText]) -> dict[int, Owned]:
    """Token → whether the claim gives a figure to the thing that the passage gives it to.

    Each figure of its unit in the passage's sentence has words that only it stands with. The claim fits when it has
    those of the figure that it names, and does not when it has those of another instead.
    """
    found = {}
    for i, token in enumerate(claim.tokens):
        spot = path.spots[i]
        if token.figure is None or spot is None or token.figure.kind is not NumeralKind.CARDINAL:
            continue
        text = cited[spot.passage]
        mine = text.token_at(spot.start)
        if mine is None or mine.figure is None:
            continue
        said = _pairs(_context(claim, token))
        known = respectively(text).get(spot.start)
        if known and "分别" not in claim.text:
            own, others = known
        else:
            own = _context(text, mine)
            others = tuple(
                _context(text, t)
                for t in text.of_sentence(text.sentence[mine.start])
                if t.figure and t is not mine
                and amounts.same_unit(mine.figure, t.figure) and t.figure.unit == mine.figure.unit
                and (t.figure.low, t.figure.high) != (mine.figure.low, mine.figure.high)
            )  # fmt: skip
        verdict = 0
        for other in others:
            apart, instead = _pairs(own) - _pairs(other), _pairs(other) - _pairs(own)
            kept, taken = _share(apart, said), _share(instead, said)
            if taken >= 0.5 and kept <= 0.15 * taken and min(len(apart), len(instead)) >= 2:
                found[i] = Owned(-1, own)
                break
            if kept >= 0.5 and kept > taken:
                verdict = 1
        else:
            found[i] = Owned(verdict)
    return found


def _context(text: AnalysedText, figure: Token) -> str:
    """The words that a figure stands with: before it back to the figure before, behind it to the end of the clause."""
    numbers = [t for t in text.of_sentence(text.sentence[figure.start]) if t.figure]
    low = max(
        (t.end for t in numbers if t.end <= figure.start),
        default=text.sentence_spans[text.sentence[figure.start]][0],
    )
    high = min((t.start for t in numbers if t.start >= figure.end), default=len(text.text))
    end = figure.end
    while end < high and text.clause[end] == text.clause[figure.start]:
        end += 1
    before = text.text[low : figure.start]
    if low and low != text.sentence_spans[text.sentence[figure.start]][0] and re.search("[，,：:]", before):
        before = re.split("[，,：:]", before, maxsplit=1)[1]
    return before + "|" + (text.text[figure.end : end] if end < high else "")


def _pairs(text: str) -> frozenset[str]:
    return frozenset(_PAIR.findall(text))


def _share(pairs: frozenset[str], said: frozenset[str]) -> float:
    return len(pairs & said) / len(pairs) if pairs else 0.0


def comparison_verdict(claim: AnalysedText, passages: Sequence[AnalysedText]) -> float:
    """1 when the figures of the two things that the claim compares bear it out, -1 when they say the contrary, 0 unknown."""
    match = _COMPARISON.search(claim.text)
    if not match or re.match(r"[约近]?\d", claim.text[match.end() :]):
        return 0.0
    sentence = claim.sentence[match.start()]
    own = [
        t
        for t in claim.tokens
        if claim.sentence[t.start] == sentence and not t.figure and t.kind not in ("status", "negator")
    ]
    left = [t for t in own if t.end <= match.start()][-6:]
    if match["other"]:
        right = [t for t in own if match.start("other") <= t.start < match.end("other")]
        more = match["sign"][-1] in "高多快大"
    else:
        right = [t for t in own if t.start >= match.end()][:5]
        more = match.group() in _MORE
    only_left = [t for t in left if t.text not in {r.text for r in right}]
    only_right = [t for t in right if t.text not in {r.text for r in left}]
    if not only_left or not only_right:
        return 0.0
    common = [t for t in own if t not in only_left and t not in only_right]
    best: tuple[float, float] | None = None
    scored = [(p, f) for p in passages for f in p.tokens if f.figure]
    sides = []
    for side, against in ((only_left, only_right), (only_right, only_left)):
        sides.append(
            [
                (_owned(f, p, side) - 0.8 * _owned(f, p, against) + 0.3 * _owned(f, p, common), f)
                for p, f in scored
            ]
        )
    for a, one in sides[0]:
        if a <= _OWNS:
            continue
        for b, other in sides[1]:
            if (
                b > _OWNS
                and one.figure
                and other.figure
                and one.figure.unit == other.figure.unit
                and one is not other
            ):
                bears = one.figure.low > other.figure.low if more else one.figure.low < other.figure.low
                if best is None or a + b > best[0]:
                    best = (a + b, 1.0 if bears else -1.0)
    return best[1] if best else 0.0


def _owned(figure: Token, passage: AnalysedText, words: Sequence[Token]) -> float:
    """Share of the words' weight that the figure stands with, and a little for what its sentence has before it."""
    total = sum(w.weight for w in words)
    if not total:
        return 0.0
    known = respectively(passage).get(figure.start)
    near = known[0] if known else _context(passage, figure)
    start = passage.sentence_spans[passage.sentence[figure.start]][0]
    before = passage.text[start : figure.start]
    for other in known[1] if known else ():
        before = before.replace(other, "")
    return (
        sum(w.weight * (1.0 if w.text in near else 0.3 if w.text in before else 0.0) for w in words) / total
    )


def turned(
    claim: AnalysedText, path: Alignment, cited: dict[int, AnalysedText]
) -> dict[int, tuple[str, str]]:
    """Token of a figure → what the claim and what the passage says just before it, where one is up and the other down."""
    found = {}
    for i, token in enumerate(claim.tokens):
        spot = path.spots[i]
        if token.figure is None or spot is None or spot.alike < 0.9 or not token.figure.unit:
            continue
        text = cited[spot.passage]
        mine, there = _turn(claim, token.start), _turn(text, spot.start)
        if mine and there and mine[0] * there[0] < 0:
            found[i] = mine[1], there[1]
    return found


def _turn(text: AnalysedText, at: int) -> tuple[int, str] | None:
    """(1 up, -1 down; the words) just before a figure, None where neither or both are there."""
    low = max(0, at - 14)
    while text.clause[low] != text.clause[at]:
        low += 1
    said = text.text[low:at]
    signs = {1 if c in "增升涨高快多超" else -1 for c in said if c in "增升涨高快多超减降跌低慢少"}
    return (signs.pop(), said) if len(signs) == 1 else None
