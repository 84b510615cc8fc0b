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
own_questions.jsonl has 473 questions of ours of the kinds and the make of the files', over 445 articles of their own, with the
clauses that belong into their answer and those that do no harm.
narrow_questions.jsonl has 240 that one to three clauses answer (2月份哪些城市空气最差), over as many articles with 600 others
beside them, for measuring only: learned from too, .25 of what their answers hold belongs there instead of .18 (told of it .71
instead of .76), and of open_dev's key points .71 are said instead of .79.

What the words of a clause tell is learned first, as a line; the trees are given its log odds as lines tell them that have not seen
the clause's fold. They are the mean of two: of the files' questions and ours, and of these with the wide ones at less weight.
`--write` fits all rows and writes rag/weights/clause_words.json and clauses.json.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import random
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import vstack
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from benchmarks import command_line
from benchmarks.training import boosting
from docs_store.models import Hit
from docs_store.settings import Settings, load_settings
from docs_store.store import DocsStore
from ingest import ingest
from rag import PolicyQA
from rag.evaluation.points import covered, squeezed
from rag.evidence import clauses, material, relevance, selection, signals
from rag.evidence.relevance import Relevance
from rag.generation import shapes
from rag.query.framing import unframe
from rag.query.task import tasks_of
from rag.weights.sparse import SparseLine

_WORK = command_line.BUILD / "relevance"
TASKS = {
    "compare": "comparison",
    "why_how": "reason",
    "timeline": "progress",
    "multi": "overview",
    "yesno": "check",
}
_FOLDS = 5
_BUDGETS = (260, 330, 400)
_LEARNED = "open_train_a.jsonl, open_train_b.jsonl, wide_questions.jsonl and own_questions.jsonl, by benchmarks/training/relevance.py"
_SEED = 7
_WIDE = Path(__file__).with_name("wide_questions.jsonl")
_OWN = Path(__file__).with_name("own_questions.jsonl")
_NARROW = Path(__file__).with_name("narrow_questions.jsonl")
_WEIGHTS = {"files": 1.0, "own": 0.5, "wide": 0.3, "narrow": 0.0}  # of a question
_BESIDE_NARROW = 600  # articles in the library of the narrow questions that none of them is on
_STRENGTH = 0.02  # of the line over words: scikit-learn's C
_OFTEN = 15  # clauses that a word must stand in to be learned
_DIGITS = 3

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
    tasks: Mapping[str, float]
    fold: int
    make: str = "files"
    """files, own, wide or narrow."""

    @property
    def held_out(self) -> bool:
        """True for one that no clause is learned from."""
        return "articles" in self.row or self.make == "narrow"

    @property
    def weight(self) -> float:
        """What each of its clauses weighs: every question of a make weighs the same."""
        return 200 * _WEIGHTS[self.make] / max(1, int(self.counted.sum()))


def rows(data: Path, names: Sequence[str]) -> list[Row]:
    """The answerable questions of the files."""
    return [row for name in names for row in lines(data / name) if row["answerable"]]


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


def own_library(data: Path, folder: Path) -> Settings:
    """Settings of an index that holds the articles of our questions of the files' make."""
    return _library(
        data, folder, lambda: {id for row in own() for id in (*row["article_ids"], *row["beside"])}
    )


def narrow_library(data: Path, folder: Path) -> Settings:
    """Settings of an index that holds the articles of the narrow questions among others."""
    return _library(
        data, folder, lambda: {id for row in narrow() for id in row["article_ids"]}, _BESIDE_NARROW
    )


def _wide() -> list[Row]:
    return lines(_WIDE)


def own() -> list[Row]:
    """Our questions of the files' make."""
    return lines(_OWN)


def narrow() -> list[Row]:
    """Our questions that one to three clauses answer."""
    return lines(_NARROW)


