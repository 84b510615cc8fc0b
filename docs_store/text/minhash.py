"""Reposts: articles whose wording is nearly the same, found by MinHash over character shingles."""

from __future__ import annotations

import re
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

_SHINGLE = 6  # characters
_BANDS, _ROWS = (
    16,
    4,
)  # 64 hashes; two texts alike by 0.8 share a band with probability 0.9998, by 0.3 with 0.12
REPOST_SIMILARITY = 0.8  # estimated Jaccard similarity from which on one text is a repost of the other
_SHORTEST = 80  # characters; shorter texts are alike by chance
_PRIME = np.uint64((1 << 31) - 1)
_random = np.random.default_rng(20250120)
_A = _random.integers(1, int(_PRIME), _BANDS * _ROWS, dtype=np.uint64)[:, None]
_B = _random.integers(0, int(_PRIME), _BANDS * _ROWS, dtype=np.uint64)[:, None]
_SEPARATORS = re.compile(r"[\W_]+")

Signature = NDArray[np.uint32]


def signature(text: str) -> Signature | None:
    """The MinHash signature, uint32 of shape (64,); None for a text too short to tell."""
    letters = _SEPARATORS.sub("", text)
    if len(letters) < _SHORTEST:
        return None
    points = np.frombuffer(letters.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    hashes = np.zeros(len(points) - _SHINGLE + 1, dtype=np.uint64)
    for offset in range(_SHINGLE):
        hashes = (hashes * np.uint64(1_000_003) + points[offset : offset + len(hashes)]) % _PRIME
    found: Signature = ((_A * np.unique(hashes) + _B) % _PRIME).min(axis=1).astype(np.uint32)
    return found


def bands(found: Signature) -> list[int]:
    """One number a band; texts that share one are candidates. The band's number is part of it."""
    return [
        (band << 48)
        | int.from_bytes(blake2b(found[band * _ROWS : (band + 1) * _ROWS].tobytes(), digest_size=6).digest())
        for band in range(_BANDS)
    ]


def similarity(one: Signature, other: Signature) -> float:
    """Estimated Jaccard similarity of the texts' shingles, 0 to 1."""
    return float((one == other).mean())
