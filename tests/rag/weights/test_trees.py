"""The reader of learned trees gives what the trees say."""

import math

import numpy as np

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
