"""Our own retrieval: the index as `guanchao ingest` makes it, and rankings by weights learned on other events."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.retrieval.baselines import Ranked
from benchmarks.retrieval.bench import CORPUS, SHOWN, Bench
from benchmarks.training import rerank as training
from docs_store.settings import Settings, StoreSettings
from docs_store.store import DocsStore
from ingest import ingest
from rag.evaluation import ranking
from rag.lexicon.synonyms import read_aliases
from rag.query.question import understand
from rag.retrieval.features import NAMES
from rag.retrieval.layout import Floats
from rag.retrieval.retriever import Retriever, boosts

SEEDS = 3
DENSE = tuple(name for name in NAMES if name.startswith("dense"))
LEXICAL = tuple(name for name in NAMES if name not in DENSE)


PIECES: Mapping[str, Callable[[int], bool]] = {
    "rest": lambda number: number % 2 == 1 and number % 20 != 1,
    "half": lambda number: number % 2 == 0,
    "small": lambda number: number % 20 == 1,
}


@dataclass(slots=True)
class Gathered:
    """Every question with its candidates, and what time, place, issuer and document number add to each."""

    asked: list[training.Asked]
    extra: list[Floats]


def settings_of(index: Path) -> Settings:
    """The defaults, with the index in its folder."""
    return Settings(store=StoreSettings(path=index.absolute()))


def built(bench: Bench) -> Settings:
    """The settings of an index over the corpus; it is made in three pieces, for filters to choose from.

    The folders `half`, `small` and `rest` hold 50%, 5% and 45% of the articles.
    """
    settings = settings_of(bench.work / "index")
    for name, part in PIECES.items():
        bench.step(f"index {name}", lambda name=name, part=part: _piece(bench, settings, name, part))
    return settings


def _piece(bench: Bench, settings: Settings, name: str, part: Callable[[int], bool]) -> dict[str, Any]:
    folder = bench.work / "articles" / name
    folder.mkdir(parents=True, exist_ok=True)
    with gzip.open(bench.data / CORPUS, "rt", encoding="utf-8") as lines:
        chosen = [line for number, line in enumerate(lines) if part(number)]
    (folder / "news.jsonl").write_text("".join(chosen), encoding="utf-8")
    return ingested(settings, folder)


def ingested(settings: Settings, path: Path) -> dict[str, Any]:
    """Adds a file or folder to an index, as `guanchao ingest` does."""
    with DocsStore.open(settings, write=True) as store:
        ingest(store, [path], settings)
        articles, passages = store.counts()
    return {"articles": articles, "passages": passages}


def gathered(settings: Settings, rows: Sequence[dict[str, Any]], *, dense: bool) -> Gathered:
    """The candidates of every question as the program finds them, grouped by event."""
    aliases = read_aliases(settings.retrieval.aliases)
    with DocsStore.open(settings) as store:
        asked = training.gather(store, settings, rows, dense=dense)
        wanted = {id for row in rows for id in (*row["gold_article_ids"], *row["also_acceptable_ids"])}
        texts = {id: a.text for id in wanted if (a := store.article(id))}
        extra = [boosts(understand(a.question, store.idf, aliases), a.hits) for a in asked]
    for question, group in zip(asked, training.events(rows, texts), strict=True):
        question.group = group
    return Gathered(asked, extra)


def cross_validated(found: Gathered, without: Sequence[str] = ()) -> list[Ranked]:
    """A ranking for each of three ways to split the events in ten; no question is ordered by weights that saw its event."""
    rankings = []
    for seed in range(SEEDS):
        scores = training.held_out(found.asked, seed, without)
        rankings.append([_ranked(a, s + e) for a, s, e in zip(found.asked, scores, found.extra, strict=True)])
    return rankings


def _ranked(asked: training.Asked, scores: Floats) -> list[str]:
    best = np.full(len(asked.articles), -np.inf)
    np.maximum.at(best, asked.article, scores)
    return [asked.articles[i] for i in np.argsort(-best, kind="stable")[:SHOWN]]


def shipped(
    bench: Bench, settings: Settings, *, asked: Sequence[str] | None = None, dense: bool = True
) -> Ranked:
    """What `search` returns with the weights that come along; they were learned on the dev questions too."""
    section = settings.retrieval if dense else settings.retrieval.model_copy(update={"dense_weight": 0.0})
    with DocsStore.open(settings) as store:
        retriever = Retriever(store, section)
        return [ranking.articles_in_order(retriever.search(q, 100))[:SHOWN] for q in asked or bench.asked]


def halves(bench: Bench, settings: Settings, asked: Sequence[str] | None = None) -> tuple[Ranked, Ranked]:
    """Our lexical and our dense half, each alone: the best 100 passages' articles."""
    with DocsStore.open(settings) as store:
        words = asked or bench.asked
        lexical = [ranking.articles_in_order(store.search_lexical(q, 100))[:SHOWN] for q in words]
        dense = [ranking.articles_in_order(store.search_dense(q, 100))[:SHOWN] for q in words]
    return lexical, dense
