"""Gradient-boosted trees whose learned splits lie beside this file as JSON, and their reader."""

from __future__ import annotations

from functools import cache, cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]


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

    @cached_property
    def _stacked(self) -> tuple[Numbers, Floats, Numbers, Numbers, Floats]:
        """feature, threshold, left, right and value, each (trees, nodes); a leaf leads to itself."""
        nodes = max(len(tree.feature) for tree in self.trees)
        shape = (len(self.trees), nodes)
        feature, left, right = (np.zeros(shape, dtype=np.int64) for _ in range(3))
        threshold, value = np.zeros(shape), np.zeros(shape)
        for number, tree in enumerate(self.trees):
            size = len(tree.feature)
            own = np.arange(size)
            leaf = np.array(tree.left) < 0
            feature[number, :size] = tree.feature
            threshold[number, :size] = tree.threshold
            value[number, :size] = tree.value
            left[number, :size] = np.where(leaf, own, tree.left)
            right[number, :size] = np.where(leaf, own, tree.right)
        return feature, threshold, left, right, value

    def probabilities(self, features: Floats) -> Floats:
        """One probability, 0 to 1, a row of `features`, whose shape is (rows, len(names))."""
        feature, threshold, left, right, value = self._stacked
        tree = np.arange(len(self.trees))[None, :]
        row = np.arange(len(features))[:, None]
        node = np.zeros((len(features), len(self.trees)), dtype=np.int64)
        while True:
            goes_left = features[row, feature[tree, node]] <= threshold[tree, node]
            following = np.where(goes_left, left[tree, node], right[tree, node])
            if np.array_equal(following, node):
                break
            node = following
        total = self.bias + value[tree, node].sum(axis=1)
        return np.asarray(1.0 / (1.0 + np.exp(-np.clip(total, -30, 30))))


@cache
def packaged(name: str) -> Forest:
    """The trees in `<name>.json`."""
    return Forest.model_validate_json((Path(__file__).parent / f"{name}.json").read_text("utf-8"))
