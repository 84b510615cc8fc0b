"""What the learned models read: a row of numbers for each word of a claim, and one for the claim as a whole."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from rag.lexicon import relations, tables
from rag.verification import likeness, names, relating
from rag.verification.alignment import Alignment, Spot, align
from rag.verification.words import Reading, Token

KINDS = ("person", "place", "party", "number", "date", "verb", "noun", "other", "negator", "status")
_ENTITIES = frozenset(("person", "place", "party", "number", "date"))
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
_CAUSES = ("由于", "因为", "因", "受", "原因", "得益于", "导致", "源于", "为此", "随着", "带动")
_COMPARES = (
    "高于",
    "低于",
    "多于",
    "少于",
    "超过",
    "大于",
    "快于",
    "慢于",
    "更",
    "最",
    "不及",
    "相比",
    "相当",
    "比",
)
_SPEAKS = ("表示", "介绍", "说", "认为", "指出", "称", "强调", "透露", "看来", "提出", "呼吁", "建议")
_FAR = 200.0
_NEAR = 15  # characters around a place in which its neighbours are looked for


@dataclass
class Compared:
    """A claim laid beside the passages that it cites, and beside the others."""

    claim: Reading
    cited: dict[int, Reading]
    others: dict[int, Reading]
    path: Alignment
    elsewhere: Alignment
    question: str
    mates: dict[int, list[int]] = field(default_factory=dict)
    """Clause of the claim → its tokens."""
    there: dict[int, _There] = field(default_factory=dict)
    """Clause of the claim → what the clauses that it rests on say of certainty, state and negation."""
    names: dict[int, tuple[float, float]] = field(default_factory=dict)
    """Token in the name of a body or office → whether the passages have the name, and how many others of its sort."""

    def __post_init__(self) -> None:
        """Groups the tokens by clause."""
        for i, token in enumerate(self.claim.tokens):
            self.mates.setdefault(self.claim.clause[token.start], []).append(i)
        for clause, mates in self.mates.items():
            self.there[clause] = _There.of(self, mates)
        for name in names.names(self.claim):
            found = max((names.standing(name, p) for p in self.cited.values()), default=0.0)
            rival = 0.0 if found == 1 else float(sum(len(names.rivals(name, p)) for p in self.cited.values()))
            for i, token in enumerate(self.claim.tokens):
                if name.start <= token.start < name.end:
                    self.names[i] = (found, rival)


@dataclass(frozen=True)
class _There:
    own: frozenset[str]
    same: frozenset[str]
    before: frozenset[str]
    negators: int
    negators_own: int
    covered: float
    dropped: tuple[Token, ...]
    piece: str

    @classmethod
    def of(cls, it: Compared, mates: Sequence[int]) -> _There:
        tokens = it.claim.tokens
        standing = tables.statuses()
        clauses: dict[tuple[int, int], float] = {}
        for j in mates:
            if s := it.path.spots[j]:
                key = (s.passage, it.cited[s.passage].clause[s.start])
                clauses[key] = clauses.get(key, 0.0) + tokens[j].weight
        total = sum(clauses.values())
        chosen = {key for key, weight in clauses.items() if weight >= 0.25 * total}
        same: set[str] = set()
        before: set[str] = set()
        negators = 0
        covered = all_weight = 0.0
        dropped = []
        used = {(s.passage, s.start) for s in it.path.spots if s}
        for number, clause in chosen:
            text = it.cited[number]
            for t in text.tokens:
                c = text.clause[t.start]
                if c > clause:
                    break
                if c < clause - 3:
                    continue
                kind = standing.get(t.text)
                if c == clause:
                    if t.kind == "negator":
                        negators += 1
                    if kind:
                        same.add(kind)
                    all_weight += t.weight
                    if (number, t.start) in used or t.text in it.claim.text:
                        covered += t.weight
                    else:
                        dropped.append(t)
                elif kind and text.sentence[t.start] == text.sentence[text.clause.index(clause)]:
                    before.add(kind)
        own = {standing[tokens[j].text] for j in mates if tokens[j].text in standing}
        negators_own = sum(tokens[j].kind == "negator" for j in mates)
        first, last = tokens[mates[0]].start, tokens[mates[-1]].end
        return cls(
            frozenset(own), frozenset(same), frozenset(before), negators, negators_own,
            covered / all_weight if all_weight else -1.0, tuple(dropped), it.claim.text[max(0, first - 3) : last],
        )  # fmt: skip


def compare(
    claim: Reading, passages: Sequence[Reading], cited: Sequence[int], question: str = ""
) -> Compared:
    """Aligns `claim` with the cited passages (numbers from 0), and with those not cited."""
    inside = {n: passages[n] for n in cited}
    outside = {n: p for n, p in enumerate(passages) if n not in inside}
    return Compared(
        claim,
        inside,
        outside,
        align(claim, list(inside.items())),
        align(claim, list(outside.items())),
        question,
    )


WORD_FEATURES = (
    "kind", "weight", "length", "alike", "places", "best", "elsewhere", "elsewhere_path", "asked", "position",
    "soft", "soft_clause",
    *(f"{side}_{name}" for side in ("left", "right") for name in
      ("claim_distance", "distance", "clauses", "sentences", "passage", "back")),
    "near_prev", "near_next", "order_prev", "order_next", "clause_share", "sentence_share", "best_clause_share",
    "window_share", "owner_between", "owner_rival",
    "gap_size", "gap_tokens", "gap_same_kind", "gap_overlap", "gap_rival", "gap_soft", "gap_chars", "gap_here",
    "clause_rival",
    "nearest_ratio", "same_unit_near", "bound_differs", "digits_alike", "segment_covered", "segment_owners",
    "segment_rivals",
    "class", "class_there", "class_before", "class_opposed", "class_opposed_before", "negators_claim",
    "negators_there", "planned_lost", "allowed_lost", "partial_lost", "approx_lost", "done_added", "required_added",
    "covered_back", "dropped", "dropped_kind", "dropped_like", "cause", "compares", "speaks", "clause_held",
    "name", "name_rival",
)  # fmt: skip


_PLACE = {name: place for place, name in enumerate(WORD_FEATURES)}


def words(it: Compared) -> list[list[float]]:
    """A row for each token of the claim, in the order of `WORD_FEATURES`."""
    near = _near_words(it)
    return [_word(it, i, near) for i in range(len(it.claim.tokens))]


def _near_words(it: Compared) -> tuple[list[str], np.ndarray]:
    """The words of the sentences that the claim rests on, with their vectors."""
    found: dict[str, None] = {}
    rests = {(s.passage, it.cited[s.passage].sentence[s.start]) for s in it.path.spots if s}
    for number, sentence in rests:
        text = it.cited[number]
        for t in text.tokens:
            if text.sentence[t.start] == sentence and not t.figure and not t.day:
                found[t.text] = None
    names = list(found)
    return names, likeness.matrix(names)


def _word(it: Compared, i: int, near: tuple[list[str], np.ndarray]) -> list[float]:
    tokens, path = it.claim.tokens, it.path
    token, spot, places = tokens[i], path.spots[i], path.places[i]
    left, right = _neighbour(path, i, -1), _neighbour(path, i, 1)
    soft = -1.0
    if not token.figure and not token.day:
        soft = 1.0
        if (spot is None or spot.alike < 1) and len(near[0]):
            soft = float((near[1] @ likeness.vector(token.text)).max())
        elif spot is None:
            soft = 0.0
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
    row += _cohesion(it, i)
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
        return [_FAR, _FAR, -1.0, -1.0, -1.0, -1.0]
    tokens = it.claim.tokens
    apart = float(tokens[i].start - tokens[j].end if j < i else tokens[j].start - tokens[i].end)
    if spot.passage != other.passage:
        return [apart, _FAR, 9.0, 9.0, 1.0, 0.0]
    text = it.cited[spot.passage]
    first, second = (other, spot) if j < i else (spot, other)
    distance = float(second.start - first.end)
    return [
        apart,
        min(_FAR, abs(distance)),
        float(abs(text.clause[spot.start] - text.clause[other.start])),
        float(abs(text.sentence[spot.start] - text.sentence[other.start])),
        0.0,
        1.0 if distance < 0 else 0.0,
    ]


def _cohesion(it: Compared, i: int) -> list[float]:
    """How much of what stands beside the word in the claim stands beside its place in the passage."""
    tokens, path, spot = it.claim.tokens, it.path, it.path.spots[i]
    if spot is None:
        return [_FAR, _FAR] + [-1.0] * 8
    text = it.cited[spot.passage]
    near_prev, order_prev = _nearest(path.places[i - 1] if i else (), spot)
    near_next, order_next = _nearest(path.places[i + 1] if i + 1 < len(tokens) else (), spot)
    mates = [j for j in it.mates[it.claim.clause[tokens[i].start]] if j != i]
    total = sum(tokens[j].weight for j in mates) or 1.0
    clauses: dict[tuple[int, int], float] = {}
    sentence = window = 0.0
    here = (spot.passage, text.clause[spot.start])
    own_sentence = text.sentence[spot.start]
    for j in mates:
        seen: dict[tuple[int, int], float] = {}
        in_sentence = in_window = 0.0
        reach = _NEAR + abs(tokens[j].start - tokens[i].start)
        for place in path.places[j]:
            there = it.cited[place.passage]
            key = (place.passage, there.clause[place.start])
            if place.alike > seen.get(key, 0.0):
                seen[key] = place.alike
            if place.passage == spot.passage:
                if there.sentence[place.start] == own_sentence and place.alike > in_sentence:
                    in_sentence = place.alike
                if abs(place.start - spot.start) <= reach and place.alike > in_window:
                    in_window = place.alike
        weight = tokens[j].weight
        for key, alike in seen.items():
            clauses[key] = clauses.get(key, 0.0) + alike * weight
        sentence += in_sentence * weight
        window += in_window * weight
    between, rival = _owner(it, i, spot)
    return [
        near_prev, near_next, order_prev, order_next,
        clauses.get(here, 0.0) / total, sentence / total, max(clauses.values(), default=0.0) / total, window / total,
        between, rival,
    ]  # fmt: skip


def _nearest(places: Sequence[Spot], spot: Spot) -> tuple[float, float]:
    """(distance to the nearest of the places, 1 before 0 after, -1 none)."""
    best, order = _FAR, -1.0
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
    if token.kind not in _ENTITIES and token.kind != "noun":
        return -1.0, -1.0
    text = it.cited[spot.passage]
    rivals = [r for r in text.tokens if not (r.start < spot.end and r.end > spot.start) and _rival(r, token)]
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
            best = min(best, sum(low < r.start < high for r in rivals))
        least = min(least, best)
        own = min(abs(p.start - spot.start) for p in here)
        near = min((abs(p.start - r.start) for p in here for r in rivals), default=999)
        lost += tokens[j].weight * (near < own)
    return least, lost / weight if weight else -1.0


def _rival(other: Token, token: Token) -> bool:
    """True when the passage's word could stand in the place of the claim's: same kind, and like it."""
    if other.text == token.text:
        return False
    if token.figure:
        return other.figure is not None and token.figure.unit == other.figure.unit
    if other.kind != token.kind:
        return other.text in relations.rivals().get(token.text, {})
    if token.kind == "noun":
        return _like(other.text, token.text)
    return True


def _like(one: str, other: str) -> bool:
    """True for two nouns of one sort: 水电 and 风电."""
    if other in relations.rivals().get(one, {}):
        return True
    return (len(one) == len(other) and (one[0] == other[0] or one[-1] == other[-1])) or likeness.alike(
        one, other
    ) > 0.45


def _companions(claim: Reading, i: int) -> list[int]:
    """The words on both sides of a name or figure, up to the next of its kind on each."""
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
    return found


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
        return [_FAR, 0.0, 0.0, 0.0, 0.0, -1.0, 0.0, 0.0, clause_rival]
    passage, low, high = gap
    text = it.cited[passage]
    used = {s.start for s in it.path.spots if s and s.passage == passage and s is not spot}
    there = [t for t in text.tokens if low <= t.start < high and t.start not in used]
    same = [t for t in there if t.kind == token.kind and t.text != token.text]
    overlap = max(
        (len(set(t.text) & set(token.text)) / max(len(t.text), len(token.text)) for t in there), default=0.0
    )
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


def expected(it: Compared, left: int | None, right: int | None) -> tuple[int, int, int] | None:
    """(passage, start, end) of the place where a word between these aligned neighbours would stand."""
    a = it.path.spots[left] if left is not None else None
    b = it.path.spots[right] if right is not None else None
    if a and b and a.passage == b.passage and 0 <= b.start - a.end <= 40:
        return a.passage, a.end, b.start
    if a:
        return a.passage, a.end, min(a.end + 20, len(it.cited[a.passage].text))
    if b:
        return b.passage, max(0, b.start - 20), b.start
    return None


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
    near = [t for t in text.tokens if t.figure and abs(t.start - anchor.start) <= 30 and t.figure.value]
    mine = token.figure
    ratios = [abs(math.log10(float(t.figure.value / mine.value))) for t in near if t.figure and mine.value]
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
    held = sum(t.weight for t in own if t.text in names or any(t.text in n for n in names))
    strangers = [t for t in segment if t not in known]
    return [
        min([9.0, *ratios]),
        float(sum(t.figure.unit == mine.unit for t in near if t.figure)),
        bound,
        alike,
        sum(t.weight for t in known) / weight if weight else -1.0,
        held / owners if owners else -1.0,
        float(
            sum(
                any(s.kind == o.kind and (s.kind in _ENTITIES or _like(s.text, o.text)) for o in own)
                for s in strangers
            )
        ),
    ]


def _segment(text: Reading, spot: Spot, unit: str) -> list[Token]:
    """The passage's words before a figure, back to the figure before it of the same unit, within the sentence."""
    start = 0
    for t in text.tokens:
        if t.start >= spot.start:
            break
        if t.figure and t.figure.unit == unit:
            start = t.end
    sentence = text.sentence[spot.start]
    return [
        t for t in text.tokens
        if start <= t.start < spot.start and text.sentence[t.start] == sentence and not t.figure
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
        if not t.figure and not t.day and not token.figure and not token.day and t.kind == token.kind:
            like = max(like, likeness.alike(t.text, token.text))
    mates = it.mates[own]
    weight = sum(it.claim.tokens[j].weight for j in mates)
    held = sum(it.claim.tokens[j].weight * s.alike for j in mates if (s := it.path.spots[j]))

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
        1.0 if any(w in there.piece for w in _CAUSES) else 0.0,
        1.0 if any(w in there.piece for w in _COMPARES) else 0.0,
        1.0 if any(w in there.piece for w in _SPEAKS) else 0.0,
        held / weight if weight else 0.0,
    ]


