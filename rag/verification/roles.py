"""Who does what to whom: what stands before and behind a word, in the claim and at its places in the passages.

No parser: to a name belongs the nearest word that is none, and the nearest verb to what is none, before and behind it in
its sentence. A word may stand at several places of the passages; what counts is whether it has its company at any of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from rag.lexicon import relations
from rag.verification import amounts, likeness
from rag.verification.alignment import part_likeness
from rag.verification.compared import Compared
from rag.verification.words import Reading, Token

_SORTS = ("name", "verb")
NAMES = (
    *(f"{sort}_{what}" for sort in _SORTS for what in ("before", "behind", "both", "turned")),
    "particle", "particle_same",
)  # fmt: skip
_REACH = 24  # characters to the word that it belongs to
_ALIKE = 0.6  # how alike a place must be to count as one of the word
_NO_WORD, _NO_PLACE = -1.0, -0.5
_PARTICLES = {
    particle: float(number)
    for number, group in enumerate(
        ("由被让", "向对给为", "从自", "在于", "与和同跟及、", "比较", "把将", "的"), start=1
    )
    for particle in group
}


@dataclass(frozen=True, slots=True)
class Beside:
    """The nearest words of the other sort before and behind a word."""

    before: Token | None
    behind: Token | None


def roles(it: Compared) -> list[list[float]]:
    """A row for each token of the claim, in the order of `NAMES`."""
    rows: list[list[float]] = [[] for _ in it.claim.tokens]
    for sort in _SORTS:
        for i, token in enumerate(it.claim.tokens):
            rows[i] += _row(it, i, _beside(it.claim, token, sort), sort)
    own = _particles(it.claim)
    for i, token in enumerate(it.claim.tokens):
        mine = own.get(token.start, 0.0)
        there = [
            _particles(it.cited[p.passage]).get(p.start, 0.0) for p in it.path.places[i] if p.alike >= _ALIKE
        ]
        rows[i] += [mine, float(mine in there) if there else _NO_PLACE]
    return rows


def _row(it: Compared, i: int, mine: Beside, sort: str) -> list[float]:
    before = behind = both = _NO_WORD
    turned, straight = 0.0, 0.0
    for place in it.path.places[i]:
        there = _at(it.cited[place.passage], place.start, sort) if place.alike >= _ALIKE else None
        if there is None:
            continue
        left, right = _same(mine.before, there.before), _same(mine.behind, there.behind)
        before, behind = max(before, left), max(behind, right)
        both = max(both, min(left, right) if mine.before and mine.behind else max(left, right))
        across = max(_same(mine.before, there.behind), _same(mine.behind, there.before))
        turned, straight = max(turned, across), max(straight, left, right)
    return [before, behind, both, max(0.0, turned - straight)]


def _at(text: Reading, start: int, sort: str) -> Beside | None:
    key = ("beside", sort, start)
    if key not in text.looked_for:
        near = text.between(start, start + 1) or text.between(start - 3, start + 4)  # a longer or shorter form
        text.looked_for[key] = _beside(text, near[0], sort) if near else None
    found: Beside | None = text.looked_for[key]
    return found


def _beside(text: Reading, token: Token, sort: str) -> Beside:
    """The nearest words of the other sort."""
    low, high = text.sentence_spans[text.sentence[token.start]]
    other = not _is(token, sort)

    def fits(t: Token) -> bool:
        return t.kind != "negator" and len(t.text) > 1 and _is(t, sort) is other

    before = text.between(max(low, token.start - _REACH), token.start)
    behind = text.between(token.end, min(high, token.end + _REACH))
    return Beside(
        next((t for t in reversed(before) if fits(t) and t.end <= token.start), None),
        next((t for t in behind if fits(t)), None),
    )


def _is(token: Token, sort: str) -> bool:
    if sort == "name":
        return token.kind in ("person", "place", "party")
    return token.kind in ("verb", "status")


@lru_cache(maxsize=1024)
def _particles(text: Reading) -> dict[int, float]:
    """Where a word that says how the next belongs to its verb ends → its class."""
    return {end: _PARTICLES[word] for word, _, end, _ in text.words if word in _PARTICLES}


def _same(one: Token | None, other: Token | None) -> float:
    """How well two words agree, 0 to 1; below 0 where one is missing."""
    if one is None:
        return _NO_WORD
    if other is None:
        return _NO_PLACE
    if one.figure or other.figure:
        return amounts.alike(one.figure, other.figure) if one.figure and other.figure else 0.0
    if one.day or other.day:
        return amounts.days_alike(one.day, other.day) if one.day and other.day else 0.0
    return word_likeness(one.text, other.text)


@lru_cache(maxsize=100_000)
def word_likeness(one: str, other: str) -> float:
    """1 for the same word; less for a synonym, a longer or shorter form, and one that is like it in meaning."""
    if one == other:
        return 1.0
    listed = relations.synonyms().get(one, {}).get(other, 0.0)
    return max(listed, part_likeness(one, other), 0.7 * likeness.alike(one, other), 0.0)
