"""Learns `rag/weights/relevance.json`, `clause_answers.json` and `answerability.json`: which sentence answers, and whether any does.

    python -m benchmarks.training.answerability [../shared/data] [--work build/answerability]

Rows come from real searches, with and without the article that holds the answer (`evidence_rows.py`). Relevance is
learned from the sentences of factual questions; answerability from all rows, with relevance taken out of fold. Rows of
one article or event stay in one of five folds. No set decides alone: each has a share of the weight, half of it on
answerable rows. Near misses weigh two and a half times what questions weigh whose article was taken out.

Prints and writes to benchmarks/results/answerability.json: the answer in the first one, two, three sentences; the area
under the curve of each set; the reliability table; right against refused. The weights of each fold go to
`<work>/folds.json`, with which `benchmarks/answers.py` scores rows that the weights never saw.
"""

from __future__ import annotations

import hashlib
import json
import pickle
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from benchmarks import command_line, results_file
from benchmarks.training import boosting
from benchmarks.training.evidence_rows import FEW, OWN, Asked, gathered, holds, is_evidence
from rag.evidence import answerability
from rag.evidence.answerability import AnswerabilityModel, summary
from rag.evidence.asked import understood
from rag.evidence.matching import Matches, match
from rag.generation.compose import fitting
from rag.weights import trees
from rag.weights.trees import Forest

WORK = command_line.BUILD / "answerability"
FOLDS = 5
_HITS = 6  # passages that an answer is drawn from
_SHARES = {
    "reworded_train": 1.5,
    "reworded_train_b": 2.0,
    "retrieval_qa_dev": 3.5,
    "answer_dev": 6.0,
    "open_train_a": 0.4,
    "open_train_b": 0.4,
    OWN: 2.5,
    FEW: 1.5,
}
LEARNED = "reworded_train, reworded_train_b, reworded_questions, retrieval_qa_dev, answer_dev, open_train_a and open_train_b, by benchmarks/training/answerability.py"
_NEAR_MISS = 2.5
_NEARNESS = ("local_", "beyond_", "near_", "clause", "answering_")
"""Signs that the clauses of open questions are not judged by: with them .76 of open_dev's key points are said instead of .785."""
_TREES = {
    "learning_rate": 0.05,
    "num_leaves": 12,
    "min_data_in_leaf": 60,
    "lambda_l2": 5.0,
    "feature_fraction_bynode": 0.3,
}
_LIKELY = _TREES | {"num_iterations": 400, "num_leaves": 16}
_ORDER = _TREES | {"num_iterations": 300, "lambdarank_truncation_level": 5}
_ORDERS = 2  # runs of the trees that order sentences, beside one of those that tell how likely each is
_WHOLE = {
    "num_iterations": 600,
    "learning_rate": 0.03,
    "num_leaves": 16,
    "min_data_in_leaf": 40,
    "lambda_l2": 5.0,
}
_WHOLE |= {"feature_fraction_bynode": 0.2, "bagging_fraction": 0.7, "bagging_freq": 1}
_STRENGTH = 0.01
_REFUSED = 0.75  # of the near misses of the reworded sets, at the setting that is proposed
_REWORDED = ("reworded_train", "reworded_train_b")

Floats = NDArray[np.float64]


@dataclass(slots=True)
class Text:
    """A sentence as `summary` reads it."""

    text: str


@dataclass(slots=True)
class Row:
    """A question with its measured sentences; `held` says which hold the answer."""

    asked: Asked
    matches: Matches
    held: NDArray[np.bool_]

    @property
    def fold(self) -> int:
        """By article or event, the same in every run."""
        return fold_of(self.asked.group)

    @property
    def source(self) -> str:
        """The set, whichever way the answer was taken out."""
        name = self.asked.source.rstrip("-")
        return "answer_dev" if name == "reject_dev" else name


def fold_of(group: str) -> int:
    """The fold of an article or event."""
    return int(hashlib.md5(group.encode()).hexdigest(), 16) % FOLDS


