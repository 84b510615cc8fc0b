"""Learns which sentences of an article bear on a topic: rag/weights/bearing.json.

    python -m benchmarks.training.bearing [../shared/data] [--write]

The answerable questions of open_train_a/b.jsonl are the topics. A sentence that stands in `evidence` or `evidence_more`, or
holds a piece of it, bears on its question; sentences of the articles of `passages_from` that are neither the question's
own nor in `partial_ids` do not: a search brought them, so they are near misses. What else stands in a question's own
articles counts a quarter: some of it bears on the topic, some does not. Five folds by article. Prints the area under
the curve and, for thresholds, how many of the evidence sentences are kept and how many of the others.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import roc_auc_score

from benchmarks import command_line
from benchmarks.training import boosting
from benchmarks.training.corpus import Entry, read_entries
from benchmarks.training.relevance import _FOLDS, _in, _listed, folds, rows, squeezed
from rag.evidence import statements
from rag.weights import logistic

_STRENGTH = 0.3
_OWN = 0.25  # weight of what stands in a question's own articles and is no evidence: it may bear on the topic or not


def library(data: Path, questions: list[dict[str, Any]]) -> dict[str, Entry]:
    """The articles that the questions name, by id."""
    needed = {id for row in questions for id in row["passages_from"]}
    work = command_line.BUILD / "bearing.jsonl"
    work.parent.mkdir(exist_ok=True)
    with gzip.open(data / "news_rest_47k.jsonl.gz", "rt", encoding="utf-8") as lines:
        work.write_text("".join(line for line in lines if json.loads(line)["id"] in needed), encoding="utf-8")
    return {entry.article.id: entry for entry in read_entries(work)}


def examples(
    row: dict[str, Any], entries: dict[str, Entry]
) -> Iterator[tuple[dict[str, float], bool, float]]:
    """(features, bears, weight) of the counted sentences of one question's articles."""
    asked = statements.Topic.of(row["question"])
    pieces = [*row["evidence"], *(p for more in row.get("evidence_more", []) for p in _listed(more))]
    evidence = [squeezed(piece) for piece in pieces]
    own = {*row["article_ids"], *row.get("partial_ids", ())}
    there = [entries[id] for id in row["passages_from"] if id in entries]
    read = [(entry.article, statements.of_article(entry.article, entry.passages)) for entry in there]
    all_shares = [statements.shares(found, asked) for _, found in read]
    full = statements.most(all_shares)
    for (article, found), shares in zip(read, all_shares, strict=True):
        rows_of = statements.features(article, found, shares, asked, full)
        for statement, features in zip(found, rows_of, strict=True):
            wanted = _in(squeezed(statement.text), evidence)
            if wanted or article.id not in row.get("partial_ids", ()):
                yield features, wanted, 1.0 if wanted or article.id not in own else _OWN


def main() -> None:
    """Cross-validates, and writes the weights where asked to."""
    parser = command_line.parser(__doc__, takes_data=True)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    questions = rows(given.data, ("open_train_a.jsonl", "open_train_b.jsonl"))
    entries = library(given.data, questions)
    table, wanted, fold, counts = [], [], [], []
    for row, of in zip(questions, folds(questions), strict=True):
        for features, bears, count in examples(row, entries):
            table.append(features)
            wanted.append(bears)
            fold.append(of)
            counts.append(count)
    names = tuple(table[0])
    matrix = np.array([list(features.values()) for features in table])
    labels, of_fold = np.array(wanted), np.array(fold)
    count = np.array(counts)
    near_misses = ~labels & (count == 1.0)
    weight = np.where(labels, count[~labels].sum() / labels.sum(), count)
    chance = np.zeros(len(labels))
    for number in range(_FOLDS):
        train = of_fold != number
        learned = boosting.line(matrix[train], labels[train], weight[train], names, _STRENGTH)
        for i in np.flatnonzero(~train):
            chance[i] = learned.probability(table[i])
    judged = labels | near_misses
    print(
        f"{labels.sum()} sentences that bear, {near_misses.sum()} near misses, {(~judged).sum()} others of the same articles"
    )
    print(
        f"AUC against near misses {roc_auc_score(labels[judged], chance[judged]):.3f}, all {roc_auc_score(labels, chance):.3f}"
    )
    for least in (0.1, 0.2, 0.3, 0.35, 0.4, 0.5, 0.6, 0.7, 0.8):
        kept = chance >= least
        print(
            f"  least {least}: kept {kept[labels].mean():.3f}, near misses kept {kept[near_misses].mean():.3f}, others kept {kept[~judged].mean():.3f}"
        )
    if given.write:
        learned = boosting.line(matrix, labels, weight, names, _STRENGTH)
        target = Path(logistic.__file__).with_name("bearing.json")
        target.write_text(learned.model_dump_json(indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
