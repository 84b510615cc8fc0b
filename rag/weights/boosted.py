"""Gradient-boosted trees whose learned weights lie beside this file as JSON.

The file holds `features` (names in order), `bias` (log odds), and `trees`: arrays `feature`, `threshold`, `left`,
`right` and `value`, a node an entry, the root first; a leaf's `feature` is -1. A row goes left where its feature is
at most the threshold. `calibration` turns the sum into a probability: pairs of log odds and probability, between which
is interpolated; without it the logistic function does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Trees:
    """The model, its trees side by side: arrays of shape (trees, nodes)."""

    features: tuple[str, ...]
    bias: float
    feature: NDArray[np.intp]
    threshold: Floats
    left: NDArray[np.intp]
    right: NDArray[np.intp]
    value: Floats
    depth: int
    calibration: tuple[tuple[float, ...], tuple[float, ...]] | None

    def log_odds(self, rows: Floats) -> Floats:
        """The sum of the trees' leaves, shape (rows,), for rows of shape (rows, features)."""
        tree = np.arange(len(self.value))[None, :]
        line = np.arange(len(rows))[:, None]
        node = np.zeros((len(rows), len(self.value)), np.intp)
        for _ in range(self.depth):
            feature = self.feature[tree, node]
            goes_left = rows[line, np.maximum(feature, 0)] <= self.threshold[tree, node]
            below = np.where(goes_left, self.left[tree, node], self.right[tree, node])
            node = np.where(feature < 0, node, below)
        found: Floats = self.bias + self.value[tree, node].sum(axis=1)
        return found

    def log_odds_of(self, features: Mapping[str, float]) -> float:
        """The same for one row, by name."""
        return float(self.log_odds(np.array([[features[name] for name in self.features]]))[0])

    def probabilities(self, rows: Floats) -> Floats:
        """The calibrated probabilities, 0 to 1, shape (rows,)."""
        odds = self.log_odds(rows)
        if self.calibration is not None:
            return np.interp(odds, *self.calibration)
        found: Floats = 1 / (1 + np.exp(-odds))
        return found


def read(model: dict[str, Any]) -> Trees:
    """The model in a decoded JSON object of the form above."""
    listed = model["trees"]
    size = max((len(tree["feature"]) for tree in listed), default=1)

    def table(name: str, empty: float) -> NDArray[Any]:
        return np.array([[*tree[name], *[empty] * (size - len(tree[name]))] for tree in listed]).reshape(
            len(listed), size
        )

    calibration = model.get("calibration")
    return Trees(
        tuple(model["features"]),
        float(model["bias"]),
        table("feature", -1).astype(np.intp),
        table("threshold", 0.0).astype(float),
        table("left", 0).astype(np.intp),
        table("right", 0).astype(np.intp),
        table("value", 0.0).astype(float),
        max((_depth(tree) for tree in listed), default=0),
        (tuple(calibration["log_odds"]), tuple(calibration["probability"])) if calibration else None,
    )


def _depth(tree: dict[str, Any], node: int = 0) -> int:
    if tree["feature"][node] < 0:
        return 0
    return 1 + max(_depth(tree, tree["left"][node]), _depth(tree, tree["right"][node]))


@cache
def packaged(name: str) -> Trees:
    """The model in `<name>.json`."""
    return read(json.loads((Path(__file__).parent / f"{name}.json").read_text("utf-8")))