def lines(file: Path) -> list[Row]:
    """The rows of a .jsonl file."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def _library(data: Path, folder: Path, needed: Callable[[], set[str]], others: int = 0) -> Settings:
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
        every = list(lines)
    named = [json.loads(line)["id"] in ids for line in every]
    rest = [line for line, is_named in zip(every, named, strict=True) if not is_named]
    chosen = [line for line, is_named in zip(every, named, strict=True) if is_named]
    chosen += random.Random(_SEED).sample(rest, others)
    file.write_text("".join(chosen), encoding="utf-8")
    with DocsStore.open(settings, write=True) as store:
        ingest(store, [file], settings)
    return settings


def cases(qa: PolicyQA, questions: Sequence[Row]) -> Iterator[Case]:
    """Every question of the files as the answerer sees it."""
    for row, fold in zip(questions, folds(questions), strict=True):
        tasks = {TASKS.get(row["kind"], row["kind"]): 1.0}
        pool, cut, measured, elsewhere = seen(qa, row["question"], tasks)
        pieces = [*row["evidence"], *(p for more in row.get("evidence_more", []) for p in _listed(more))]
        evidence = [squeezed(piece) for piece in pieces]
        wanted = np.array([_in(squeezed(c.text), evidence) for c in cut])
        partial = set(row.get("partial_ids", ()))
        counted = np.array(
            [w or pool[c.hit_index].article.id not in partial for w, c in zip(wanted, cut, strict=True)]
        )
        yield Case(row, cut, measured, wanted, counted, elsewhere, tasks, fold)


def own_cases(qa: PolicyQA) -> Iterator[Case]:
    """Our questions of the files' make; what the other article of their pair says does not count."""
    questions = own()
    for row, fold in zip(questions, folds(questions), strict=True):
        tasks = {TASKS.get(row["kind"], row["kind"]): 1.0}
        pool, cut, measured, elsewhere = seen(qa, row["question"], tasks)
        wanted = _among(row["want"], pool, cut)
        beside = [pool[c.hit_index].article.id in row["beside"] for c in cut]
        counted = wanted | ~(_among(row["ok"], pool, cut) | np.array(beside))
        yield Case(row, cut, measured, wanted, counted, elsewhere, tasks, fold, "own")


def narrow_cases(qa: PolicyQA) -> Iterator[Case]:
    """Our questions that one to three clauses answer, each for what it is taken for."""
    questions = narrow()
    for row, fold in zip(questions, folds(questions), strict=True):
        framed = unframe(row["question"])
        tasks = {str(task): chance for task, chance in tasks_of(framed).items()}
        pool, cut, measured, elsewhere = seen(qa, framed.core, tasks)
        wanted = _among(row["want"], pool, cut)
        counted = wanted | ~_among(row["ok"], pool, cut)
        yield Case(row, cut, measured, wanted, counted, elsewhere, tasks, fold, "narrow")


def wide_cases(qa: PolicyQA) -> Iterator[Case]:
    """The wide questions; what may stand in an answer without harm does not count."""
    groups: dict[str, int] = {}  # those labelled on one group of articles are in one fold
    for row in _wide()[1:]:
        framed = unframe(row["question"])
        tasks = {str(task): chance for task, chance in tasks_of(framed).items()}
        pool, cut, measured, elsewhere = seen(qa, framed.core, tasks)
        wanted = _among(row["want"], pool, cut)
        labelled = row.get("articles")
        known = np.array([labelled is None or pool[c.hit_index].article.id in labelled for c in cut])
        counted = wanted | (known & ~_among(row["ok"], pool, cut))
        fold = groups.setdefault(str(row.get("articles", row["question"])), len(groups)) % _FOLDS
        yield Case(row, cut, measured, wanted, counted, elsewhere, tasks, fold, "wide")


def _among(
    spans: Sequence[Sequence[Any]], pool: Sequence[Hit], cut: Sequence[clauses.Clause]
) -> NDArray[np.bool_]:
    """Which clauses share ground with one of the spans, each (article, start, end)."""
    return np.array(
        [
            any(pool[c.hit_index].article.id == id and c.start < b and a < c.end for id, a, b in spans)
            for c in cut
        ],
        dtype=bool,
    )


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


class Words:
    """The words of every clause, counted once, as rows for the line; words that few clauses have are left out."""

    def __init__(self, some: Sequence[Case]) -> None:
        """Reads the clauses of all cases that are learned from."""
        some = [case for case in some if not case.held_out]
        vectorizer = DictVectorizer()
        rows = vectorizer.fit_transform(
            relevance.features(clause.text, case.tasks) for case in some for clause in case.clauses
        )
        often = rows.getnnz(axis=0) >= _OFTEN
        self._names = vectorizer.restrict(often).get_feature_names_out()
        rows = rows[:, often]
        ends = np.cumsum([len(case.clauses) for case in some])
        self._rows = {
            id(case): rows[end - len(case.clauses) : end] for case, end in zip(some, ends, strict=True)
        }

    def line(self, some: Sequence[Case]) -> SparseLine:
        """Learned from these cases."""
        model = LogisticRegression(C=_STRENGTH, max_iter=100).fit(
            vstack([self._rows[id(case)][case.counted] for case in some]),
            np.concatenate([case.wanted[case.counted] for case in some]),
            sample_weight=np.concatenate([np.full(case.counted.sum(), case.weight) for case in some]),
        )
        rounded = np.round(model.coef_[0], _DIGITS)
        return SparseLine(
            learned_from=_LEARNED,
            bias=round(float(model.intercept_[0]), _DIGITS),
            weights={str(name): float(w) for name, w in zip(self._names, rounded, strict=True) if w},
        )

    def log_odds(self, line: SparseLine, some: Sequence[Case]) -> list[Floats]:
        """What the line tells of each clause, an array a case."""
        weights = np.array([line.weights.get(name, 0.0) for name in self._names])
        return [np.asarray(line.bias + self._rows[id(case)] @ weights) for case in some]


