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
    own = trees.from_json(exported(model, list("abcde"), {}))
    assert own.probability(rows.tolist()) == pytest.approx(model.predict_proba(rows)[:, 1], abs=1e-4)


def test_no_rows_give_no_probabilities():
    assert len(trees.packaged("claims").probability([])) == 0


@pytest.mark.parametrize("name", ["claims", "claim_words"])
def test_the_packaged_trees_say_where_they_come_from(name):
    facts = trees.packaged(name).facts
    assert facts["by"] == "benchmarks/training/claims.py" and "verify_train_a" in facts["learned_from"]
