"""Features of a passage for a question: numbers that a reranker weighs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from docs_store.local.exact import weighed
from docs_store.models import Hit
from docs_store.text.analyser import is_character
from rag.query.question import Question
from rag.retrieval.layout import Floats, Layout, Occurrences, chain, find, lay_out

_K1, _B = 1.2, 0.75
_PASSAGE, _ARTICLE = 250.0, 800.0  # usual lengths, characters
_NATS = 50.0  # brings summed rarity to about 1

NAMES = (
    "bm25",  # of the passage, on bigrams, numbers and Latin words; as a share of what is possible
    "bm25_asked",  # the same on the words outside question words and particles
    "bm25_best",  # beside the best of the candidates
    "bm25_sum",  # not as a share: long questions tell more
    "bm25_article",  # of the article's candidate passages together
    "bm25_article_asked",
    "bm25_index",  # of the whole article, from the index, beside the best
    "bm25_index_sum",
    "bm25_characters",  # rare single characters
    "cover",  # share of the question's words, by rarity, that the passage has
    "cover_window",  # in the best two sentences that follow one another
    "cover_characters",
    "cover_sum",
    "cover_article",
    "cover_article_sum",
    "cover_head_sum",  # best two sentences with title and lead
    "answer",  # best two sentences, if what is asked for (a number, a date …) can be in them
    "answer_sum",
    "answer_one",  # the same for one sentence
    "answer_kind",  # whether any sentence has what is asked for
    "three_sum",  # bigrams that follow one another as in the question
    "three_article",
    "three_article_sum",
    "three_sentence",
    "runs",  # all that stands in the question's order, repetitions counted
    "runs_sentence",
    "runs_article",
    "run_longest",
    "missing",  # the rarest word that the article lacks
    "numbers",  # share of the question's numbers that the article has
    "title",
    "lead",
    "dense",
    "dense_article",
)


def measure(question: Question, hits: Sequence[Hit]) -> Floats:
    """The features of each hit, shape (hits, len(NAMES)).

    Args:
        question: as understood.
        hits: candidates, with `dense` and `article` among their features; an article's passages among them count as
            its text.
    """
    if not hits or not question.terms:
        return np.zeros((len(hits), len(NAMES)))
    layout = lay_out(hits)
    found = find(question, layout)
    columns = _of_words(question, layout, found) | _of_order(question, layout, found)
    dense = np.array([hit.features.get("dense", 0.0) for hit in hits])
    index = np.array([hit.features.get("article", 0.0) for hit in hits])
    columns |= {
        "dense": dense,
        "dense_article": _spread(layout, dense, np.maximum),
        "bm25_index": index / max(index.max(), 1e-9),
        "bm25_index_sum": index / _NATS,
    }
    return np.column_stack([columns[name] for name in NAMES])


def _of_words(question: Question, layout: Layout, found: Occurrences) -> dict[str, Floats]:
    width = len(question.terms)
    weight, asked, lone = _weights(question)
    total, asked_total, lone_total = (max(w.sum(), 1e-9) for w in (weight, asked, lone))
    counts = found.counts(len(layout.starts), width)
    body, heads = counts[: layout.body], counts[layout.body :]
    title, lead = heads[: layout.articles] > 0, heads[layout.articles :] > 0
    in_passage = np.add.reduceat(body, layout.first, axis=0)
    length = np.add.reduceat(layout.lengths[: layout.body], layout.first).astype(np.float64)
    in_article = _summed(layout, in_passage)
    of = layout.article

    saturated = _saturated(in_passage, length / _PASSAGE)
    saturated_article = _saturated(in_article, _summed(layout, length) / _ARTICLE)
    has = body > 0
    two = layout.paired(has)
    shows = layout.showing(question.shows)
    shows_two = layout.paired(shows)
    cover_two = weighed(two, asked) / asked_total
    with_head = two | (title | lead)[of[layout.passage_of_row]]
    best = _best(layout)

    bm25 = weighed(saturated, weight) / total
    cover = weighed(in_passage > 0, weight) / total
    cover_asked = weighed(in_passage > 0, asked) / asked_total
    cover_article = (weighed(in_article > 0, asked) / asked_total)[of]
    answer = best(cover_two * shows_two)
    missing = np.where(in_article > 0, 0.0, asked).max(axis=1)
    digits = np.array([term[0].isdigit() for term in question.terms], bool)
    numbers = (in_article[:, digits] > 0).mean(axis=1) if digits.any() else np.ones(layout.articles)
    return {
        "bm25": bm25,
        "bm25_asked": weighed(saturated, asked) / asked_total,
        "bm25_best": bm25 / max(bm25.max(), 1e-9),
        "bm25_sum": bm25 * total / _NATS,
        "bm25_article": (weighed(saturated_article, weight) / total)[of],
        "bm25_article_asked": (weighed(saturated_article, asked) / asked_total)[of],
        "bm25_characters": weighed(saturated, lone) / lone_total,
        "cover": cover,
        "cover_window": best(weighed(two, weight) / total),
        "cover_characters": weighed(in_passage > 0, lone) / lone_total,
        "cover_sum": cover_asked * asked_total / _NATS,
        "cover_article": cover_article,
        "cover_article_sum": cover_article * asked_total / _NATS,
        "cover_head_sum": best(weighed(with_head, asked)) / _NATS,
        "answer": answer,
        "answer_sum": answer * asked_total / _NATS,
        "answer_one": best(weighed(has, asked) / asked_total * shows[: layout.body]),
        "answer_kind": best(shows[: layout.body]),
        "missing": (missing / max(asked.max(), 1e-9))[of],
        "numbers": numbers[of],
        "title": (weighed(title, asked) / asked_total)[of],
        "lead": (weighed(lead, asked) / asked_total)[of],
    }


def _of_order(question: Question, layout: Layout, found: Occurrences) -> dict[str, Floats]:
    """Words that follow one another as they do in the question."""
    rows, width = len(layout.starts), len(question.terms)
    weight, _, _ = _weights(question)
    total = max(weight.sum(), 1e-9)
    ordered, where, follows = chain(question, found, weight)
    # a run: terms on one line that are at most two characters apart
    joined = follows.copy()
    joined[1:] &= np.diff(ordered.places) <= 2
    of_row, longest = np.zeros(rows), np.zeros(rows)
    if len(ordered.terms):
        number = np.cumsum(~joined) - 1
        mass, size = np.bincount(number, weights=weight[ordered.terms]), np.bincount(number)
        at = ordered.rows[~joined]
        np.add.at(of_row, at[size >= 2], mass[size >= 2])
        np.maximum.at(longest, at, mass)
    # three characters in a row, each kind once
    next_to = np.zeros(len(follows), bool)
    next_to[:-1] = follows[1:] & (np.diff(where) == 1) & (np.diff(ordered.places) == 1)
    three = np.zeros((rows, width))
    three[ordered.rows[next_to], ordered.terms[next_to]] = 1
    at_position = {place: i for i, place in enumerate(question.positions) if weight[i] > 0}
    three_weight = np.zeros(width)
    for i, place in enumerate(question.positions):
        after = at_position.get(place + 1)
        if weight[i] > 0 and after is not None:
            three_weight[i] = (weight[i] + weight[after]) / 2
    three_total = max(three_weight.sum(), 1e-9)
    in_passage = np.add.reduceat(three[: layout.body], layout.first, axis=0)
    in_article = _summed(layout, in_passage)
    best = _best(layout)
    body = of_row[: layout.body] / total
    runs = np.add.reduceat(body, layout.first)
    three_article = (weighed(in_article > 0, three_weight) / three_total)[layout.article]
    return {
        "three_sum": weighed(in_passage > 0, three_weight) / _NATS,
        "three_article": three_article,
        "three_article_sum": three_article * three_total / _NATS,
        "three_sentence": best(weighed(three[: layout.body], three_weight) / three_total),
        "runs": runs,
        "runs_sentence": best(body),
        "runs_article": _spread(layout, runs, np.add),
        "run_longest": best(longest[: layout.body]) / total,
    }


def _weights(question: Question) -> tuple[Floats, Floats, Floats]:
    """Rarity of words; of words that a passage must speak of; of single characters. Each (terms,)."""
    rarity = np.array(question.rarity)
    lone = np.array([is_character(term) for term in question.terms], bool)
    return rarity * ~lone, rarity * ~lone * np.array(question.asked, bool), rarity * lone


def _saturated(counts: Floats, length: Floats) -> Floats:
    """BM25's term frequency part; `length` is relative to the usual one."""
    return counts * (_K1 + 1) / (counts + _K1 * (1 - _B + _B * length)[:, None])


def _summed(layout: Layout, values: Floats) -> Floats:
    """Values of passages summed over each article."""
    total = np.zeros((layout.articles, *values.shape[1:]))
    np.add.at(total, layout.article, values)
    return total


def _spread(layout: Layout, values: Floats, how: np.ufunc) -> Floats:
    """Values of passages combined over each article, given back to each passage."""
    found = np.full(layout.articles, -np.inf if how is np.maximum else 0.0)
    how.at(found, layout.article, values)
    return found[layout.article]


class _best:
    """The greatest value among each passage's sentences."""

    def __init__(self, layout: Layout) -> None:
        self._first = layout.first

    def __call__(self, rows: NDArray[np.generic]) -> Floats:
        return np.maximum.reduceat(rows.astype(np.float64), self._first)
