"""Linear models over named sparse features, as JSON beside this file.

Softmax classifiers, {classes, bias, weights: {feature: [...]}}, and lines, {bias, weights: {feature: ...}}.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pydantic import BaseModel


class SparseClassifier(BaseModel):
    """A linear classifier; features that it does not know count nothing."""

    learned_from: str
    figures: dict[str, float]
    classes: list[str]
    bias: list[float]
    weights: dict[str, list[float]]

    def probabilities(self, features: Mapping[str, float]) -> dict[str, float]:
        """Class → probability, 0 to 1, adding up to 1."""
        scores = list(self.bias)
        for name, value in features.items():
            for i, weight in enumerate(self.weights.get(name, ())):
                scores[i] += weight * value
        top = max(scores)
        raised = [math.exp(score - top) for score in scores]
        return dict(zip(self.classes, (value / sum(raised) for value in raised), strict=True))

    def knows(self, feature: str) -> bool:
        """True for a feature that training saw often enough."""
        return feature in self.weights


class SparseLine(BaseModel):
    """One weight a feature; features that it does not know count nothing."""

    learned_from: str
    bias: float
    weights: dict[str, float]

    def log_odds(self, features: Mapping[str, float]) -> float:
        """The weighted sum."""
        known = self.weights
        return self.bias + sum(known.get(name, 0.0) * value for name, value in features.items())


@cache
def packaged_line(name: str) -> SparseLine:
    """The line in `<name>.json`."""
    return SparseLine.model_validate_json((Path(__file__).parent / f"{name}.json").read_text("utf-8"))


@cache
def packaged_classifier(name: str) -> SparseClassifier:
    """The classifier in `<name>.json`."""
    return SparseClassifier.model_validate_json((Path(__file__).parent / f"{name}.json").read_text("utf-8"))