_MOST = (
    "owner_rival", "segment_rivals", "gap_rival", "gap_same_kind", "clause_rival", "class_opposed",
    "class_opposed_before", "planned_lost", "allowed_lost", "partial_lost", "approx_lost", "done_added",
    "required_added", "dropped_kind", "dropped_like", "bound_differs", "digits_alike", "left_passage", "left_back",
    "left_clauses", "owner_between", "negators_there", "elsewhere", "name_rival",
)  # fmt: skip
_LEAST = (
    "clause_share", "sentence_share", "window_share", "soft", "alike", "covered_back", "segment_covered",
    "segment_owners", "clause_held", "nearest_ratio", "best", "name",
)  # fmt: skip
_OF_KIND_MOST = ("owner_rival", "owner_between", "gap_same_kind", "left_passage")
_OF_KIND_LEAST = ("clause_share", "sentence_share", "window_share")
_NONE = 9.0  # a least value where no word has one


def sentence(it: Compared, rows: Sequence[Sequence[float]], doubts: Sequence[float]) -> list[float]:
    """The row of the claim as a whole, in the order of `SENTENCE_FEATURES`.

    `rows` are those of its words, `doubts` the word model's probabilities that a word does not rest.
    """
    return overall(it, rows) + doubted(it, doubts)


