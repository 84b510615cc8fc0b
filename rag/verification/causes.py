"""What the claim gives as a cause, and whether the passages have it, near what it is said to have caused."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rag.lexicon import tables
from rag.verification import likeness
from rag.verification.compared import Compared
from rag.verification.words import Reading

NAMES = ("cause_stated", "cause_held", "cause_absent", "cause_meaning", "cause_linked", "cause_near")
_NEAR = 1  # sentences
_LEAST = 2  # characters of a cause


def causes(it: Compared) -> list[float]:
    """The row of the claim, in the order of `NAMES`."""
    spans = _spans(it.claim)
    if not spans:
        return [0.0, -1.0, 0.0, -1.0, -1.0, -1.0]
    rows = [_row(it, span, sure) for span, sure in spans]
    return [
        max(r[0] for r in rows), min(r[1] for r in rows), max(r[2] for r in rows), min(r[3] for r in rows),
        min(r[4] for r in rows), min(r[5] for r in rows),
    ]  # fmt: skip


def _spans(claim: Reading) -> list[tuple[tuple[int, int], bool]]:
    """((start, end) of what is given as a cause, whether the word beside it always says so)."""
    listed = tables.claim_words()
    found = []
    for word, start, end, _ in claim.words:
        first, last = claim.clause_spans[claim.clause[start]]
        if last - end > _LEAST and (word in listed["cause"] or word in listed["perhaps_cause"]):
            found.append(((end, last), word in listed["cause"]))
        elif start - first > _LEAST and (word in listed["effect"] or word in listed["perhaps_effect"]):
            found.append(((first, start), word in listed["effect"]))
    return found


def _row(it: Compared, span: tuple[int, int], sure: bool) -> list[float]:
    tokens, spots = it.claim.tokens, it.path.spots
    inside = [i for i, t in enumerate(tokens) if span[0] <= t.start < span[1]]
    outside = [i for i in range(len(tokens)) if i not in inside]
    weight = sum(tokens[i].weight for i in inside) or 1.0
    held = sum(tokens[i].weight * s.alike for i in inside if (s := spots[i])) / weight
    absent = sum(tokens[i].weight for i in inside if not it.path.places[i])
    said = likeness.vector(it.claim.text[span[0] : span[1]])
    meaning = max((float((_clauses(r) @ said).max(initial=-1.0)) for r in it.cited.values()), default=-1.0)
    there = {(s.passage, it.cited[s.passage].sentence[s.start]) for i in outside if (s := spots[i])}
    linked = float(any(_links(it.cited[n], sentence) for n, sentence in there))
    near = {(n, sentence + step) for n, sentence in there for step in range(-_NEAR, _NEAR + 1)}
    close = sum(
        tokens[i].weight
        * max(
            (
                p.alike
                for p in it.path.places[i]
                if (p.passage, it.cited[p.passage].sentence[p.start]) in near
            ),
            default=0.0,
        )
        for i in inside
    )
    return [1.0 if sure else 0.5, held, absent, meaning, linked, close / weight]


def _links(text: Reading, sentence: int) -> bool:
    """True where the sentence has a word that links cause and effect."""
    known: frozenset[int] | None = text.looked_for.get("links")
    if known is None:
        linking = tables.claim_words()["cause"] | tables.claim_words()["effect"]
        known = frozenset(text.sentence[start] for word, start, _, _ in text.words if word in linking)
        text.looked_for["links"] = known
    return sentence in known


def _clauses(text: Reading) -> NDArray[np.float32]:
    """One row a clause."""
    found: NDArray[np.float32] | None = text.looked_for.get("clauses")
    if found is None:
        found = likeness.matrix([text.text[a:b] for a, b in text.clause_spans if b - a >= 4])
        text.looked_for["clauses"] = found
    return found
