"""The reader of boosted trees says what scikit-learn says."""

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from benchmarks.training.claims import exported
from rag.weights import trees


def test_it_says_what_scikit_learn_says():
    chance = np.random.default_rng(0)
    rows = chance.normal(size=(400, 5))
    labels = rows[:, 0] + rows[:, 1] * rows[:, 2] > 0
    model = HistGradientBoostingClassifier(max_iter=20).fit(rows, labels)
    own = trees.Forest.model_validate(exported(model, list("abcde"), "here", {}))
    assert own.probabilities(rows) == pytest.approx(model.predict_proba(rows)[:, 1], abs=1e-4)


def test_no_rows_give_no_probabilities():
    assert len(trees.packaged("claims").probabilities(np.zeros((0, 116)))) == 0


@pytest.mark.parametrize("name", ["claims", "claim_words"])
def test_the_packaged_trees_say_where_they_come_from(name):
    learned = trees.packaged(name).learned
    assert "benchmarks/training/claims.py" in learned and "verify_train_a" in learned
