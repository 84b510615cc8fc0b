"""Learns `rag/weights/confidence.json` from what the answers benchmark recorded: evidence and opinion of each row it answered.

    python -m benchmarks.answers --only given
    python -m benchmarks.training.confidence build/answers/given-<digest>.jsonl

The records' evidence scores are out of fold already (`benchmarks/answers.py`), so that nothing is learned from scores that
knew their row. Prints the area under the curve of evidence alone, opinion alone and both, the latter cross-validated by
event, and writes the weights learned from all rows.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from benchmarks.training import boosting
from benchmarks.training.answerability import fold_of
from benchmarks.training.evidence_rows import event
from rag.evidence import confidence
from rag.weights import logistic

_STRENGTH = 1.0


def main() -> None:
    """Trains, reports, writes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("records", type=Path)
    args = parser.parse_args()
    records = [json.loads(line) for line in args.records.read_text("utf-8").splitlines()]
    records = [r for r in records if r["opinion"] is not None]
    features = [confidence.features(r["score"], r["opinion"]) for r in records]
    labels = np.array([r["id"].startswith("answer_dev/") for r in records])
    fold = np.array([fold_of(event(r["id"].split("/", 1)[1])) for r in records])
    matrix = np.array([list(x.values()) for x in features])
    names = tuple(features[0])
    chance = np.zeros(len(records))
    for number in sorted(set(fold.tolist())):
        learned = boosting.line(matrix[fold != number], labels[fold != number], None, names, _STRENGTH)
        for i in np.flatnonzero(fold == number):
            chance[i] = learned.probability(features[i])
    for name, values in (
        ("evidence", [x["evidence"] for x in features]),
        ("opinion", [x["opinion"] for x in features]),
        ("both", chance),
    ):
        print(f"{name}: AUC {roc_auc_score(labels, values):.3f} over {len(records)} rows")
    weights = boosting.line(matrix, labels, None, names, _STRENGTH)
    target = Path(logistic.__file__).with_name("confidence.json")
    target.write_text(weights.model_dump_json(indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
