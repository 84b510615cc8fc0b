"""Learns `rag/weights/task.json`: the task of a question.

Run: python -m benchmarks.training.task ../shared/data

Learned from the open and reworded training questions, the rows of `task_questions.tsv` and `own_questions.jsonl` beside this
script, and the questions on the library in smalltalk.tsv. Prints accuracy cross-validated by article, and on open_dev.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import classification_report
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.pipeline import Pipeline, make_pipeline

from benchmarks import command_line
from docs_store.text.normal import fold
from rag.lexicon.tables import smalltalk
from rag.query.framing import unframe
from rag.query.task import Task, asked_for, features
from rag.weights import sparse

KINDS = {
    "list": Task.LIST,
    "summary": Task.SUMMARY,
    "definition": Task.DEFINITION,
    "compare": Task.COMPARISON,
    "why_how": Task.REASON,
    "timeline": Task.PROGRESS,
    "multi": Task.OVERVIEW,
    "yesno": Task.CHECK,
}
_STRENGTH, _LEAST, _OFTEN = 0.7, 0.04, 3
Example = tuple[str, str, str]  # question, task, group of the fold


def shared(data: Path, name: str) -> list[Example]:
    """Questions of a shared file: the open ones by their kind, all others facts."""
    rows: list[dict[str, Any]] = [
        json.loads(line) for line in (data / f"{name}.jsonl").open(encoding="utf-8")
    ]
    return [
        (
            text,
            KINDS[row["kind"]] if "kind" in row else Task.FACT,
            f"{name}{row.get('article_ids') or row['id']}",
        )
        for row in rows
        for text in (row["question"], *(row.get("paraphrases") or ()))
    ]


def own() -> list[Example]:
    """The rows that we wrote."""
    file = Path(__file__).with_name("task_questions.tsv")
    rows = [line.split("\t") for line in file.read_text(encoding="utf-8").splitlines() if line]
    rows += [[Task.LIBRARY, text] for text, kind in smalltalk().items() if kind == "library"]
    beside = file.with_name("own_questions.jsonl").read_text(encoding="utf-8").splitlines()
    rows += [[KINDS[row["kind"]], row["question"]] for row in map(json.loads, beside)]
    return [(text, task, "own") for task, text in rows]


def rows_of(examples: list[Example]) -> tuple[list[dict[str, float]], list[dict[str, float]]]:
    """Their features as typed and without the wrapping, as the product takes them."""
    typed = [features(fold(text)) for text, _, _ in examples]
    return typed, [features(fold(asked_for(unframe(text)))) for text, _, _ in examples]


def fitted(rows: list[dict[str, float]], tasks: list[str]) -> Pipeline:
    """The classifier on rows."""
    return make_pipeline(DictVectorizer(), LogisticRegression(C=_STRENGTH, max_iter=3000)).fit(rows, tasks)


def predict(model: Pipeline, typed: list[dict[str, float]], bare: list[dict[str, float]]) -> np.ndarray:
    """The task of each row by the mean of both readings."""
    return model.classes_[(model.predict_proba(typed) + model.predict_proba(bare)).argmax(axis=1)]


def main() -> None:
    """Learns, prints, writes."""
    parser = command_line.parser(__doc__, takes_data=True)
    data = parser.parse_args().data
    names = ("open_train_a", "open_train_b", "reworded_train", "reworded_train_b")
    given = [example for name in names for example in shared(data, name)]
    mine, dev = own(), shared(data, "open_dev")
    often: Counter[str] = Counter()
    (typed, bare), mine_rows, dev_rows = rows_of(given), rows_of(mine), rows_of(dev)
    for row in (*typed, *bare, *mine_rows[0], *mine_rows[1]):
        often.update(row)

    def known(rows: list[dict[str, float]]) -> list[dict[str, float]]:
        return [{name: value for name, value in row.items() if often[name] >= _OFTEN} for row in rows]

    typed, bare, extra = known(typed), known(bare), known(mine_rows[0])
    tasks, extra_tasks = [str(e[1]) for e in given], [str(e[1]) for e in mine]
    predicted = np.empty(len(given), dtype=object)
    folds = StratifiedGroupKFold(10, shuffle=True, random_state=0)
    for learn, test in folds.split(bare, tasks, [e[2] for e in given]):
        rows = [typed[i] for i in learn] + [bare[i] for i in learn] + extra
        model = fitted(rows, [tasks[i] for i in learn] * 2 + extra_tasks)
        predicted[test] = predict(model, [typed[i] for i in test], [bare[i] for i in test])
    print(classification_report(tasks, predicted, zero_division=0))
    model = fitted(typed + bare + extra, tasks * 2 + extra_tasks)
    right = predicted == np.array(tasks)
    is_open = np.array(tasks) != Task.FACT
    figures = {
        "cross-validated by article": round(float(right.mean()), 3),
        "of these open questions": round(float(right[is_open].mean()), 3),
        "questions": float(len(given)),
        "open_dev": round(
            float(np.mean(predict(model, *map(known, dev_rows)) == np.array([str(e[1]) for e in dev]))), 3
        ),
    }
    print(figures)
    vectorizer, line = model[0], model[1]
    weights = {
        str(name): [round(float(w), 3) for w in column]
        for name, column in zip(vectorizer.get_feature_names_out(), line.coef_.T, strict=True)
        if np.abs(column).max() >= _LEAST
    }
    learned = sparse.SparseClassifier(
        learned_from=f"{', '.join(names)}, task_questions.tsv, own_questions.jsonl, smalltalk.tsv (library)",
        figures=figures,
        classes=[str(c) for c in line.classes_],
        bias=[round(float(b), 3) for b in line.intercept_],
        weights=weights,
    )
    Path(sparse.__file__).with_name("task.json").write_text(
        learned.model_dump_json() + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
