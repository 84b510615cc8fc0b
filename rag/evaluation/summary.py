"""A run's figures with intervals, by slice, and stage times."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from rag.evaluation import intervals, ranking
from rag.evaluation.intervals import Estimate
from rag.evaluation.verdict import QuestionVerdict

Value = Callable[[QuestionVerdict], float | None]


def _answerable(of: Value) -> Value:
    return lambda v: of(v) if v.answerable and v.outcome else None


def _hopeless(of: Value) -> Value:
    return lambda v: of(v) if not v.answerable and v.outcome else None


def _closed(of: Value) -> Value:
    """Of questions that are right or not, not more or less."""
    return lambda v: of(v) if not v.key_points else None


def _ranked(of: Value) -> Value:
    return lambda v: of(v) if v.ranked else None


def _said(of: Value) -> Value:
    """Of answers that were given."""
    return lambda v: of(v) if v.answer and not v.answer["refused"] else None


FIGURES: Mapping[str, Value] = {
    "right": _closed(_answerable(lambda v: float(v.right))),
    "right_and_cited": _closed(_answerable(lambda v: float(v.right and v.cited) if v.evidence else None)),
    "key_points": _answerable(lambda v: v.points),
    "refused_wrongly": _answerable(lambda v: float(v.outcome == "refused_wrongly")),
    "refused_rightly": _hopeless(lambda v: float(v.right)),
    "answered_wrongly": _hopeless(lambda v: float(not v.right)),
    "citation_precision": _said(lambda v: v.citation_precision),
    "citation_recall": _said(lambda v: v.citation_recall),
    "unsupported_claims": lambda v: float(len(v.answer["unsupported"])) if v.answer else None,
    "uncited_sentences": _said(lambda v: float(v.uncited_sentences)),
    "length": _said(lambda v: float(v.length)),
    "hit@1": _ranked(lambda v: ranking.hit_at(v.rank, 1)),
    "hit@3": _ranked(lambda v: ranking.hit_at(v.rank, 3)),
    "hit@5": _ranked(lambda v: ranking.hit_at(v.rank, 5)),
    "hit@10": _ranked(lambda v: ranking.hit_at(v.rank, 10)),
    "mrr@10": _ranked(lambda v: ranking.reciprocal(v.rank)),
    "ndcg@10": lambda v: v.ndcg,
}
"""Each figure's value for one question; None where the question does not count."""
_SLICED = ("right", "key_points", "refused_wrongly", "refused_rightly", "hit@1", "hit@5", "mrr@10")
_STAGES = ("retrieve", "first_token", "total")


def figures(
    verdicts: Sequence[QuestionVerdict], names: Sequence[str] = tuple(FIGURES)
) -> dict[str, Estimate]:
    """The figures that at least one question counts for."""
    found = {}
    for name in names:
        values = [x for v in verdicts if (x := FIGURES[name](v)) is not None]
        if figure := intervals.mean(values):
            found[name] = figure
    return found


def slices(verdicts: Sequence[QuestionVerdict]) -> dict[str, dict[str, dict[str, Any]]]:
    """The main figures by question type, by answerable, and by quarter of word overlap with the evidence."""
    groups: dict[str, dict[str, list[QuestionVerdict]]] = {
        "type": _grouped(verdicts, lambda v: v.type),
        "answerable": _grouped(verdicts, lambda v: "yes" if v.answerable else "no"),
        "overlap": _quarters(verdicts),
    }
    return {
        kind: {
            name: {"n": len(rows)} | {k: f.to_dict() for k, f in figures(rows, _SLICED).items()}
            for name, rows in sorted(found.items())
        }
        for kind, found in groups.items()
        if found
    }


def _grouped(
    verdicts: Sequence[QuestionVerdict], of: Callable[[QuestionVerdict], str]
) -> dict[str, list[QuestionVerdict]]:
    found: dict[str, list[QuestionVerdict]] = {}
    for verdict in verdicts:
        found.setdefault(of(verdict), []).append(verdict)
    return found


def _quarters(verdicts: Sequence[QuestionVerdict]) -> dict[str, list[QuestionVerdict]]:
    """The answerable questions from the least to the most overlap; {} where fewer than eight have one."""
    known = [v for v in verdicts if v.overlap is not None and v.answerable]
    if len(known) < 8:
        return {}
    known.sort(key=lambda v: (v.overlap or 0.0, v.id))
    names = ("1 least", "2", "3", "4 most")
    return {name: known[len(known) * i // 4 : len(known) * (i + 1) // 4] for i, name in enumerate(names)}


def stage_times(verdicts: Sequence[QuestionVerdict]) -> dict[str, dict[str, float]]:
    """Mean, p50 and p95 milliseconds of each stage."""
    found = {}
    for stage in _STAGES:
        spent = [t for v in verdicts if (t := v.answer.get("timings_ms", {}).get(stage)) is not None]
        if spent:
            found[stage] = {
                "mean": round(float(np.mean(spent)), 1),
                "p50": round(float(np.percentile(spent, 50)), 1),
                "p95": round(float(np.percentile(spent, 95)), 1),
            }
    return found
