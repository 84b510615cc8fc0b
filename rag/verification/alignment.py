"""Which word of a claim rests on which of the passages: the cheapest path through the places where each word stands.

Every content word of the claim may stand at several places of the passages, in the same spelling, as a synonym, as a
shortened name, or as an equal figure. The path takes at most one place a word; leaving a clause, a sentence or a passage
and going backwards cost something, so that words that stand together in the claim are found together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.lexicon import relations
from rag.verification import figures
from rag.verification.words import Reading, Token

_BEAM = 14
_MOST = 7  # places of one word
_BACK, _CLAUSE, _SENTENCE, _NEXT, _PASSAGE = 0.15, 0.12, 0.35, 0.55, 0.9  # costs of moving on


@dataclass(frozen=True, slots=True)
class Spot:
    """A place where a word of the claim may rest: which passage, characters there, how alike."""

    passage: int
    start: int
    end: int
    alike: float
    how: str
    """same synonym part figure date soft"""


@dataclass(frozen=True, slots=True)
class Alignment:
    """For each token of the claim its spot, or None; `score` is the weight that rests, less what moving about cost."""

    spots: tuple[Spot | None, ...]
    places: tuple[tuple[Spot, ...], ...]
    """All places of each token, whether on the path or not."""
    score: float


def align(claim: Reading, passages: Sequence[tuple[int, Reading]]) -> Alignment:
    """The best path of the claim's tokens through the given passages, each with its number."""
    texts = dict(passages)
    places = tuple(tuple(_places(token, passages)) for token in claim.tokens)
    states: list[tuple[float, Spot | None, tuple[Spot | None, ...]]] = [(0.0, None, ())]
    for token, own in zip(claim.tokens, places, strict=True):
        moved = [(score, last, (*path, None)) for score, last, path in states]
        for spot in own:
            gain = token.weight * spot.alike
            best = max(
                ((score + gain - _cost(last, spot, texts), path) for score, last, path in states),
                key=lambda pair: pair[0],
            )
            moved.append((best[0], spot, (*best[1], spot)))
        moved.sort(key=lambda state: -state[0])
        states = moved[:_BEAM]
    score, _, path = states[0]
    return Alignment(path, places, score)


def _cost(last: Spot | None, spot: Spot, texts: dict[int, Reading]) -> float:
    if last is None:
        return 0.0
    if last.passage != spot.passage:
        return _PASSAGE
    text = texts[spot.passage]
    cost = 0.0 if spot.start >= last.end else _BACK
    if spot.start < last.end and spot.end > last.start:
        return 0.3  # two words of the claim on one of the passage
    apart = abs(text.sentence[spot.start] - text.sentence[last.start])
    if apart:
        return cost + (_SENTENCE if apart == 1 else _NEXT)
    clauses = abs(text.clause[spot.start] - text.clause[last.start])
    return cost + min(_SENTENCE - 0.05, _CLAUSE * clauses) + 0.002 * min(30, abs(spot.start - last.end))


def _places(token: Token, passages: Sequence[tuple[int, Reading]]) -> list[Spot]:
    found: list[Spot] = []
    for number, passage in passages:
        if token.figure:
            found += _figure_places(token.figure, number, passage)
        elif token.day:
            found += _day_places(token, number, passage)
        else:
            found += _word_places(token.text, number, passage)
    found.sort(key=lambda spot: -spot.alike)
    return found[: _MOST * max(1, len(passages) // 2)]


def _figure_places(figure: figures.Figure, number: int, passage: Reading) -> list[Spot]:
    found: list[Spot] = []
    for token in passage.tokens:
        if token.figure and (alike := figures.alike(figure, token.figure)):
            found.append(Spot(number, token.start, token.end, alike, "figure"))
    return found


def _day_places(token: Token, number: int, passage: Reading) -> list[Spot]:
    found: list[Spot] = []
    day = token.day
    assert day is not None
    for other in passage.tokens:
        if other.day is None:
            continue
        there = other.day
        parts = [(day.year, there.year), (day.month, there.month), (day.day, there.day)]
        if any(a is not None and b is not None and a != b for a, b in parts):
            continue
        both = sum(a is not None and b is not None for a, b in parts)
        asked = sum(a is not None for a, _ in parts)
        if both:
            found.append(Spot(number, other.start, other.end, 0.4 + 0.6 * both / asked, "date"))
    return found


def _word_places(word: str, number: int, passage: Reading) -> list[Spot]:
    found = [Spot(number, at, at + len(word), 1.0, "same") for at in _all(word, passage.text)]
    for other, weight in relations.synonyms().get(word, {}).items():
        found += [Spot(number, at, at + len(other), weight, "synonym") for at in _all(other, passage.text)]
    if not found and len(word) >= 2:
        found += _parts(word, number, passage)
    return found


def _all(word: str, text: str) -> list[int]:
    found: list[int] = []
    at = text.find(word)
    while at >= 0 and len(found) < _MOST:
        found.append(at)
        at = text.find(word, at + 1)
    return found


def _parts(word: str, number: int, passage: Reading) -> list[Spot]:
    """Where the passage has a longer or a shorter form of the word: 省文旅厅 for 省文化和旅游厅, 送电 for 输送电力."""
    found: dict[int, Spot] = {}
    for char in set(word):
        for token in passage.by_letter.get(char, ()):
            if token.start not in found and (alike := part_likeness(word, token.text)):
                found[token.start] = Spot(number, token.start, token.end, alike, "part")
    return list(found.values())


@lru_cache(maxsize=100_000)
def part_likeness(word: str, other: str) -> float:
    """How alike two spellings are by the characters that they share in order, 0 or 0.4 to 0.8."""
    if other in relations.rivals().get(word, {}):
        return 0.0
    if len(other) < 2:
        return 0.0
    if word in other or other in word:
        return 0.5 + 0.3 * min(len(word), len(other)) / max(len(word), len(other))
    shared = set(word) & set(other)
    if not shared:
        return 0.0
    if (len(word) >= 2 and _subsequence(word, other)) or _subsequence(other, word):
        return 0.65
    return 0.4 if len(shared) >= max(1, min(len(word), len(other)) / 2) else 0.0


def _subsequence(short: str, long: str) -> bool:
    letters = iter(long)
    return all(char in letters for char in short)