def fit(some: Sequence[Case], words: Words) -> Relevance:
    """The line over all, and the trees over what lines tell that have not seen the fold of a clause."""
    some = [case for case in some if not case.held_out]
    tables: dict[int, Floats] = {}
    for fold in {case.fold for case in some}:
        line = words.line([case for case in some if case.fold != fold])
        own = [case for case in some if case.fold == fold]
        for case, odds in zip(own, words.log_odds(line, own), strict=True):
            tables[id(case)] = np.column_stack([case.measured.table, odds])
    names = (*some[0].measured.names, relevance.WORDING)
    parts = [[case for case in some if case.make != "wide"], some]
    trees = boosting.mean([boosting.forest(_trees(part, tables), names, _LEARNED, {}) for part in parts])
    return Relevance(words.line(some), trees)


def _trees(some: Sequence[Case], tables: Mapping[int, Floats]) -> HistGradientBoostingClassifier:
    model = HistGradientBoostingClassifier(
        max_iter=140,
        learning_rate=0.06,
        max_leaf_nodes=10,
        min_samples_leaf=60,
        l2_regularization=8,
        max_features=0.5,
        random_state=_SEED,
    )
    return model.fit(
        np.vstack([tables[id(case)][case.counted] for case in some]),
        np.concatenate([case.wanted[case.counted] for case in some]),
        sample_weight=np.concatenate([np.full(case.counted.sum(), case.weight) for case in some]),
    )


def by_folds(some: Sequence[Case], words: Words) -> list[Relevance]:
    """For each fold the model that has not seen it."""
    return [fit([case for case in some if case.fold != fold], words) for fold in range(_FOLDS)]


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
        figures[f"{name}_key_points_{budget}"] = round(statistics.mean(share), 3)
    return figures


def arguments(doc: str | None) -> argparse.Namespace:
    """data, index and write, as the trainings on this library take them."""
    parser = command_line.parser(doc, takes_data=True)
    parser.add_argument("--index", type=Path, default=_WORK / "index")
    parser.add_argument("--write", action="store_true")
    return parser.parse_args()


def all_cases(data: Path, index: Path) -> list[Case]:
    """The questions of the files, ours of their make, the narrow and the wide ones."""
    questions = rows(data, ("open_train_a.jsonl", "open_train_b.jsonl"))
    with PolicyQA.open(settings=library(data, index), extractive=True) as qa:
        some = list(cases(qa, questions))
    with PolicyQA.open(settings=own_library(data, index.with_name("own")), extractive=True) as qa:
        some += own_cases(qa)
    with PolicyQA.open(settings=narrow_library(data, index.with_name("narrow")), extractive=True) as qa:
        some += narrow_cases(qa)
    with PolicyQA.open(settings=wide_library(data, index.with_name("wide")), extractive=True) as qa:
        return [*some, *wide_cases(qa)]


def report_wide(name: str, some: Sequence[Case], relevance: Sequence[Floats]) -> dict[str, float]:
    """Prints what answers are made of, by characters; returns it. Answers to what nothing answers are left out."""
    shares: list[tuple[float, float, float]] = []
    for case, own in zip(some, relevance, strict=True):
        if case.row.get("answerable") == "no":
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
        f"{name}: {len(shares)} questions  belongs {belongs}  belongs or does no harm {fits}  told of what belongs {told}",
        flush=True,
    )
    return {f"{name}_belongs": belongs, f"{name}_fits": fits, f"{name}_told": told}


def main() -> None:
    """Cross-validates, and writes the weights where asked to."""
    given = arguments(__doc__)
    some = all_cases(given.data, given.index)
    words = Words(some)
    models = by_folds(some, words)
    figures = {}
    for make in _WEIGHTS:
        for name, held_out in ((make, False), (f"{make}_held_out", True)):
            own = [case for case in some if case.make == make and case.held_out == held_out]
            chances = [unseen(models[case.fold], case) for case in own]
            if own:
                figures |= (report if "key_points" in own[0].row else report_wide)(name, own, chances)
    if given.write:
        found = fit(some, words)
        folder = command_line.ROOT / "rag" / "weights"
        for file, learned in (
            ("clause_words", found.line),
            ("clauses", found.forest.model_copy(update={"figures": figures})),
        ):
            (folder / f"{file}.json").write_text(learned.model_dump_json() + "\n", encoding="utf-8")


def unseen(model: Relevance, case: Case) -> Floats:
    """The relevance of a case's clauses as a reader gets it."""
    return model.probabilities(case.measured, case.clauses, case.tasks) * ~case.elsewhere


if __name__ == "__main__":
    main()
