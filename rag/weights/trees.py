"""Gradient-boosted trees whose learned splits lie beside this file as JSON, and their reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
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
        """One probability, 0 to 1, a row of `features`, whose shape is (rows, len(names)); all trees at once."""
        if not len(features):
            return np.zeros(0)
        nodes = self._nodes
        at = np.tile(nodes.roots, (len(features), 1))
        rows = np.arange(len(features))[:, None]
        for _ in range(nodes.depth):
            goes_left = features[rows, nodes.feature[at]] <= nodes.threshold[at]
            at = np.where(goes_left, nodes.left[at], nodes.right[at])
        total = self.bias + nodes.value[at].sum(axis=1)
        return np.asarray(1.0 / (1.0 + np.exp(-np.clip(total, -30, 30))))

    @cached_property
    def _nodes(self) -> _Nodes:
        return _Nodes.of(self.trees)


@dataclass(frozen=True, slots=True)
class _Nodes:
    """The nodes of all trees in one table, so that a row walks down every tree at once; a leaf leads to itself."""

    roots: NDArray[np.intp]
    feature: NDArray[np.intp]
    threshold: Floats
    left: NDArray[np.intp]
    right: NDArray[np.intp]
    value: Floats
    depth: int

    @classmethod
    def of(cls, trees: Sequence[Tree]) -> _Nodes:
        sizes = [len(tree.value) for tree in trees]
        roots = np.cumsum([0, *sizes[:-1]])
        starts = np.repeat(roots, sizes)
        own = np.arange(sum(sizes))
        feature, threshold, left, right, value = (
            np.concatenate([np.asarray(getattr(tree, part)) for tree in trees])
            for part in ("feature", "threshold", "left", "right", "value")
        )
        leaf = left < 0
        return cls(
            roots,
            np.where(leaf, 0, feature).astype(np.intp),
            np.where(leaf, np.inf, threshold),
            np.where(leaf, own, left + starts),
            np.where(leaf, own, right + starts),
            np.where(leaf, value, 0.0),
            max(map(_depth, trees), default=0),
        )


def _depth(tree: Tree) -> int:
    """Steps from the root to the deepest leaf."""
    depth, nodes = 0, [0]
    while nodes := [
        child for node in nodes if tree.left[node] >= 0 for child in (tree.left[node], tree.right[node])
    ]:
        depth += 1
    return depth


@cache
def packaged(name: str) -> Forest:
    """The trees in `<name>.json`."""
    return Forest.model_validate_json((Path(__file__).parent / f"{name}.json").read_text("utf-8"))
