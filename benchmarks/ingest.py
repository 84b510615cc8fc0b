"""Times ingest against what its two indexes alone take, in one run, and measures its memory.

    python -m benchmarks.ingest [--source ../shared/data/news_16k.jsonl.gz] [--articles 16500] [--small 2000]
        [--embedding table guanchao-embed]

Baseline: Chroma and tantivy alone store the very vectors and texts that the ingest stored, in batches of the same size;
only their own calls are timed. `--embedding table` is a look-up, too fast to matter; any other name is a model of
`guanchao models list`, whose time counts for the ingest and not for the baseline. Every run is a process of its own.
Reported: seconds of both and their ratio, seconds of an ingest that finds nothing changed, and the peak memory of the
writing process (and of its largest reading process) with `--small` and with `--articles` articles, beside that of a
process that does nothing but the baseline's writing.
"""

from __future__ import annotations

import gzip
import itertools
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from langchain_core.embeddings import Embeddings

from benchmarks import command_line, results_file
from docs_store.embedding.embedder import open_embedder
from docs_store.local.lexical import LexicalIndex
from docs_store.local.vectors import VectorIndex
from docs_store.models import Article, Passage
from docs_store.settings import Settings, load_settings
from docs_store.store import DocsStore
from ingest import batch_writer, ingest

_DIMENSIONS = 512
_COUNTS = ("added", "unchanged", "duplicates", "articles", "passages")
_NEWS = Path(__file__).parents[2] / "shared" / "data" / "news_16k.jsonl.gz"


class TableEmbeddings(Embeddings):
    """A vector of m3e-small's size by look-up: unlike texts get unlike vectors."""

    def __init__(self) -> None:
        rng = np.random.default_rng(0)
        self._table = rng.standard_normal((4096, _DIMENSIONS)).astype(np.float32)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        rows = np.stack([self._vector(text) for text in texts])
        return rows  # type: ignore[return-value]  # an array is what fast embedders give; lists would cost seconds

    def embed_query(self, text: str) -> list[float]:
        return [float(x) for x in self._vector(text)]

    def _vector(self, text: str) -> np.ndarray:
        points = np.frombuffer(text[:400].encode("utf-32-le"), dtype=np.uint32)
        vector = self._table[points % 4096].sum(axis=0)
        return np.asarray(vector / np.linalg.norm(vector))


def _embedder(name: str, settings: Settings) -> Embeddings:
    return TableEmbeddings() if name == "table" else open_embedder(settings)


def _first(source: Path, count: int, target: Path) -> None:
    opener = gzip.open if source.suffix == ".gz" else open
    with opener(source, "rt", encoding="utf-8") as lines, target.open("w", encoding="utf-8") as out:
        out.writelines(itertools.islice(lines, count))


def _peaks() -> dict[str, float]:
    """Peak memory in MB of this process, and of the largest that it started and that has ended."""
    return {
        name: round(resource.getrusage(who).ru_maxrss / 1024, 1)
        for name, who in (("peak_mb", resource.RUSAGE_SELF), ("reader_peak_mb", resource.RUSAGE_CHILDREN))
    }


def _ingest(path: Path, embedding: str) -> dict[str, Any]:
    settings = load_settings()
    began = time.monotonic()
    with DocsStore.open(settings, _embedder(embedding, settings), write=True) as store:
        report = ingest(store, [path], settings).to_dict()
    seconds = round(time.monotonic() - began, 2)
    return {"seconds": seconds, **_peaks(), **{name: report[name] for name in _COUNTS}}


def _alone(folder: Path, embedding: str) -> dict[str, Any]:
    """What Chroma and tantivy alone take for all that the index holds."""
    settings = load_settings()
    embedder = _embedder(embedding, settings)
    dense, lexical = VectorIndex(folder / "vectors", write=True), LexicalIndex(folder / "lexical", write=True)
    spent = 0.0
    with DocsStore.open(settings, embedder) as store:
        for batch in _batches(store):
            passages = [p for _, own in batch for p in own]
            vectors = np.asarray(embedder.embed_documents([p.text for p in passages]), dtype=np.float32)
            began = time.monotonic()
            dense.add([p.id for p in passages], vectors, [0] * len(passages))
            lexical.add(batch)
            spent += time.monotonic() - began
    return {"seconds": round(spent, 2), **_peaks()}


def _batches(store: DocsStore) -> Iterator[list[tuple[Article, list[Passage]]]]:
    batch: list[tuple[Article, list[Passage]]] = []
    for article in store.articles():
        batch.append((article, store.passages(article.id)))
        if sum(len(own) for _, own in batch) >= batch_writer.BATCH:
            yield batch
            batch = []
    yield batch


def _child(what: str, path: Path, embedding: str) -> dict[str, Any]:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "benchmarks.ingest",
            "--source",
            path,
            "--child",
            what,
            "--embedding",
            embedding,
        ],
        stdout=subprocess.PIPE,
        check=True,
        cwd=Path(__file__).parents[1],
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    print(what, found, file=sys.stderr, flush=True)
    return found


def measure(source: Path, articles: int, small: int, embedding: str) -> dict[str, Any]:
    """The figures of one run."""
    if embedding != "table":
        os.environ["GUANCHAO_EMBEDDING__MODEL"] = embedding
    figures: dict[str, Any] = {"embedding": embedding}
    with tempfile.TemporaryDirectory(prefix="guanchao-ingest-") as name:
        folder = Path(name)
        for label, count in (("small", small), ("whole", articles)):
            path = folder / f"{label}.jsonl"
            _first(source, count, path)
            os.environ["GUANCHAO_STORE__PATH"] = str(folder / f"index-{label}")
            (folder / f"alone-{label}").mkdir()
            figures[label] = _child("ingest", path, embedding)
            figures[f"{label}_indexes_alone"] = _child("alone", folder / f"alone-{label}", embedding)
        figures["unchanged"] = _child("ingest", folder / "whole.jsonl", embedding)
    whole, alone = figures["whole"], figures["whole_indexes_alone"]
    figures["ratio"] = round(whole["seconds"] / alone["seconds"], 2)
    figures["ratio_small"] = round(figures["small"]["seconds"] / figures["small_indexes_alone"]["seconds"], 2)
    figures["memory_ratio"] = round(whole["peak_mb"] / figures["small"]["peak_mb"], 2)
    figures["memory_ratio_indexes_alone"] = round(
        alone["peak_mb"] / figures["small_indexes_alone"]["peak_mb"], 2
    )
    return figures


def main() -> None:
    """Runs, prints the ratios and writes benchmarks/results/ingest.json."""
    parser = command_line.parser(__doc__)
    parser.add_argument("--source", type=Path, default=_NEWS)
    parser.add_argument("--articles", type=int, default=16500)
    parser.add_argument("--small", type=int, default=2000)
    parser.add_argument("--embedding", nargs="+", default=["table", "guanchao-embed"])
    parser.add_argument("--child", choices=("ingest", "alone"))
    given = parser.parse_args()
    if given.child:
        work = _ingest if given.child == "ingest" else _alone
        print(json.dumps(work(given.source, given.embedding[0])))
        return
    runs = [measure(given.source, given.articles, given.small, name) for name in given.embedding]
    results_file.save("ingest", {"source": given.source.name, "runs": runs})
    print(results_file.table([{k: v for k, v in run.items() if not isinstance(v, dict)} for run in runs]))


if __name__ == "__main__":
    main()
