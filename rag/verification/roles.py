"""Who does what to whom: the verb beside a name, and the names beside a verb, in the claim and at its places in the passages.

No parser: before and behind a word, within its sentence, the nearest word of the other sort is what it belongs to. A word
may stand at several places of the passages; what counts is whether it has its company at any of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from rag.lexicon import relations
from rag.verification import amounts, likeness
from rag.verification.alignment import part_likeness
from rag.verification.compared import Compared
from rag.verification.words import Reading, Token

NAMES = ("role_before", "role_behind", "role_both", "role_turned", "role_particle", "role_particle_same")
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
    """The nearest words of the other sort before and behind a word, and the class of the particle right before it."""

    before: Token | None
    behind: Token | None
    particle: float


def roles(it: Compared) -> list[list[float]]:
    """A row for each token of the claim, in the order of `NAMES`."""
    own = _besides(it.claim)
    return [_row(it, i, own[token.start]) for i, token in enumerate(it.claim.tokens)]


def _row(it: Compared, i: int, mine: Beside) -> list[float]:
    before = behind = both = _NO_WORD
    turned, straight = 0.0, 0.0
    same = _NO_PLACE
    for place in it.path.places[i]:
        if place.alike < _ALIKE:
            continue
        there = _at(it.cited[place.passage], place.start)
        if there is None:
            continue
        left, right = _same(mine.before, there.before), _same(mine.behind, there.behind)
        before, behind = max(before, left), max(behind, right)
        both = max(both, min(left, right) if mine.before and mine.behind else max(left, right))
        same = max(same, float(there.particle == mine.particle))
        across = max(_same(mine.before, there.behind), _same(mine.behind, there.before))
        turned, straight = max(turned, across), max(straight, left, right)
    return [before, behind, both, max(0.0, turned - straight), mine.particle, same]


def _at(text: Reading, start: int) -> Beside | None:
    found = _besides(text)
    if start in found:
        return found[start]
    near = text.between(start - 3, start + 4)  # a longer or shorter form of the word
    return found[near[0].start] if near else None


@lru_cache(maxsize=1024)
def _besides(text: Reading) -> dict[int, Beside]:
    """Start of each token → what stands beside it."""
    particles = {end: _PARTICLES.get(word, 0.0) for word, _, end, _ in text.words}
    found = {}
    for token in text.tokens:
        others = [
            t
            for t in text.between(token.start - _REACH, token.end + _REACH)
            if t.kind not in ("status", "negator")
            and (t.kind == "verb") != (token.kind == "verb")
            and text.sentence[t.start] == text.sentence[token.start]
        ]
        before = next((t for t in reversed(others) if t.end <= token.start), None)
        behind = next((t for t in others if t.start >= token.end), None)
        found[token.start] = Beside(before, behind, particles.get(token.start, 0.0))
    return found


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
