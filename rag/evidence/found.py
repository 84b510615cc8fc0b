"""What is found in the hits: their sentences, the best first, and how likely it is that they hold the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a hit, with offsets into its article and the probability that it holds the answer (0 to 1)."""

    hit_index: int
    text: str
    start: int
    end: int
    window: str
    """The sentence with its neighbours in the passage and the article's title."""
    score: float
    features: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The sentences, best first, and the probability that they hold the answer (0 to 1)."""

    sentences: Sequence[Sentence]
    score: float
    features: Mapping[str, float] = field(default_factory=dict)