def overall(it: Compared, rows: Sequence[Sequence[float]]) -> list[float]:
    """The part that asks no model."""
    return _overall(it) + _pooled(np.asarray(rows))


def _pooled(table: np.ndarray) -> list[float]:
    """The largest and the least of what tells most, over all words that weigh, over names and figures, over nouns."""
    weighty = table[table[:, 1] >= 0.5]
    out = _extremes(weighty if len(weighty) else table, _MOST, _LEAST)
    entities = np.isin(table[:, 0], [KINDS.index(k) for k in _ENTITIES])
    for some in (table[entities], table[table[:, 0] == KINDS.index("noun")]):
        out += _extremes(some, _OF_KIND_MOST, _OF_KIND_LEAST)
    return out


def _extremes(table: np.ndarray, most: Sequence[str], least: Sequence[str]) -> list[float]:
    if not len(table):
        return [-_NONE] * (len(most) + len(least))
    low = table[:, [_PLACE[name] for name in least]]
    found: list[float] = table[:, [_PLACE[name] for name in most]].max(axis=0).tolist()
    found += np.where(low < 0, _NONE, low).min(axis=0).tolist()
    return found


def _overall(it: Compared) -> list[float]:
    tokens, path, other = it.claim.tokens, it.path, it.elsewhere
    total = sum(t.weight for t in tokens) or 1.0
    held = [t.weight * (s.alike if s else 0.0) for t, s in zip(tokens, path.spots, strict=True)]
    row = [float(len(tokens)), total, sum(held) / total, path.score / total, other.score / total]
    row.append((other.score - path.score) / total)
    apart = [
        o.alike * t.weight for t, s, o in zip(tokens, path.spots, other.spots, strict=True) if o and not s
    ]
    row.append(sum(apart) / total)
    clauses = list(it.mates.values())
    shares = [sum(held[i] for i in c) / sum(tokens[i].weight for i in c) for c in clauses]
    row += [min(shares, default=0.0), float(len(shares))]
    elsewhere = []
    for c in clauses:
        there = sum(tokens[i].weight * (o.alike if (o := other.spots[i]) else 0.0) for i in c)
        elsewhere.append((there - sum(held[i] for i in c)) / sum(tokens[i].weight for i in c))
    row.append(max(elsewhere, default=0.0))
    for kind in KINDS:
        mine = [i for i, t in enumerate(tokens) if t.kind == kind]
        row.append(float(len(mine)))
        row.append(sum(tokens[i].weight - held[i] for i in mine))
    run = longest = 0.0
    for t, s in zip(tokens, path.spots, strict=True):
        run = 0.0 if s else run + t.weight
        longest = max(longest, run)
    row.append(longest)
    spots = [s for s in path.spots if s]
    row.append(float(len({s.passage for s in spots})))
    backs = sum(b.passage == a.passage and b.start < a.start for a, b in itertools.pairwise(spots))
    row.append(float(backs))
    row.append(float(len({(s.passage, it.cited[s.passage].sentence[s.start]) for s in spots})))
    text = it.claim.text
    row += [float(any(w in text for w in group)) for group in (_CAUSES, _COMPARES, _SPEAKS)]
    row += [float(len(it.cited)), float(len(it.others))]
    classes = [tables.statuses().get(t.text) for t in tokens]
    for cls in ("all", "first", "only", "required", "done", "planned"):
        row.append(sum((0.1 if s else 1.0) for k, s in zip(classes, path.spots, strict=True) if k == cls))
    row.append(relating.list_verdict(it.claim, path, it.cited))
    row.append(relating.comparison_verdict(it.claim, list(it.cited.values())))
    covered = [t.covered for t in it.there.values()]
    row += [min(covered, default=-1.0), sum(covered) / len(covered) if covered else -1.0]
    row.append(
        float(max((sum(d.kind in _ENTITIES for d in t.dropped) for t in it.there.values()), default=0))
    )
    row.append(float(sum(abs(t.negators - t.negators_own) for t in it.there.values())))
    row += _meaning(it)
    return row


