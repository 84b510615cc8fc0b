"""How alike two words or two clauses are in meaning, by the embedding that ships with the program."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import docs_store
from docs_store.static_embedding import StaticEmbedder, open_static

Floats = NDArray[np.float32]


def _model() -> StaticEmbedder:
    return open_static(Path(docs_store.__file__).parent / "guanchao-embed")


@lru_cache(maxsize=50_000)
def vector(text: str) -> Floats:
    """The unit vector of a word or clause; zeros where nothing of it is known."""
    found: Floats = _model().vectors([text])[0]
    return found


def matrix(texts: Sequence[str]) -> Floats:
    """One unit vector a text."""
    if not texts:
        return np.zeros((0, vector("的").shape[0]), np.float32)
    return np.stack([vector(text) for text in texts])


@lru_cache(maxsize=100_000)
def alike(one: str, other: str) -> float:
    """The cosine of two words."""
    return float(vector(one) @ vector(other))
