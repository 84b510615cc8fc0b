"""Passages that are given with the question, not found by a search: whether they answer it, and in which sentence.

All of them speak of the topic and none is ranked, so that the words they share with the question tell more than they do of what
was found. `given.json` holds lines over the same features, learned on such passages alone by `benchmarks/training/given.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from rag.weights import logistic
from rag.weights.logistic import Weights

Floats = NDArray[np.float64]
ODDS = "relevance_odds"
"""What the model of found passages tells of a sentence, as a feature."""
_WEIGHTS = Path(logistic.__file__).with_name("given.json")


class GivenModel(BaseModel):
    """Three lines: which sentence answers, whether any does, and that joined by the language model's opinion."""

    sentences: Weights
    whole: Weights
    opinion: Weights


def likely(line: Weights, rows: Floats, names: Sequence[str], odds: Floats) -> Floats:
    """The probability of each sentence by a line; `rows` as `matching.Matches` has them, `odds` by the model of found passages."""
    return line.probabilities(np.column_stack([rows, odds]), (*names, ODDS))


@lru_cache(maxsize=1)
def model() -> GivenModel:
    """The packaged weights."""
    return GivenModel.model_validate_json(_WEIGHTS.read_text(encoding="utf-8"))
