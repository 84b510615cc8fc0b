"""The reader of boosted trees: what scikit-learn computes, and the calibration on top."""

import numpy as np
import pytest
from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier

from benchmarks.training import boosting
from rag.weights import boosted

NAMES = ("one", "two", "three")


@pytest.fixture(scope="module")
def data():
    random = np.random.default_rng(3)
    rows = random.normal(size=(400, 3))
    return rows, rows[:, 0] * rows[:, 1] + 0.3 * rows[:, 2] > 0, random.uniform(0.5, 2, 400)


def test_trees_for_few_rows_say_what_scikit_learn_says(data):
    rows, labels, weights = data
    options = {"n_estimators": 20, "max_depth": 3, "subsample": 0.6}
    ours = boosted.read(boosting.few_rows(rows, labels, weights, NAMES, **options))
    runs = [GradientBoostingClassifier(random_state=n, **options) for n in range(boosting.RUNS)]
    theirs = [run.fit(rows, labels, sample_weight=weights).decision_function(rows) for run in runs]
    assert np.allclose(ours.log_odds(rows), np.mean(theirs, axis=0), atol=1e-3)


def test_trees_for_many_rows_say_what_scikit_learn_says(data):
    rows, labels, weights = data
    options = {"max_iter": 20, "max_leaf_nodes": 6}
    ours = boosted.read(boosting.many_rows(rows, labels, weights, NAMES, **options))
    theirs = HistGradientBoostingClassifier(early_stopping=False, random_state=0, **options)
    theirs.fit(rows, labels, sample_weight=weights)
    assert np.allclose(ours.probabilities(rows), theirs.predict_proba(rows)[:, 1], atol=1e-3)


def test_one_row_by_name_is_the_same(data):
    rows, labels, weights = data
    model = boosted.read(boosting.few_rows(rows, labels, weights, NAMES, n_estimators=5))
    features = {"three": rows[0, 2], "two": rows[0, 1], "one": rows[0, 0], "more": 1.0}
    assert model.log_odds_of(features) == pytest.approx(model.log_odds(rows[:1])[0])


def test_calibration_is_read_between_its_points():
    stump = {"feature": [0, -1, -1], "threshold": [0.5, 0, 0], "left": [1, 0, 0], "right": [2, 0, 0]}
    model = boosted.read(
        {
            "features": ["one"],
            "bias": 0.5,
            "trees": [stump | {"value": [0, -1.5, 0.5]}],
            "calibration": {"log_odds": [-2.0, 0.0, 2.0], "probability": [0.0, 0.4, 1.0]},
        }
    )
    assert model.log_odds(np.array([[0.5], [0.6]])).tolist() == [-1.0, 1.0]
    assert model.probabilities(np.array([[0.5], [0.6]])).tolist() == pytest.approx([0.2, 0.7])


@pytest.mark.parametrize("pairs", [(-5.0, 5.0), (-1.0, 1.0)])
def test_a_calibration_by_platt_rises(pairs):
    odds = np.array([pairs[0], pairs[1], pairs[0], pairs[1]])
    curve = boosting.platt(odds, np.array([False, True, False, True]), None)
    assert curve["probability"] == sorted(curve["probability"])
    assert curve["probability"][0] < 0.1 < 0.9 < curve["probability"][-1]
