"""Which words of a claim clash with the passage, and with what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.lexicon import relations
from rag.verification.compared import Compared, expected
from rag.verification.words import Token

_DOUBTED = 0.3
_OPEN = 1.4  # weight of a lone word from which on its absence is worth naming


@dataclass(frozen=True, slots=True)
class Clash:
    """Words of the claim at `start`, `end` in it, and what the passage has in their place ("" where nothing)."""

    claim: str
    start: int
    end: int
    there: str = ""


def clashes(it: Compared, doubts: Sequence[float]) -> list[Clash]:
    """The doubted words, the most doubted first, neighbours joined; at least the heaviest word that rests nowhere."""
    tokens = it.claim.tokens
    order = sorted(range(len(tokens)), key=lambda i: -doubts[i])
    chosen = [i for i in order if doubts[i] >= _DOUBTED][:4]
    if not chosen:
        lone = [i for i in order if it.path.spots[i] is None and tokens[i].weight >= _OPEN]
        chosen = lone[:2] or order[:1]
    found: list[Clash] = []
    done: set[int] = set()
    for i in chosen:
        if i in done:
            continue
        first = last = i
        while first - 1 in chosen and it.claim.text[tokens[first - 1].end : tokens[first].start] == "":
            first -= 1
        while last + 1 in chosen and it.claim.text[tokens[last].end : tokens[last + 1].start] == "":
            last += 1
        done |= set(range(first, last + 1))
        start, end = tokens[first].start, tokens[last].end
        found.append(Clash(it.claim.text[start:end], start, end, _counterpart(it, i)))
    return found


def _counterpart(it: Compared, i: int) -> str:
    """The word of the passage that stands where the claim's should: of its kind, or its opposite."""
    token, spot = it.claim.tokens[i], it.path.spots[i]
    left, right = _beside(it, i, -1), _beside(it, i, 1)
    rivals = relations.rivals().get(token.text, {})
    gap = expected(it, left, right)
    if spot and token.figure:
        same = next((t for t in it.cited[spot.passage].tokens if t.start == spot.start), None)
        if (
            same
            and same.text != token.text
            and same.figure
            and same.figure != token.figure
            and spot.alike < 1
        ):
            return same.text
    if gap is None:
        return ""
    passage, low, high = gap
    text = it.cited[passage]
    clause = text.clause[min(low, len(text.clause) - 1)]
    near = [
        t for t in text.tokens if low - 2 <= t.start < high + 12 and abs(text.clause[t.start] - clause) <= 1
    ]
    used = {s.start for j, s in enumerate(it.path.spots) if s and s.passage == passage and j != i}
    for other in near:
        if other.text in rivals:
            return other.text
    free = [t for t in near if t.start not in used and t.text != token.text and t.text not in it.claim.text]
    for other in free:
        if _same_kind(other, token):
            return other.text
    return ""


def _same_kind(other: Token, token: Token) -> bool:
    if token.figure:
        return other.figure is not None and (other.figure.unit == token.figure.unit or not other.figure.unit)
    if token.day:
        return other.day is not None
    return other.kind == token.kind and token.kind in ("person", "place", "party")


def _beside(it: Compared, i: int, step: int) -> int | None:
    j = i + step
    while 0 <= j < len(it.path.spots):
        if it.path.spots[j]:
            return j
        j += step
    return None
