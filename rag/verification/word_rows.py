"""Features of the word model: a row of numbers for each word of a claim."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from rag.lexicon import relations, tables
from rag.verification import cohesion, instead, likeness
from rag.verification.alignment import Alignment, Spot
from rag.verification.cohesion import FAR, like
from rag.verification.compared import ENTITIES, KINDS, Compared, expected
from rag.verification.words import AnalysedText, Token

_CLASSES = (
    "planned", "proposed", "required", "allowed", "forbidden", "ongoing", "done", "partial", "all", "first", "only",
    "approx", "atleast", "atmost", "more", "less",
)  # fmt: skip
_OPPOSED = {
    "done": {"planned", "proposed", "ongoing"},
    "planned": {"done"},
    "required": {"allowed", "proposed"},
    "allowed": {"required", "forbidden"},
    "forbidden": {"allowed", "required"},
    "all": {"partial"},
    "partial": {"all"},
    "more": {"less"},
    "less": {"more"},
    "atleast": {"atmost", "approx"},
    "atmost": {"atleast"},
    "ongoing": {"done", "planned"},
    "proposed": {"required", "done"},
}


WORD_FEATURES = (
    "kind", "weight", "length", "alike", "places", "best", "elsewhere", "elsewhere_path", "asked", "position",
    "soft", "soft_clause",
    *(f"{side}_{name}" for side in ("left", "right") for name in
      ("claim_distance", "distance", "clauses", "sentences", "passage", "back")),
    *cohesion.NAMES,
    "gap_size", "gap_tokens", "gap_same_kind", "gap_overlap", "gap_rival", "gap_soft", "gap_chars", "gap_here",
    "clause_rival",
    "nearest_ratio", "same_unit_near", "bound_differs", "digits_alike", "segment_covered", "segment_owners",
    "segment_rivals",
    "class", "class_there", "class_before", "class_opposed", "class_opposed_before", "negators_claim",
    "negators_there", "planned_lost", "allowed_lost", "partial_lost", "approx_lost", "done_added", "required_added",
    "covered_back", "dropped", "dropped_kind", "dropped_like", "cause", "compares", "speaks", "clause_held",
    "name", "name_rival", *instead.NAMES,
    "governs_claim", "governs_there", "governs_opposed", "dropped_next", "dropped_next_weight", "cut", "turned",
    "mixed", "mixed_weight", "owned",
)  # fmt: skip


PLACE = {name: place for place, name in enumerate(WORD_FEATURES)}


def words(it: Compared) -> list[list[float]]:
    """A row for each token of the claim, in the order of `WORD_FEATURES`."""
    for reading in (it.claim, *it.cited.values()):
        if "learned" not in reading.looked_for:
            reading.looked_for["learned"] = True
            likeness.learn(t.text for t in reading.tokens if not t.figure and not t.day)
    soft = _softest(it)
    others = instead.instead(it)
    company = cohesion.cohesion(it)
    return [
        _word(it, i, soft[i], company[i]) + others[i].row() + _hedged(it, i) + _mixed(it, i)
        for i in range(len(it.claim.tokens))
    ]


def _softest(it: Compared) -> list[float]:
    """How like each word of the claim the likest word of the sentences is on which the claim rests; -1 for figures."""
    tokens = it.claim.tokens
    rests = {(s.passage, it.cited[s.passage].sentence[s.start]) for s in it.path.spots if s}
    near = [_vectors_of(it.cited[number], sentence) for number, sentence in rests]
    named = [i for i, t in enumerate(tokens) if not t.figure and not t.day]
    sought = [i for i in named if (spot := it.path.spots[i]) is None or spot.alike < 1]
    found = [-1.0] * len(tokens)
    for i in named:
        found[i] = 1.0
    near = [part for part in near if len(part)]
    if sought and near:
        mine = likeness.matrix([tokens[i].text for i in sought])
        best = np.max([(part @ mine.T).max(axis=0) for part in near], axis=0)
        for i, value in zip(sought, best.tolist(), strict=True):
            found[i] = value
    elif not near:
        for i in sought:
            found[i] = 0.0 if it.path.spots[i] is None else 1.0
    return found


def _vectors_of(text: AnalysedText, sentence: int) -> np.ndarray:
    """One row a word of a sentence."""
    key = ("vectors", sentence)
    found: np.ndarray | None = text.looked_for.get(key)
    if found is None:
        found = likeness.matrix(
            list(dict.fromkeys(t.text for t in text.of_sentence(sentence) if not t.figure and not t.day))
        )
        text.looked_for[key] = found
    return found


def _word(it: Compared, i: int, soft: float, company: list[float]) -> list[float]:
    tokens, path = it.claim.tokens, it.path
    token, spot, places = tokens[i], path.spots[i], path.places[i]
    left, right = _neighbour(path, i, -1), _neighbour(path, i, 1)
    row: list[float] = [
        KINDS.index(token.kind),
        token.weight,
        token.end - token.start,
        spot.alike if spot else 0.0,
        len(places),
        places[0].alike if places else 0.0,
        max((p.alike for p in it.elsewhere.places[i]), default=0.0),
        1.0 if it.elsewhere.spots[i] else 0.0,
        1.0 if token.text in it.question else 0.0,
        i / max(1, len(tokens) - 1),
        soft,
        float(len(it.mates)),
    ]
    row += _jump(it, i, left) + _jump(it, i, right)
    row += company
    row += _gap(it, i, left, right)
    row += _figures(it, i, left, right)
    row += _standing(it, i)
    row += it.names.get(i, (-1.0, -1.0))
    return row


def _neighbour(path: Alignment, i: int, step: int) -> int | None:
    j = i + step
    while 0 <= j < len(path.spots):
        if path.spots[j]:
            return j
        j += step
    return None


def _jump(it: Compared, i: int, j: int | None) -> list[float]:
    """How far the word's place is from that of its aligned neighbour."""
    spot = it.path.spots[i]
    other = it.path.spots[j] if j is not None else None
    if j is None or other is None or spot is None:
        return [FAR, FAR, -1.0, -1.0, -1.0, -1.0]
    tokens = it.claim.tokens
    apart = float(tokens[i].start - tokens[j].end if j < i else tokens[j].start - tokens[i].end)
    if spot.passage != other.passage:
        return [apart, FAR, 9.0, 9.0, 1.0, 0.0]
    text = it.cited[spot.passage]
    first, second = (other, spot) if j < i else (spot, other)
    distance = float(second.start - first.end)
    return [
        apart,
        min(FAR, abs(distance)),
        float(abs(text.clause[spot.start] - text.clause[other.start])),
        float(abs(text.sentence[spot.start] - text.sentence[other.start])),
        0.0,
        1.0 if distance < 0 else 0.0,
    ]


