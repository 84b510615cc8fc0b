"""Confidence, the probability that an answer is right to give: what code sees in the evidence, and the model's own opinion.

The weights in `confidence.json` are learned by `benchmarks/training/confidence.py`. Without an opinion (extractive answers,
endpoints that tell no probabilities) the evidence speaks alone.
"""

from __future__ import annotations

import math

from rag.weights.logistic import Weights, packaged

_MOST = 6.0  # log odds; more certainty than this is not to be had from wording


def weights() -> Weights:
    """The packaged weights."""
    return packaged("confidence")


def combined(evidence: float, opinion: float | None, learned: Weights | None = None) -> float:
    """The probability, 0 to 1.

    Args:
        evidence: `Evidence.score`, 0 to 1.
        opinion: the model's log odds that the evidence holds the answer; None when it has none.
        learned: other weights than those packaged for passages that a search found.
    """
    return evidence if opinion is None else (learned or weights()).probability(features(evidence, opinion))


def features(evidence: float, opinion: float) -> dict[str, float]:
    """What the logistic model reads."""
    bounded = min(max(evidence, 1e-6), 1 - 1e-6)
    logit = math.log(bounded / (1 - bounded))
    return {"evidence": max(-_MOST, min(_MOST, logit)), "opinion": opinion}
