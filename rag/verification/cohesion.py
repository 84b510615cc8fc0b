"""Co-occurrence: whether what stands beside a word in the claim stands beside its place in the passages too."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import lru_cache
from typing import cast

import numpy as np

from rag.lexicon import relations
from rag.verification import likeness
from rag.verification.alignment import Spot
from rag.verification.compared import ENTITIES, Compared
from rag.verification.words import AnalysedText, Token

NAMES = (
    "near_prev", "near_next", "order_prev", "order_next", "clause_share", "sentence_share", "best_clause_share",
    "window_share", "owner_between", "owner_rival",
)  # fmt: skip
FAR = 200.0
_NOWHERE = 999
_NEAR = 15  # characters around a place in which its neighbours are looked for


def cohesion(it: Compared) -> list[list[float]]:
    """A row for each token of the claim, in the order of `NAMES`."""
    path = it.path
    shares = _shares(it)
    rows = []
    for i, spot in enumerate(path.spots):
        if spot is None:
            rows.append([FAR, FAR] + [-1.0] * 8)
            continue
        near_prev, order_prev = _nearest(path.places[i - 1] if i else (), spot)
        near_next, order_next = _nearest(path.places[i + 1] if i + 1 < len(path.spots) else (), spot)
        rows.append([near_prev, near_next, order_prev, order_next, *shares[i], *_owner(it, i, spot)])
    return rows


def _shares(it: Compared) -> list[list[float]]:
    """For each token the weight of its clause's other words that stand in the passage's clause, its sentence, the best
    clause, and near by, as shares of all.
    """
    tokens, grid = it.claim.tokens, it.path.grid
    n = len(tokens)
    if not len(grid.gain):
        return [[0.0] * 4 for _ in tokens]
    passage, start, _, clause, sentence = grid.table.T
    alike = np.array([p.alike for own in it.path.places for p in own])
    of = np.repeat(np.arange(n), [b - a for a, b in grid.blocks])
    starts = np.array([t.start for t in tokens])
    own = np.array([it.claim.clause[t.start] for t in tokens])
    mates = (own[:, None] == own[None, :]) & ~np.eye(n, dtype=bool)
    weights = mates * grid.weights[None, :]
    total = np.maximum(weights.sum(axis=1), 1e-9)
    spots = [s or Spot(-1, 0, 0, 0.0) for s in it.path.spots]
    at = np.array([(s.passage, s.start, *_marks(it, s)) for s in spots])
    same = at[:, 0, None] == passage[None, :]
    near = np.abs(start[None, :] - at[:, 1, None]) <= _NEAR + np.abs(starts[None, of] - starts[:, None])
    keys, key = np.unique(passage * 100_000 + clause, return_inverse=True)
    in_clause = np.zeros((n, len(keys)))
    np.maximum.at(in_clause, (of, key), alike)
    by_clause = weights @ in_clause
    here = np.array([int(np.searchsorted(keys, p * 100_000 + c)) for p, _, c, _ in at.tolist()])
    found = [by_clause[np.arange(n), np.minimum(here, len(keys) - 1)]]
    for within in (same & (sentence[None, :] == at[:, 3, None]), same & near):
        most = np.zeros((n, n))
        rows = np.repeat(np.arange(n), len(of)).reshape(n, -1)
        np.maximum.at(most, (rows, np.broadcast_to(of, within.shape)), within * alike)
        found.append((most * weights).sum(axis=1))
    in_sentence, window = found[1:]
    table: list[list[float]] = (
        np.stack([found[0], in_sentence, by_clause.max(axis=1), window], axis=1) / total[:, None]
    ).tolist()
    return table


def _marks(it: Compared, spot: Spot) -> tuple[int, int]:
    if spot.passage < 0:
        return 0, -1
    text = it.cited[spot.passage]
    return text.clause[spot.start], text.sentence[spot.start]


def _nearest(places: Sequence[Spot], spot: Spot) -> tuple[float, float]:
    """(distance to the nearest of the places, 1 before 0 after, -1 none)."""
    best, order = FAR, -1.0
    for place in places:
        if place.passage == spot.passage:
            distance = spot.start - place.end if place.start < spot.start else place.start - spot.end
            if distance < best:
                best, order = float(max(0, distance)), 1.0 if place.start < spot.start else 0.0
    return best, order


def _owner(it: Compared, i: int, spot: Spot) -> tuple[float, float]:
    """How many words of its kind stand between the word's place and that of the words that it belongs to.

    First the least count over its companions in the claim, then the share of them that stand nearer to a rival.
    """
    tokens = it.claim.tokens
    token = tokens[i]
    if token.kind not in ENTITIES and token.kind != "noun":
        return -1.0, -1.0
    text = it.cited[spot.passage]
    rivals = [r.start for r in _rivals(text, token) if r.start >= spot.end or r.end <= spot.start]
    companions = _companions(it.claim, i)
    least, lost, weight = 9.0, 0.0, 0.0
    for j in companions:
        here = [p for p in it.path.places[j] if p.passage == spot.passage and p.alike >= 0.6]
        if not here:
            continue
        weight += tokens[j].weight
        best = 9.0
        for place in here:
            low, high = (place.start, spot.start) if place.start < spot.start else (spot.start, place.start)
            best = min(best, max(0, bisect_left(rivals, high) - bisect_right(rivals, low)))
        least = min(least, best)
        own = min(abs(p.start - spot.start) for p in here)
        near = min(_distance(rivals, p.start) for p in here)
        lost += tokens[j].weight * (near < own)
    return least, lost / weight if weight else -1.0


def _distance(places: Sequence[int], at: int) -> int:
    """How far the nearest of the places, in order, is; a great number where there is none."""
    k = bisect_left(places, at)
    return min(places[k] - at if k < len(places) else _NOWHERE, at - places[k - 1] if k else _NOWHERE)


def _rivals(text: AnalysedText, token: Token) -> list[Token]:
    """The words of a passage that could stand in the place of the claim's."""
    key = ("rivals", token.text, token.kind, token.figure.unit if token.figure else None)
    found: list[Token] | None = text.looked_for.get(key)
    if found is None:
        listed = relations.rivals().get(token.text, {})
        found = [r for r in text.tokens if (r.kind == token.kind or r.text in listed) and _rival(r, token)]
        text.looked_for[key] = found
    return found


