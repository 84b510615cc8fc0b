"""Learns `rag/weights/frames.json`: which clauses of a question are its wrapping (politeness, haste, who asks).

Run: python -m benchmarks.training.frames ../shared/data

Wrappings are the rows of politeness.tsv and smalltalk.tsv and the frames of `frames.txt`; the others are clauses of the
training questions and of news. Prints both errors, cross-validated, and writes the weights.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline

from benchmarks import command_line
from docs_store.text.normal import fold
from rag.lexicon.tables import asks
from rag.query.framing import clause_features, clauses_of
from rag.weights import sparse

_HERE = Path(__file__).parent
_LEXICON = _HERE.parents[1] / "rag" / "lexicon"
QUESTIONS = ("open_train_a", "open_train_b", "reworded_train", "reworded_train_b")
_ARTICLES, _CLAUSES = 150, 6
_STRENGTH, _SURE, _LEAST = 3.0, 0.7, 0.05


def wrappings() -> list[str]:
    """Clauses that ask for nothing."""
    found = [fold(line.split("\t")[0]) for line in _lines(_LEXICON / "politeness.tsv")]
    small = [fold(line.split("\t")[1]) for line in _lines(_LEXICON / "smalltalk.tsv")]
    found += [text for text in small if not asks(text)]
    for line in _lines(_HERE / "frames.txt"):
        found += [clause for clause in clauses_of(fold(line)) if "{}" not in clause]
    return found


def contents(data: Path) -> list[str]:
    """Clauses of questions (with their paraphrases) and of the first lines of news."""
    texts = []
    for name in QUESTIONS:
        rows = map(json.loads, _lines(data / f"{name}.jsonl"))
        texts += [text for row in rows for text in (row["question"], *(row.get("paraphrases") or ()))]
    found = [clause for text in texts for clause in clauses_of(fold(text))]
    with gzip.open(data / "news_rest_47k.jsonl.gz", "rt", encoding="utf-8") as lines:
        for _, line in zip(range(_ARTICLES), lines, strict=False):
            found += clauses_of(fold(json.loads(line)["text"][:300]))[:_CLAUSES]
    return found


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line]


def main() -> None:
    """Learns, prints, writes."""
    parser = command_line.parser(__doc__, takes_data=True)
    data = parser.parse_args().data
    framed, content = wrappings(), contents(data)
    rows = [clause_features(clause) for clause in framed + content]
    labels = np.array([1] * len(framed) + [0] * len(content))
    often = Counter(name for row in rows for name in row)
    rows = [{name: value for name, value in row.items() if often[name] > 1} for row in rows]
    model = make_pipeline(DictVectorizer(), LogisticRegression(C=_STRENGTH, max_iter=3000))
    likely = cross_val_predict(model, rows, labels, cv=10, method="predict_proba")[:, 1] >= _SURE
    figures = {
        "wrappings found": round(float(likely[labels == 1].mean()), 3),
        "content taken for wrapping": round(float(likely[labels == 0].mean()), 3),
        "wrappings": float(len(framed)),
        "content": float(len(content)),
    }
    print(figures)
    model.fit(rows, labels)
    names, line = model[0].get_feature_names_out(), model[1]
    weights = {
        str(n): [0.0, round(float(w), 3)]
        for n, w in zip(names, line.coef_[0], strict=True)
        if abs(w) >= _LEAST
    }
    learned = sparse.SparseClassifier(
        learned_from="politeness.tsv, smalltalk.tsv, frames.txt; training questions, news",
        figures=figures,
        classes=["content", "frame"],
        bias=[0.0, round(float(line.intercept_[0]), 3)],
        weights=weights,
    )
    Path(sparse.__file__).with_name("frames.json").write_text(
        learned.model_dump_json() + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
