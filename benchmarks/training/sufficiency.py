"""Learns `rag/weights/relevance.json` and `rag/weights/sufficiency.json` from questions whose passages do, and do not, hold the answer.

Run: python -m benchmarks.training.sufficiency ../shared/data

First which sentences hold the answer (relevance), then whether the passages hold it at all (sufficiency), whose features
are taken with relevance weights that were learned without the row's event. Prints the cross-validated figures, writes the
weights learned from all rows, and beside this script the weights of each fold, so that `benchmarks/answers.py` scores
every row with weights that never saw its event.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from rag.assistant import as_hits
from rag.evidence import relevance, sufficiency
from rag.evidence import sentences as evidence
from rag.weights.logistic import Weights

FOLDS = Path(__file__).parent / "answer_folds.json"
KEEP = (0.85, 0.88, 0.9, 0.93, 0.95)
_FOLDS = 10

Row = dict[str, Any]


def event(row: Row) -> str:
    """The news event that a row's id names; rows of one event stay in one fold."""
    return str(row["id"]).rsplit("_", 1)[0]


def rows_of(data: Path, name: str) -> list[Row]:
    """The rows of a .jsonl file."""
    return [json.loads(line) for line in (data / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def fit(features: Sequence[dict[str, float]], labels: Sequence[bool], strength: float) -> Weights:
    """Logistic weights on standardised features; `strength` is scikit-learn's C."""
    names = list(features[0])
    matrix: NDArray[np.float64] = np.array([[row[name] for name in names] for row in features])
    model = make_pipeline(StandardScaler(), LogisticRegression(C=strength, max_iter=3000)).fit(matrix, labels)
    scaler, logistic = model[0], model[1]

    def named(values: NDArray[np.float64]) -> dict[str, float]:
        return {name: round(float(value), 4) for name, value in zip(names, values, strict=True)}

    return Weights(
        intercept=round(float(logistic.intercept_[0]), 4),
        mean=named(scaler.mean_),
        scale=named(scaler.scale_),
        weight=named(logistic.coef_[0]),
    )


def sentences_of(row: Row) -> list[tuple[dict[str, float], bool]]:
    """Features of each sentence of the row's passages, and whether it holds the whole answer."""
    found = evidence.gather(row["question"], as_hits(row["passages"])).sentences
    return [(dict(s.features), all(answer in s.text for answer in row["answers"])) for s in found]


def learn_relevance(sentences: Sequence[Sequence[tuple[dict[str, float], bool]]]) -> Weights:
    """From the sentences of rows that have an answer."""
    flat = [pair for row in sentences for pair in row]
    return fit([features for features, _ in flat], [holds for _, holds in flat], 0.1)


def gathered(row: Row, weights: Weights) -> evidence.Evidence:
    """The row's evidence under the given relevance weights."""
    with patch.object(relevance, "weights", lambda: weights):
        return evidence.gather(row["question"], as_hits(row["passages"]))


def main() -> None:
    """Trains, reports, writes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    args = parser.parse_args()
    answerable, hopeless = rows_of(args.data, "answer_dev"), rows_of(args.data, "reject_dev")
    rows = [(row, True) for row in answerable] + [(row, False) for row in hopeless]
    events = [event(row) for row, _ in rows]
    fold_of = np.zeros(len(rows), int)
    for number, (_, test) in enumerate(GroupKFold(_FOLDS).split(rows, groups=events)):
        fold_of[test] = number

    sentences = [sentences_of(row) for row in answerable]  # the answerable rows come first in `rows`
    relevances = [
        learn_relevance([s for s, f in zip(sentences, fold_of, strict=False) if f != n])
        for n in range(_FOLDS)
    ]
    out_of_fold = [gathered(row, relevances[f]) for (row, _), f in zip(rows, fold_of, strict=True)]
    for top in (1, 2, 3):
        held = sum(
            all(any(a in s.text for s in e.sentences[:top]) for a in row["answers"])
            for (row, has), e in zip(rows, out_of_fold, strict=True)
            if has
        )
        print(f"answer in the first {top} sentences: {held} of {len(answerable)}")
    features = [dict(e.features) for e in out_of_fold]
    labels = [has for _, has in rows]
    sufficiencies = [
        fit(
            [x for x, f in zip(features, fold_of, strict=True) if f != n],
            [y for y, f in zip(labels, fold_of, strict=True) if f != n],
            0.3,
        )
        for n in range(_FOLDS)
    ]
    chance = np.array([sufficiencies[f].probability(x) for x, f in zip(features, fold_of, strict=True)])
    has = np.array(labels)
    print("rows", len(rows), "AUC", round(float(roc_auc_score(has, chance)), 3))
    for keep in KEEP:
        bar = np.quantile(chance[has], 1 - keep)
        print(f"keep {keep:.0%} at {bar:.2f}: refuse {np.mean(chance[~has] < bar):.1%}")

    final = {relevance: learn_relevance(sentences), sufficiency: fit(features, labels, 0.3)}
    for module, weights in final.items():
        name = module.__name__.rsplit(".", 1)[1]
        (Path("rag/weights") / f"{name}.json").write_text(
            weights.model_dump_json(indent=1) + "\n", encoding="utf-8"
        )
    by_fold = {
        "events": {name: int(f) for name, f in zip(events, fold_of, strict=True)},
        "weights": [
            {"relevance": r.model_dump(), "sufficiency": s.model_dump()}
            for r, s in zip(relevances, sufficiencies, strict=True)
        ],
    }
    FOLDS.write_text(json.dumps(by_fold, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
