"""Learns `rag/weights/smalltalk.json`: whether an input is small talk, on the library, or asks for something.

Run: python -m benchmarks.training.small_talk ../shared/data

Learned from smalltalk.tsv, its rows also with what people put around them, against every training question,
`task_questions.tsv` and `short_questions.txt`. Prints both errors, cross-validated (rows made of one row stay in its fold), and questions of the dev sets
that would be taken for small talk.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import Pipeline, make_pipeline

from benchmarks import command_line
from rag.lexicon.tables import smalltalk, without_end
from rag.query.small_talk import NONE, features
from rag.weights import sparse

_STRENGTH, _LEAST, _OFTEN, _SURE = 3.0, 0.08, 2, 0.75
_BEFORE = ("哈哈", "那个", "嗯", "哎", "你好，", "好的，", "请问", "小观，")
_AFTER = ("呀", "啊", "呢", "哈", "吧", "了", "啦", "，谢谢", "来着")
_TRAIN = ("open_train_a", "open_train_b", "reworded_train", "reworded_train_b", "retrieval_qa_dev")
_DEV = ("open_dev", "seed_qa_dev", "answer_dev", "reject_dev", "followup_dev")
Example = tuple[str, str, str]  # text, class, group of the fold


def questions(data: Path, names: tuple[str, ...]) -> list[Example]:
    """Questions on articles, each its own group."""
    rows: list[dict[str, Any]] = [
        json.loads(line) for name in names for line in (data / f"{name}.jsonl").open(encoding="utf-8")
    ]
    return [(text, NONE, text) for row in rows for text in (row["question"], *(row.get("paraphrases") or ()))]


def own_questions() -> list[Example]:
    """Those of task_questions.tsv, but for the ones on the library, and the short ones: single words, follow-ups."""
    file = Path(__file__).with_name("task_questions.tsv")
    rows = [line.split("\t") for line in file.read_text(encoding="utf-8").splitlines() if line]
    short = Path(__file__).with_name("short_questions.txt").read_text(encoding="utf-8").splitlines()
    return [(text, NONE, text) for text in (*(text for task, text in rows if task != "library"), *short)]


def talk() -> list[Example]:
    """The rows of smalltalk.tsv, as they are and with what people put around them."""
    chance = random.Random(0)
    found = []
    for text, kind in smalltalk().items():
        found.append((text, kind, text))
        found.append((chance.choice(_BEFORE) + text, kind, text))
        found.append((text + chance.choice(_AFTER), kind, text))
    return found


def fitted(rows: list[dict[str, float]], classes: list[str]) -> Pipeline:
    """The classifier on rows."""
    return make_pipeline(DictVectorizer(), LogisticRegression(C=_STRENGTH, max_iter=500)).fit(rows, classes)


def main() -> None:
    """Learns, prints, writes."""
    parser = command_line.parser(__doc__, takes_data=True)
    data = parser.parse_args().data
    examples = [*talk(), *own_questions(), *questions(data, _TRAIN)]
    rows = [features(without_end(text)) for text, _, _ in examples]
    often = Counter(name for row in rows for name in row)
    rows = [{name: value for name, value in row.items() if often[name] >= _OFTEN} for row in rows]
    classes = [kind for _, kind, _ in examples]
    said = np.zeros(len(rows))
    right = np.zeros(len(rows), bool)
    for learn, test in GroupKFold(5).split(rows, classes, [group for _, _, group in examples]):
        model = fitted([rows[i] for i in learn], [classes[i] for i in learn])
        likely = model.predict_proba([rows[i] for i in test])
        none = list(model.classes_).index(NONE)
        said[test] = 1 - likely[:, none]
        right[test] = model.classes_[likely.argmax(axis=1)] == np.array([classes[i] for i in test])
    is_talk = np.array(classes) != NONE
    taken = said >= _SURE
    model = fitted(rows, classes)
    none = list(model.classes_).index(NONE)
    dev = questions(data, _DEV)
    wrong = [
        text for text, _, _ in dev if 1 - model.predict_proba([features(without_end(text))])[0][none] >= _SURE
    ]
    figures = {
        "rows of small talk": float(is_talk.sum()),
        "recognised": round(float(taken[is_talk].mean()), 3),
        "of these in the right class": round(float(right[is_talk & taken].mean()), 3),
        "questions": float((~is_talk).sum()),
        "questions taken for small talk": round(float(taken[~is_talk].mean()), 4),
        "dev questions": float(len(dev)),
        "dev questions taken for small talk": float(len(wrong)),
    }
    print(figures)
    vectorizer, line = model[0], model[1]
    learned = sparse.SparseClassifier(
        learned_from=f"smalltalk.tsv, task_questions.tsv, {', '.join(_TRAIN)}",
        figures=figures,
        classes=[str(c) for c in line.classes_],
        bias=[round(float(b), 3) for b in line.intercept_],
        weights={
            str(name): [round(float(w), 2) for w in column]
            for name, column in zip(vectorizer.get_feature_names_out(), line.coef_.T, strict=True)
            if np.abs(column).max() >= _LEAST
        },
    )
    Path(sparse.__file__).with_name("smalltalk.json").write_text(
        learned.model_dump_json() + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
