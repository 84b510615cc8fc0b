"""Exact readings of what a passage says of its figures: 分别 lists, and which of two things is the greater."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.verification.alignment import Alignment
from rag.verification.words import Reading, Token

_LIST = re.compile(r"[、和与及]")
_MORE = ("高于", "多于", "大于", "快于", "超过", "领先", "好于", "优于", "强于")
_LESS = ("低于", "少于", "小于", "慢于", "不及", "落后", "不如", "弱于", "低过")
_COMPARISON = re.compile(
    "|".join(_MORE + _LESS) + r"|比(?P<other>[^，。；比]{2,18}?)(?P<sign>更?[高多快大少低慢小])"
)


def respectively(passage: Reading) -> dict[int, tuple[str, tuple[str, ...]]]:
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


def list_verdict(claim: Reading, path: Alignment, cited: dict[int, Reading]) -> float:
    """-1 when a figure of the claim belongs, in the list it comes from, to something else than the claim says; 1 when it fits."""
    verdict = 0.0
    for i, token in enumerate(claim.tokens):
        spot = path.spots[i]
        if token.figure is None or spot is None:
            continue
        known = respectively(cited[spot.passage]).get(spot.start)
        if known is None or "分别" in claim.text:
            continue
        before = claim.text[: token.start]
        start = max([0] + [t.end for t in claim.tokens if t.figure and t.end <= token.start])
        owner = before[start:] if re.search(r"[\u4e00-\u9fff]{2}", before[start:]) else before
        own, others = known
        mine, rival = _within(own, owner), max((_within(o, owner) for o in others), default=0.0)
        if rival > mine + 0.2:
            return -1.0
        if mine > rival + 0.2:
            verdict = 1.0
    return verdict


def _within(name: str, text: str) -> float:
    """Share of the name's pairs of characters that `text` has."""
    pairs = [name[i : i + 2] for i in range(len(name) - 1)] or [name]
    return sum(p in text for p in pairs) / len(pairs)


def comparison_verdict(claim: Reading, passages: Sequence[Reading]) -> float:
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
        if a <= 0.2:
            continue
        for b, other in sides[1]:
            if (
                b > 0.2
                and one.figure
                and other.figure
                and one.figure.unit == other.figure.unit
                and one is not other
            ):
                sign = (one.figure.low > other.figure.low) - (one.figure.low < other.figure.low)
                if best is None or a + b > best[0]:
                    best = (a + b, float(sign if more else -sign))
    return best[1] if best else 0.0


def _owned(figure: Token, passage: Reading, words: Sequence[Token]) -> float:
    """Share of the words' weight that stands before the figure in its sentence, near ones more than far ones."""
    total = sum(w.weight for w in words)
    if not total:
        return 0.0
    sentence = passage.sentence[figure.start]
    found = 0.0
    for word in words:
        at = passage.text.rfind(word.text, 0, figure.start)
        if at >= 0 and passage.sentence[at] == sentence:
            between = sum(t.figure is not None for t in passage.tokens if at < t.start < figure.start)
            found += word.weight / (1 + between)
    return found / total