def _gap(it: Compared, i: int, left: int | None, right: int | None) -> list[float]:
    """What the passage has where the word would stand between its aligned neighbours."""
    token, spot = it.claim.tokens[i], it.path.spots[i]
    rivals = relations.rivals().get(token.text, {})
    anchor = spot or (it.path.spots[left] if left is not None else None)
    anchor = anchor or (it.path.spots[right] if right is not None else None)
    clause_rival = 0.0
    if anchor and rivals:
        text = it.cited[anchor.passage]
        here = text.text[max(0, anchor.start - 40) : anchor.end + 40]
        clause_rival = 1.0 if any(r in here and token.text not in r for r in rivals) else 0.0
    gap = expected(it, left, right)
    if gap is None:
        return [FAR, 0.0, 0.0, 0.0, 0.0, -1.0, 0.0, 0.0, clause_rival]
    passage, low, high = gap
    text = it.cited[passage]
    used = {s.start for s in it.path.spots if s and s.passage == passage and s is not spot}
    there = [t for t in text.between(low, high) if t.start not in used]
    same = [t for t in there if t.kind == token.kind and t.text != token.text]
    overlap = max((_shared(t.text, token.text) for t in there), default=0.0)
    rival = 1.0 if any(r in text.text[low:high] for r in rivals) else 0.0
    soft = max(
        (likeness.alike(t.text, token.text) for t in there if not t.figure and not t.day), default=-1.0
    )
    around = text.text[max(0, low - 5) : high + 5]
    chars = sum(c in around for c in token.text) / len(token.text)
    in_gap = 1.0 if spot and spot.passage == passage and low - 1 <= spot.start <= high else 0.0
    return [
        float(high - low),
        float(len(there)),
        float(len(same)),
        overlap,
        rival,
        soft,
        chars,
        in_gap,
        clause_rival,
    ]


