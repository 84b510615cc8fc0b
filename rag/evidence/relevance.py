"""How likely it is that a sentence holds the answer: a small logistic model over its wording and its passage.

The weights in `relevance.json` are learned by `benchmarks/training/sufficiency.py`. Every feature is a share, so that it
means the same for any corpus.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache

from docs_store.text.numerals import figured
from rag.verification import facts
from rag.weights.logistic import Weights, packaged


def weights() -> Weights:
    """The packaged weights."""
    return packaged("relevance")


def probability(features: Mapping[str, float]) -> float:
    """The probability, 0 to 1, that the sentence holds the answer."""
    return weights().probability(features)


def features(
    question: str, sentence: str, around: str, *, behind: float, has_kind: bool, position: float
) -> dict[str, float]:
    """What the logistic model reads.

    Args:
        question: as asked, standing alone.
        sentence: the sentence.
        around: it with its neighbours.
        behind: coverage of the question by its passage less that of the best passage, 0 or less.
        has_kind: whether the kind of answer asked for (a figure, a date) stands in it.
        position: where it stands in its passage, 0 (first) to 1.
    """
    letters, threes = _wording(question)
    folded, folded_around = figured(sentence), figured(around)
    return {
        "passage": behind,
        "letters": sum(letter in folded for letter in letters) / max(1, len(letters)),
        "threes": sum(three in folded_around for three in threes) / max(1, len(threes)),
        "kind": float(has_kind),
        "position": position,
        "length": math.log1p(len(sentence)),
    }


@lru_cache(maxsize=8)
def _wording(question: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """(letters, runs of three characters) of the question, which is the same for every sentence."""
    asked = figured(question).rstrip("？?。")
    return frozenset(facts.letters(question)), tuple(asked[i : i + 3] for i in range(len(asked) - 2))
