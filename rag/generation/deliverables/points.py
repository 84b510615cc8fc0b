"""单篇要点: one article in one sentence and five points, with its figures, days, who does what, and the terms it uses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from docs_store.models import Article, Hit, Passage
from docs_store.text.normal import fold
from rag.evidence import frame, material, statements
from rag.evidence.signals import pairs
from rag.evidence.statements import Statement
from rag.generation.deliverables.cells import Cell
from rag.generation.deliverables.facts import Fact, facts
from rag.generation.deliverables.merging import merged
from rag.generation.deliverables.table import source_of
from rag.generation.deliverables.timeline import Event, events
from rag.query.task import Task
from rag.retrieval.grouping import likeness

_POINTS = 5
_CHARS = 110  # of a point, about
_SHORTEST = 10
_SAME = 0.6
_TERM = re.compile(r"[“「]([^”」“「]{2,16})[”」]")
_DOCUMENT = re.compile(r"《[^》]{3,60}》")
_MOST_TERMS = 12


@dataclass(frozen=True, slots=True)
class Points:
    """What an article says. Every statement and cell is ``article.text[start:end]``."""

    article: Article
    summary: Statement | None
    points: tuple[Statement, ...]
    figures: tuple[Fact, ...]
    days: tuple[Event, ...]
    bodies: tuple[Fact, ...]
    """Facts that name the office or firm that acts."""
    terms: tuple[Cell, ...]
    documents: tuple[Cell, ...]

    def to_dict(self) -> dict[str, Any]:
        """JSON."""

        def fact(given: Fact) -> dict[str, Any]:
            return {
                "matter": given.matter.to_dict(),
                "noun": given.noun.to_dict() if given.noun else None,
                "number": given.number.to_dict() if given.number else None,
                "body": given.body.to_dict() if given.body else None,
            }

        return {
            "article_id": self.article.id,
            "title": self.article.title,
            "summary": source_of(self.summary) if self.summary else None,
            "points": [source_of(statement) for statement in self.points],
            "figures": [fact(f) for f in self.figures],
            "days": [event.to_dict() for event in self.days],
            "bodies": [fact(f) for f in self.bodies],
            "terms": [cell.to_dict() for cell in self.terms],
            "documents": [cell.to_dict() for cell in self.documents],
        }


def points(article: Article, passages: Sequence[Passage]) -> Points:
    """The points of one article; nothing else is looked at."""
    own = statements.of_article(article, passages)
    own_facts = merged(fact for statement in own for fact in facts(statement))
    summary = _summary(article, own)
    chosen = _points(article, passages, summary)
    return Points(
        article,
        summary,
        chosen,
        tuple(fact for fact in own_facts if fact.kind == "figure" and fact.noun),
        tuple(events(own_facts)),
        tuple({fact.body.text: fact for fact in own_facts if fact.body}.values()),
        tuple(_quoted(article, own, _TERM, 1))[:_MOST_TERMS],
        tuple(_quoted(article, own, _DOCUMENT, 0))[:_MOST_TERMS],
    )


def _summary(article: Article, own: Sequence[Statement]) -> Statement | None:
    """The sentence that says most of what title and beginning say: reports tell it in their first lines."""
    wanted = pairs(fold(article.title))
    if not own:
        return None

    def worth(place: int) -> float:
        own_pairs = pairs(fold(own[place].text))
        title = len(wanted & own_pairs) / max(1, len(wanted))
        return title + 0.6 / (1 + place) - 0.001 * max(0, len(own[place].text) - _CHARS)

    return own[max(range(len(own)), key=worth)]


def _points(
    article: Article, passages: Sequence[Passage], summary: Statement | None
) -> tuple[Statement, ...]:
    """The five spans that a good summary of the article quotes, in its order."""
    hits = [Hit(passage, article, 1.0) for passage in passages]
    if not hits:
        return ()
    pool = material.gather(article.title, {Task.SUMMARY: 1.0}, hits)
    chosen: list[Statement] = []
    for span in pool.choose(3 * _POINTS * _CHARS):
        start = span.start + frame.opens(span.text)
        statement = Statement(article, start, span.end, (), span.relevance)
        said = [s.text for s in (*chosen, *([summary] if summary else []))]
        if len(statement.text) < _SHORTEST or frame.is_notice(statement.text):
            continue
        if any(likeness(statement.text, other) >= _SAME or statement.text in other for other in said):
            continue
        chosen.append(statement)
        if len(chosen) == _POINTS:
            break
    return tuple(sorted(chosen, key=lambda statement: statement.start))


def _quoted(
    article: Article, own: Sequence[Statement], pattern: re.Pattern[str], group: int
) -> Iterator[Cell]:
    """What stands in quotation marks, each once."""
    seen: set[str] = set()
    for statement in own:
        for match in pattern.finditer(statement.text):
            text = match.group(group)
            if text not in seen:
                seen.add(text)
                start = statement.start + match.start(group)
                yield Cell(article.text[start : start + len(text)], start, start + len(text), text)
