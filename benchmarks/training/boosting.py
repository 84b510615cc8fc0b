"""Lines and boosted trees learned by scikit-learn and LightGBM, in the forms that `rag/weights` reads, and their calibration."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import lightgbm
import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from rag.weights.logistic import Weights
from rag.weights.trees import Forest, Tree

Floats = NDArray[np.float64]
Labels = NDArray[np.bool_]
_DIGITS = 5


def line(
    rows: Floats, labels: Labels, weights: Floats | None, names: tuple[str, ...], strength: float
) -> Weights:
    """Logistic weights on standardised features; `strength` is scikit-learn's C."""
    model = make_pipeline(StandardScaler(), LogisticRegression(C=strength, max_iter=3000))
    model.fit(rows, labels, logisticregression__sample_weight=weights)
    scaler, logistic = model[0], model[1]

    def named(values: Floats) -> dict[str, float]:
        return {name: round(float(value), _DIGITS) for name, value in zip(names, values, strict=True)}

    return Weights(
        intercept=round(float(logistic.intercept_[0]), _DIGITS),
        mean=named(scaler.mean_),
        scale=named(scaler.scale_),
        weight=named(logistic.coef_[0]),
    )


def forest(
    model: HistGradientBoostingClassifier, names: Sequence[str], learned: str, figures: dict[str, float]
) -> Forest:
    """The trees that scikit-learn has fitted, with where they come from and what was measured of them."""
    found = []
    for (predictor,) in model._predictors:
        n = predictor.nodes
        found.append(
            _tree(n["is_leaf"], n["feature_idx"], n["num_threshold"], n["left"], n["right"], n["value"])
        )
    bias = float(np.ravel(model._baseline_prediction)[0])
    return Forest(learned=learned, figures=figures, names=list(names), bias=round(bias, _DIGITS), trees=found)


def ranked(
    rows: Floats,
    labels: Labels,
    weights: Floats,
    sizes: Sequence[int],
    names: Sequence[str],
    learned: str,
    **options: Any,
) -> Forest:
    """Trees that put the labelled rows of a group before its others (LambdaMART, Burges 2010); `options` are those of LightGBM.

    `sizes`: how many rows each group has, one group behind the other. The sums order a group and are no log odds.
    """
    data = lightgbm.Dataset(rows, labels.astype(int), weight=weights, group=list(sizes))
    return _grown(data, names, learned, objective="lambdarank", label_gain=[0, 1], **options)


def likely(
    rows: Floats, labels: Labels, weights: Floats, names: Sequence[str], learned: str, **options: Any
) -> Forest:
    """Trees whose sums are the log odds of the labels; `options` are those of LightGBM."""
    data = lightgbm.Dataset(rows, labels.astype(int), weight=weights)
    return _grown(data, names, learned, objective="binary", **options)


def _grown(data: lightgbm.Dataset, names: Sequence[str], learned: str, **options: Any) -> Forest:
    fixed = {"verbosity": -1, "deterministic": True, "num_threads": 2}
    booster = lightgbm.train(fixed | options, data)
    trees = [_unnested(each["tree_structure"]) for each in booster.dump_model()["tree_info"]]
    return Forest(learned=learned, figures={}, names=list(names), bias=0.0, trees=trees)


def _unnested(root: dict[str, Any]) -> Tree:
    """A tree of LightGBM, whose nodes hold their branches, as one of ours, whose nodes number them."""
    nodes = list(_each(root))
    place = {id(node): i for i, node in enumerate(nodes)}
    leaf = ["leaf_value" in node for node in nodes]

    def of(key: str, nothing: float) -> list[float]:
        return [node.get(key, nothing) for node in nodes]

    def branch(key: str) -> list[int]:
        return [place[id(node[key])] if key in node else -1 for node in nodes]

    return _tree(
        leaf,
        np.array(of("split_feature", 0), np.int64),
        np.array(of("threshold", 0.0)),
        branch("left_child"),
        branch("right_child"),
        of("leaf_value", 0.0),
    )


def _each(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for key in ("left_child", "right_child"):
        if key in node:
            yield from _each(node[key])


def scaled(forest: Forest, slope: float, intercept: float) -> Forest:
    """The forest whose sums are `intercept` + `slope` times those of the given one."""
    trees = [
        tree.model_copy(update={"value": [round(value * slope, _DIGITS) for value in tree.value]})
        for tree in forest.trees
    ]
    bias = round(forest.bias * slope + intercept, _DIGITS)
    return forest.model_copy(update={"trees": trees, "bias": bias})


def sigmoid(sums: Floats, labels: Labels, weights: Floats | None) -> tuple[float, float]:
    """(slope, intercept) by which sums are log odds of the labels: Platt's method."""
    model = LogisticRegression(C=1e6).fit(sums[:, None], labels, sample_weight=weights)
    return float(model.coef_[0][0]), float(model.intercept_[0])


def mean(forests: Sequence[Forest]) -> Forest:
    """One forest whose log odds are the mean of the given ones', which have the same names."""
    assert len({tuple(each.names) for each in forests}) == 1, "forests over other features have no mean"
    trees = [
        tree.model_copy(update={"value": [round(value / len(forests), _DIGITS) for value in tree.value]})
        for each in forests
        for tree in each.trees
    ]
    bias = round(sum(each.bias for each in forests) / len(forests), _DIGITS)
    return forests[0].model_copy(update={"trees": trees, "bias": bias})


def _tree(leaf: Any, feature: Any, threshold: Any, left: Any, right: Any, value: Any) -> Tree:
    end = np.asarray(leaf, bool)
    return Tree(
        feature=np.where(end, 0, feature).tolist(),
        threshold=np.where(end, 0.0, threshold).tolist(),
        left=np.where(end, -1, np.asarray(left, np.int64)).tolist(),
        right=np.where(end, -1, np.asarray(right, np.int64)).tolist(),
        value=[round(float(v), _DIGITS) if last else 0.0 for last, v in zip(end, value, strict=True)],
    )


def platt(odds: Floats, labels: Labels, weights: Floats | None) -> dict[str, list[float]]:
    """A calibration by Platt's method, as points of a curve from log odds to probabilities."""
    slope, intercept = sigmoid(odds, labels, weights)
    points = np.linspace(-8.0, 8.0, 65)
    chances = 1.0 / (1.0 + np.exp(-(slope * points + intercept)))
    return {
        "log_odds": [round(float(point), 4) for point in points],
        "probability": [round(float(chance), 5) for chance in chances],
    }
