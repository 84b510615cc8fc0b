"""Learns which clauses belong into the answer to an open question, and how much of what was asked a choice of them covers.

    python -m benchmarks.training.relevance [../shared/data] [--index FOLDER] [--write]

The articles named by `passages_from` in open_train_a/b.jsonl make a library of their own, indexed by the program;
each question is searched there as a user's is. A clause is wanted when it stands in a piece of `evidence` or
`evidence_more` or holds one; clauses of the articles in `partial_ids` that are not wanted are left out of learning.
Five folds by article: no two folds share one. What is measured is what a reader gets: the share of `key_points` whose
wording stands in the chosen clauses within a budget of characters.

wide_questions.jsonl has 400 questions of ours as wide as a region, over 1,154 other articles of news_rest_47k, with the sentences
that belong into their answer: 120 labelled in what the search brought, 280 on groups of ten articles, labelled in all of
these (`articles`; what else the search brings does not count). The second kind is for measuring only, here and in `subject.py`:
learned from too it told them .61 instead of .58, and the files' key points .676 at 492 characters instead of .682 at 450.
The model is the mean of two: of the files' questions alone, and of these with the wide ones at less weight. `--write` fits all rows and writes rag/weights/clauses.json.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier

from benchmarks.training import boosting
from docs_store.models import Hit
from docs_store.settings import Settings, load_settings
from docs_store.store import DocsStore
from ingest import ingest
from rag import PolicyQA
from rag.evaluation.points import covered, squeezed
from rag.evidence import clauses, material, selection, signals
from rag.generation import shapes
from rag.query.framing import unframe
from rag.query.task import tasks_of
from rag.weights.trees import Forest

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
_FOLDS = 5
_BUDGETS = (330, 400, 450)
_LEARNED = (
    "open_train_a.jsonl, open_train_b.jsonl and wide_questions.jsonl, by benchmarks/training/relevance.py"
)
_SEED = 7
_WIDE = Path(__file__).with_name("wide_questions.jsonl")
_WIDE_WEIGHT = 0.3  # of a wide question against one of the files

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
    elsewhere: NDArray[np.bool_]
    """Which are of other places than the question names: never chosen. Learned from they are: without them .66 at 444 characters."""
    wide: bool = False

    @property
    def held_out(self) -> bool:
        """True for one that no clause is learned from."""
        return "articles" in self.row


def rows(data: Path, names: Sequence[str]) -> list[Row]:
    """The answerable questions of the files."""
    found = [json.loads(line) for name in names for line in (data / name).read_text("utf-8").splitlines()]
    return [row for row in found if row["answerable"]]


def library(data: Path, folder: Path) -> Settings:
    """Settings of an index that holds the training articles."""
    return _library(
        data,
        folder,
        lambda: {
            id
            for row in rows(data, ("open_train_a.jsonl", "open_train_b.jsonl"))
            for id in row["passages_from"]
        },
    )


def wide_library(data: Path, folder: Path) -> Settings:
    """Settings of an index that holds the articles of the wide questions."""
    return _library(data, folder, lambda: set(_wide()[0]["articles"]))


def _wide() -> list[Row]:
    return [json.loads(line) for line in _WIDE.read_text(encoding="utf-8").splitlines()]


def _library(data: Path, folder: Path, needed: Callable[[], set[str]]) -> Settings:
    settings = load_settings()
    settings = settings.model_copy(
        update={"store": settings.store.model_copy(update={"path": folder.resolve()})}
    )
    if folder.exists():
        return settings
    ids = needed()
    _WORK.mkdir(parents=True, exist_ok=True)
    file = _WORK / f"{folder.name}.jsonl"
    with gzip.open(data / "news_rest_47k.jsonl.gz", "rt", encoding="utf-8") as lines:
        file.write_text("".join(line for line in lines if json.loads(line)["id"] in ids), encoding="utf-8")
    with DocsStore.open(settings, write=True) as store:
        ingest(store, [file], settings)
    return settings


def cases(qa: PolicyQA, questions: Sequence[Row]) -> Iterator[Case]:
    """Every question as the answerer sees it."""
    for row in questions:
        task = TASKS.get(row["kind"], row["kind"])
        pool, cut, measured, elsewhere = seen(qa, row["question"], {task: 1.0})
        pieces = [*row["evidence"], *(p for more in row.get("evidence_more", []) for p in _listed(more))]
        evidence = [squeezed(piece) for piece in pieces]
        wanted = np.array([_in(squeezed(c.text), evidence) for c in cut])
        partial = set(row.get("partial_ids", ()))
        counted = np.array(
            [w or pool[c.hit_index].article.id not in partial for w, c in zip(wanted, cut, strict=True)]
        )
        yield Case(row, cut, measured, wanted, counted, elsewhere)


def wide_cases(qa: PolicyQA) -> Iterator[Case]:
    """The wide questions; what may stand in an answer without harm does not count."""
    for row in _wide()[1:]:
        framed = unframe(row["question"])
        tasks = {str(task): chance for task, chance in tasks_of(framed).items()}
        pool, cut, measured, elsewhere = seen(qa, framed.core, tasks)

        def among(spans: Sequence[Sequence[Any]], pool: list[Hit] = pool, cut: Any = cut) -> Any:
            return np.array(
                [
                    any(
                        pool[c.hit_index].article.id == id and c.start < b and a < c.end for id, a, b in spans
                    )
                    for c in cut
                ],
                dtype=bool,
            )

        wanted = among(row["want"])
        labelled = row.get("articles")
        known = np.array([labelled is None or pool[c.hit_index].article.id in labelled for c in cut])
        yield Case(row, cut, measured, wanted, wanted | (known & ~among(row["ok"])), elsewhere, wide=True)


def seen(
    qa: PolicyQA, question: str, tasks: Mapping[str, float]
) -> tuple[list[Hit], list[clauses.Clause], signals.Measured, NDArray[np.bool_]]:
    """The passages of a question, their clauses, what the model weighs of these, and which are of other places."""
    assert qa.store is not None
    likeliest = max(tasks, key=tasks.__getitem__)
    hits = qa.passages_for(question, likeliest if likeliest in shapes.TASKS else "list")
    pool = material.with_whole_articles(hits, qa.store.passages)
    cut = clauses.cut(pool)
    measured = material.measure(question, tasks, pool, cut, qa.store.passages)
    return pool, cut, measured, material.elsewhere(question, pool, cut)


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


def _wide_folds(wide: Sequence[Case]) -> list[int]:
    """The fold of each wide question; those labelled on one group of articles are in one."""
    groups: dict[str, int] = {}
    return [
        groups.setdefault(str(case.row.get("articles", case.row["question"])), len(groups)) % _FOLDS
        for case in wide
    ]


def fit(some: Sequence[Case]) -> Forest:
    """The mean of the trees over the questions of the files and of those over all; every question of a kind weighs the same."""
    some = [case for case in some if not case.held_out]
    of_files = [case for case in some if not case.wide]
    names = some[0].measured.names
    return boosting.mean([boosting.forest(_trees(part), names, _LEARNED, {}) for part in (of_files, some)])


def _trees(some: Sequence[Case]) -> HistGradientBoostingClassifier:
    table = np.vstack([case.measured.table[case.counted] for case in some])
    wanted = np.concatenate([case.wanted[case.counted] for case in some])
    weight = np.concatenate(
        [
            np.full(n := case.counted.sum(), 200 * (_WIDE_WEIGHT if case.wide else 1) / max(1, n))
            for case in some
        ]
    )
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


def by_folds(some: Sequence[Case], wide: Sequence[Case]) -> tuple[list[Forest], list[int]]:
    """The forest that has not seen a fold, for each fold; and the fold of each question, the wide ones after the files'."""
    of = [*folds([case.row for case in some]), *_wide_folds(wide)]
    both = [*some, *wide]
    return [
        fit([case for case, own in zip(both, of, strict=True) if own != fold]) for fold in range(_FOLDS)
    ], of


