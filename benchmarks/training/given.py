"""Learns `rag/weights/given.json`: whether passages that come with the question answer it, and in which sentence.

    python -m benchmarks.training.answerability      # first: the rows, and the weights of each fold
    python -m benchmarks.training.given [../shared/data] [--work build/answerability] [--write]

The 150 questions of answer_dev, each with five passages of which one answers, and of reject_dev, with five of which none does:
no other file has such rows. Five folds by event. Lines, since the rows are few: trees do not do better. The sentences' line is
given the log odds of the model of found passages (of its fold); the whole's reads `answerability.summary`; the last joins the
language model's opinion of the two best sentences (a second a row, kept in `<work>/given_opinions.jsonl`; `--no-model` leaves it).
Prints, out of fold, the areas and what is right and refused at each setting of `answer.min_evidence`; writes
benchmarks/results/given.json, `<work>/given_folds.json` (for `benchmarks.answers`) and, where asked to, the weights of all rows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from benchmarks import command_line, results_file
from benchmarks.training import answerability as training
from benchmarks.training import boosting
from benchmarks.training.answerability import FOLDS, Row, Text  # noqa: F401 - the kept rows name both by __main__
from benchmarks.training.evidence_rows import holds
from rag import PolicyQA
from rag.evidence import answerability, confidence, given, showing
from rag.evidence.asked import understood
from rag.evidence.found import Evidence, Sentence
from rag.evidence.given import GivenModel
from rag.generation import compose, drafting
from rag.generation.answering import JUDGED
from rag.weights.logistic import Weights
from ui import quiet

_SOURCE = "answer_dev"  # with reject_dev's rows under the same name
_SENTENCES, _WHOLE, _OPINION = 0.1, 0.03, 1.0  # scikit-learn's C
_SETTINGS = (0.3, 0.35, 0.4, 0.45, 0.5, 0.57, 0.6, 0.7)

Floats = NDArray[np.float64]


def judging(fold: GivenModel) -> AbstractContextManager[Any]:
    """`given.model` is this one."""
    return patch.object(given, "model", lambda: fold)


def folds_in(work: Path) -> list[GivenModel]:
    """The weights of each fold, as `main` left them."""
    return [
        GivenModel.model_validate(fold) for fold in json.loads((work / "given_folds.json").read_text("utf-8"))
    ]


def _sentences(rows: Sequence[Row], odds: dict[int, Floats]) -> Weights:
    """The line over the sentences of the questions that are answered; every question weighs the same."""
    there = [row for row in rows if row.held.any()]
    matrix = np.vstack([np.column_stack([row.matches.rows, odds[id(row)]]) for row in there])
    weights = np.concatenate([np.full(len(row.held), 1 / len(row.held)) for row in there])
    labels = np.concatenate([row.held for row in there])
    names = (*there[0].matches.names, given.ODDS)
    return boosting.line(matrix, labels, weights / weights.mean(), names, _SENTENCES)


def _line(features: Sequence[dict[str, float]], labels: Sequence[bool], strength: float) -> Weights:
    matrix = np.array([list(each.values()) for each in features])
    return boosting.line(matrix, np.array(labels), None, tuple(features[0]), strength)


def _likely(row: Row, line: Weights, odds: dict[int, Floats]) -> Floats:
    return given.likely(line, row.matches.rows, row.matches.names, odds[id(row)])


def _learned(rows: Sequence[Row], odds: dict[int, Floats], opinions: dict[str, float | None]) -> GivenModel:
    """The lines over these rows. What the later ones read is out of fold in its turn."""
    line = _sentences(rows, odds)
    inner = {n: _sentences([row for row in rows if row.fold != n], odds) for n in {row.fold for row in rows}}
    features = [_summary(row, _likely(row, inner[row.fold], odds)) for row in rows]
    labels = [bool(row.asked.asks_answerable) for row in rows]
    whole = _line(features, labels, _WHOLE)
    joined, known = [], []
    for n in inner:
        apart = [i for i, row in enumerate(rows) if row.fold != n]
        own = _line([features[i] for i in apart], [labels[i] for i in apart], _WHOLE)
        for i, row in enumerate(rows):
            opinion = opinions.get(_key(row))
            if row.fold == n and opinion is not None:
                joined.append(confidence.features(own.probability(features[i]), opinion))
                known.append(labels[i])
    opinion = _line(joined, known, _OPINION) if joined else confidence.weights()
    return GivenModel(sentences=line, whole=whole, opinion=opinion)


def _summary(row: Row, likely: Floats) -> dict[str, float]:
    return answerability.summary(understood(row.asked.question), row.matches, likely, row.asked.hits)


def _key(row: Row) -> str:
    return f"{'answer' if row.asked.asks_answerable else 'reject'}/{row.asked.id}"


def _opinions(rows: Sequence[Row], best: Callable[[Row], list[str]], path: Path) -> dict[str, float | None]:
    """The model's opinion of every row, asked once."""
    known = [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []
    found = {record["key"]: record["opinion"] for record in known}
    with PolicyQA.open(with_store=False) as qa, path.open("a", encoding="utf-8") as file:
        assert qa.model is not None
        for number, row in enumerate(rows, start=1):
            if _key(row) not in found:
                found[_key(row)] = drafting.opinion(qa.model.chat(), row.asked.question, best(row))
                file.write(json.dumps({"key": _key(row), "opinion": found[_key(row)]}) + "\n")
                file.flush()
                print(f"\r{number}/{len(rows)} ", end="", flush=True)
    return found


def main() -> None:
    """Learns, reports, writes."""
    parser = command_line.parser(__doc__, takes_data=True)
    parser.add_argument("--work", type=Path, default=training.WORK)
    parser.add_argument("--no-model", action="store_true")
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    quiet.hush()
    rows = [row for row in training.measured(args.data, args.work) if row.source == _SOURCE]
    odds: dict[int, Floats] = {}
    for n, fold in enumerate(training.folds_in(args.work)):
        own = [row for row in rows if row.fold == n]
        for row, likely in zip(own, training.likely(own, fold.relevance), strict=True):
            odds[id(row)] = answerability.log_odds(likely)
    lines = [_sentences([row for row in rows if row.fold != n], odds) for n in range(FOLDS)]

    def best(row: Row) -> list[str]:
        likely = _likely(row, lines[row.fold], odds)
        shown = [sentence.text for sentence in _shown(row, likely)[:JUDGED]]
        return shown or [row.matches.pieces[i].text for i in np.argsort(-likely, kind="stable")[:JUDGED]]

    opinions = {} if args.no_model else _opinions(rows, best, args.work / "given_opinions.jsonl")
    folds = [_learned([row for row in rows if row.fold != n], odds, opinions) for n in range(FOLDS)]
    records = [_record(row, folds[row.fold], odds, opinions.get(_key(row))) for row in rows]
    figures = _figures(records)
    (args.work / "given_folds.json").write_text(json.dumps([f.model_dump() for f in folds]), encoding="utf-8")
    print(results_file.save("given", {"command": "python -m benchmarks.training.given", **figures}))
    if args.write:
        whole = _learned(rows, odds, opinions)
        target = command_line.ROOT / "rag" / "weights" / "given.json"
        target.write_text(whole.model_dump_json() + "\n", encoding="utf-8")


def _shown(row: Row, likely: Floats) -> Sequence[Sentence]:
    """The sentences that can be quoted, the likeliest first; none where they show nothing of what is asked for."""
    order = np.argsort(-likely, kind="stable")
    sentences = [Sentence(0, row.matches.pieces[i].text, 0, 0, "", float(likely[i])) for i in order]
    return showing.quotable(row.asked.question, Evidence(sentences, 0.0)).sentences


def _record(row: Row, fold: GivenModel, odds: dict[int, Floats], opinion: float | None) -> dict[str, Any]:
    likely = _likely(row, fold.sentences, odds)
    found = [sentence for sentence in _shown(row, likely) if sentence.score > 0.0]
    texts = [s.text for s in found[: compose.BEST] if s.score >= compose.NEAR_GIVEN * found[0].score]
    evidence = fold.whole.probability(_summary(row, likely))
    return {
        "there": bool(row.asked.asks_answerable),
        "evidence": evidence,
        "opinion": opinion,
        "shown": bool(texts),
        "chance": confidence.combined(evidence, opinion, fold.opinion),
        "right": bool(row.asked.asks_answerable)
        and holds(row.asked, "\n".join(texts[: compose.fitting([len(text) for text in texts])])),
    }


def _figures(records: Sequence[dict[str, Any]]) -> dict[str, Any]:
    labels = [record["there"] for record in records]
    areas = {
        name: round(float(roc_auc_score(labels, [r[name] for r in records])), 3)
        for name in ("evidence", "chance")
    }
    print(areas)
    curve = [
        {
            "by": name,
            "setting": setting,
            "right": sum(r["right"] and r[name] >= setting for r in records),
            "kept": sum(r["there"] and r["shown"] and r[name] >= setting for r in records),
            "refused": sum(not (r["shown"] and r[name] >= setting) for r in records if not r["there"]),
        }
        for name in areas
        for setting in _SETTINGS
    ]
    print(results_file.table(curve))
    return {"rows": len(records), "areas": areas, "curve": curve}


if __name__ == "__main__":
    main()
