"""Chooses together the spans that an answer quotes: relevant, each telling something new, every part of the question heard.

A span is a run of clauses of one sentence. Spans are taken one by one, the one with the most gain for its length first:
the relevance of its clauses, less what the chosen ones say already, more where it speaks of a part of the question
that was hardly heard yet. The first one has the most relevant clause, however long its sentence: short clauses of the
background would be taken before the list of names that was asked for. Once taken, a span grows by the clauses beside it that are
nearly as relevant, so that no quote is cut off where the answer goes on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from docs_store.text.normal import fold
from rag.evidence import frame
from rag.evidence.clauses import Clause
from rag.evidence.signals import Floats, pairs

Numbers = NDArray[np.int64]

_WHOLE = 75  # characters: a sentence up to this length is quoted whole
_RUN = 3  # clauses that a span is chosen with; those beside it may come with them
_LEAST = 16  # characters: a piece of a longer sentence that is shorter (近日, 四是) tells nothing by itself
_OVERHEAD = 3.0  # characters that a further bullet costs: its dash, its marker, the reader's eye
_HEADLESS = 40.0  # a span that begins behind a comma has lost its subject
_HEADLESS_FIGURE = 200.0  # whose figure it begins with, nobody knows
_FIGURE = re.compile(r"\D{0,6}\d")  # at the head of a clause: 全长10.94公里
_COMMAS = frozenset("，,、")
_COST = 0.62  # power of a span's length that its gain is divided by
_PART = 0.3  # what hearing a new part of the question adds, as a share of the gain
_SAME = 0.7  # share of a clause's wording in a chosen span from which on it says the same, unless it has a figure of its own
_BESIDE = 0.8  # share of the relevance of a span's best clause from which on the clauses beside it are quoted with it
_NEARLY = 0.3  # share of the best span's relevance that a further one needs where enough is said


@dataclass(frozen=True, slots=True)
class Span:
    """A run of clauses of one sentence: ``article.text[start:end]`` of its hit.

    `relevance` is the sum over the clauses that it was chosen for.
    """

    hit_index: int
    sentence: int
    start: int
    end: int
    text: str
    relevance: float


@dataclass(frozen=True, slots=True)
class Candidates:
    """Everything that a choice is made from.

    `relevance` has one probability a clause; `shares` is (clauses, parts of the question).
    """

    clauses: Sequence[Clause]
    relevance: Floats
    shares: Floats


def choose(
    given: Candidates, budget: int, *, enough: int | None = None, least: float = 0.0, most: int = 60
) -> list[Span]:
    """The spans within about `budget` characters, the first chosen first.

    Args:
        given: clauses with their relevance.
        budget: characters of the text at the most, bullets and markers included.
        enough: characters from which on only what is nearly as relevant as the best is added; None for no such end.
        least: relevance that the best clause of a span must have.
        most: spans.
    """
    first, last, cost = _runs(given)
    if not len(first):
        return []
    wording = [pairs(fold(clause.text)) for clause in given.clauses]
    figures = [frozenset(word for word in words if word[0].isdigit()) for words in wording]
    told: set[str] = set()  # wording of all chosen spans
    sentence = np.array([given.clauses[number].sentence for number in first])
    spoken = np.array([given.shares[a:b].max(axis=0) for a, b in zip(first, last, strict=True)])
    known = np.zeros(len(given.clauses))  # share of each clause's wording that a chosen span has
    heard = np.zeros(given.shares.shape[1])
    free = np.array([given.relevance[a:b].max() >= least for a, b in zip(first, last, strict=True)])
    likeliest = int(given.relevance.argmax())
    with_best = (first <= likeliest) & (likeliest < last)
    chosen: list[Span] = []
    used, best_relevance = 0.0, 0.0
    while len(chosen) < most:
        worth = np.concatenate(
            [[0.0], np.cumsum(given.relevance * np.where(known > _SAME, 0.0, 1.0 - known**2))]
        )
        fresh = np.maximum(0.0, spoken - heard).mean(axis=1)
        gain = worth[last] - worth[first]
        if enough is not None and used > enough:
            gain = np.where(gain < _NEARLY * best_relevance, 0.0, gain)
        rate = np.where(free & (used + cost <= budget), gain * (1.0 + _PART * fresh) / cost**_COST, 0.0)
        if not chosen and (rate * with_best).any():
            rate = rate * with_best
        best = int(rate.argmax())
        if rate[best] <= 0.0:
            break
        begin, stop = int(first[best]), int(last[best])
        relevance = float(given.relevance[begin:stop].sum())
        best_relevance = max(best_relevance, relevance)
        room = budget - used - _OVERHEAD - _length(given, begin, stop)
        begin, stop = _with_neighbours(given, begin, stop, known, room)
        used += _OVERHEAD + _length(given, begin, stop)
        chosen.append(_span(given, begin, stop, relevance))
        free &= sentence != sentence[best]
        heard = np.maximum(heard, given.shares[begin:stop].max(axis=0))
        said = set().union(*wording[begin:stop])
        told |= said
        for index, words in enumerate(wording):
            if words and figures[index] <= told:
                known[index] = max(known[index], len(words & said) / len(words))
    return chosen


def _runs(given: Candidates) -> tuple[Numbers, Numbers, Floats]:
    """(first clause, end, cost) of every run that can be quoted."""
    clauses = given.clauses
    found: list[tuple[int, int, float]] = []
    start = 0
    while start < len(clauses):
        stop = start
        while stop < len(clauses) and clauses[stop].sentence == clauses[start].sentence:
            stop += 1
        length = clauses[start].sentence_end - clauses[start].sentence_start
        if length <= _WHOLE:
            found.append((start, stop, length + _OVERHEAD))
        else:
            broken = [_breaks_off(clauses, at) for at in range(start, stop)]
            for first in range(start, stop):
                for last in range(first + 1, min(stop, first + _RUN) + 1):
                    if broken[last - 1 - start]:
                        continue
                    size = clauses[last - 1].end - clauses[first].start
                    if size < _LEAST:
                        continue
                    headless = first > start and clauses[first - 1].text.rstrip()[-1:] in _COMMAS
                    lost = 0.0
                    if headless:
                        lost = _HEADLESS_FIGURE if _FIGURE.match(clauses[first].text) else _HEADLESS
                    found.append((first, last, size + _OVERHEAD + lost))
        start = stop
    firsts, lasts, costs = zip(*found, strict=True) if found else ((), (), ())
    return np.array(firsts, dtype=np.int64), np.array(lasts, dtype=np.int64), np.array(costs)


def _with_neighbours(given: Candidates, first: int, last: int, known: Floats, room: float) -> tuple[int, int]:
    """The run with what stands beside it in its sentence and is nearly as relevant as its best clause, as far as there is room."""
    clauses = given.clauses
    nearly = _BESIDE * float(given.relevance[first:last].max())

    def fits(at: int, start: int, stop: int) -> bool:
        return (
            0 <= at < len(clauses)
            and clauses[at].sentence == clauses[first].sentence
            and given.relevance[at] >= nearly
            and known[at] <= _SAME
            and clauses[stop - 1].end - clauses[start].start - _length(given, first, last) <= room
        )

    start, stop = first, last
    while fits(stop, start, stop + 1):
        stop += 1
    while stop > last and _breaks_off(clauses, stop - 1):
        stop -= 1
    while fits(start - 1, start - 1, stop):
        start -= 1
    return start, stop


def _breaks_off(clauses: Sequence[Clause], at: int) -> bool:
    """True for a clause within its sentence that says nothing without the one behind it."""
    goes_on = at + 1 < len(clauses) and clauses[at + 1].sentence == clauses[at].sentence
    return goes_on and frame.breaks_off(clauses[at].text)


def _length(given: Candidates, first: int, last: int) -> int:
    return given.clauses[last - 1].end - given.clauses[first].start


def _span(given: Candidates, first: int, last: int, relevance: float) -> Span:
    one, other = given.clauses[first], given.clauses[last - 1]
    text = "".join(clause.text for clause in given.clauses[first:last])
    return Span(one.hit_index, one.sentence, one.start, other.end, text, relevance)
