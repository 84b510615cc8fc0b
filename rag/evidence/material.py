"""What an answer to an open question can be made of: the clauses of the passages, each with its relevance for the task."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from docs_store.models import Article, Hit, Passage
from rag.evidence import clauses, coverage, signals, statements
from rag.evidence.clauses import Clause
from rag.evidence.selection import Candidates, Span, choose
from rag.evidence.signals import Floats
from rag.evidence.statements import Topic
from rag.query import sides
from rag.weights.trees import packaged

_WHOLE = 2  # articles, the first ones found, whose other passages are read too
_LONGEST = 12_000  # characters of an article that is read whole

SPOKEN_OF = (
    "names_in_lead",
    "matter_in_lead",
    "matter_named_and_in_sentence",
    "matter_named_and_around",
    "wording_named_and_around",
    "matter_with_names_in_sentence",
)
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
    forest = packaged("clauses")
    columns = [measured.names.index(name) for name in forest.names]
    most = dict(zip(measured.names, measured.table.max(axis=0).tolist(), strict=True))
    return Material(
        pool,
        cut,
        forest.probabilities(measured.table[:, columns]),
        measured.shares,
        tasks,
        {name: most[name] for name in SPOKEN_OF},
    )


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
    """All that the relevance model weighs of the clauses `cut` of `hits`; the rest as `gather` takes it."""
    measured = signals.measure(question, tasks, hits, cut)
    more = [_bearing(question, hits, cut, passages), coverage.measure(question, hits, cut)]
    names = (*measured.names, "bearing", *coverage.NAMES)
    return replace(measured, names=names, table=np.column_stack([measured.table, *more]))


def _bearing(question: str, hits: Sequence[Hit], cut: Sequence[Clause], passages: Passages | None) -> Floats:
    """The probability of each clause that its sentence bears on what is asked; of a comparison, on one side of it."""
    named = sides.sides(question)
    best = np.zeros(len(cut))
    articles = list({hit.article.id: hit.article for hit in hits}.values())
    given = passages or (lambda id: [hit.passage for hit in hits if hit.article.id == id])
    read = [statements.of_article(article, given(article.id)) for article in articles]
    keys = [(hits[clause.hit_index].article.id, clause.sentence_end) for clause in cut]
    for text in (question, *(sides.alone(question, named) if len(named) > 1 else ())):
        bearing = {
            (statement.article.id, statement.end): statement.bearing
            for own in statements.judged_together(articles, read, Topic.of(text))
            for statement in own
        }
        best = np.maximum(best, [bearing.get(key, 0.0) for key in keys])
    return best
