"""Vectors of words and sentences by the embedding that comes along: which words are used alike, learned from news.

The shipped table alone is read, whatever model the index is embedded with, so that learned weights mean the same.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from docs_store import weights
from docs_store.embedding.static import StaticEmbedder, open_static

Floats = NDArray[np.float32]
_REMEMBERED = 20_000  # words; some 30 MB
_MODEL = "guanchao-embed"
_cache: dict[str, Floats] = {}


def _embedder() -> StaticEmbedder:
    return open_static(weights.local_path(_MODEL))


def of_words(words: Sequence[str]) -> Floats:
    """One unit vector a word, float32 of shape (words, dimensions); zeros for words without known characters."""
    unknown = [word for word in dict.fromkeys(words) if word not in _cache]
    if unknown:
        if len(_cache) > _REMEMBERED:
            _cache.clear()
        _cache.update(zip(unknown, _embedder().vectors(unknown), strict=True))
    known = [_cache[word] if word in _cache else _embedder().vectors([word])[0] for word in words]
    return np.stack(known) if known else np.zeros((0, 384), np.float32)


def of_texts(texts: Sequence[str]) -> Floats:
    """One unit vector a text, as `of_words`; nothing is remembered."""
    return _embedder().vectors(texts)
