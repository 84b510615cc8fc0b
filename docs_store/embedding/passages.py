"""Passages to vectors: cached, whole (never cut off at the model's limit), alike for full and half width."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from docs_store.embedding.cache import EmbeddingCache
from docs_store.embedding.token_budget import TokenBudget
from docs_store.text.normal import typeset

_BATCH = 256  # texts whose vectors are written to the cache together, so that a kill loses little work


class Embedder(Protocol):
    """What turns texts into unit vectors. Every LangChain `Embeddings` is one; LangChain itself is not imported for it."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One vector a text, in order."""
        ...

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question."""
        ...


def embedded_text(title: str, passage: str) -> str:
    """What is embedded for a passage: its article's title says what the passage may take for granted."""
    return passage if passage.startswith(title) else f"{title}\n{passage}"


class PassageEmbedder:
    """Wraps the configured embedder for the store."""

    def __init__(self, embedder: Embedder, budget: TokenBudget) -> None:
        """Loads nothing."""
        self._embedder = embedder
        self._budget = budget

    def query(self, text: str) -> list[float]:
        """The unit vector of a question."""
        return self._embedder.embed_query(typeset(text))

    def embed(self, texts: Sequence[str], cache: EmbeddingCache | None) -> NDArray[np.float32]:
        """Unit vectors, float32 of shape (texts, dimensions). Those that `cache` knows are not computed again."""
        plain = [typeset(text) for text in texts]
        known = cache.get(plain) if cache else [None] * len(plain)
        vectors: dict[str, NDArray[np.float32]] = {
            t: v for t, v in zip(plain, known, strict=True) if v is not None
        }
        # By length, so that a batch holds texts that need the same padding.
        missing = sorted(dict.fromkeys(t for t in plain if t not in vectors), key=len)
        for i in range(0, len(missing), _BATCH):
            part = missing[i : i + _BATCH]
            fresh = self._compute(part)
            if cache:
                cache.put(part, fresh)
            vectors.update(zip(part, fresh, strict=True))
        return np.stack([vectors[text] for text in plain])

    def remember(
        self, texts: Sequence[str], vectors: NDArray[np.float32], cache: EmbeddingCache | None
    ) -> None:
        """Puts vectors that were computed elsewhere into `cache`."""
        if cache and texts:
            cache.put([typeset(text) for text in texts], list(vectors))

    def forget(self, texts: Collection[str], cache: EmbeddingCache | None) -> None:
        """Removes what `cache` knows of the texts."""
        if cache and texts:
            cache.forget([typeset(text) for text in texts])

    def _compute(self, texts: Sequence[str]) -> list[NDArray[np.float32]]:
        pieces = [self._budget.pieces(text) for text in texts]
        flat = [piece for group in pieces for piece in group]
        computed = np.asarray(self._embedder.embed_documents(flat), dtype=np.float32)
        found, position = [], 0
        for group in pieces:
            vector = computed[position : position + len(group)].mean(axis=0)
            if len(group) > 1:
                vector /= np.linalg.norm(vector) or 1.0
            found.append(np.ascontiguousarray(vector, dtype=np.float32))
            position += len(group)
        return found
