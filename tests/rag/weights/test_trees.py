"""The reader of learned trees gives what the trees say, and what scikit-learn and LightGBM say of the same rows."""

import math

import lightgbm
import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from benchmarks.training import boosting
from rag.weights.trees import Forest, Tree, packaged

NAMES = ("one", "two", "three")


@pytest.fixture(scope="module")
def data():
    random = np.random.default_rng(3)
    rows = random.normal(size=(400, 3))
    return rows, rows[:, 0] * rows[:, 1] + 0.3 * rows[:, 2] > 0, random.uniform(0.5, 2, 400)


def test_a_row_goes_left_up_to_the_threshold():
    tree = Tree(
        feature=[0, 0, 0], threshold=[1.0, 0.0, 0.0], left=[1, -1, -1], right=[2, -1, -1], value=[0, -2, 3]
    )
    forest = Forest(learned="", figures={}, names=["x"], bias=0.5, trees=[tree])
    low, high = forest.probabilities(np.array([[1.0], [1.1]]))
    assert math.isclose(low, 1 / (1 + math.exp(1.5))) and math.isclose(high, 1 / (1 + math.exp(-3.5)))


def test_a_forest_of_scikit_learn_says_what_it_says(data):
    rows, labels, weights = data
    theirs = HistGradientBoostingClassifier(early_stopping=False, max_iter=20, max_leaf_nodes=6)
    ours = boosting.forest(theirs.fit(rows, labels, sample_weight=weights), NAMES, "here", {})
    assert np.allclose(ours.probabilities(rows), theirs.predict_proba(rows)[:, 1], atol=1e-3)
    assert Forest.model_validate_json(ours.model_dump_json()) == ours


def test_likely_trees_say_what_lightgbm_says(data):
    rows, labels, weights = data
    ours = boosting.likely(rows, labels, weights, NAMES, "here", num_iterations=20, num_leaves=6)
    set_up = {"objective": "binary", "num_iterations": 20, "num_leaves": 6, "verbosity": -1}
    theirs = lightgbm.train(set_up, lightgbm.Dataset(rows, labels.astype(int), weight=weights))
    assert np.allclose(ours.probabilities(rows), theirs.predict(rows), atol=1e-3)


def test_ranked_trees_put_the_labelled_rows_of_a_group_first(data):
    rows, labels, weights = data
    sizes = [8] * 50
    ours = boosting.ranked(rows, labels, weights, sizes, NAMES, "here", num_iterations=60, num_leaves=6)
    sums = ours.log_odds(rows).reshape(50, 8)
    first = [labels.reshape(50, 8)[i, row.argmax()] for i, row in enumerate(sums)]
    assert np.mean(first) > 0.9 > labels.mean()


def test_a_scaled_forest_gives_the_line_of_the_sums(data):
    rows, labels, weights = data
    plain = boosting.likely(rows, labels, weights, NAMES, "here", num_iterations=20, num_leaves=6)
    assert np.allclose(
        boosting.scaled(plain, 0.5, -1.0).log_odds(rows), 0.5 * plain.log_odds(rows) - 1.0, atol=1e-3
    )


def test_one_row_by_name_is_the_same(data):
    rows, labels, weights = data
    model = boosting.likely(rows, labels, weights, NAMES, "here", num_iterations=5)
    features = {"three": rows[0, 2], "two": rows[0, 1], "one": rows[0, 0], "more": 1.0}
    assert model.log_odds_of(features) == pytest.approx(model.log_odds(rows[:1])[0])


@pytest.mark.parametrize(
    ("name", "script"),
    [
        ("claims", "claims.py"),
        ("claim_words", "claims.py"),
        ("clauses", "relevance.py"),
        ("relevance", "answerability.py"),
    ],
)
def test_the_packaged_trees_say_where_they_come_from(name, script):
    forest = packaged(name)
    assert f"by benchmarks/training/{script}" in forest.learned and "_train" in forest.learned
    assert max(max(tree.feature) for tree in forest.trees) < len(forest.names)


def test_no_rows_give_no_probabilities():
    assert len(packaged("claims").probabilities(np.zeros((0, 116)))) == 0


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


@pytest.mark.parametrize("pairs", [(-5.0, 5.0), (-1.0, 1.0)])
def test_a_calibration_by_platt_rises(pairs):
    odds = np.array([pairs[0], pairs[1], pairs[0], pairs[1]])
    curve = boosting.platt(odds, np.array([False, True, False, True]), None)
    assert curve["probability"] == sorted(curve["probability"])
    assert curve["probability"][0] < 0.1 < 0.9 < curve["probability"][-1]
