"""Small logistic models whose learned weights lie beside this file as JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path

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


@cache
def packaged(name: str) -> Weights:
    """The weights in `<name>.json`."""
    return Weights.model_validate_json((Path(__file__).parent / f"{name}.json").read_text("utf-8"))