def _meaning(it: Compared) -> list[float]:
    """Cosines of the claim, and of its least like clause, with the sentences cited and not cited."""
    clauses = [t.piece for t in it.there.values()]
    mine = likeness.matrix([it.claim.text, *clauses])
    row = []
    for group in (it.cited, it.others):
        if not group:
            row += [-1.0, -1.0]
            continue
        best = np.max([(mine @ _matrix_of(r).T).max(axis=1, initial=-1.0) for r in group.values()], axis=0)
        row += [float(best[0]), float(best[1:].min()) if len(clauses) else -1.0]
    return row


@lru_cache(maxsize=512)
def _matrix_of(reading: Reading) -> np.ndarray:
    return likeness.matrix(pieces_of(reading))


@lru_cache(maxsize=512)
def pieces_of(reading: Reading) -> tuple[str, ...]:
    """The sentences and clauses of a passage."""
    found: list[str] = []
    for marks in (reading.sentence, reading.clause):
        start = 0
        for at in range(1, len(marks) + 1):
            if at == len(marks) or marks[at] != marks[at - 1]:
                if at - start >= 5:
                    found.append(reading.text[start:at])
                start = at
    return tuple(found)


def doubted(it: Compared, doubts: Sequence[float]) -> list[float]:
    """The part that the word model's doubts make."""
    tokens = it.claim.tokens
    total = sum(t.weight for t in tokens) or 1.0
    ranked = sorted(doubts, reverse=True)
    row = [ranked[k] if k < len(ranked) else 0.0 for k in range(3)]
    row.append(sum(d * t.weight for d, t in zip(doubts, tokens, strict=True)) / total)
    row.append(math.log(max(1e-6, math.prod(1 - 0.98 * d for d in doubts))))
    for group in (
        _ENTITIES,
        {"number"},
        {"person", "party"},
        {"status", "negator"},
        {"verb", "noun", "other"},
    ):
        row.append(max((d for d, t in zip(doubts, tokens, strict=True) if t.kind in group), default=0.0))
    row.append(_worst_clause(it.mates.values(), doubts))
    return row