def _measured(asked: Asked) -> Row:
    asked = replace(asked, hits=asked.hits[:_HITS])
    found = match(understood(asked.question), asked.hits)
    held = [
        is_evidence(asked, asked.hits[hit], piece.text)
        for hit, piece in zip(found.hit_of, found.pieces, strict=True)
    ]
    pieces: list[Any] = [Text(piece.text) for piece in found.pieces]
    return Row(asked, replace(found, pieces=pieces, rows=found.rows.astype(np.float32)), np.array(held, bool))


def measured(data: Path, work: Path) -> list[Row]:
    """All rows that have a sentence, measured; kept until the code that measures changes."""
    files = sorted(
        [
            *(command_line.ROOT / "rag" / "evidence").glob("*.py"),
            *(command_line.ROOT / "rag" / "lexicon").iterdir(),
        ]
    )
    code = hashlib.sha256(b"".join(p.read_bytes() for p in files if p.is_file())).hexdigest()[:10]
    kept = work / f"measured-{code}.pkl"
    if not kept.exists():
        with ProcessPoolExecutor(2) as pool:
            rows = list(pool.map(_measured, gathered(data, work), chunksize=40))
        kept.write_bytes(pickle.dumps([row for row in rows if len(row.held)]))
    found: list[Row] = pickle.loads(kept.read_bytes())  # our own file
    return found


# --- learning -----------------------------------------------------------------------------------------------------------


def learn_relevance(rows: Sequence[Row], left_out: Sequence[str] = ()) -> Forest:
    """Trees from the sentences of factual questions whose answer is among them, by all signs but those that begin like `left_out`.

    The mean of trees that put the sentence with the answer before the others of its question and of trees that tell how likely
    it is by itself: the first order better, the second can be compared between questions. Not calibrated.
    """
    chosen = _factual(rows)
    count = Counter(row.source for row in chosen)
    weights = [np.full(len(row.held), count[row.source] ** -0.5) for row in chosen]
    flat = np.concatenate(weights)
    names = tuple(name for name in chosen[0].matches.names if not name.startswith(tuple(left_out)))
    columns = [chosen[0].matches.names.index(name) for name in names]
    table = np.concatenate([row.matches.rows[:, columns] for row in chosen])
    labels = np.concatenate([row.held for row in chosen])
    flat /= flat.mean()
    sizes = [len(row.held) for row in chosen]
    orders = [
        boosting.ranked(table, labels, flat, sizes, names, LEARNED, seed=seed, **_ORDER)
        for seed in range(_ORDERS)
    ]
    return boosting.mean([*orders, boosting.likely(table, labels, flat, names, LEARNED, **_LIKELY)])


def _factual(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if not row.source.startswith("open") and row.held.any()]


def likely(rows: Sequence[Row], model: Forest) -> list[Floats]:
    """The probability of each sentence of each row."""
    return [model.probabilities(row.matches.rows.astype(float)) for row in rows]


def weights_of(rows: Sequence[Row]) -> Floats:
    """Each set's share, half on answerable rows."""
    keys = [(row.source, bool(row.held.any())) for row in rows]
    count = Counter(keys)
    found = np.array([_SHARES[key[0]] / count[key] for key in keys])
    near = np.array([row.asked.source in (*_REWORDED, OWN, FEW) and not row.held.any() for row in rows])
    found = np.where(near, _NEAR_MISS * found, found)
    return found / found.mean()


def learn_whole(features: Sequence[dict[str, float]], rows: Sequence[Row]) -> AnswerabilityModel:
    """A line and trees, not calibrated yet."""
    names = tuple(features[0])
    matrix = np.array([[each[name] for name in names] for each in features])
    labels = np.array([row.held.any() for row in rows])
    weights = weights_of(rows)
    return AnswerabilityModel(
        line=boosting.line(matrix, labels, weights, names, _STRENGTH),
        trees=boosting.likely(matrix, labels, weights, names, LEARNED, **_WHOLE),
        calibration={"log_odds": [], "probability": []},
    )


