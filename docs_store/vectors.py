"""Dense vectors in Chroma, cosine space, ids = passage ids. Chroma never embeds here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

import chromadb
import numpy as np
from chromadb.config import Settings as ChromaSettings
from numpy.typing import NDArray

from docs_store.models import SearchFilter

if TYPE_CHECKING:
    from chromadb.api.types import Where

_COLLECTION = "passages"


class VectorIndex:
    """One Chroma collection in a folder."""

    def __init__(self, path: Path) -> None:
        """Opens or creates the collection."""
        self._client = chromadb.PersistentClient(
            path=str(path), settings=ChromaSettings(anonymized_telemetry=False, allow_reset=False)
        )
        self._collection = self._client.get_or_create_collection(
            _COLLECTION, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
        )
        self._batch = self._client.get_max_batch_size()

    def add(
        self,
        ids: Sequence[str],
        vectors: Sequence[Sequence[float]] | NDArray[np.float32],
        days: Sequence[int],
    ) -> None:
        """Adds or replaces vectors; `days` are publication dates as yyyymmdd, 0 where unknown."""
        for i in range(0, len(ids), self._batch):
            part = slice(i, i + self._batch)
            self._collection.upsert(
                ids=list(ids[part]),
                embeddings=np.asarray(vectors[part], dtype=np.float32),
                metadatas=[{"day": day} for day in days[part]],
            )

    def delete(self, ids: Iterable[str]) -> None:
        """Removes vectors."""
        gone = list(ids)
        for i in range(0, len(gone), self._batch):
            self._collection.delete(ids=gone[i : i + self._batch])

    def search(self, vector: Sequence[float], k: int, where: SearchFilter) -> list[tuple[str, float]]:
        """(passage id, cosine similarity in 0..1) of the nearest `k`, best first."""
        bounds: list[dict[str, object]] = []
        if where.since:
            bounds.append({"day": {"$gte": int(where.since.strftime("%Y%m%d"))}})
        if where.until:
            bounds.append({"day": {"$lte": int(where.until.strftime("%Y%m%d"))}})
            bounds.append({"day": {"$gt": 0}})
        condition = None if not bounds else bounds[0] if len(bounds) == 1 else {"$and": bounds}
        count = min(k, self._collection.count())
        if not count:
            return []
        found = self._collection.query(
            query_embeddings=np.asarray([vector], dtype=np.float32),
            n_results=count,
            where=cast("Where | None", condition),
            include=["distances"],
        )
        distances = found["distances"] or [[]]
        return [(id, max(0.0, 1.0 - d)) for id, d in zip(found["ids"][0], distances[0], strict=True)]

    def ids(self) -> set[str]:
        """Every stored id."""
        return set(self._collection.get(include=[])["ids"])

    def probe(self) -> None:
        """Reads from every part of the index, so that damage shows."""
        found = self._collection.get(limit=1, include=["embeddings"])
        vectors = found["embeddings"]
        if vectors is not None and len(vectors):
            self._collection.query(query_embeddings=np.asarray(vectors[:1], dtype=np.float32), n_results=1)

    def close(self) -> None:
        """Releases the folder."""
        close = getattr(self._client, "close", None)
        if close:
            close()
