"""Confidence intervals and significance of a figure: bootstrap, paired differences, an exact sign test."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

_RESAMPLES = 2000
_Z = 1.959964  # 95%


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over `n` questions with its 95% interval."""

    value: float
    low: float
    high: float
    n: int

    def to_dict(self) -> dict[str, Any]:
        """Four decimals."""
        return {key: round(value, 4) for key, value in asdict(self).items()}


def mean(values: Sequence[float]) -> Estimate | None:
    """The mean with its percentile bootstrap interval (2,000 resamples of the questions, fixed seed).

    Where every value is 0, or every one is 1, resampling would show no doubt at all; Wilson's interval stands there.
    None for no values.
    """
    if not values:
        return None
    array = np.asarray(values, dtype=np.float64)
    value = float(array.mean())
    if set(values) in ({0.0}, {1.0}):
        low, high = _wilson(value, len(values))
    else:
        low, high = _percentiles(array)
    return Estimate(value, low, high, len(values))


def difference(before: Sequence[float], after: Sequence[float]) -> Estimate | None:
    """The mean of after minus before over the same questions, with its paired bootstrap interval; None for none."""
    if not before:
        return None
    array = np.asarray(after, dtype=np.float64) - np.asarray(before, dtype=np.float64)
    low, high = _percentiles(array)
    return Estimate(float(array.mean()), low, high, len(array))


def sign_test(better: int, worse: int) -> float:
    """The two-sided probability of so uneven a split of the changed questions by chance alone."""
    n = better + worse
    tail = sum(math.comb(n, k) for k in range(min(better, worse) + 1)) / 2**n
    return min(1.0, 2.0 * float(tail))


@lru_cache(maxsize=4)
def _draws(n: int) -> NDArray[np.intp]:
    return np.random.default_rng(0).integers(0, n, size=(_RESAMPLES, n))


def _percentiles(array: NDArray[np.float64]) -> tuple[float, float]:
    means = array[_draws(len(array))].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def _wilson(share: float, n: int) -> tuple[float, float]:
    middle = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z / (1 + _Z**2 / n) * math.sqrt(share * (1 - share) / n + _Z**2 / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)
