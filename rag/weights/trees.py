"""Gradient-boosted trees whose learned splits lie beside this file as JSON, and their reader."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

Floats = NDArray[np.float64]


class Tree(BaseModel):
    """One tree, a node an index: a node with `left` of -1 is a leaf."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    feature: list[int]
    threshold: list[float]
    left: list[int]
    right: list[int]
    value: list[float]


class Forest(BaseModel):
    """A sum of trees over the named features, as log odds."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    learned: str
    """On what, by which script."""
    figures: dict[str, float]
    names: list[str]
    bias: float
    trees: list[Tree]

    def probabilities(self, features: Floats) -> Floats:
        """One probability, 0 to 1, a row of `features`, whose shape is (rows, len(names))."""
        total = np.full(len(features), self.bias)
        rows = np.arange(len(features))
        for tree in self.trees:
            feature, threshold = np.array(tree.feature), np.array(tree.threshold)
            left, right, value = np.array(tree.left), np.array(tree.right), np.array(tree.value)
            node = np.zeros(len(features), dtype=np.int64)
            while (inner := left[node] >= 0).any():
                at = node[inner]
                goes_left = features[rows[inner], feature[at]] <= threshold[at]
                node[inner] = np.where(goes_left, left[at], right[at])
            total += value[node]
        return np.asarray(1.0 / (1.0 + np.exp(-np.clip(total, -30, 30))))


@cache
def packaged(name: str) -> Forest:
    """The trees in `<name>.json`."""
    return Forest.model_validate_json((Path(__file__).parent / f"{name}.json").read_text("utf-8"))
