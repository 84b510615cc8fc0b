"""Which word of a claim rests on which of the passages: the cheapest path through the places where each word stands.

Every content word of the claim may stand at several places of the passages, in the same spelling, as a synonym, as a
shortened name, or as an equal figure. The path takes at most one place a word; leaving a clause, a sentence or a passage
and going backwards cost something, so that words that stand together in the claim are found together. The best path
through each place, and through any other word of the passage that could stand for a word of the claim, comes with it:
what the passage says instead is known by what would fit better.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from rag.lexicon import relations, tables
from rag.verification import amounts, reckoning
from rag.verification.words import AnalysedText, Token

Floats = NDArray[np.float64]
_MOST = 7  # places of one word
_BACK, _CLAUSE, _SENTENCE, _NEXT, _PASSAGE, _SHARED = 0.15, 0.12, 0.35, 0.55, 0.9, 0.3  # costs of moving on
AHEAD = frozenset(("planned", "proposed"))  # classes whose words say much the same: 将, 拟, 计划, 预计
_SUM = 0.9  # how alike a figure is that the claim reckons from those of the passage
_FAR = 30  # characters from which on a distance costs no more


@dataclass(frozen=True, slots=True)
class Spot:
    """A place where a word of the claim may rest: which passage, characters there, how alike."""

    passage: int
    start: int
    end: int
    alike: float


@dataclass(frozen=True)
class Alignment:
    """For each token of the claim its spot, or None; `score` is the weight that rests, less what moving about cost."""

    spots: tuple[Spot | None, ...]
    places: tuple[tuple[Spot, ...], ...]
    """All places of each token, whether on the path or not."""
    score: float
    grid: AlignmentTable

    @cached_property
    def through(self) -> list[float]:
        """For each token the score of the best path through one of its places; 0 where it has none."""
        grid = self.grid
        both = grid.forward + grid.backward
        return [float(both[a:b].max()) if b > a else 0.0 for a, b in grid.blocks]

    def instead(self, others: Sequence[tuple[int, int, int]], texts: dict[int, AnalysedText]) -> Floats:
        """Row a token, column one of `others` (passage, start, end): the score of the best path if that stood for the token."""
        grid = self.grid
        table = _table(others, texts)
        shape = (len(grid.blocks), len(others))
        before, behind = np.zeros(shape), np.zeros(shape)
        if len(grid.gain):
            into = grid.forward[:, None] - _costs(grid.table, table)
            out = (grid.gain + grid.backward)[:, None] - _costs(table, grid.table).T
            down = np.maximum.accumulate(into, axis=0)
            up = np.maximum.accumulate(out[::-1], axis=0)[::-1]
            for i, (a, b) in enumerate(grid.blocks):
                if a > 0:
                    before[i] = np.maximum(0.0, down[a - 1])
                if b < len(up):
                    behind[i] = np.maximum(0.0, up[b])
        return np.asarray(before + behind + grid.weights[:, None])

    def swapped(self, i: int, j: int) -> float:
        """The score of the best path if tokens `i` and `j` of the claim, `i` before `j`, stood in each other's place.

        What comes before `i` and what goes on behind `j` is as it was; only between them is the path sought anew.
        """
        grid = self.grid
        first, last = grid.blocks[i][0], grid.blocks[j][1]
        order = [j, *range(i + 1, j), i]
        best = grid.forward.copy()
        before = list(range(first))
        for k in order:
            a, b = grid.blocks[k]
            best[a:b] = grid.gain[a:b]
            if before and b > a:
                best[a:b] += np.maximum(0.0, (best[before, None] - grid.cost[before, a:b]).max(axis=0))
            before += range(a, b)
        onward = grid.gain[last:] + grid.backward[last:]
        score = float(max(best[:last].max(initial=0.0), onward.max(initial=0.0)))
        if last and len(onward):
            score = max(score, float((best[:last, None] + onward - grid.cost[:last, last:]).max()))
        return score


@dataclass(frozen=True)
class AlignmentTable:
    """The places of all tokens in one table, with what moving between them costs and the best paths to and from each."""

    table: NDArray[np.int64]
    gain: Floats
    cost: Floats
    blocks: list[tuple[int, int]]
    weights: Floats
    forward: Floats

    @cached_property
    def backward(self) -> Floats:
        """For each place the score of the best path that goes on from there, without its own gain."""
        best = np.zeros_like(self.gain)
        for a, b in reversed(self.blocks):
            if b < len(self.gain) and b > a:
                best[a:b] = np.maximum(0.0, ((self.gain + best)[None, b:] - self.cost[a:b, b:]).max(axis=1))
        return best


def align(claim: AnalysedText, passages: Sequence[tuple[int, AnalysedText]]) -> Alignment:
    """The best path of the claim's tokens through the given passages, each with its number."""
    texts = dict(passages)
    places = tuple(
        tuple(_places(token, passages) or _reckoned(claim, token, passages)) for token in claim.tokens
    )
    blocks = _blocks([len(own) for own in places])
    flat = [spot for own in places for spot in own]
    table = _table([(s.passage, s.start, s.end) for s in flat], texts)
    weights = np.array([t.weight for t in claim.tokens])
    gain = np.array([s.alike for s in flat]) * np.repeat(weights, [b - a for a, b in blocks])
    cost = _costs(table, table)
    forward = _forward(gain, cost, blocks)
    grid = AlignmentTable(table, gain, cost, blocks, weights, forward)
    spots: list[Spot | None] = [None] * len(places)
    score = float(forward.max(initial=0.0))
    at = int(forward.argmax()) if len(forward) and score > 0 else -1
    while at >= 0:
        i = next(k for k, (a, b) in enumerate(blocks) if a <= at < b)
        spots[i] = flat[at]
        start = blocks[i][0]
        ways = forward[:start] - cost[:start, at]
        at = int(ways.argmax()) if start and ways.max() > 0 else -1
    return Alignment(tuple(spots), places, score, grid)