def text(case: Case, relevance: Floats, budget: int) -> str:
    """What a choice within `budget` shows."""
    return "\n".join(f"- {span.text}[1]" for span in _chosen(case, relevance, budget))


def _chosen(case: Case, relevance: Floats, budget: int) -> list[selection.Span]:
    given = selection.Candidates(case.clauses, relevance, case.measured.shares)
    least = shapes.LEAST_OF_BEST * relevance.max(initial=0.0)
    return selection.choose(given, budget * 2, enough=round(0.67 * budget), least=least)


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


def all_cases(data: Path, index: Path) -> tuple[list[Case], list[Case]]:
    """The questions of the files, and the wide ones."""
    questions = rows(data, ("open_train_a.jsonl", "open_train_b.jsonl"))
    with PolicyQA.open(settings=library(data, index), extractive=True) as qa:
        some = list(cases(qa, questions))
    with PolicyQA.open(settings=wide_library(data, index.with_name("wide")), extractive=True) as qa:
        return some, list(wide_cases(qa))


def report_wide(name: str, some: Sequence[Case], relevance: Sequence[Floats]) -> dict[str, float]:
    """Prints what the answers to wide questions are made of; returns it. By characters, answers to what nothing answers left out."""
    shares: list[tuple[float, float, float]] = []
    for case, own in zip(some, relevance, strict=True):
        if case.row["answerable"] == "no":
            continue
        spans = _chosen(case, own, _BUDGETS[-1])
        length = wanted = harmless = 0
        for span in spans:
            inside = [
                i
                for i, c in enumerate(case.clauses)
                if c.sentence == span.sentence and span.start <= c.start < span.end
            ]
            length += len(span.text)
            wanted += len(span.text) * bool(case.wanted[inside].any())
            harmless += len(span.text) * bool((case.wanted | ~case.counted)[inside].any())
        there = sum(len(c.text) for c, w in zip(case.clauses, case.wanted, strict=True) if w)
        shares.append(
            (
                wanted / max(1, length),
                harmless / max(1, length),
                min(1.0, wanted / max(1, min(there, _BUDGETS[-1]))),
            )
        )
    belongs, fits, told = (round(statistics.mean(column), 3) for column in zip(*shares, strict=True))
    print(
        f"{name}: {len(shares)} wide questions  belongs {belongs}  belongs or does no harm {fits}  told of what belongs {told}",
        flush=True,
    )
    return {f"{name}_belongs": belongs, f"{name}_fits": fits, f"{name}_told": told}


def main() -> None:
    """Cross-validates, and writes the weights where asked to."""
    given = arguments(__doc__)
    some, wide = all_cases(given.data, given.index)
    forests, of = by_folds(some, wide)
    relevance = [
        forests[fold].probabilities(case.measured.table) * ~case.elsewhere
        for case, fold in zip([*some, *wide], of, strict=True)
    ]
    figures = report("cross-validated", some, relevance[: len(some)])
    for name, held_out in (("wide", False), ("held_out", True)):
        own = [(c, r) for c, r in zip(wide, relevance[len(some) :], strict=True) if c.held_out == held_out]
        figures |= report_wide(name, [case for case, _ in own], [chance for _, chance in own])
    if given.write:
        found = fit([*some, *wide]).model_copy(update={"figures": figures})
        path = _ROOT / "rag" / "weights" / "clauses.json"
        path.write_text(found.model_dump_json() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
