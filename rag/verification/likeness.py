"""How alike two words or two clauses are in meaning, by the embedding that ships with the program."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import docs_store
from docs_store.embedding.static import StaticEmbedder, open_static

Floats = NDArray[np.float32]


@cache
def _model() -> StaticEmbedder:
    return open_static(Path(docs_store.__file__).parent / "guanchao-embed")


_REMEMBERED = 50_000
_vectors: dict[str, Floats] = {}


def learn(texts: Iterable[str]) -> None:
    """Works out the vectors of `texts` together: one by one they take many times as long."""
    new = [text for text in dict.fromkeys(texts) if text not in _vectors]
    if new:
        if len(_vectors) + len(new) > _REMEMBERED:
            _vectors.clear()
        _vectors.update(zip(new, _model().vectors(new), strict=True))


def vector(text: str) -> Floats:
    """The unit vector of a word or clause; zeros where nothing of it is known."""
    found = _vectors.get(text)
    if found is None:
        found = _model().vectors([text])[0]
        _vectors[text] = found
    return found


def matrix(texts: Sequence[str]) -> Floats:
    """One unit vector a text."""
    if not texts:
        return np.zeros((0, vector("的").shape[0]), np.float32)
    learn(texts)
    return np.stack([vector(text) for text in texts])


@lru_cache(maxsize=100_000)
def alike(one: str, other: str) -> float:
    """The cosine of two words."""
    return float(vector(one) @ vector(other))