@dataclass(frozen=True, slots=True)
class Fold:
    """The weights that never saw the rows of one fold."""

    relevance: Forest
    whole: AnswerabilityModel

    @contextmanager
    def judging(self) -> Iterator[None]:
        """`answerability.judge` by these weights instead of the packaged ones."""
        with (
            patch.object(answerability, "relevance", lambda: self.relevance),
            patch.object(answerability, "weights", lambda: self.whole),
        ):
            yield


def folds_in(work: Path) -> list[Fold]:
    """The weights of each fold, as `main` left them."""
    return [
        Fold(
            Forest.model_validate(fold["relevance"]), AnswerabilityModel.model_validate(fold["answerability"])
        )
        for fold in json.loads((work / "folds.json").read_text("utf-8"))
    ]


# --- figures ------------------------------------------------------------------------------------------------------------


def answer(row: Row, chances: Floats, most: int = 2) -> str:
    """What quoting alone answers: the best sentences, as `compose.extract` takes them."""
    order = np.argsort(-chances, kind="stable")
    texts = [row.matches.pieces[i].text for i in order[:most]]
    return "\n".join(texts[: fitting([len(text) for text in texts])])


def at(rows: Sequence[Row], right: Sequence[bool], chances: Floats, setting: float) -> dict[str, Any]:
    """Counts at one threshold."""
    there = np.array([row.asked.asks_answerable for row in rows])
    shown = chances >= setting
    return {
        "setting": round(setting, 3),
        "right": int((there & shown & np.array(right)).sum()),
        "answered": int((there & shown).sum()),
        "answerable": int(there.sum()),
        "refused": int((~there & ~shown).sum()),
        "unanswerable": int((~there).sum()),
    }


def reliability(labels: NDArray[np.bool_], chances: Floats) -> list[dict[str, Any]]:
    """Predicted and found shares by tenths of the probability."""
    bins = np.minimum((chances * 10).astype(int), 9)
    return [
        {
            "from": round(b / 10, 1),
            "rows": int((bins == b).sum()),
            "said": round(float(chances[bins == b].mean()), 3),
            "found": round(float(labels[bins == b].mean()), 3),
        }
        for b in range(10)
        if (bins == b).any()
    ]


def main() -> None:
    """Trains, reports, writes."""
    parser = command_line.parser(__doc__, takes_data=True)
    parser.add_argument("--work", type=Path, default=WORK)
    args = parser.parse_args()
    rows = measured(args.data, args.work)
    labels = np.array([row.held.any() for row in rows])
    folds = np.array([row.fold for row in rows])

    relevances, (slope, intercept) = _by_folds(rows)
    chances: list[Floats] = [np.zeros(0)] * len(rows)
    for n in range(FOLDS):
        own = np.flatnonzero(folds == n)
        for i, values in zip(own, likely([rows[i] for i in own], relevances[n]), strict=True):
            chances[i] = values
    features = [
        summary(understood(row.asked.question), row.matches, values, row.asked.hits)
        for row, values in zip(rows, chances, strict=True)
    ]
    wholes = []
    odds = np.zeros(len(rows))
    for n in range(FOLDS):
        kept = [i for i in range(len(rows)) if folds[i] != n]
        wholes.append(learn_whole([features[i] for i in kept], [rows[i] for i in kept]))
        for i in np.flatnonzero(folds == n):
            odds[i] = wholes[n].log_odds(features[i])
    weights = weights_of(rows)
    calibration = boosting.platt(odds, labels, weights)
    probability = np.interp(odds, calibration["log_odds"], calibration["probability"])
    figures = _figures(rows, labels, chances, probability)

    final = learn_whole(features, rows).model_copy(update={"calibration": calibration})
    packaged = Path(trees.__file__).parent
    (packaged / "answerability.json").write_text(final.model_dump_json() + "\n", encoding="utf-8")
    for file, left_out in (("relevance", ()), ("clause_answers", _NEARNESS)):
        learned = boosting.scaled(learn_relevance(rows, left_out), slope, intercept)
        (packaged / f"{file}.json").write_text(learned.model_dump_json() + "\n", encoding="utf-8")
    by_fold = [
        {
            "relevance": r.model_dump(),
            "answerability": w.model_copy(update={"calibration": calibration}).model_dump(),
        }
        for r, w in zip(relevances, wholes, strict=True)
    ]
    (args.work / "folds.json").write_text(json.dumps(by_fold), encoding="utf-8")
    print(results_file.save("answerability", figures))


