"""Gradient-boosted trees whose learned splits lie beside this file as JSON; read and applied in NumPy alone."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Trees:
    """All trees of a model as one table of nodes; a leaf points to itself."""

    features: tuple[str, ...]
    baseline: float
    roots: NDArray[np.intp]
    split: NDArray[np.intp]
    """The feature that a node asks for."""
    threshold: Floats
    """A value up to this goes left."""
    left: NDArray[np.intp]
    right: NDArray[np.intp]
    value: Floats
    depth: int
    facts: Mapping[str, Any]
    """What it was learned from, by which script, its figures and the settings chosen with it."""

    def probability(self, rows: Sequence[Sequence[float]]) -> Floats:
        """The probability of the positive class, one a row; the rows are in the order of `features`."""
        if not len(rows):
            return np.zeros(0)
        table = np.asarray(rows, dtype=np.float64)
        at = np.tile(self.roots, (len(table), 1))
        lines = np.arange(len(table))[:, None]
        for _ in range(self.depth):
            goes_left = table[lines, self.split[at]] <= self.threshold[at]
            at = np.where(goes_left, self.left[at], self.right[at])
        raw = self.baseline + self.value[at].sum(axis=1)
        found: Floats = 1.0 / (1.0 + np.exp(-raw))
        return found


def from_json(data: Mapping[str, Any]) -> Trees:
    """Trees as the training scripts write them: each a list of [feature, threshold, left, right] or [value]."""
    roots, split, threshold, left, right, value = [], [], [], [], [], []
    deepest = 0
    for tree in data["trees"]:
        base = len(split)
        roots.append(base)
        depth = [0] * len(tree)
        for place, node in enumerate(tree):
            leaf = len(node) == 1
            split.append(0 if leaf else node[0])
            threshold.append(np.inf if leaf else node[1])
            left.append(base + (place if leaf else node[2]))
            right.append(base + (place if leaf else node[3]))
            value.append(node[0] if leaf else 0.0)
            if not leaf:
                depth[node[2]] = depth[node[3]] = depth[place] + 1
        deepest = max(deepest, *depth)
    return Trees(
        tuple(data["features"]),
        float(data["baseline"]),
        np.array(roots),
        np.array(split),
        np.array(threshold),
        np.array(left),
        np.array(right),
        np.array(value, dtype=np.float64),
        deepest,
        data["facts"],
    )


@cache
def packaged(name: str) -> Trees:
    """The trees in `<name>.json`."""
    return from_json(json.loads((Path(__file__).parent / f"{name}.json").read_text("utf-8")))
