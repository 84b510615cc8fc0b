"""Orders candidates: a linear reranker learned on dev questions, behind a Protocol that others fit too."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np
from pydantic import BaseModel, ConfigDict

from docs_store.models import Hit
from docs_store.text.analyser import is_character
from rag.query.question import Question, understand
from rag.retrieval.features import NAMES, measure
from rag.retrieval.layout import Floats

_WEIGHTS = Path(__file__).parents[1] / "weights" / "rerank.json"
_USUAL_RARITY = (3.0, 6.5)  # of a single character and of any other token, where there is no index to ask


class Reranker(Protocol):
    """Scores candidates; higher is better. Scores of different questions need not be comparable."""

    def scores(self, question: Question, hits: Sequence[Hit], features: Floats) -> Floats:
        """One score a hit. `features` has the shape (hits, len(features.NAMES)).

        Raises:
            RerankerError: it cannot be used.
        """
        ...


class LinearModel(BaseModel):
    """A weighted sum of features: ``bias + Σ weight · (feature − mean) / scale``."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    bias: float = 0.0
    mean: dict[str, float]
    scale: dict[str, float]
    weight: dict[str, float]

    def __call__(self, features: Floats) -> Floats:
        """The sum for each row of `features`."""
        names = list(self.weight)
        columns = features[:, [NAMES.index(name) for name in names]]
        mean, scale, weight = (
            np.array([table[name] for name in names]) for table in (self.mean, self.scale, self.weight)
        )
        found: Floats = self.bias + (columns - mean) / scale @ weight
        return found


class RerankerWeights(BaseModel):
    """What benchmarks/training/rerank.py learned."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    learned: str
    """On what, and when."""
    order: LinearModel
    evidence: LinearModel


@lru_cache(maxsize=1)
def weights() -> RerankerWeights:
    """The weights that come with the program."""
    return RerankerWeights.model_validate(json.loads(_WEIGHTS.read_text(encoding="utf-8")))


class LearnedReranker:
    """The default: no model to load, the same result every time."""

    def scores(self, question: Question, hits: Sequence[Hit], features: Floats) -> Floats:
        """The weighted sum of the features."""
        return weights().order(features)


def evidence(features: Floats) -> Floats:
    """The calibrated probability that each hit holds the answer, 0 to 1."""
    found: Floats = 1.0 / (1.0 + np.exp(-np.clip(weights().evidence(features), -30, 30)))
    return found


def judge(question: str, hits: Sequence[Hit]) -> list[float]:
    """The probability that each hit holds the answer, where there is no index: for passages that were handed in."""
    return [float(p) for p in evidence(measure(understand(question, _usual_rarity), hits))]


def _usual_rarity(tokens: Iterable[str]) -> dict[str, float]:
    return {token: _USUAL_RARITY[0] if is_character(token) else _USUAL_RARITY[1] for token in tokens}
