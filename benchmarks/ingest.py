"""Times ingest against what its two indexes alone take, in one run.

    python benchmarks/ingest.py ../shared/data/news_16k.jsonl.gz [--articles 16500] [--small 2000]

Baseline: Chroma and tantivy alone store the very vectors and texts that the ingest stored, in batches of the same size.
Embedding is a table look-up, too fast to matter. Printed: seconds of both and their ratio, seconds of an ingest that
finds nothing changed, and the peak memory of an ingest of `--small` and of `--articles` articles.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

if __name__ == "__main__":  # as a script: this folder's ingest.py would hide the package
    sys.path[0] = str(Path(__file__).parents[1])

import numpy as np
from langchain_core.embeddings import Embeddings

from docs_store.lexical import LexicalIndex
from docs_store.store import DocsStore
from docs_store.vectors import VectorIndex
from ingest import ingest, writing
from settings import load_settings

_DIMENSIONS = 512


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


def _first(source: Path, count: int, target: Path) -> None:
    opener = gzip.open if source.suffix == ".gz" else open
    with opener(source, "rt", encoding="utf-8") as lines, target.open("w", encoding="utf-8") as out:
        out.writelines(itertools.islice(lines, count))


def _child(path: Path) -> None:
    """One ingest in a process of its own: seconds and peak memory as JSON."""
    settings = load_settings()
    began = time.monotonic()
    with DocsStore.open(settings, TableEmbeddings(), write=True) as store:
        report = ingest(store, [path], settings)
    seconds = time.monotonic() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        json.dumps(
            {
                "seconds": seconds,
                "peak_mb": peak,
                **{
                    k: v
                    for k, v in report.to_dict().items()
                    if k in ("added", "unchanged", "duplicates", "articles", "passages")
                },
            }
        )
    )


def _baseline(folder: Path) -> float:
    """Seconds that Chroma and tantivy alone take for what the index holds."""
    settings = load_settings()
    with DocsStore.open(settings, TableEmbeddings(), write=True) as store:
        items = [(a, store.passages(a.id)) for a in store.articles()]
    embedder = TableEmbeddings()
    vectors = np.asarray(embedder.embed_documents([p.text for _, passages in items for p in passages]))
    ids = [p.id for _, passages in items for p in passages]
    began = time.monotonic()
    dense, lexical = VectorIndex(folder / "vectors"), LexicalIndex(folder / "lexical", write=True)
    for i in range(0, len(ids), writing.BATCH):
        part = slice(i, i + writing.BATCH)
        dense.add(ids[part], vectors[part], [0] * len(ids[part]))
    batch, count = [], 0
    for item in items:
        batch.append(item)
        count += len(item[1])
        if count >= writing.BATCH:
            lexical.add(batch)
            batch, count = [], 0
    lexical.add(batch)
    return time.monotonic() - began


def _ingest(path: Path) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, __file__, str(path), "--child"],
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    """Runs and prints the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path)
    parser.add_argument("--articles", type=int, default=16500)
    parser.add_argument("--small", type=int, default=2000)
    parser.add_argument("--child", action="store_true")
    given = parser.parse_args()
    if given.child:
        _child(given.source)
        return
    with tempfile.TemporaryDirectory(prefix="guanchao-ingest-") as name:
        folder = Path(name)
        figures: dict[str, object] = {}
        for label, count in (("small", given.small), ("whole", given.articles)):
            path = folder / f"{label}.jsonl"
            _first(given.source, count, path)
            os.environ["GUANCHAO_STORE__PATH"] = str(folder / f"index-{label}")
            figures[label] = _ingest(path)
        figures["unchanged"] = _ingest(folder / "whole.jsonl")
        whole, small = figures["whole"], figures["small"]
        assert isinstance(whole, dict) and isinstance(small, dict)
        alone = _baseline(folder)
        figures["chroma_and_tantivy_alone_s"] = alone
        figures["ratio"] = whole["seconds"] / alone
        figures["memory_ratio"] = whole["peak_mb"] / small["peak_mb"]
    print(json.dumps(figures, indent=1, default=float))


if __name__ == "__main__":
    main()
