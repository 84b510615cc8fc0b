"""What a search costs: time warm, under filters and with all 63,635 articles; how exact the approximate index is."""

from __future__ import annotations

import os
import shutil
import time
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from benchmarks.retrieval.bench import Bench
from benchmarks.retrieval.ours import settings_of
from benchmarks.training.corpus import read_entries
from docs_store.local import vectors
from docs_store.local.ledger import Entry, Ledger
from docs_store.local.lexical import LexicalIndex
from docs_store.local.vectors import VectorIndex
from docs_store.models import SearchFilter
from docs_store.settings import Settings
from docs_store.store import DocsStore
from rag.retrieval.retriever import Retriever

REST = "news_rest_47k.jsonl.gz"
_WARM_UP = 20
_FILTERED = 200  # questions asked under every filter
_NEAREST = 10
_DAY = date(2023, 8, 3)  # half of the articles are of this day or before


def _filters(store: DocsStore) -> dict[str, SearchFilter]:
    """By name; folders as the ledger calls them, and the issuer that most articles have."""
    folders = {source.rsplit("/", 1)[0] for source in store.sources()}
    half, small = (next(f for f in folders if f.endswith(name)) for name in ("half", "small"))
    issuers = Counter(article.issuer for article in store.articles() if article.issuer)
    found = {
        "none": SearchFilter(),
        "date, half of the articles": SearchFilter(until=_DAY),
        "date, one day": SearchFilter(since=_DAY, until=_DAY),
        "folder, half of the articles": SearchFilter(source=half),
        "folder, one in twenty": SearchFilter(source=small),
        "folder and date": SearchFilter(until=_DAY, source=half),
    }
    if issuers:
        found["issuer with most articles"] = SearchFilter(source=issuers.most_common(1)[0][0])
    return found


def latency(bench: Bench, settings: Settings) -> dict[str, Any]:
    """Of a whole search, embedding the question included, one after the other in a warm process."""
    with DocsStore.open(settings) as store:
        retriever = Retriever(store, settings.retrieval)
        wall, cpu = _timed(retriever, bench.asked)
        articles, passages = store.counts()
    return {
        "articles": articles,
        "passages": passages,
        "questions": len(wall),
        "p50_ms": _percentile(wall, 50),
        "p95_ms": _percentile(wall, 95),
        "processor p50_ms": _percentile(cpu, 50),
        "processor p95_ms": _percentile(cpu, 95),
        "load": round(
            os.getloadavg()[0], 1
        ),  # more than the number of cores: times are of a machine that was shared
    }


def _timed(retriever: Retriever, asked: Sequence[str]) -> tuple[list[float], list[float]]:
    for question in asked[:_WARM_UP]:
        retriever.search(question)
    wall, cpu = [], []
    for question in asked:
        began, spent = time.perf_counter(), time.process_time()
        retriever.search(question)
        cpu.append(1000 * (time.process_time() - spent))
        wall.append(1000 * (time.perf_counter() - began))
    return wall, cpu


def filters(bench: Bench, settings: Settings) -> list[dict[str, Any]]:
    """Each filter's time beside the same question's without one, asked in turn so that both meet the same machine."""
    with DocsStore.open(settings) as store:
        retriever = Retriever(store, settings.retrieval)
        kinds = _filters(store)
        _timed(retriever, bench.asked[:_WARM_UP])
        spent: dict[str, list[float]] = {name: [] for name in kinds}
        for question in bench.asked[:_FILTERED]:
            for name, where in kinds.items():
                began = time.perf_counter()
                hits = retriever.search(question, where=where)
                spent[name].append(1000 * (time.perf_counter() - began))
                assert all(where.holds_source(hit.article) for hit in hits)
    base = float(np.median(spent["none"]))
    return [
        {
            "filter": name,
            "p50_ms": _percentile(values, 50),
            "p95_ms": _percentile(values, 95),
            "times the unfiltered": round(float(np.median(values)) / base, 2),
        }
        for name, values in spent.items()
    ]


def approximate(bench: Bench, settings: Settings) -> dict[str, Any]:
    """Recall@10 of Chroma's HNSW against exact search, on all questions' vectors."""
    with DocsStore.open(settings) as store:
        wanted = [store.vector(question) for question in bench.asked]
    index = VectorIndex(settings.index_path / "current" / "vectors")
    everything, limit, count = SearchFilter(), vectors.EXACT_UP_TO, len(index.ids())
    exact, exact_ms = _nearest(index, wanted, everything)
    vectors.EXACT_UP_TO = 0
    try:
        found, found_ms = _nearest(index, wanted, everything)
    finally:
        vectors.EXACT_UP_TO = limit
        index.close()
    shares = [len(a & b) / len(a) for a, b in zip(exact, found, strict=True)]
    return {
        "vectors": count,
        "exact up to": limit,
        "recall@10": round(float(np.mean(shares)), 4),
        "questions with all ten": round(float(np.mean([s == 1 for s in shares])), 4),
        "exact p50_ms": exact_ms,
        "hnsw p50_ms": found_ms,
    }


def _nearest(
    index: VectorIndex, wanted: Sequence[Sequence[float]], where: SearchFilter
) -> tuple[list[set[str]], float]:
    index.search(wanted[0], _NEAREST, where)
    found, spent = [], []
    for vector in wanted:
        began = time.perf_counter()
        found.append({id for id, _ in index.search(vector, _NEAREST, where)})
        spent.append(1000 * (time.perf_counter() - began))
    return found, _percentile(spent, 50)


def everything_lexical(bench: Bench, settings: Settings) -> Settings:
    """The settings of a copy of the index whose ledger and lexical index also hold the other 47,135 articles."""
    more = settings_of(bench.work / "everything")

    def make() -> dict[str, int]:
        shutil.rmtree(more.index_path, ignore_errors=True)
        shutil.copytree(settings.index_path, more.index_path)
        folder = more.index_path / "current"
        ledger, lexical = (
            Ledger(folder / "ledger.sqlite3", write=True),
            LexicalIndex(folder / "lexical", write=True),
        )
        portion: list[Entry] = []
        for entry in read_entries(bench.data / REST):
            portion.append(Entry(entry.article, entry.passages, ""))
            if len(portion) == 4_000:
                _add(ledger, lexical, portion)
                portion = []
        _add(ledger, lexical, portion)
        lexical.close()
        articles, passages = ledger.counts()
        ledger.close()
        return {"articles": articles, "passages": passages}

    bench.step("index everything", make)
    return more


def _add(ledger: Ledger, lexical: LexicalIndex, portion: list[Entry]) -> None:
    lexical.add([(entry.article, entry.passages) for entry in portion])
    ledger.replace(portion)


def _percentile(values: Sequence[float], share: int) -> float:
    return round(float(np.percentile(values, share)), 1)