def _reckoned(claim: AnalysedText, token: Token, passages: Sequence[tuple[int, AnalysedText]]) -> list[Spot]:
    """Where the last figure of the sum stands that the token is."""
    found = reckoning.addends(claim, token, passages)
    return [Spot(number, t.start, t.end, _SUM) for number, t in found]


def _blocks(sizes: Sequence[int]) -> list[tuple[int, int]]:
    ends = np.cumsum([0, *sizes]).tolist()
    return list(itertools.pairwise(ends))


def _forward(gain: Floats, cost: Floats, blocks: Sequence[tuple[int, int]]) -> Floats:
    """For each place the score of the best path that ends there."""
    best = gain.copy()
    for a, b in blocks:
        if a and b > a:
            best[a:b] += np.maximum(0.0, (best[:a, None] - cost[:a, a:b]).max(axis=0))
    return best


def _table(places: Sequence[tuple[int, int, int]], texts: dict[int, AnalysedText]) -> NDArray[np.int64]:
    """Columns passage, start, end, clause, sentence."""
    rows = [(n, a, b, texts[n].clause[a], texts[n].sentence[a]) for n, a, b in places]
    return np.array(rows, dtype=np.int64).reshape(-1, 5)


def _costs(one: NDArray[np.int64], two: NDArray[np.int64]) -> Floats:
    """What going from each place of `one` to each of `two` costs; shape (len(one), len(two))."""
    passage, start, end, clause, sentence = (one[:, k, None] for k in range(5))
    passage2, start2, end2, clause2, sentence2 = (two[None, :, k] for k in range(5))
    apart = np.abs(sentence2 - sentence)
    near = np.minimum(_SENTENCE - 0.05, _CLAUSE * np.abs(clause2 - clause))
    near = near + 0.002 * np.minimum(_FAR, np.abs(start2 - end))
    cost = np.where(apart == 0, near, np.where(apart == 1, _SENTENCE, _NEXT))
    cost = cost + np.where(start2 < end, _BACK, 0.0)
    cost = np.where(
        (start2 < end) & (end2 > start), _SHARED, cost
    )  # two words of the claim on one of the passage
    return np.where(passage2 != passage, _PASSAGE, cost)


def _places(token: Token, passages: Sequence[tuple[int, AnalysedText]]) -> list[Spot]:
    found: list[Spot] = []
    what = token.figure or token.day or token.text
    for number, passage in passages:
        key = ("places", number, what)
        there = passage.looked_for.get(key)
        if there is None:
            if token.figure or token.day:
                there = _amount_places(token, number, passage)
            else:
                there = _word_places(token.text, number, passage)
            passage.looked_for[key] = there
        found += there
    found.sort(key=_least_alike)
    return found[: _MOST * max(1, len(passages) // 2)]


def _least_alike(spot: Spot) -> float:
    return -spot.alike


def _amount_places(token: Token, number: int, passage: AnalysedText) -> list[Spot]:
    found: list[Spot] = []
    for other in (*passage.by_kind.get("number", ()), *passage.by_kind.get("date", ())):
        alike = 0.0
        if token.figure and other.figure:
            alike = amounts.alike(token.figure, other.figure)
        elif token.day and other.day:
            alike = amounts.days_alike(token.day, other.day)
        if alike:
            found.append(Spot(number, other.start, other.end, alike))
    return found


def _word_places(word: str, number: int, passage: AnalysedText) -> list[Spot]:
    found = [Spot(number, at, at + len(word), 1.0) for at in _all(word, passage.text)]
    for other, weight in relations.substitutes().get(word, {}).items():
        if other in passage.text:
            found += [Spot(number, at, at + len(other), weight) for at in _all(other, passage.text)]
    kind = tables.statuses().get(word)
    if not found and kind in AHEAD:
        found += [
            Spot(number, t.start, t.end, 0.7) for t in passage.tokens if tables.statuses().get(t.text) == kind
        ]
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


def _parts(word: str, number: int, passage: AnalysedText) -> list[Spot]:
    """Where the passage has a longer or a shorter form of the word: 省文旅厅 for 省文化和旅游厅, 送电 for 输送电力."""
    found: dict[int, Spot] = {}
    for char in dict.fromkeys(word):  # in order: a set's differs from run to run, and so would ties
        for token in passage.by_letter.get(char, ()):
            if token.start not in found and (alike := part_likeness(word, token.text)):
                found[token.start] = Spot(number, token.start, token.end, alike)
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
