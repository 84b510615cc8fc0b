"""Vectors in eight bits: whatever they are, none of the nearest is lost, and few others are left."""

import numpy as np
import pytest

from docs_store.local.quantised import Quantised


def unit(rows):
    return (rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)).astype(np.float32)


def nearest(rows, vector, count, among):
    order = np.argsort(-(rows[among].astype(np.float64) @ vector), kind="stable")
    return set(among[order[:count]].tolist())


def even(random):
    return unit(random.normal(size=(2_000, 64)))


def crowded(random):  # nearly all alike: their order lies below an eighth bit
    return unit(np.ones((2_000, 64)) + 0.01 * random.normal(size=(2_000, 64)))


def spiked(random):  # one great number in each row, so that a step is coarse for the others
    rows = random.normal(size=(2_000, 64))
    rows[:, 5] = 30
    return unit(rows)


def of_any_length(random):
    return (random.normal(size=(2_000, 64)) * random.uniform(0, 9, size=(2_000, 1))).astype(np.float32)


def with_zeros(random):
    rows = even(random)
    rows[::3] = 0
    return rows


@pytest.mark.parametrize("make", [even, crowded, spiked, of_any_length, with_zeros])
def test_none_of_the_nearest_is_lost(make):
    random = np.random.default_rng(7)
    rows = make(random)
    found = Quantised(rows)
    for among in (np.arange(2_000), np.flatnonzero(random.random(2_000) < 0.4)):
        for vector in (rows[3], rows[11] + rows[12], unit(random.normal(size=(1, 64)))[0]):
            for count in (1, 10, 50):
                left = found.nearest(vector, count, among)
                assert nearest(rows, vector.astype(np.float64), count, among) <= set(left.tolist())
                assert set(left.tolist()) <= set(among.tolist())


def test_few_others_are_left():
    random = np.random.default_rng(7)
    rows = even(random)
    left = Quantised(rows).nearest(rows[3], 10, np.arange(len(rows)))
    assert len(left) < 50


def test_fewer_rows_than_wanted_are_all_left():
    rows = even(np.random.default_rng(7))
    assert Quantised(rows).nearest(rows[0], 10, np.arange(4)).tolist() == [0, 1, 2, 3]
