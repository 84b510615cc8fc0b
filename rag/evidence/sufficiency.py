"""How likely it is that the passages hold the answer: a small logistic model over what the wording shows.

The weights in `sufficiency.json` are learned by `benchmarks/training/sufficiency.py` from questions with passages that
do, and that do not, hold the answer. Every feature is a share or a ratio, so that it means the same for any corpus.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from docs_store.models import Hit
from docs_store.text.numerals import figured
from rag.lexicon import rareness
from rag.verification import facts
from rag.weights.logistic import Weights, packaged

_NO_RIVAL = {"gap": 0.3, "sentence_gap": 0.25}  # what a good passage has over others, where there is no other
_SAME = 0.65  # share of the best sentence's wording in a passage that says the same
_MATCHED = 0.8  # share of the matched weight whose spread is measured


def weights() -> Weights:
    """The packaged weights."""
    return packaged("sufficiency")


def probability(features: Mapping[str, float]) -> float:
    """The probability, 0 to 1, that the passages hold the answer."""
    return weights().probability(features)


def context(hit: Hit) -> str:
    """What a passage says of its subject: its article's title, its headings, its text; folded."""
    return figured(hit.context)


def coverage(grams: Mapping[str, float], folded: str) -> float:
    """Share of the grams' weight that stands in `folded`, 0 to 1."""
    total = sum(grams.values())
    return sum(weight for gram, weight in grams.items() if gram in folded) / total if total else 0.0


def features(
    question: str,
    hits: Sequence[Hit],
    contexts: Sequence[str],
    scored: Sequence[tuple[int, float, str]],
    fit: float,
) -> dict[str, float]:
    """What the logistic model reads.

    Args:
        question: as asked, standing alone.
        hits: the passages.
        contexts: `context` of each hit.
        scored: (hit index, score, folded text) of every sentence, the best first.
        fit: how well the best sentence meets the question's constraints, 0 to 1.
    """
    grams = rareness.weights(facts.content_bigrams(question))
    letters = facts.letters(question)
    held = [coverage(grams, text) for text in contexts]
    top = max(range(len(hits)), key=held.__getitem__)
    best_hit, best_score = scored[0][:2]
    said = facts.content_bigrams(scored[0][2])

    def is_rival(index: int) -> bool:
        # A passage of the same article, or one that says the same, is no rival but company.
        same = hits[index].article.id in (hits[top].article.id, hits[best_hit].article.id)
        return not same and _share(said, contexts[index]) < _SAME

    rivals = [held[i] for i in range(len(hits)) if is_rival(i)]
    others = [score for i, score, _ in scored if is_rival(i)]
    return {
        "gap": held[top] - sum(rivals) / len(rivals) if rivals else _NO_RIVAL["gap"],
        "sentence_gap": best_score - max(others) if others else _NO_RIVAL["sentence_gap"],
        "letters": max(_share(letters, text) for text in contexts),
        "sentence_letters": max(_share(letters, text) for _, _, text in scored),
        "bigrams": max(_share(grams, text) for text in contexts),
        "coverage": held[top],
        "spread": _spread(grams, contexts[best_hit]),
        "length": math.log1p(len(grams)),
        "fit": fit,
    }


def _share(grams: Mapping[str, float] | set[str], folded: str) -> float:
    return sum(gram in folded for gram in grams) / len(grams) if grams else 0.0


def _spread(grams: Mapping[str, float], folded: str) -> float:
    """Length of the shortest stretch with most of the matched weight, a gram of the question; at most 10."""
    places: list[tuple[int, str]] = []
    for gram in grams:
        at = folded.find(gram)
        while at >= 0:
            places.append((at, gram))
            at = folded.find(gram, at + 1)
    places.sort()
    goal = _MATCHED * sum(grams[gram] for gram in {gram for _, gram in places})
    shortest, left, weight = 10.0 * len(grams), 0, 0.0
    count: dict[str, int] = {}
    for at, gram in places:
        count[gram] = count.get(gram, 0) + 1
        weight += grams[gram] if count[gram] == 1 else 0.0
        while weight >= goal and left < len(places) and places[left][0] <= at:
            start, first = places[left]
            shortest = min(shortest, at - start)
            count[first] -= 1
            weight -= grams[first] if count[first] == 0 else 0.0
            left += 1
    return min(shortest / max(1, len(grams)), 10.0)
