"""Whether the hits hold the answer, and in which sentence: two models learned on the features of `matching`.

`relevance.json` gives each sentence the probability that it holds the answer, `answerability.json` gives the hits the
probability that any does; `benchmarks/training/answerability.py` learns and calibrates both, and `clause_answers.json`. The language model's
opinion, where there is one, is joined by `confidence`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from docs_store.models import Hit
from rag.evidence import given
from rag.evidence.asked import Asked, understood
from rag.evidence.found import Evidence, Sentence
from rag.evidence.matching import Matches, match
from rag.evidence.reading import read
from rag.verification import facts
from rag.weights import trees
from rag.weights.logistic import Weights
from rag.weights.trees import Forest

Floats = NDArray[np.float64]
_WEIGHTS = Path(trees.__file__).with_name("answerability.json")
_LEAST_ODDS = 1e-4
_SAME = 0.65  # share of the best sentence's wording in a passage that says the same
_MATCHED = 0.8  # share of the matched weight whose spread is measured
_NO_RIVAL = {
    "share": 0.3,
    "odds": 2.0,
}  # what good evidence has over that of other articles, where there is none
_ALL_OF_BEST = ("rank", "position", "retrieved_behind")  # of the best sentence these tell nothing of the hits
_GREATEST = (
    "exact_sentence",
    "exact_window",
    "exact_passage",
    "alike_words_sentence",
    "alike_words_passage",
    "soft_sentence",
    "soft_window",
    "soft_passage",
    "exact_article",
    "grams_passage",
    "grams_window",
    "letters_sentence",
    "letters_passage",
    "alike_sentence",
    "alike_window",
    "alike_passage",
    "retrieved",
    "threes_window",
    "local_sentence",
    "local_window",
    "beyond_sentence",
    "near_sentence",
    "near_soft",
    "near_window",
    "near_passage",
    "clause",
    "clause_near",
    "answering_clause",
    "answering_clause_near",
)
_LEAST = (
    "names_missing_passage",
    "names_missing_article",
    "rarest_missing_passage",
    "rarest_missing_article",
    "rarest_missing_soft",
    "numbers_missing",
    "years_missing",
)
_BESIDE_RIVALS = ("exact_passage", "soft_passage", "grams_passage", "alike_passage", "retrieved")
_TOP = 3


class AnswerabilityModel(BaseModel):
    """The model of the evidence as a whole: the mean of the log odds of a line and of trees, calibrated."""

    line: Weights
    trees: Forest
    calibration: dict[str, list[float]]

    def log_odds(self, features: Mapping[str, float]) -> float:
        """Before calibration."""
        return (self.line.log_odds(features) + self.trees.log_odds_of(features)) / 2

    def probability(self, features: Mapping[str, float]) -> float:
        """The calibrated probability, 0 to 1."""
        odds, chance = self.calibration["log_odds"], self.calibration["probability"]
        return float(np.interp(self.log_odds(features), odds, chance))


def relevance() -> Forest:
    """The packaged model of sentences."""
    return trees.packaged("relevance")


@lru_cache(maxsize=1)
def weights() -> AnswerabilityModel:
    """The packaged model of the evidence as a whole."""
    return AnswerabilityModel.model_validate_json(_WEIGHTS.read_text(encoding="utf-8"))


def probability(features: Mapping[str, float]) -> float:
    """The probability that hits with such a `summary` hold the answer."""
    return weights().probability(features)


def judge(question: str, hits: Sequence[Hit], *, are_given: bool = False) -> Evidence:
    """The sentences of `hits`, those likeliest to hold the answer first, and the probability that the hits hold it.

    Args:
        question: what is asked, standing alone, without politeness around it.
        hits: passages, best first.
        are_given: they came with the question; no search has found them.
    """
    asked = understood(question)
    matches = match(asked, hits)
    if not matches.pieces or not asked.words:
        return Evidence((), 0.0)
    likely = relevance().probabilities(matches.rows)
    if are_given:
        likely = given.likely(given.model().sentences, matches.rows, matches.names, log_odds(likely))
    features = summary(asked, matches, likely, hits)
    score = given.model().whole.probability(features) if are_given else probability(features)
    order = sorted(range(len(matches.pieces)), key=lambda i: (-likely[i], i))
    sentences = [
        Sentence(
            index,
            piece.text,
            hits[index].passage.start + piece.start,
            hits[index].passage.start + piece.end,
            piece.window,
            float(likely[i]),
            dict(zip(matches.names, map(float, matches.rows[i]), strict=True)),
        )
        for i in order
        for piece, index in ((matches.pieces[i], int(matches.hit_of[i])),)
    ]
    return Evidence(sentences, score, features)


def of_sentences(question: str, hits: Sequence[Hit]) -> dict[tuple[int, int], float]:
    """(hit index, end in its article) of every sentence → the probability that it answers an open question by itself.

    By `clause_answers.json`, which weighs no word by how near it stands to what asks: 举措 in 有哪些举措 is no sign of what is to be told.
    """
    asked = understood(question)
    matches = match(asked, hits)
    if not matches.pieces or not asked.words:
        return {}
    places = (
        (int(index), hits[index].passage.start + piece.end)
        for piece, index in zip(matches.pieces, matches.hit_of, strict=True)
    )
    chances = trees.packaged("clause_answers").probabilities_among(matches.names, matches.rows)
    return dict(zip(places, chances.tolist(), strict=True))


def log_odds(chance: Floats) -> Floats:
    """Bounded: what is next to impossible is no further off than what is very unlikely."""
    found: Floats = np.log(np.maximum(chance, _LEAST_ODDS) / np.maximum(1 - chance, _LEAST_ODDS))
    return found


def summary(asked: Asked, matches: Matches, likely: Floats, hits: Sequence[Hit]) -> dict[str, float]:
    """What the model of the whole weighs.

    Args:
        asked: the question.
        matches: the sentences with their features.
        likely: the probability of each sentence, shape (sentences,).
        hits: what the sentences' hit indexes point into.
    """
    order = np.argsort(-likely, kind="stable")
    best = int(order[0])
    odds = log_odds(likely)
    article = np.array([_article_number(hits, index) for index in matches.hit_of])
    rival = article != article[best]
    found = {
        "relevance": float(odds[best]),
        "relevance_second": float(odds[order[1]]) if len(order) > 1 else float(np.log(_LEAST_ODDS)),
        "relevance_any": float(1 - np.prod(1 - np.clip(likely[order[: 3 * _TOP]], 0, 1 - _LEAST_ODDS))),
        "relevance_beside_rivals": float(odds[best] - odds[rival].max())
        if rival.any()
        else _NO_RIVAL["odds"],
    }
    found |= {
        f"best_{name}": float(matches.rows[best, column])
        for column, name in enumerate(matches.names)
        if name not in _ALL_OF_BEST
    }
    for name in _GREATEST:
        found[f"most_{name}"] = float(matches.column(name).max())
    for name in _LEAST:
        found[f"least_{name}"] = float(matches.column(name).min())
    for name in _BESIDE_RIVALS:
        column = matches.column(name)
        others = [float(column[article == a].max()) for a in set(article[rival].tolist())]
        found[f"{name}_beside_rivals"] = (
            float(column[best]) - sum(others) / len(others) if others else _NO_RIVAL["share"]
        )
    return found | _beside_each_other(asked, matches, likely, hits, best)


def _beside_each_other(
    asked: Asked, matches: Matches, likely: Floats, hits: Sequence[Hit], best: int
) -> dict[str, float]:
    """What the best passage has over its rivals: passages of other articles that do not say the same."""
    grams = asked.grams
    passages = [read(hit).passage for hit in hits]
    total = max(sum(grams.values()), _LEAST_ODDS)
    coverage = [
        sum(weight for gram, weight in grams.items() if gram in passage) / total for passage in passages
    ]
    top, own = max(range(len(hits)), key=coverage.__getitem__), int(matches.hit_of[best])
    said = facts.content_bigrams(matches.pieces[best].text)
    kin = {hits[top].article.id, hits[own].article.id}

    def is_rival(index: int) -> bool:
        alike = sum(gram in passages[index] for gram in said) / len(said) if said else 0.0
        return hits[index].article.id not in kin and alike < _SAME

    rivals = [index for index in range(len(hits)) if is_rival(index)]
    theirs = [coverage[index] for index in rivals]
    sentences = likely[np.isin(matches.hit_of, rivals)]
    ranked = sorted(coverage, reverse=True)
    none = _NO_RIVAL["share"]
    return {
        "grams_over_rivals": coverage[top] - sum(theirs) / len(theirs) if theirs else none,
        "grams_over_best_rival": coverage[top] - max(theirs) if theirs else none,
        "grams_over_second": ranked[0] - ranked[1] if len(ranked) > 1 else none,
        "grams_elsewhere": coverage[top] - coverage[own],
        "relevance_over_rivals": float(likely[best] - sentences.max()) if len(sentences) else none,
        "grams_unweighted": max(
            sum(gram in passage for gram in grams) / max(1, len(grams)) for passage in passages
        ),
        "grams": float(np.log1p(len(grams))),
        "spread": _spread(grams, passages[own]),
    }


def _spread(grams: Mapping[str, float], folded: str) -> float:
    """Length of the shortest stretch with most of the matched weight, a gram of the question; at most 10."""
    places = sorted((at, gram) for gram in grams for at in _places(gram, folded))
    goal = _MATCHED * sum(grams[gram] for gram in {gram for _, gram in places})
    shortest, left, weight = 10.0 * len(grams), 0, 0.0
    count: Counter[str] = Counter()
    for at, gram in places:
        count[gram] += 1
        weight += grams[gram] if count[gram] == 1 else 0.0
        while weight >= goal and left < len(places) and places[left][0] <= at:
            start, first = places[left]
            shortest = min(shortest, at - start)
            count[first] -= 1
            weight -= grams[first] if count[first] == 0 else 0.0
            left += 1
    return min(shortest / max(1, len(grams)), 10.0)


def _places(gram: str, folded: str) -> Iterator[int]:
    at = folded.find(gram)
    while at >= 0:
        yield at
        at = folded.find(gram, at + 1)


def _article_number(hits: Sequence[Hit], index: int) -> int:
    """The index of the first hit of the same article."""
    return next(i for i, hit in enumerate(hits) if hit.article.id == hits[index].article.id)
