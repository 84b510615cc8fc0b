"""Learns the reranker's weights and the evidence probability, and says how good they are on questions not learned from.

Run: python -m benchmarks.training.rerank ../shared/data INDEX [--write]

INDEX holds news_16k.jsonl.gz as `guanchao ingest` stores it (GUANCHAO_STORE__PATH). Candidates and features come from the
program's own code. Questions are grouped by event: those that share a document, a right article, or two right articles
with nearly the same text (tf-idf cosine ≥ 0.35) are always on the same side of the split.
"""

from __future__ import annotations

import json
import pickle
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, roc_auc_score

from benchmarks import command_line
from docs_store.candidates import Search
from docs_store.models import Article, Hit, Passage, SearchFilter
from docs_store.settings import Settings, StoreSettings
from docs_store.store import DocsStore
from rag.lexicon.synonyms import read_aliases
from rag.query.question import understand
from rag.retrieval.features import NAMES, measure

Floats = NDArray[np.float64]
L2 = 3e-3
FOLDS = 10
SAME_EVENT = 0.35
SHOWN = 5  # hits whose evidence is judged
EVIDENCE = (
    "cover", "cover_window", "cover_article", "cover_characters", "cover_head_sum", "answer", "answer_one",
    "answer_kind", "missing", "numbers", "bm25_asked", "bm25_sum", "three_sentence", "run_longest", "dense",
)  # fmt: skip


@dataclass(slots=True)
class Asked:
    """A question with its candidates."""

    question: str
    answers: list[str]
    right: set[str]
    hits: list[Hit]
    features: Floats
    group: int = 0
    articles: list[str] = field(default_factory=list)
    article: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))

    def __post_init__(self) -> None:
        """Numbers the articles."""
        self.articles = list(dict.fromkeys(hit.article.id for hit in self.hits))
        self.article = np.array([self.articles.index(hit.article.id) for hit in self.hits], np.int64)

    def wanted(self) -> NDArray[np.bool_]:
        """The hits of right articles that hold an answer, or all of right articles where none does."""
        right = np.array([hit.article.id in self.right for hit in self.hits], bool)
        holds = np.array([any(a in hit.passage.text for a in self.answers) for hit in self.hits], bool)
        return right & holds if (right & holds).any() else right

    def rank(self, scores: Floats) -> int:
        """The rank of the best right article, from 0; ties count against it."""
        best = np.full(len(self.articles), -np.inf)
        np.maximum.at(best, self.article, scores)
        right = np.array([id in self.right for id in self.articles], bool)
        if not right.any():
            return 10**6
        return int((best[~right] >= best[right].max()).sum())


def read_questions(data: Path) -> list[dict[str, Any]]:
    """The dev questions."""
    lines = (data / "retrieval_qa_dev.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def gather(
    store: DocsStore, settings: Settings, rows: Sequence[dict[str, Any]], dense: bool = True
) -> list[Asked]:
    """The candidates of every question, as the program finds them."""
    section = settings.retrieval
    found = []
    for row in rows:
        asked = understand(row["question"], store.idf, read_aliases(section.aliases))
        vector = partial(store.vector, row["question"]) if dense else None
        weight = section.dense_weight if dense else 0.0
        search = Search(
            asked.folded, vector, SearchFilter(), asked.also, section.candidates, section.articles, weight,
            section.article_weight,
        )  # fmt: skip
        hits = store.candidates(search)
        right = {*row["gold_article_ids"], *row["also_acceptable_ids"]}
        found.append(Asked(row["question"], row["answers"], right, hits, measure(asked, hits)))
    return found