def _rival(other: Token, token: Token) -> bool:
    """True when the passage's word could stand in the place of the claim's: same kind, and like it."""
    if other.text == token.text:
        return False
    if token.figure:
        return other.figure is not None and token.figure.unit == other.figure.unit
    if other.kind != token.kind:
        return other.text in relations.rivals().get(token.text, {})
    if token.kind == "noun":
        return like(other.text, token.text)
    return True


@lru_cache(maxsize=100_000)
def like(one: str, other: str) -> bool:
    """True for two nouns of one sort: 水电 and 风电."""
    if other in relations.rivals().get(one, {}):
        return True
    return (len(one) == len(other) and (one[0] == other[0] or one[-1] == other[-1])) or likeness.alike(
        one, other
    ) > 0.45


def _companions(claim: AnalysedText, i: int) -> list[int]:
    """The words on both sides of a name or figure, up to the next of its kind on each."""
    key = ("companions", i)
    if (known := claim.looked_for.get(key)) is not None:
        return cast("list[int]", known)
    tokens = claim.tokens
    found: list[int] = []
    for step in (-1, 1):
        j = i + step
        taken = 0
        while 0 <= j < len(tokens) and taken < 4:
            if (
                _rival(tokens[j], tokens[i])
                or claim.sentence[tokens[j].start] != claim.sentence[tokens[i].start]
            ):
                break
            if tokens[j].kind not in ("status", "negator"):
                found.append(j)
                taken += 1
            j += step
    claim.looked_for[key] = found
    return found
