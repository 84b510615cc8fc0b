"""Dense vectors in Chroma, cosine space, ids = passage ids. Chroma never embeds here.

Chroma is imported and opened at the first change, and by whoever only reads at the first question that the files of
exact search cannot answer: an ingest that finds nothing new has no need of it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from docs_store.local import chroma_file
from docs_store.local.exact import Block, ExactVectors, LoadedVectors
from docs_store.models import Article, Passage, SearchFilter, day_number

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection as ChromaCollection
    from chromadb.api.types import Metadata

T = TypeVar("T")
_COLLECTION = "passages"
EXACT_UP_TO = 100_000  # vectors; above, HNSW answers what no filter narrows
EF_SEARCH = 1_000  # HNSW: recall@10 against exact search .999; .993 at 500, .980 at 200 (41,666 passages, 288 questions)


class VectorIndex:
    """One Chroma collection in a folder, and beside it the same vectors for exact search."""

    def __init__(self, path: Path, *, write: bool = False) -> None:
        """Opens or creates the collection; `write` also keeps the files of exact search in step."""
        path.mkdir(parents=True, exist_ok=True)
        self._path, self._write = path, write
        self._opening = Lock()
        self._chroma: tuple[ClientAPI, ChromaCollection] | None = None  # None: not opened yet
        self._exact = ExactVectors(path)
        self._known: int | None = None  # how many vectors there are; Chroma takes milliseconds to count them
        self._changes = 0
        if not (path / chroma_file.NAME).is_file():
            self._open()

    def _open(self) -> tuple[ClientAPI, ChromaCollection]:
        with self._opening:
            if self._chroma is None:
                self._chroma = _opened(self._path, write=self._write)
            return self._chroma

    @property
    def _collection(self) -> ChromaCollection:
        return self._open()[1]

    def store(self, rows: Sequence[tuple[Article, Passage]], vectors: NDArray[np.float32]) -> None:
        """Adds or replaces the vectors of passages, float32 of shape (rows, dimensions)."""
        self.add([p.id for _, p in rows], vectors, [day_number(a.published_on) for a, _ in rows])

    def add(
        self,
        ids: Sequence[str],
        vectors: Sequence[Sequence[float]] | NDArray[np.float32],
        days: Sequence[int],
    ) -> None:
        """Adds or replaces vectors; `days` are publication dates as yyyymmdd, 0 where unknown."""
        batch = self._batch()
        for i in range(0, len(ids), batch):
            part = slice(i, i + batch)
            rows = np.asarray(vectors[part], dtype=np.float32)
            metadatas: list[Metadata] = [{"day": day} for day in days[part]]
            with self._changing():
                self._collection.upsert(ids=list(ids[part]), embeddings=rows, metadatas=metadatas)
                self._exact.add(list(ids[part]), rows, list(days[part]))

    def delete(self, ids: Iterable[str]) -> None:
        """Removes vectors."""
        gone = list(ids)
        batch = self._batch()
        for i in range(0, len(gone), batch):
            part = gone[i : i + batch]
            with self._changing():
                self._collection.delete(ids=part)
                self._exact.remove(part)

    def _batch(self) -> int:
        return self._open()[0].get_max_batch_size()

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """The count is not remembered from before or during a change.

        Chroma takes the most of it: until it is done, searches go on with the vectors and the count from before.
        """
        try:
            yield
        finally:
            self._changes += 1
            self._known = None

    def _count(self) -> int:
        known, changes = self._known, self._changes
        if known is None:
            known = self._read(chroma_file.count)
            if known is None:
                known = self._collection.count()
            if changes == self._changes:
                self._known = known
        return known

    def _read(self, how: Callable[[Path, str], T | None]) -> T | None:
        """What the database says; None once Chroma is open in this process, which may be writing."""
        with self._opening:
            return how(self._path, _COLLECTION) if self._chroma is None else None

    def search(
        self, vector: Sequence[float], k: int, where: SearchFilter, among: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        """(passage id, cosine similarity in 0..1) of the nearest `k`, best first.

        Exact while there are at most `EXACT_UP_TO` vectors or a filter narrows the search (a filter costs Chroma many
        times the search itself); else by HNSW. Of `where` the dates alone are looked at; `among` are the only ids wanted.
        """
        count = self._count()
        if not count:
            return []
        if count > EXACT_UP_TO and among is None and not (where.since or where.until):
            return self._approximate(vector, min(k, count))
        found = self._loaded(count).search(vector, k, *where.day_range, among)
        return [(id, max(0.0, score)) for id, score in found]

    def _approximate(self, vector: Sequence[float], k: int) -> list[tuple[str, float]]:
        found = self._collection.query(
            query_embeddings=np.asarray([vector], dtype=np.float32), n_results=k, include=["distances"]
        )
        distances = found["distances"] or [[]]
        return [(id, max(0.0, 1.0 - d)) for id, d in zip(found["ids"][0], distances[0], strict=True)]

    def similarities(self, vector: Sequence[float], ids: Sequence[str]) -> NDArray[np.float32]:
        """Cosine similarity of each passage id to `vector`, 0 where it is unknown."""
        count = self._count()
        if not count or not ids:
            return np.zeros(len(ids), np.float32)
        return np.maximum(self._loaded(count).similarities(vector, ids), 0)

    def _loaded(self, count: int) -> LoadedVectors:
        return self._exact.load(count, self._blocks, write=self._write)

    def _blocks(self) -> Iterator[Block]:
        """All vectors as Chroma has them, some thousands at a time."""
        step = 4_000
        for offset in range(0, self._collection.count(), step):
            found = self._collection.get(limit=step, offset=offset, include=["embeddings", "metadatas"])
            days = [_day(metadata) for metadata in found["metadatas"] or ()]
            yield found["ids"], np.asarray(found["embeddings"], np.float32), days

    def ids(self) -> set[str]:
        """Every stored id."""
        found = self._read(chroma_file.ids)
        return found if found is not None else set(self._collection.get(include=[])["ids"])

    def probe(self) -> None:
        """Reads from every part of the index, so that damage shows."""
        found = self._collection.get(limit=1, include=["embeddings"])
        vectors = found["embeddings"]
        if vectors is not None and len(vectors):
            self._collection.query(query_embeddings=np.asarray(vectors[:1], dtype=np.float32), n_results=1)

    def close(self) -> None:
        """Releases the folder."""
        self._exact.close()
        with self._opening:
            close = getattr(self._chroma[0], "close", None) if self._chroma else None
            if close:
                close()
                if self._write:
                    chroma_file.clear_unused(self._path)


def _opened(path: Path, *, write: bool) -> tuple[ClientAPI, ChromaCollection]:
    import chromadb
    from chromadb.api.shared_system_client import SharedSystemClient
    from chromadb.config import Settings as ChromaSettings

    try:
        client = chromadb.PersistentClient(
            path=str(path), settings=ChromaSettings(anonymized_telemetry=False, allow_reset=False)
        )
    except BaseException:
        # Chroma keeps the half-made client of a path, and would give it to the next who opens it.
        SharedSystemClient._identifier_to_system.pop(str(path), None)
        raise
    collection = client.get_or_create_collection(
        _COLLECTION,
        embedding_function=None,
        configuration={"hnsw": {"space": "cosine", "ef_search": EF_SEARCH}},
    )
    if write and (collection.configuration["hnsw"] or {}).get("ef_search") != EF_SEARCH:
        collection.modify(configuration={"hnsw": {"ef_search": EF_SEARCH}})  # acts when opened again
    return client, collection


def _day(metadata: Metadata) -> int:
    day = metadata.get("day", 0)
    return day if isinstance(day, int) else 0