def events(rows: Sequence[dict[str, Any]], texts: dict[str, str]) -> list[int]:
    """The event of each question, as a number."""
    parent = list(range(len(rows)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    holders: dict[str, list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        for key in (row["id"].rsplit("_", 1)[0], *row["gold_article_ids"], *row["also_acceptable_ids"]):
            holders[key].append(number)
    ids = sorted(id for id in holders if id in texts)
    matrix = TfidfVectorizer(analyzer="char", ngram_range=(2, 3), min_df=2, max_df=0.1).fit_transform(
        texts[id] for id in ids
    )
    alike = (matrix @ matrix.T).toarray()
    links = list(holders.values())
    links += [
        [holders[ids[i]][0], holders[ids[j]][0]] for i, j in zip(*np.where(alike >= SAME_EVENT), strict=True)
    ]
    for first, *others in links:
        for other in others:
            parent[root(other)] = root(first)
    return [root(i) for i in range(len(rows))]


def folds(groups: Sequence[int], seed: int) -> NDArray[np.int64]:
    """The fold of each question; a group is never split."""
    names = np.unique(groups)
    order = np.random.default_rng(seed).permutation(len(names))
    place = {name: int(order[i]) % FOLDS for i, name in enumerate(names)}
    return np.array([place[g] for g in groups], np.int64)


def fit(asked: Sequence[Asked], mean: Floats, scale: Floats, l2: float = L2) -> Floats:
    """Listwise: the softmax over all passages is to fall on the wanted ones."""
    usable = [a for a in asked if a.wanted().any()]
    x = np.vstack([(a.features - mean) / scale for a in usable])
    wanted = np.concatenate([a.wanted() for a in usable])
    sizes = np.array([len(a.hits) for a in usable])
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    of = np.repeat(np.arange(len(usable)), sizes)

    def loss(w: Floats) -> tuple[float, Floats]:
        s = x @ w
        e = np.exp(s - np.maximum.reduceat(s, starts)[of])
        every, good = np.add.reduceat(e, starts), np.add.reduceat(e * wanted, starts)
        value = float((np.log(every) - np.log(good)).mean() + l2 * (w @ w) / 2)
        return value, x.T @ (e / every[of] - e * wanted / good[of]) / len(usable) + l2 * w

    found: Floats = minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B").x
    return found


def standard(asked: Sequence[Asked]) -> tuple[Floats, Floats]:
    """Mean and spread of the features."""
    every = np.vstack([a.features for a in asked])
    return every.mean(axis=0), np.maximum(every.std(axis=0), 1e-6)


def held_out(asked: Sequence[Asked], seed: int = 0, without: Sequence[str] = ()) -> list[Floats]:
    """Scores of each question's hits by weights that were learned on other events."""
    keep = np.array([name not in without for name in NAMES], float)
    fold = folds([a.group for a in asked], seed)
    scores: list[Floats] = [np.zeros(0)] * len(asked)
    for number in range(FOLDS):
        learned = [a for a, f in zip(asked, fold, strict=True) if f != number]
        mean, scale = standard(learned)
        masked = [Asked(a.question, a.answers, a.right, a.hits, a.features * keep) for a in learned]
        w = fit(masked, mean * keep, scale)
        for i in np.flatnonzero(fold == number):
            scores[i] = ((asked[i].features - mean) / scale * keep) @ w
    return scores


def figures(ranks: Sequence[int]) -> dict[str, float]:
    """hit@1, hit@5, hit@10 and MRR@10."""
    rank = np.array(ranks)
    shares = {f"hit@{k}": round(float((rank < k).mean()), 4) for k in (1, 5, 10)}
    return shares | {"mrr@10": round(float(np.where(rank < 10, 1 / (rank + 1.0), 0).mean()), 4)}


@dataclass(frozen=True, slots=True)
class Case:
    """Hits that were shown for a question: with the right articles or, made from the same question, without them."""

    group: int
    features: Floats
    holds: NDArray[np.bool_]
    source: str


def evidence_cases(asked: Sequence[Asked], scores: Sequence[Floats], store: DocsStore) -> list[Case]:
    """What the evidence probability is learned on: the first hits, with the right articles and without any answer."""
    cases = []
    for a, s in zip(asked, scores, strict=True):
        order = np.argsort(-s, kind="stable")
        holds = np.array(
            [h.article.id in a.right and any(t in h.passage.text for t in a.answers) for h in a.hits], bool
        )
        cases.append(Case(a.group, a.features[order[:SHOWN]], holds[order[:SHOWN]], "retrieved"))
        bare = [
            i
            for i in order
            if a.hits[i].article.id not in a.right and not any(t in a.hits[i].article.text for t in a.answers)
        ][:SHOWN]
        if bare:
            kept = [h for h in a.hits if h.article.id not in a.right]
            again = measure(understand(a.question, store.idf, read_aliases(None)), kept)
            place = {h.passage.id: i for i, h in enumerate(kept)}
            rows = again[[place[a.hits[i].passage.id] for i in bare]]
            cases.append(Case(a.group, rows, np.zeros(len(bare), bool), "removed"))
    return cases


def given_cases(data: Path, groups: dict[str, int], store: DocsStore) -> list[Case]:
    """The same from answer_dev and reject_dev, where the passages are given."""
    cases = []
    for name in ("answer_dev", "reject_dev"):
        for line in (data / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            hits = []
            for i, text in enumerate(row["passages"]):
                article = Article(f"{i}", f"资料{i}", f"{i}", text)
                hits.append(Hit(Passage(f"{i}", f"{i}", 0, 0, len(text), text), article, 0.0))
            features = measure(understand(row["question"], store.idf), hits)
            holds = np.array(
                [name == "answer_dev" and all(a in t for a in row["answers"]) for t in row["passages"]]
            )
            group = groups.setdefault(row["id"].rsplit("_", 1)[0], 10**6 + len(groups))
            cases.append(Case(group, features, holds, name))
    return cases


def fit_evidence(cases: Sequence[Case]) -> tuple[Floats, Floats, Floats, float]:
    """Mean, scale, weights and bias of the logistic."""
    columns = [NAMES.index(name) for name in EVIDENCE]
    x = np.vstack([c.features[:, columns] for c in cases])
    y = np.concatenate([c.holds for c in cases])
    mean, scale = x.mean(axis=0), np.maximum(x.std(axis=0), 1e-6)
    model = LogisticRegression(C=0.3, max_iter=2000).fit((x - mean) / scale, y)
    return mean, scale, model.coef_[0], float(model.intercept_[0])


def judge_evidence(cases: Sequence[Case]) -> dict[str, Any]:
    """AUC (can any shown hit answer?), Brier score and calibration, on events not learned from."""
    columns = [NAMES.index(name) for name in EVIDENCE]
    fold = folds([c.group for c in cases], 0)
    found: list[Floats] = [np.zeros(0)] * len(cases)
    for number in range(FOLDS):
        mean, scale, w, bias = fit_evidence([c for c, f in zip(cases, fold, strict=True) if f != number])
        for i in np.flatnonzero(fold == number):
            found[i] = 1 / (1 + np.exp(-(bias + (cases[i].features[:, columns] - mean) / scale @ w)))
    each, holds = np.concatenate(found), np.concatenate([c.holds for c in cases])
    report: dict[str, Any] = {
        "passages": len(each),
        "brier": round(float(brier_score_loss(holds, each)), 4),
        "brier of the share alone": round(float(holds.mean() * (1 - holds.mean())), 4),
        "auc of passages": round(float(roc_auc_score(holds, each)), 4),
        "calibration": [
            {
                "said": round(float(each[m].mean()), 3),
                "was": round(float(holds[m].mean()), 3),
                "passages": int(m.sum()),
            }
            for low in np.arange(0, 1, 0.1)
            if (m := (each >= low) & (each < low + 0.1)).any()
        ],
    }
    for name, sources in (("retrieved", ("retrieved", "removed")), ("given", ("answer_dev", "reject_dev"))):
        part = [
            (float(p.max()), bool(c.holds.any()))
            for p, c in zip(found, cases, strict=True)
            if c.source in sources
        ]
        best, can = np.array([p for p, _ in part]), np.array([h for _, h in part])
        report[f"auc {name}"] = round(float(roc_auc_score(can, best)), 4)
        report[f"questions {name}"] = len(part)
    return report


def line(
    names: Sequence[str], mean: Floats, scale: Floats, weight: Floats, bias: float = 0.0
) -> dict[str, Any]:
    """A line as rag/retrieval/reranker.py reads it."""
    tables = [
        {n: round(float(v), 5) for n, v in zip(names, values, strict=True)}
        for values in (mean, scale, weight)
    ]
    return {"bias": round(bias, 5), "mean": tables[0], "scale": tables[1], "weight": tables[2]}


def main() -> None:
    """Prints the figures; with --write puts the weights into rag/."""
    parser = command_line.parser(__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("index", type=Path)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--cache", type=Path, help="keeps the gathered candidates, for quick repetition")
    args = parser.parse_args()
    rows = read_questions(args.data)
    settings = Settings(store=StoreSettings(path=args.index.absolute()))
    with DocsStore.open(settings) as store:
        if args.cache and args.cache.exists():
            asked = pickle.loads(args.cache.read_bytes())
        else:
            asked = gather(store, settings, rows)
            wanted = {id for row in rows for id in (*row["gold_article_ids"], *row["also_acceptable_ids"])}
            texts = {id: a.text for id in wanted if (a := store.article(id))}
            for question, group in zip(asked, events(rows, texts), strict=True):
                question.group = group
            if args.cache:
                args.cache.write_bytes(pickle.dumps(asked))
        print(len(rows), "questions,", len({a.group for a in asked}), "events")
        for seed in range(3):
            scores = held_out(asked, seed)
            print("held out, seed", seed, figures([a.rank(s) for a, s in zip(asked, scores, strict=True)]))
        groups = {row["id"].rsplit("_", 1)[0]: a.group for row, a in zip(rows, asked, strict=True)}
        cases = evidence_cases(asked, held_out(asked), store)
        cases += given_cases(args.data, groups, store)
    print(json.dumps(judge_evidence(cases), ensure_ascii=False, indent=1))
    mean, scale = standard(asked)
    learned = fit(asked, mean, scale)
    print("learned from all", figures([a.rank((a.features - mean) / scale @ learned) for a in asked]))
    if args.write:
        day = datetime.now(UTC).date().isoformat()
        found = {
            "learned": f"benchmarks/training/rerank.py on retrieval_qa_dev, answer_dev and reject_dev, {day}",
            "order": line(NAMES, mean, scale, learned),
            "evidence": line(EVIDENCE, *fit_evidence(cases)),
        }
        target = Path(__file__).parents[2] / "rag" / "weights" / "rerank.json"
        target.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
