"""Learns when an open question is refused: rag/weights/subject.json, whether anything on its subject was found.

    python -m benchmarks.training.subject [../shared/data] [--index FOLDER] [--write]

Rows are the questions of open_train_a/b.jsonl as the answerer sees them: those that the articles answer, near misses, and
the first kind once more with the articles that answer taken out of what the search finds; ours of the same make
(own_questions.jsonl) with 266 near misses on their articles (own_near_misses.jsonl: a detail that is not told, or another place,
year or body), for measuring alone: learned from too they changed nothing; the questions of wide_questions.jsonl, those that its library answers and those that it does not; and the files'
questions asked of that library, which holds nothing of them. What each weighs stands in `main`. Five folds by article, of wide questions by question; the relevance of a question's clauses is that of a
model that has not seen its fold. Prints the areas under the curve and, for settings, what is refused of each kind.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from sklearn.metrics import roc_auc_score

from benchmarks import command_line
from benchmarks.training import boosting, relevance
from benchmarks.training.relevance import _FOLDS, arguments, folds, library
from docs_store.models import Hit, SearchFilter
from rag import PolicyQA
from rag.evidence import material, sentences, subject
from rag.generation.shapes import TASKS
from rag.query.framing import unframe
from rag.query.task import tasks_of
from rag.weights import logistic

_STRENGTH = 0.03
# Weight of answerable rows over refusals: a false refusal costs more than an answer beside the point, and the setting
# (answer.min_evidence) is where facts are refused.
_ANSWERABLE = 4.2
_TAKEN_OUT = 0.6
_WIDE = 0.25  # of the weight is that of the wide questions
_ELSEWHERE = 0.3  # weight of the files' questions asked of the other library
_OWN_MISSES = Path(__file__).with_name("own_near_misses.jsonl")
_MORE = 12  # passages searched for beyond those wanted where articles are taken out

Row = dict[str, Any]


class Without(PolicyQA):
    """The assistant over a library from which some articles are missing."""

    gone: Collection[str] = ()

    def search(
        self,
        question: str,
        k: int | None = None,
        where: SearchFilter | None = None,
        *,
        synonyms: bool = True,
    ) -> list[Hit]:
        """The best passages of the other articles."""
        k = k or self.settings.retrieval.top_k
        found = super().search(question, k + (_MORE if self.gone else 0), where, synonyms=synonyms)
        return [hit for hit in found if hit.article.id not in self.gone][:k]


def features(qa: PolicyQA, question: str) -> dict[str, float]:
    """What the model weighs of a question as the answerer puts it."""
    assert qa.store is not None
    framed = unframe(question)
    likely = {str(task): chance for task, chance in tasks_of(framed).items()}
    best = max(likely, key=likely.__getitem__)
    hits = qa.passages_for(framed.core, best if best in TASKS else "list")
    gathered = sentences.gather(framed.core, hits[: qa.settings.answer.passages])
    found = material.gather(framed.core, likely, hits, qa.store.passages)
    return dict(subject.features(framed.core, hits, gathered, found))


def main() -> None:
    """Cross-validates, and writes the weights where asked to."""
    given = arguments(__doc__)
    some = relevance.all_cases(given.data, given.index)
    models = relevance.by_folds(some, relevance.Words(some))
    unseen = {case.row["question"]: models[case.fold] for case in some}
    table: list[dict[str, float]] = []
    kinds: list[str] = []
    fold: list[int] = []

    def add(qa: PolicyQA, question: str, kind: str, number: int) -> None:
        with patch.object(material, "packaged_relevance", lambda: unseen.get(question, models[number])):
            table.append(features(qa, question))
        kinds.append(kind)
        fold.append(number)

    rows: list[Row] = [
        json.loads(line)
        for name in ("open_train_a.jsonl", "open_train_b.jsonl")
        for line in (given.data / name).read_text("utf-8").splitlines()
    ]
    for row in rows:
        row.setdefault("article_ids", row["passages_from"])
    of = folds(rows)
    with Without.open(settings=library(given.data, given.index), extractive=True) as qa:
        for row, number in zip(rows, of, strict=True):
            add(qa, row["question"], "there" if row["answerable"] else "near miss", number)
            if row["answerable"]:
                qa.gone = {*row["article_ids"], *row.get("partial_ids", ())}
                add(qa, row["question"], "taken out", number)
                qa.gone = ()
    own = relevance.own()
    misses = [{**row, "article_ids": row["near"]} for row in relevance.lines(_OWN_MISSES)]
    with PolicyQA.open(
        settings=relevance.own_library(given.data, given.index.with_name("own")), extractive=True
    ) as qa:
        for row, number in zip((*own, *misses), folds([*own, *misses]), strict=True):
            add(qa, row["question"], "own near miss" if "near" in row else "own there", number)
    index = given.index.with_name("wide")
    with PolicyQA.open(settings=relevance.wide_library(given.data, index), extractive=True) as qa:
        for case in some:
            if case.make == "wide":
                kind = "held out" if case.held_out else "wide"
                add(qa, case.row["question"], f"{kind} {case.row['answerable']}", case.fold)
        for row, number in zip(rows, of, strict=True):
            if row["answerable"]:
                add(qa, row["question"], "elsewhere", number)
    names = tuple(table[0])
    matrix = np.array([list(row.values()) for row in table])
    kind, of_fold = np.array(kinds), np.array(fold)
    labels = np.isin(kind, ("there", "own there", "wide yes", "wide part"))
    share = {
        "there": _ANSWERABLE * (1 - _WIDE),
        "wide yes": _ANSWERABLE * _WIDE * 0.8,
        "wide part": _ANSWERABLE * _WIDE * 0.2,
        "near miss": (1 - _TAKEN_OUT) * (1 - _WIDE),
        "taken out": _TAKEN_OUT * (1 - _WIDE),
        "wide no": _WIDE,
        "elsewhere": _ELSEWHERE,
    }
    learned_from = np.isin(kind, list(share))
    weight = np.array([share.get(k, 0.0) / (kind == k).sum() for k in kinds]) * learned_from.sum() / 2
    chance = np.zeros(len(kinds))
    for number in range(_FOLDS):
        train = (of_fold != number) & learned_from
        learned = boosting.line(matrix[train], labels[train], weight[train], names, _STRENGTH)
        for i in np.flatnonzero(of_fold == number):
            chance[i] = learned.probability(table[i])
    for own, other in (
        ("there", "near miss"),
        ("own there", "own near miss"),
        ("there", "taken out"),
        ("there", "elsewhere"),
        ("wide yes", "wide no"),
    ):
        both = (kind == own) | (kind == other)
        print(f"AUC against {other}: {roc_auc_score(labels[both], chance[both]):.3f}")
    for least in (0.3, 0.4, 0.5, 0.57, 0.65):
        refused = chance < least
        counts = [f"{k} {refused[kind == k].sum()}/{(kind == k).sum()}" for k in dict.fromkeys(kinds)]
        print(f"refused below {least}: {', '.join(counts)}")
    if given.write:
        rows_of = (matrix[learned_from], labels[learned_from], weight[learned_from])
        learned = boosting.line(*rows_of, names, _STRENGTH)
        target = Path(logistic.__file__).with_name("subject.json")
        target.write_text(learned.model_dump_json(indent=1) + "\n", encoding="utf-8")
        print(f"wrote {target.relative_to(command_line.ROOT)}")


if __name__ == "__main__":
    main()
