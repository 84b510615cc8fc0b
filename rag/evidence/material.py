"""What an answer to an open question can be made of: the clauses of the passages, each with its relevance for the task."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from docs_store.models import Article, Hit, Passage
from docs_store.text.places import overlap, place_names
from rag.evidence import answerability, clauses, coverage, signals, statements
from rag.evidence.clauses import Clause
from rag.evidence.relevance import packaged_relevance
from rag.evidence.selection import Candidates, Span, choose
from rag.evidence.signals import Floats
from rag.evidence.statements import Topic
from rag.query import sides

_WHOLE = 2  # articles, the first ones found, whose other passages are read too
_LONGEST = 12_000  # characters of an article that is read whole
_BEFORE = 120  # characters before a sentence that may name the place that it is of

SPOKEN_OF = (
    "names_in_lead",
    "matter_in_lead",
    "matter_named_and_in_sentence",
    "matter_named_and_around",
    "wording_named_and_around",
    "matter_with_names_in_sentence",
)
_ANSWERS = ("answers", "answers_odds", "answers_behind")
Passages = Callable[[str], Sequence[Passage]]


@dataclass(frozen=True, slots=True)
class Material:
    """The passages, ranked ones first, and their clauses with relevance, the probability that a good answer has it."""

    hits: Sequence[Hit]
    clauses: Sequence[Clause]
    relevance: Floats
    shares: Floats
    """(clauses, parts of the question): how much of each part a clause speaks of."""
    tasks: Mapping[str, float]
    """How likely each task is what the question asks for."""
    spoken_of: Mapping[str, float] = field(default_factory=dict)
    """`SPOKEN_OF` → the most that any clause of all that was gathered has of it, 0 to 1."""

    def only(self, articles: Sequence[str]) -> Material:
        """The same of these articles alone."""
        kept = [i for i, c in enumerate(self.clauses) if self.hits[c.hit_index].article.id in articles]
        return self.at(kept)

    def at(self, kept: Sequence[int]) -> Material:
        """The same of these clauses alone, by their indexes."""
        numbers = list(kept)
        clauses = [self.clauses[i] for i in numbers]
        return replace(self, clauses=clauses, relevance=self.relevance[numbers], shares=self.shares[numbers])

    def choose(
        self, budget: int, *, enough: int | None = None, least: float = 0.0, most: int = 60
    ) -> list[Span]:
        """The spans to quote, as `rag.evidence.selection.choose` describes."""
        given = Candidates(self.clauses, self.relevance, self.shares)
        return choose(given, budget, enough=enough, least=least, most=most)

    @property
    def best(self) -> float:
        """The relevance of the most relevant clause."""
        return float(self.relevance.max(initial=0.0))

    def articles(self) -> list[Article]:
        """The articles, those found first before others."""
        return list({hit.article.id: hit.article for hit in self.hits}.values())

    def weight_of(self, article: str) -> float:
        """How much of what is wanted stands in an article: the sum of its ten best clauses."""
        own = [
            p
            for p, c in zip(self.relevance, self.clauses, strict=True)
            if self.hits[c.hit_index].article.id == article
        ]
        return float(sum(sorted(own, reverse=True)[:10]))


def gather(
    question: str, tasks: Mapping[str, float], hits: Sequence[Hit], passages: Passages | None = None
) -> Material:
    """The clauses of `hits`, and of the whole articles that were found first.

    Args:
        question: standing alone.
        tasks: value of a `Task` → how likely it is what the question asks for.
        hits: best first, as a search returns them.
        passages: gives the passages of an article; None where there are none but `hits`.
    """
    pool = with_whole_articles(hits, passages) if passages is not None else list(hits)
    cut = clauses.cut(pool)
    if not cut:
        return Material(pool, (), np.zeros(0), np.zeros((0, 1)), tasks)
    measured = measure(question, tasks, pool, cut, passages)
    here = ~elsewhere(question, pool, cut)
    relevance = packaged_relevance().probabilities(measured, cut, tasks) * here
    spoken = measured.table[here] if here.any() else measured.table
    most = dict(zip(measured.names, spoken.max(axis=0).tolist(), strict=True))
    return Material(
        pool,
        cut,
        relevance,
        measured.shares,
        tasks,
        {name: most[name] for name in SPOKEN_OF},
    )


def elsewhere(question: str, hits: Sequence[Hit], cut: Sequence[Clause]) -> NDArray[np.bool_]:
    """The clauses that are of other places than the question names: a veto, since their words are the same (广西, 大湾区).

    Where an article begins with places of which none shares ground with one that is asked about, a clause is of these unless its
    sentence, or what stands shortly before it, names a place that does.
    """
    asked = place_names(question)
    found = np.zeros(len(cut), dtype=np.bool_)
    if not asked or not all(place_names(side) for side in sides.sides(question)):
        return found  # a park or a firm is set beside a place

    def here(names: Collection[str]) -> bool:
        return any(overlap(name, one) for name in names for one in asked)

    articles = {article.id: article for article in (hits[clause.hit_index].article for clause in cut)}
    opening = {id: place_names(coverage.lead_of(article)) for id, article in articles.items()}
    named: dict[tuple[str, int], bool] = {}
    for index, clause in enumerate(cut):
        article = hits[clause.hit_index].article
        of_article = opening[article.id]
        if not of_article or here(of_article):
            continue
        start = max(0, clause.sentence_start - _BEFORE)
        key = (article.id, clause.sentence_start)
        if key not in named:
            named[key] = here(place_names(article.text[start : clause.sentence_end]))
        found[index] = not named[key]
    return found


def with_whole_articles(hits: Sequence[Hit], passages: Passages) -> list[Hit]:
    """The hits, and behind them the other passages of the articles that were found first."""
    pool = list(hits)
    for article in list({hit.article.id: hit.article for hit in hits}.values())[:_WHOLE]:
        if len(article.text) <= _LONGEST:
            pool += clauses.whole(article, passages(article.id), hits[-1].score, pool)
    return pool


def measure(
    question: str,
    tasks: Mapping[str, float],
    hits: Sequence[Hit],
    cut: Sequence[Clause],
    passages: Passages | None,
) -> signals.Measured:
    """All that the relevance model weighs of the clauses `cut` of `hits`; the rest as `gather` takes it.

    What tells of a comparison by how much of the question is there tells of the side that a clause speaks of most.
    """
    measured = signals.measure(question, tasks, hits, cut)
    named = sides.sides(question)
    asked = (question, *(sides.alone(question, named) if len(named) > 1 else ()))
    spoken = np.maximum.reduce([coverage.measure(text, hits, cut) for text in asked])
    more = [_bearing(asked, hits, cut, passages), spoken, _answers(question, hits, cut)]
    names = (*measured.names, "bearing", *coverage.NAMES, *_ANSWERS)
    return replace(measured, names=names, table=np.column_stack([measured.table, *more]))


def _bearing(
    asked: Sequence[str], hits: Sequence[Hit], cut: Sequence[Clause], passages: Passages | None
) -> Floats:
    """The probability of each clause that its sentence bears on one of the questions."""
    best = np.zeros(len(cut))
    articles = list({hit.article.id: hit.article for hit in hits}.values())
    given = passages or (lambda id: [hit.passage for hit in hits if hit.article.id == id])
    read = [statements.of_article(article, given(article.id)) for article in articles]
    keys = [(hits[clause.hit_index].article.id, clause.sentence_end) for clause in cut]
    for text in asked:
        bearing = {
            (statement.article.id, statement.end): statement.bearing
            for own in statements.judged_together(articles, read, Topic.of(text))
            for statement in own
        }
        best = np.maximum(best, [bearing.get(key, 0.0) for key in keys])
    return best


def _answers(question: str, hits: Sequence[Hit], cut: Sequence[Clause]) -> Floats:
    """How likely the sentence of each clause holds the answer by itself, as to a question for a fact: `_ANSWERS`, a row a clause.

    What the words of a whole question do not tell, this does: which of ten sentences on the air of a region names the worst cities.
    """
    known = answerability.of_sentences(question, hits)
    chance = np.array([known.get((clause.hit_index, clause.sentence_end), 0.0) for clause in cut])
    odds = answerability.log_odds(chance)
    return np.column_stack([chance, odds, odds - odds.max()])
