"""Learns `rag/sufficiency.json` from questions whose passages do, and do not, hold the answer.

Run: python -m benchmarks.training.sufficiency ../shared/data

Prints the cross-validated figures (folds never share an event), then writes the weights learned from all rows.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from rag import evidence
from rag.assistant import as_hits

KEEP = (0.85, 0.88, 0.9, 0.93, 0.95)


def main() -> None:
    """Trains, reports, writes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, default=Path("rag/sufficiency.json"))
    args = parser.parse_args()
    rows: list[tuple[dict[str, float], int, str]] = []
    for name, label in (("answer_dev", 1), ("reject_dev", 0)):
        for line in (args.data / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            row: dict[str, Any] = json.loads(line)
            gathered = evidence.gather(row["question"], as_hits(row["passages"]))
            rows.append((dict(gathered.features), label, row["id"].rsplit("_", 1)[0]))
    names = list(rows[0][0])
    matrix = np.array([[features[name] for name in names] for features, _, _ in rows])
    labels = np.array([label for _, label, _ in rows])
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.3, max_iter=3000))
    chance = cross_val_predict(
        model, matrix, labels, groups=[g for _, _, g in rows], cv=GroupKFold(10), method="predict_proba"
    )[:, 1]
    print("rows", len(rows), "AUC", round(float(roc_auc_score(labels, chance)), 3))
    for keep in KEEP:
        bar = np.quantile(chance[labels == 1], 1 - keep)
        print(f"keep {keep:.0%} at {bar:.2f}: refuse {np.mean(chance[labels == 0] < bar):.1%}")
    model.fit(matrix, labels)
    scaler, logistic = model[0], model[1]

    def named(values: Any) -> dict[str, float]:
        return {name: round(float(value), 4) for name, value in zip(names, values, strict=True)}

    learned = {
        "intercept": round(float(logistic.intercept_[0]), 4),
        "mean": named(scaler.mean_),
        "scale": named(scaler.scale_),
        "weight": named(logistic.coef_[0]),
    }
    args.out.write_text(json.dumps(learned, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
