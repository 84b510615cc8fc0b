"""Softmax classifiers over named sparse features, as JSON beside this file: {classes, bias, weights: {feature: [...]}}."""

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


@cache
def packaged_classifier(name: str) -> SparseClassifier:
    """The classifier in `<name>.json`."""
    return SparseClassifier.model_validate_json((Path(__file__).parent / f"{name}.json").read_text("utf-8"))
