"""Small logistic models whose learned weights lie beside this file as JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel


class Weights(BaseModel):
    """The logistic model: an intercept and a weight a feature, on standardised features."""

    intercept: float
    mean: dict[str, float]
    scale: dict[str, float]
    weight: dict[str, float]

    def probability(self, features: Mapping[str, float]) -> float:
        """The probability, 0 to 1, that these features give."""
        return 1 / (1 + math.exp(-self.log_odds(features)))

    def log_odds(self, features: Mapping[str, float]) -> float:
        """Its log odds."""
        total = self.intercept
        for name, weight in self.weight.items():
            total += weight * (features[name] - self.mean[name]) / self.scale[name]
        return total

    def log_odds_of_rows(self, rows: NDArray[np.float64], names: Sequence[str]) -> NDArray[np.float64]:
        """The log odds of each row of `rows`, shape (rows, len(names))."""
        at = [names.index(name) for name in self.weight]
        mean, scale, weight = (
            np.array([values[name] for name in self.weight])
            for values in (self.mean, self.scale, self.weight)
        )
        return np.asarray(self.intercept + ((rows[:, at] - mean) / scale) @ weight)

    def probabilities(self, rows: NDArray[np.float64], names: Sequence[str]) -> NDArray[np.float64]:
        """The probability of each row, 0 to 1."""
        return np.asarray(1.0 / (1.0 + np.exp(-self.log_odds_of_rows(rows, names))))


@cache
def packaged(name: str) -> Weights:
    """The weights in `<name>.json`."""
    return Weights.model_validate_json((Path(__file__).parent / f"{name}.json").read_text("utf-8"))
