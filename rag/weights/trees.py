"""Gradient-boosted trees whose learned splits lie beside this file as JSON, and their reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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

    def log_odds(self, rows: Floats) -> Floats:
        """One sum a row of `rows`, whose shape is (rows, len(names)); all trees at once."""
        if not len(rows):
            return np.zeros(0)
        parts = [rows[start : start + _CHUNK_ROWS] for start in range(0, len(rows), _CHUNK_ROWS)]
        total = np.concatenate([self._nodes.leaves(part).sum(axis=1) for part in parts])
        return np.asarray(self.bias + total)

    def log_odds_of(self, features: Mapping[str, float]) -> float:
        """The same for one row, by name; features that it does not know count nothing."""
        return float(self.log_odds(np.array([[features[name] for name in self.names]]))[0])

    def probabilities(self, rows: Floats) -> Floats:
        """One probability, 0 to 1, a row."""
        return np.asarray(1.0 / (1.0 + np.exp(-np.clip(self.log_odds(rows), -30, 30))))

    def probabilities_among(self, names: Sequence[str], rows: Floats) -> Floats:
        """The same of rows that have the features `names`, in their order; those that it does not know count nothing."""
        return self.probabilities(rows[:, [names.index(name) for name in self.names]])

    @cached_property
    def _nodes(self) -> _Nodes:
        return _Nodes.of(self.trees)


_CHUNK_ROWS = 64  # rows that are compared with all nodes together; more only hold more memory
_MOST_LEAVES = 64  # bits of a mask


@dataclass(frozen=True, slots=True)
class _Nodes:
    """The inner nodes of all trees in one table: each is asked at once, and says which leaves it rules out.

    A row that goes right at a node is at none of the leaves to its left. What is left of a tree when all its nodes have
    spoken begins with the leaf that the row is at; no path is walked.
    """

    feature: NDArray[np.intp]
    threshold: Floats
    mask: NDArray[np.uint64]
    """A bit a leaf of the tree, 0 for those to the left of the node."""
    starts: NDArray[np.intp]
    """The first node of each tree."""
    value: Floats
    first_leaf: NDArray[np.intp]

    @classmethod
    def of(cls, trees: Sequence[Tree]) -> _Nodes:
        """Raises ValueError for a tree of more leaves than a mask has bits."""
        every = (1 << _MOST_LEAVES) - 1
        feature: list[int] = []
        threshold: list[float] = []
        mask: list[int] = []
        value: list[float] = []
        starts, first_leaf = [], []
        for tree in trees:
            starts.append(len(feature))
            first_leaf.append(len(value))
            nodes, leaves = _inner(tree)
            if len(leaves) > _MOST_LEAVES:
                raise ValueError(f"a tree of {len(leaves)} leaves; {_MOST_LEAVES} at most")
            for node, low, high in nodes or [(-1, 0, 0)]:
                feature.append(tree.feature[node] if node >= 0 else 0)
                threshold.append(tree.threshold[node] if node >= 0 else np.inf)
                mask.append(every & ~((1 << high) - (1 << low)))
            value += [tree.value[leaf] for leaf in leaves]
        return cls(
            np.array(feature, np.intp),
            np.array(threshold),
            np.array(mask, np.uint64),
            np.array(starts, np.intp),
            np.array(value),
            np.array(first_leaf, np.intp),
        )

    def leaves(self, rows: Floats) -> Floats:
        """The value of the leaf that each row is at in each tree, shape (rows, trees)."""
        if not len(self.starts):
            return np.zeros((len(rows), 0))
        goes_left = rows[:, self.feature] <= self.threshold
        ruled = np.where(goes_left, ~np.uint64(0), self.mask)
        left = np.bitwise_and.reduceat(ruled, self.starts, axis=1)
        lowest = left & (~left + np.uint64(1))
        leaf = np.bitwise_count(lowest - np.uint64(1)).astype(np.intp)
        return np.asarray(self.value[self.first_leaf + leaf])


def _inner(tree: Tree) -> tuple[list[tuple[int, int, int]], list[int]]:
    """(inner nodes, each with the first leaf below its left branch and the first below its right; leaves from left to right)."""
    nodes: list[tuple[int, int, int]] = []
    leaves: list[int] = []

    def walk(node: int) -> None:
        if tree.left[node] < 0:
            leaves.append(node)
            return
        low = len(leaves)
        walk(tree.left[node])
        nodes.append((node, low, len(leaves)))
        walk(tree.right[node])

    walk(0)
    return nodes, leaves


@cache
def packaged(name: str) -> Forest:
    """The trees in `<name>.json`."""
    return Forest.model_validate_json((Path(__file__).parent / f"{name}.json").read_text("utf-8"))