@lru_cache(maxsize=100_000)
def _shared(one: str, other: str) -> float:
    """Share of the longer word's characters that both have."""
    return len(set(one) & set(other)) / max(len(one), len(other))


def _figures(it: Compared, i: int, left: int | None, right: int | None) -> list[float]:
    """For a figure: how it stands to the figures around its place, and whose figure it is there."""
    token, spot = it.claim.tokens[i], it.path.spots[i]
    if token.figure is None:
        return [-1.0] * 7
    anchor = spot or (it.path.spots[left] if left is not None else None)
    anchor = anchor or (it.path.spots[right] if right is not None else None)
    if anchor is None:
        return [9.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    text = it.cited[anchor.passage]
    near = [t for t in text.between(anchor.start - 30, anchor.start + 31) if t.figure and t.figure.low]
    mine = token.figure
    ratios = [
        abs(math.log10(t.figure.low / mine.low)) for t in near if t.figure and t.figure.low * mine.low > 0
    ]
    bound = 0.0
    if spot:
        bound = float(any(t.start == spot.start and t.figure and t.figure.bound != mine.bound for t in near))
    digits = sorted(c for c in token.text if c.isdigit())
    alike = float(bool(digits) and any(sorted(c for c in t.text if c.isdigit()) == digits for t in near))
    segment = _segment(text, anchor, mine.unit) if spot else []
    said = it.claim.text
    own_start = max([0] + [t.end for t in it.claim.tokens if t.figure and t.end <= token.start])
    own = [t for t in it.claim.tokens if own_start <= t.start < token.start and not t.figure]
    weight = sum(t.weight for t in segment)
    known = [t for t in segment if t.text in said or any(o.text in t.text for o in own)]
    names = {t.text for t in segment}
    owners = sum(t.weight for t in own)
    matched = sum(t.weight for t in own if t.text in names or any(t.text in n for n in names))
    strangers = [t for t in segment if t not in known]
    return [
        min([9.0, *ratios]),
        float(sum(t.figure.unit == mine.unit for t in near if t.figure)),
        bound,
        alike,
        sum(t.weight for t in known) / weight if weight else -1.0,
        matched / owners if owners else -1.0,
        float(
            sum(
                any(s.kind == o.kind and (s.kind in ENTITIES or like(s.text, o.text)) for o in own)
                for s in strangers
            )
        ),
    ]


def _segment(text: AnalysedText, spot: Spot, unit: str) -> list[Token]:
    """The passage's words before a figure, back to the figure before it of the same unit, within the sentence."""
    before = text.between(0, spot.start)
    start = max((t.end for t in before if t.figure and t.figure.unit == unit), default=0)
    sentence = text.sentence[spot.start]
    return [
        t for t in before
        if start <= t.start and text.sentence[t.start] == sentence and not t.figure
    ]  # fmt: skip


def _standing(it: Compared, i: int) -> list[float]:
    """Certainty, state, scope and negation of the word's clause in the claim and around its place."""
    token = it.claim.tokens[i]
    kind = tables.statuses().get(token.text)
    own = it.claim.clause[token.start]
    there = it.there[own]
    wide = there.same | there.before
    opposed = _OPPOSED.get(kind or "", set())
    like = 0.0
    same_kind = 0
    for t in there.dropped:
        if t.kind == token.kind:
            same_kind += 1
            if not t.figure and not t.day and not token.figure and not token.day:
                like = max(like, likeness.alike(t.text, token.text))
    mates = it.mates[own]
    weight = sum(it.claim.tokens[j].weight for j in mates)
    matched = sum(it.claim.tokens[j].weight * s.alike for j in mates if (s := it.path.spots[j]))

    def lost(*classes: str) -> float:
        return 1.0 if set(classes) & there.same and not set(classes) & there.own else 0.0

    return [
        float(_CLASSES.index(kind)) if kind in _CLASSES else -1.0,
        1.0 if kind in there.same else 0.0,
        1.0 if kind in there.before else 0.0,
        1.0 if kind not in there.same and opposed & there.same else 0.0,
        1.0 if kind not in wide and opposed & wide else 0.0,
        float(there.negators_own),
        float(there.negators),
        lost("planned", "proposed"),
        lost("allowed", "proposed"),
        lost("partial", "only"),
        lost("approx", "atleast", "atmost"),
        1.0 if "done" in there.own and "done" not in wide else 0.0,
        1.0 if "required" in there.own and "required" not in wide else 0.0,
        there.covered,
        float(len(there.dropped)),
        float(same_kind),
        like,
        *there.relates,
        matched / weight if weight else 0.0,
    ]


_GOVERNS = 30  # characters in front of a word in which a 将 or 已 still speaks of it


def _hedged(it: Compared, i: int) -> list[float]:
    """What of certainty and state speaks of the word here and there, and which qualifiers of the passage are left out."""
    token, spot = it.claim.tokens[i], it.path.spots[i]
    clause = it.there[it.claim.clause[token.start]]
    turned = 1.0 if clause.sign * clause.sign_there < 0 else 0.0
    mine = _governing(it.claim, token.start)
    if spot is None:
        return [_class(mine), -1.0, 0.0, -1.0, -1.0, 0.0, turned]
    text = it.cited[spot.passage]
    there = _governing(text, spot.start)
    opposed = (
        1.0
        if there in _OPPOSED.get(mine, ()) or (mine == "" and there in ("planned", "proposed", "partial"))
        else 0.0
    )
    cut = 0.0 if spot.start in _edges(text) and spot.end in _edges(text) else 1.0
    following = [s for s in it.path.spots[i + 1 :] if s and s.passage == spot.passage and s.start >= spot.end]
    dropped = weight = -1.0
    end = min((s.start for s in following), default=-1)
    low = text.clause[spot.start]
    behind = text.between(spot.end, end if end >= 0 else len(text.text))
    between = [t for t in behind if text.clause[t.start] == low]
    if between or following:
        gone = [t for t in between if t.text not in it.claim.text]
        dropped, weight = float(len(gone)), sum(t.weight for t in gone)
    return [_class(mine), _class(there), opposed, dropped, weight, cut, turned]


def _governing(text: AnalysedText, at: int) -> str:
    """The class of the nearest word of certainty or state before `at` in its sentence, "" where none is near."""
    for t in reversed(text.between(at - _GOVERNS, at)):
        kind = tables.statuses().get(t.text, "")
        if kind in _OPPOSED and kind not in ("more", "less") and text.sentence[t.start] == text.sentence[at]:
            return kind
    return ""


def _class(kind: str) -> float:
    return float(_CLASSES.index(kind)) if kind in _CLASSES else -1.0


@lru_cache(maxsize=1024)
def _edges(text: AnalysedText) -> frozenset[int]:
    """Where words, figures and dates begin and end."""
    return frozenset(
        [p for _, a, b, _ in text.words for p in (a, b)] + [p for t in text.tokens for p in (t.start, t.end)]
    )


def _mixed(it: Compared, i: int) -> list[float]:
    """Whether the word stands with the words of another clause of the claim: 甲为一、乙为二 where 甲 is 二.

    The share of its company in the passage's clause that the claim has in other clauses, and the weight of all company.
    """
    spot = it.path.spots[i]
    if spot is None:
        return [-1.0, 0.0, 0.0]
    text = it.cited[spot.passage]
    clause, own = text.clause[spot.start], it.claim.clause[it.claim.tokens[i].start]
    inside = outside = 0.0
    for j, other in enumerate(it.path.spots):
        if j == i or other is None or other.passage != spot.passage or text.clause[other.start] != clause:
            continue
        token = it.claim.tokens[j]
        if it.claim.clause[token.start] == own:
            inside += token.weight
        else:
            outside += token.weight
    total = inside + outside
    owned = it.owners.get(i)
    return [outside / total if total else -1.0, total, float(owned.fits) if owned else 0.0]