def _by_folds(rows: Sequence[Row]) -> tuple[list[Forest], tuple[float, float]]:
    """The trees that have not seen each fold, calibrated on what they tell of it; and by which slope and intercept."""
    forests = [learn_relevance([row for row in rows if row.fold != n]) for n in range(FOLDS)]
    chosen = _factual(rows)
    sums = np.concatenate([forests[row.fold].log_odds(row.matches.rows.astype(float)) for row in chosen])
    fitted = boosting.sigmoid(sums, np.concatenate([row.held for row in chosen]), None)
    return [boosting.scaled(forest, *fitted) for forest in forests], fitted


def _figures(
    rows: Sequence[Row], labels: NDArray[np.bool_], chances: Sequence[Floats], probability: Floats
) -> dict[str, Any]:
    sources = np.array([row.asked.source for row in rows])
    right = [holds(row.asked, answer(row, values)) for row, values in zip(rows, chances, strict=True)]
    found: dict[str, Any] = {"rows": dict(Counter(sources.tolist())), "hits": _HITS, "folds": FOLDS}

    def chosen(*names: str) -> list[int]:
        return [int(i) for i in np.flatnonzero(np.isin(sources, names))]

    found["sentences"] = []
    for name in (*_REWORDED, OWN, FEW, "retrieval_qa_dev", "answer_dev"):
        own = [i for i in chosen(name) if rows[i].asked.asks_answerable]
        counts = {
            f"right@{k}": sum(holds(rows[i].asked, answer(rows[i], chances[i], k)) for i in own)
            for k in (1, 2, 3)
        }
        retrieved = sum(bool(rows[i].held.any()) for i in own)
        found["sentences"].append({"set": name, "questions": len(own), "retrieved": retrieved, **counts})
    print(results_file.table(found["sentences"]))

    found["area_under_curve"] = []
    for name, others in (
        *((name, (name, f"{name}-")) for name in _SHARES if name != "answer_dev"),
        ("answer_dev", ("answer_dev", "reject_dev")),
    ):
        own = chosen(*others)
        area = roc_auc_score(labels[own], probability[own])
        found["area_under_curve"].append({"set": name, "rows": len(own), "area": round(float(area), 3)})
    print(results_file.table(found["area_under_curve"]))

    found["reliability"] = {"all": reliability(labels, probability)}
    for name in _REWORDED:
        found["reliability"][name] = reliability(labels[chosen(name)], probability[chosen(name)])
    print(results_file.table(found["reliability"]["all"]))

    reworded, given = chosen(*_REWORDED), chosen("answer_dev", "reject_dev")
    misses = [i for i in reworded if not rows[i].asked.asks_answerable]
    proposed = float(np.quantile(probability[misses], _REFUSED))
    settings = sorted([*np.arange(0.2, 0.75, 0.05), proposed])
    found["proposed_setting"] = round(proposed, 3)
    for name, own in (
        ("reworded", reworded),
        ("reworded, without paraphrases", [i for i in reworded if rows[i].asked.id.endswith("/0")]),
        ("given", given),
        ("published", chosen("retrieval_qa_dev", "retrieval_qa_dev-")),
    ):
        found[f"curve, {name}"] = [
            at([rows[i] for i in own], [right[i] for i in own], probability[own], setting)
            for setting in settings
        ]
        print(name)
        print(results_file.table(found[f"curve, {name}"]))
    return found


if __name__ == "__main__":
    main()
