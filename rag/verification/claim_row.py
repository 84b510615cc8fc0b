"""Features of the claim model: one row of numbers for a claim as a whole."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np

from docs_store.text.places import level_of
from rag.lexicon import tables
from rag.verification import likeness, relating, speakers
from rag.verification.compared import CAUSES, COMPARES, ENTITIES, KINDS, SPEAKS, Compared
from rag.verification.word_rows import PLACE
from rag.verification.words import AnalysedText

_MOST = (
    "owner_rival", "segment_rivals", "gap_rival", "gap_same_kind", "clause_rival", "class_opposed",
    "class_opposed_before", "planned_lost", "allowed_lost", "partial_lost", "approx_lost", "done_added",
    "required_added", "dropped_kind", "dropped_like", "bound_differs", "digits_alike", "left_passage", "left_back",
    "left_clauses", "owner_between", "negators_there", "elsewhere", "name_rival", "deficit", "instead_kind", "instead_any", "instead_rival", "swapped", "governs_opposed",
    "dropped_next_weight", "cut", "turned", "mixed",
)  # fmt: skip
_LEAST = (
    "clause_share", "sentence_share", "window_share", "soft", "alike", "covered_back", "segment_covered",
    "segment_owners", "clause_held", "nearest_ratio", "best", "name",
)  # fmt: skip
_OF_KIND_MOST = (
    "owner_rival",
    "owner_between",
    "gap_same_kind",
    "left_passage",
    "instead_kind",
    "deficit",
    "swapped",
    "mixed",
)
_OF_KIND_LEAST = ("clause_share", "sentence_share", "window_share")
_PIECE = 5  # characters of a sentence or clause that is compared in meaning
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
    entities = np.isin(table[:, 0], [KINDS.index(k) for k in ENTITIES])
    for some in (table[entities], table[table[:, 0] == KINDS.index("noun")]):
        out += _extremes(some, _OF_KIND_MOST, _OF_KIND_LEAST)
    return out


def _extremes(table: np.ndarray, most: Sequence[str], least: Sequence[str]) -> list[float]:
    if not len(table):
        return [-_NONE] * (len(most) + len(least))
    low = table[:, [PLACE[name] for name in least]]
    found: list[float] = table[:, [PLACE[name] for name in most]].max(axis=0).tolist()
    found += np.where(low < 0, _NONE, low).min(axis=0).tolist()
    return found


def _overall(it: Compared) -> list[float]:
    tokens, path, other = it.claim.tokens, it.path, it.elsewhere
    total = sum(t.weight for t in tokens) or 1.0
    matched = [t.weight * (s.alike if s else 0.0) for t, s in zip(tokens, path.spots, strict=True)]
    row = [float(len(tokens)), total, sum(matched) / total, path.score / total, other.score / total]
    row.append((other.score - path.score) / total)
    apart = [
        o.alike * t.weight for t, s, o in zip(tokens, path.spots, other.spots, strict=True) if o and not s
    ]
    row.append(sum(apart) / total)
    clauses = list(it.mates.values())
    shares = [sum(matched[i] for i in c) / sum(tokens[i].weight for i in c) for c in clauses]
    row += [min(shares, default=0.0), float(len(shares))]
    elsewhere = []
    for c in clauses:
        there = sum(tokens[i].weight * (o.alike if (o := other.spots[i]) else 0.0) for i in c)
        elsewhere.append((there - sum(matched[i] for i in c)) / sum(tokens[i].weight for i in c))
    row.append(max(elsewhere, default=0.0))
    for kind in KINDS:
        mine = [i for i, t in enumerate(tokens) if t.kind == kind]
        row.append(float(len(mine)))
        row.append(sum(tokens[i].weight - matched[i] for i in mine))
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
    row += [float(any(w in text for w in group)) for group in (CAUSES, COMPARES, SPEAKS)]
    row += [float(len(it.cited)), float(len(it.others))]
    classes = [tables.statuses().get(t.text) for t in tokens]
    for cls in ("all", "first", "only", "required", "done", "planned"):
        row.append(sum((0.1 if s else 1.0) for k, s in zip(classes, path.spots, strict=True) if k == cls))
    fits = [owned.fits for owned in it.owners.values()]
    row += [float(min(fits, default=0)), float(max(fits, default=0))]
    row.append(relating.comparison_verdict(it.claim, list(it.cited.values())))
    covered = [t.covered for t in it.there.values()]
    row += [min(covered, default=-1.0), sum(covered) / len(covered) if covered else -1.0]
    row.append(float(max((sum(d.kind in ENTITIES for d in t.dropped) for t in it.there.values()), default=0)))
    row.append(float(sum(abs(t.negators - t.negators_own) for t in it.there.values())))
    row += _meaning(it)
    row += [speakers.speaker_verdict(it), float(len(speakers.post_of_another(it))), *_topic(it)]
    return row


def _topic(it: Compared) -> list[float]:
    """Places of the claim that the passages do not name, and whether those name others of the level instead."""
    absent = [t.text for i, t in enumerate(it.claim.tokens) if t.kind == "place" and not it.path.places[i]]
    levels = {level_of(name.rstrip("省市县区")) for name in absent}
    there = {t.text for p in it.cited.values() for t in p.tokens if t.kind == "place"}
    rivals = sum(level_of(name.rstrip("省市县区")) in levels for name in there) if absent else 0
    return [float(len(absent)), float(rivals)]


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
def _matrix_of(reading: AnalysedText) -> np.ndarray:
    return likeness.matrix(pieces_of(reading))


def pieces_of(reading: AnalysedText) -> list[str]:
    """The sentences and clauses of a passage."""
    spans = (*reading.sentence_spans, *reading.clause_spans)
    return [reading.text[start:end] for start, end in spans if end - start >= _PIECE]


def doubted(it: Compared, doubts: Sequence[float]) -> list[float]:
    """The part that the word model's doubts make."""
    tokens = it.claim.tokens
    total = sum(t.weight for t in tokens) or 1.0
    ranked = sorted(doubts, reverse=True)
    row = [ranked[k] if k < len(ranked) else 0.0 for k in range(3)]
    row.append(sum(d * t.weight for d, t in zip(doubts, tokens, strict=True)) / total)
    row.append(math.log(max(1e-6, math.prod(1 - 0.98 * d for d in doubts))))
    for group in (
        ENTITIES,
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
    "owner_least", "owner_most", "comparison_verdict", "covered_least", "covered_mean", "dropped_entities", "negators_apart",
    "meaning_cited", "meaning_cited_clause", "meaning_others", "meaning_others_clause",
    "speaker", "posts", "places_absent", "places_instead",
    *(f"most_{name}" for name in _MOST), *(f"least_{name}" for name in _LEAST),
    *(f"{kind}_{what}" for kind in ("entity", "nouns") for what in (*_OF_KIND_MOST, *_OF_KIND_LEAST)),
    "doubt_1", "doubt_2", "doubt_3", "doubt_mean", "doubt_all", "doubt_entity", "doubt_number", "doubt_name",
    "doubt_status", "doubt_word", "doubt_clause",
)  # fmt: skip
