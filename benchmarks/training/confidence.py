"""Learns `rag/weights/confidence.json`: the evidence and the language model's opinion of it, together.

    python -m benchmarks.training.opinions       # records both, for questions whose event the weights never saw
    python -m benchmarks.training.confidence [build/answerability/opinions.jsonl]

Prints the area under the curve of evidence alone, opinion alone and both (cross-validated by event), and what is answered
rightly and refused at each setting of `answer.min_evidence`; writes the weights learned from all records, and the table to
benchmarks/results/confidence.json. Given passages and searched ones, answerable and not, weigh a quarter each.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from benchmarks import command_line, results_file
from benchmarks.training import answerability as training
from benchmarks.training import boosting
from benchmarks.training.opinions import SETS
from rag.evidence import confidence
from rag.weights import logistic

_STRENGTH = 1.0
_SETTINGS = (0.3, 0.4, 0.45, 0.5, 0.55, 0.57, 0.6, 0.7)
_GROUPS = {"given passages": SETS[:2], "reworded": SETS[2:]}


def counts(records: list[dict[str, Any]], chance: NDArray[np.float64], setting: float) -> dict[str, Any]:
    """Right, answered and refused at one setting."""
    there = np.array([r["asks_answerable"] for r in records])
    right = np.array([r["right"] for r in records])
    shown = chance >= setting
    return {
        "setting": setting,
        "right": int((there & shown & right).sum()),
        "answered": int((there & shown).sum()),
        "answerable": int(there.sum()),
        "refused": int((~there & ~shown).sum()),
        "unanswerable": int((~there).sum()),
    }


def main() -> None:
    """Trains, reports, writes."""
    parser = command_line.parser(__doc__)
    parser.add_argument("records", type=Path, nargs="?", default=training.WORK / "opinions.jsonl")
    args = parser.parse_args()
    records = [json.loads(line) for line in args.records.read_text("utf-8").splitlines()]
    records = [r for r in records if r["opinion"] is not None]
    rows = [confidence.features(r["score"], r["opinion"]) for r in records]
    labels = np.array([r["answerable"] and r["asks_answerable"] for r in records])
    fold = np.array([training.fold_of(r["group"]) for r in records])
    matrix, names = np.array([list(row.values()) for row in rows]), tuple(rows[0])
    kinds = Counter(zip((r["source"] in _GROUPS["reworded"] for r in records), labels.tolist(), strict=True))
    each = np.array(
        [1 / kinds[r["source"] in _GROUPS["reworded"], bool(y)] for r, y in zip(records, labels, strict=True)]
    )
    each /= each.mean()
    chance = np.zeros(len(records))
    for number in sorted(set(fold.tolist())):
        learned = boosting.line(
            matrix[fold != number], labels[fold != number], each[fold != number], names, _STRENGTH
        )
        for i in np.flatnonzero(fold == number):
            chance[i] = learned.probability(rows[i])
    evidence = np.array([r["score"] for r in records])
    figures: dict[str, Any] = {"records": len(records)}
    for title, sets in _GROUPS.items():
        own = np.flatnonzero(np.isin([r["source"] for r in records], sets))
        areas = {
            name: round(float(roc_auc_score(labels[own], values[own])), 3)
            for name, values in (("evidence", matrix[:, 0]), ("opinion", matrix[:, 1]), ("both", chance))
        }
        chosen = [records[i] for i in own]
        figures[title] = {
            "records": len(own),
            "area_under_curve": areas,
            "evidence alone": [counts(chosen, evidence[own], setting) for setting in _SETTINGS],
            "both": [counts(chosen, chance[own], setting) for setting in _SETTINGS],
        }
        print(title, len(own), areas)
        for name in ("evidence alone", "both"):
            print(f"{name}\n{results_file.table(figures[title][name])}")
    weights = boosting.line(matrix, labels, each, names, _STRENGTH)
    target = Path(logistic.__file__).with_name("confidence.json")
    target.write_text(weights.model_dump_json(indent=1) + "\n", encoding="utf-8")
    print(results_file.save("confidence", {"command": "python -m benchmarks.training.confidence", **figures}))


if __name__ == "__main__":
    main()