def _worst_clause(clauses: Iterable[Sequence[int]], doubts: Sequence[float]) -> float:
    return max((sum(doubts[i] for i in c) / len(c) for c in clauses), default=0.0)


SENTENCE_FEATURES = (
    "tokens", "weight", "held", "path", "elsewhere", "elsewhere_better", "only_elsewhere", "least_clause", "clauses",
    "clause_elsewhere",
    *(f"{kind}_{what}" for kind in KINDS for what in ("count", "missing")),
    "longest_missing", "path_passages", "backs", "path_sentences", "cause", "compares", "speaks", "cited", "others",
    *(f"lone_{cls}" for cls in ("all", "first", "only", "required", "done", "planned")),
    "list_verdict", "comparison_verdict", "covered_least", "covered_mean", "dropped_entities", "negators_apart",
    "meaning_cited", "meaning_cited_clause", "meaning_others", "meaning_others_clause",
    *(f"most_{name}" for name in _MOST), *(f"least_{name}" for name in _LEAST),
    *(f"{kind}_{what}" for kind in ("entity", "nouns") for what in (*_OF_KIND_MOST, *_OF_KIND_LEAST)),
    "doubt_1", "doubt_2", "doubt_3", "doubt_mean", "doubt_all", "doubt_entity", "doubt_number", "doubt_name",
    "doubt_status", "doubt_word", "doubt_clause",
)  # fmt: skip
