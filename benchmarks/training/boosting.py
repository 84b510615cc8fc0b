"""Gradient boosting by scikit-learn, written in the form that `rag/weights/trees.py` reads."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

Floats = NDArray[np.float64]
_DIGITS = 6


def fit(
    rows: Floats, labels: NDArray[np.bool_], weights: Floats | None, names: tuple[str, ...], **options: Any
) -> dict[str, Any]:
    """The learned trees; `options` are those of `HistGradientBoostingClassifier`."""
    model = HistGradientBoostingClassifier(early_stopping=False, random_state=0, **options)
    model.fit(rows, labels, sample_weight=weights)
    return {
        "features": list(names),
        "bias": round(float(np.ravel(model._baseline_prediction)[0]), _DIGITS),
        "trees": [_tree(predictors[0].nodes) for predictors in model._predictors],
    }


def _tree(nodes: Any) -> dict[str, list[Any]]:
    leaf = nodes["is_leaf"].astype(bool)
    return {
        "feature": np.where(leaf, -1, nodes["feature_idx"]).tolist(),
        "threshold": [
            0.0 if end else float(f"{t:.7g}") for end, t in zip(leaf, nodes["num_threshold"], strict=True)
        ],
        "left": nodes["left"].tolist(),
        "right": nodes["right"].tolist(),
        "value": [
            round(float(v), _DIGITS) if end else 0.0 for end, v in zip(leaf, nodes["value"], strict=True)
        ],
    }


def platt(odds: Floats, labels: NDArray[np.bool_], weights: Floats | None) -> dict[str, list[float]]:
    """A calibration by Platt's method, as points of a curve: log odds of trees to probabilities."""
    model = LogisticRegression(C=1e6).fit(odds[:, None], labels, sample_weight=weights)
    points = np.linspace(min(-8.0, odds.min()), max(8.0, odds.max()), 65)
    return _curve(points, model.predict_proba(points[:, None])[:, 1])


def isotonic(odds: Floats, labels: NDArray[np.bool_], weights: Floats | None) -> dict[str, list[float]]:
    """The same by isotonic regression."""
    model = IsotonicRegression(y_min=0.001, y_max=0.999, out_of_bounds="clip")
    model.fit(odds, labels, sample_weight=weights)
    return _curve(model.X_thresholds_, model.y_thresholds_)


def _curve(points: Floats, values: Floats) -> dict[str, list[float]]:
    return {
        "log_odds": [round(float(p), 4) for p in points],
        "probability": [round(float(v), 4) for v in values],
    }
