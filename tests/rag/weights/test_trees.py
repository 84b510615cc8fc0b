"""The reader of learned trees gives what the trees say."""

import math

import numpy as np
import pytest

from rag.weights.trees import Forest, Tree, packaged


def test_a_row_goes_left_up_to_the_threshold():
    tree = Tree(
        feature=[0, 0, 0], threshold=[1.0, 0.0, 0.0], left=[1, -1, -1], right=[2, -1, -1], value=[0, -2, 3]
    )
    forest = Forest(learned="", figures={}, names=["x"], bias=0.5, trees=[tree])
    low, high = forest.probabilities(np.array([[1.0], [1.1]]))
    assert math.isclose(low, 1 / (1 + math.exp(1.5))) and math.isclose(high, 1 / (1 + math.exp(-3.5)))


def test_the_packaged_trees_say_how_they_were_learned():
    forest = packaged("clauses")
    assert "relevance.py" in forest.learned and forest.figures
    assert max(max(tree.feature) for tree in forest.trees) < len(forest.names)


def test_a_tree_of_one_leaf_says_the_same_of_every_row():
    leaf = Tree(feature=[0], threshold=[0.0], left=[-1], right=[-1], value=[0.7])
    forest = Forest(learned="", figures={}, names=["x"], bias=0.0, trees=[leaf, leaf])
    assert forest.probabilities(np.array([[-1.0], [9.0]])) == pytest.approx(1 / (1 + math.exp(-1.4)))


def chain(leaves):
    """A tree that sends 0 to its first leaf, 1 to its second, and so on; the leaves' values are their numbers."""
    inner = leaves - 1
    return Tree(
        feature=[0] * (inner + leaves),
        threshold=[float(n) for n in range(inner)] + [0.0] * leaves,
        left=[inner + n for n in range(inner)] + [-1] * leaves,
        right=[n + 1 for n in range(inner - 1)] + [inner + leaves - 1] + [-1] * leaves,
        value=[0.0] * inner + [float(n) for n in range(leaves)],
    )


def test_a_tree_may_have_as_many_leaves_as_a_mask_has_bits():
    forest = Forest(learned="", figures={}, names=["x"], bias=-30.0, trees=[chain(64)])
    rows = np.arange(64.0)[:, None]
    assert forest.probabilities(rows)[:60] == pytest.approx(1 / (1 + np.exp(30 - rows[:60, 0])))
    with pytest.raises(ValueError, match="65 leaves"):
        Forest(learned="", figures={}, names=["x"], bias=0.0, trees=[chain(65)]).probabilities(rows)
