"""Learns which clauses belong into the answer to an open question, and how much of what was asked a choice of them covers.

    python -m benchmarks.training.relevance [../shared/data] [--index FOLDER] [--write]

The articles named by `passages_from` in open_train_a/b.jsonl make a library of their own, indexed by the program;
each question is searched there as a user's is. A clause is wanted when it stands in a piece of `evidence` or
`evidence_more` or holds one; clauses of the articles in `partial_ids` that are not wanted are left out of learning.
Five folds by article: no two folds share one. What is measured is what a reader gets: the share of `key_points` whose
wording stands in the chosen clauses within a budget of characters. `--write` fits all rows and writes
rag/weights/clauses.json.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier

from benchmarks.training import boosting
from docs_store.settings import Settings, load_settings
from docs_store.store import DocsStore
from ingest import ingest
from rag import PolicyQA
from rag.evaluation.points import covered, squeezed
from rag.evidence import clauses, selection, signals

_ROOT = Path(__file__).parents[2]
_DATA = _ROOT.parent / "shared" / "data"
_WORK = _ROOT / "build" / "relevance"
TASKS = {
    "compare": "comparison",
    "why_how": "reason",
    "timeline": "progress",
    "multi": "overview",
    "yesno": "check",
}
_WHOLE = 2  # articles, the first ones found, whose other passages are looked at too
_FOLDS = 5
_BUDGETS = (330, 400, 450)
_LEARNED = "open_train_a.jsonl and open_train_b.jsonl, by benchmarks/training/relevance.py"
_SEED = 7

Row = dict[str, Any]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Case:
    """One question with its clauses, their features, which are wanted, and which count in learning."""

    row: Row
    clauses: list[clauses.Clause]
    measured: signals.Measured
    wanted: NDArray[np.bool_]
    counted: NDArray[np.bool_]


def rows(data: Path, names: Sequence[str]) -> list[Row]:
    """The answerable questions of the files."""
    found = [json.loads(line) for name in names for line in (data / name).read_text("utf-8").splitlines()]
    return [row for row in found if row["answerable"]]


def library(data: Path, folder: Path) -> Settings:
    """Settings of an index that holds the training articles."""
    settings = load_settings()
    settings = settings.model_copy(
        update={"store": settings.store.model_copy(update={"path": folder.resolve()})}
    )
    if folder.exists():
        return settings
    needed = {
        id for row in rows(data, ("open_train_a.jsonl", "open_train_b.jsonl")) for id in row["passages_from"]
    }
    _WORK.mkdir(parents=True, exist_ok=True)
    file = _WORK / "articles.jsonl"
    with gzip.open(data / "news_rest_47k.jsonl.gz", "rt", encoding="utf-8") as lines:
        file.write_text("".join(line for line in lines if json.loads(line)["id"] in needed), encoding="utf-8")
    with DocsStore.open(settings, write=True) as store:
        ingest(store, [file], settings)
    return settings


def cases(qa: PolicyQA, questions: Sequence[Row]) -> Iterator[Case]:
    """Every question as the answerer sees it."""
    assert qa.store is not None
    for row in questions:
        task = TASKS.get(row["kind"], row["kind"])
        hits = qa.passages_for(row["question"], task)
        pool = list(hits)
        for article in list(dict.fromkeys(h.article.id for h in hits))[:_WHOLE]:
            own = next(h.article for h in hits if h.article.id == article)
            pool += clauses.whole(own, qa.store.passages(article), hits[-1].score, pool)
        cut = clauses.cut(pool)
        measured = signals.measure(row["question"], {task: 1.0}, pool, cut)
        pieces = [*row["evidence"], *(p for more in row.get("evidence_more", []) for p in _listed(more))]
        evidence = [squeezed(piece) for piece in pieces]
        wanted = np.array([_in(squeezed(c.text), evidence) for c in cut])
        partial = set(row.get("partial_ids", ()))
        counted = np.array(
            [w or pool[c.hit_index].article.id not in partial for w, c in zip(wanted, cut, strict=True)]
        )
        yield Case(row, cut, measured, wanted, counted)


def _listed(piece: Any) -> list[str]:
    return piece if isinstance(piece, list) else [piece]


def _in(clause: str, evidence: Sequence[str]) -> bool:
    return any((len(clause) >= 4 and clause in piece) or piece in clause for piece in evidence)


def folds(questions: Sequence[Row]) -> list[int]:
    """The fold of each question; questions that share an article are in one."""
    head: dict[str, str] = {}

    def of(id: str) -> str:
        while head.setdefault(id, id) != id:
            id = head[id]
        return id

    for row in questions:
        for id in row["article_ids"][1:]:
            head[of(id)] = of(row["article_ids"][0])
    digests = [hashlib.md5(of(row["article_ids"][0]).encode()).hexdigest() for row in questions]
    return [int(digest, 16) % _FOLDS for digest in digests]


def fit(some: Sequence[Case]) -> HistGradientBoostingClassifier:
    """The trees over the counted clauses of `some`; every question weighs the same."""
    table = np.vstack([case.measured.table[case.counted] for case in some])
    wanted = np.concatenate([case.wanted[case.counted] for case in some])
    weight = np.concatenate([np.full(case.counted.sum(), 200 / case.counted.sum()) for case in some])
    model = HistGradientBoostingClassifier(
        max_iter=140,
        learning_rate=0.06,
        max_leaf_nodes=10,
        min_samples_leaf=60,
        l2_regularization=8,
        max_features=0.5,
        random_state=_SEED,
    )
    return model.fit(table, wanted, sample_weight=weight)


def text(case: Case, relevance: Floats, budget: int) -> str:
    """What a choice within `budget` shows."""
    given = selection.Candidates(case.clauses, relevance, case.measured.shares)
    return "\n".join(
        f"- {span.text}[1]" for span in selection.choose(given, budget * 2, enough=round(0.67 * budget))
    )


def report(name: str, some: Sequence[Case], relevance: Sequence[Floats]) -> dict[str, float]:
    """Prints the share of key points by budget and kind; returns it by budget."""
    figures = {}
    for budget in _BUDGETS:
        shown = [text(case, p, budget) for case, p in zip(some, relevance, strict=True)]
        share = [covered(said, case.row["key_points"]) for said, case in zip(shown, some, strict=True)]
        kinds: dict[str, list[float]] = {}
        for case, value in zip(some, share, strict=True):
            kinds.setdefault(case.row["kind"], []).append(value)
        of_kind = "  ".join(
            f"{kind} {statistics.mean(v):.2f} ({len(v)})" for kind, v in sorted(kinds.items())
        )
        length = statistics.median(map(len, shown))
        print(
            f"{name}  budget {budget}  key points {statistics.mean(share):.3f}  median {length:.0f}  {of_kind}",
            flush=True,
        )
        figures[f"key_points_{budget}"] = round(statistics.mean(share), 3)
    return figures


def arguments(doc: str | None) -> argparse.Namespace:
    """data, index and write, as the trainings on this library take them."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, nargs="?", default=_DATA)
    parser.add_argument("--index", type=Path, default=_WORK / "index")
    parser.add_argument("--write", action="store_true")
    return parser.parse_args()


def main() -> None:
    """Cross-validates, and writes the weights where asked to."""
    given = arguments(__doc__)
    questions = rows(given.data, ("open_train_a.jsonl", "open_train_b.jsonl"))
    with PolicyQA.open(settings=library(given.data, given.index), extractive=True) as qa:
        some = list(cases(qa, questions))
    of = folds(questions)
    relevance: list[Floats] = [np.zeros(0)] * len(some)
    for fold in range(_FOLDS):
        model = fit([case for case, f in zip(some, of, strict=True) if f != fold])
        for index, f in enumerate(of):
            if f == fold:
                relevance[index] = model.predict_proba(some[index].measured.table)[:, 1]
    figures = report("cross-validated", some, relevance)
    if given.write:
        found = boosting.forest(fit(some), some[0].measured.names, _LEARNED, figures)
        path = _ROOT / "rag" / "weights" / "clauses.json"
        path.write_text(found.model_dump_json() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
