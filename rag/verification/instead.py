"""Substitution test: whether a claim would fit the passages better with another word, or with two exchanged.

A claim that says 海关 where its neighbours stand around 世界银行 fits better with 世界银行: the best path through the
passages with that word in its place has a higher score than the best path as it is.
"""

from __future__ import annotations

from dataclasses import dataclass

from rag.lexicon import relations
from rag.verification import amounts, likeness
from rag.verification.compared import ENTITIES, Compared
from rag.verification.words import Token

NAMES = (
    "deficit", "instead_kind", "instead_any", "instead_soft", "instead_near", "instead_rival", "swapped",
)  # fmt: skip
_NONE = -2.0  # no other word that could stand there
_PAIRS = 8
_STAND = ("person", "place", "party", "noun", "number", "date", "other")


@dataclass(frozen=True, slots=True)
class Instead:
    """For one word of the claim: how much better the claim fits with another, as a share of the word's weight."""

    deficit: float
    """What the path loses when it must go through the word; 1 where the word stands nowhere."""
    kind: float
    """The gain with the best other word of its kind (a figure of its unit)."""
    any: float
    """The gain with the best other name, noun or figure."""
    soft: float
    """How like the word that one is in meaning."""
    near: float
    """How many of its kind fit as well as the word itself."""
    rival: float
    """The gain with the best word that is listed as never the same."""
    swapped: float
    """The gain when the word changes places with another of its kind in the claim."""
    best: Token | None = None
    """The best other word of its kind."""

    def row(self) -> list[float]:
        """The numbers in the order of `NAMES`."""
        return [self.deficit, self.kind, self.any, self.soft, self.near, self.rival, self.swapped]


def instead(it: Compared) -> list[Instead]:
    """For each token of the claim."""
    tokens, path = it.claim.tokens, it.path
    others = _others(it)
    score = path.score
    table = path.instead([(n, t.start, t.end) for n, t in others], it.cited) - score
    swaps = _swaps(it)
    by_kind: dict[str, list[int]] = {}
    for k, (_, t) in enumerate(others):
        by_kind.setdefault("figure" if t.figure else "day" if t.day else t.kind, []).append(k)
    standing = [k for k, (_, t) in enumerate(others) if t.kind in _STAND]
    found = []
    for i, token in enumerate(tokens):
        gains = table[i] / token.weight
        spot = path.spots[i]
        through = path.through[i]
        deficit = 1.0 if not path.places[i] else (score - through) / token.weight
        rivals = relations.rivals().get(token.text, {})
        if token.figure or token.day:
            same = [
                k
                for k in by_kind.get("figure" if token.figure else "day", ())
                if _differs(others[k][1], token)
            ]
        else:
            same = by_kind.get(token.kind, []) if token.kind in ENTITIES or token.kind == "noun" else []
        stands = standing if token.kind in _STAND else []
        opposed = [k for k, (_, t) in enumerate(others) if t.text in rivals] if rivals else []
        best = same[int(gains[same].argmax())] if same else None
        other = stands[int(gains[stands].argmax())] if stands else None
        soft = -1.0
        if other is not None and not token.figure and not token.day:
            soft = likeness.alike(others[other][1].text, token.text)
        near = 0.0
        if same and spot:
            near = float((gains[same] >= -0.03).sum())
        found.append(
            Instead(
                min(2.0, deficit),
                float(gains[best]) if best is not None else _NONE,
                float(gains[other]) if other is not None else _NONE,
                soft,
                near,
                max((float(gains[k]) for k in opposed), default=_NONE),
                swaps.get(i, _NONE),
                others[best][1] if best is not None else None,
            )
        )
    return found


def _others(it: Compared) -> list[tuple[int, Token]]:
    """The words of the sentences that the claim rests on which it does not have."""
    rests = {(s.passage, it.cited[s.passage].sentence[s.start]) for s in it.path.spots if s}
    used = {(s.passage, s.start) for s in it.path.spots if s}
    return [
        (number, t)
        for number, text in it.cited.items()
        for sentence in sorted(s for n, s in rests if n == number)
        for t in text.of_sentence(sentence)
        if (number, t.start) not in used
        and t.kind != "negator"
        and (t.figure or t.day or t.text not in it.claim.text)
    ]


def _differs(other: Token, token: Token) -> bool:
    """True for another figure of the unit, or another day."""
    if token.figure and other.figure:
        return amounts.same_unit(token.figure, other.figure) and not amounts.alike(token.figure, other.figure)
    return bool(token.day and other.day and not amounts.days_alike(token.day, other.day))


def _swaps(it: Compared) -> dict[int, float]:
    """Token → the gain when it changes places with another of its kind, the best over its partners."""
    tokens, path = it.claim.tokens, it.path
    pairs = []
    for i, a in enumerate(tokens):
        for j in range(i + 1, min(len(tokens), i + 9)):
            b = tokens[j]
            if a.kind != b.kind or a.kind not in (*ENTITIES, "noun") or a.text == b.text:
                continue
            if (
                not path.places[i]
                or not path.places[j]
                or it.claim.sentence[a.start] != it.claim.sentence[b.start]
            ):
                continue
            if a.figure and b.figure and not amounts.same_unit(a.figure, b.figure):
                continue
            if not it.claim.text[a.end : b.start].strip("、和与及以 "):
                continue
            pairs.append((a.kind == "noun", j - i, i, j))
    found: dict[int, float] = {}
    for _, _, i, j in sorted(pairs)[:_PAIRS]:
        gain = (path.swapped(i, j) - path.score) / min(tokens[i].weight, tokens[j].weight)
        for k in (i, j):
            found[k] = max(gain, found.get(k, -9.0))
    return found
