"""时间线: what happened, and is to happen, of a topic, by day; planned and done kept apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from docs_store.text.dates import Period
from docs_store.text.segment import words
from rag.evidence import statements
from rag.evidence.statements import Library, Progress, Scope, Statement
from rag.generation.deliverables.cells import Cell, moved
from rag.generation.deliverables.facts import Fact, facts
from rag.generation.deliverables.merging import merged, sources
from rag.generation.deliverables.table import source_of
from rag.lexicon.fact_words import role
from rag.lexicon.synonyms import Group

_SHORT = 90  # characters of a sentence that is shown whole


@dataclass(frozen=True, slots=True)
class Event:
    """Something with a day: `day` is how its sentence dates it, `period` the days that this means."""

    period: Period
    day: Cell
    matter: Cell
    standing: Literal["planned", "ongoing", "done"] | None
    statement: Statement
    also: tuple[Statement, ...]

    def to_dict(self) -> dict[str, Any]:
        """JSON."""
        return {
            "since": self.period.since.isoformat(),
            "until": self.period.until.isoformat(),
            "day": self.day.to_dict(),
            "matter": self.matter.to_dict(),
            "standing": self.standing,
            **source_of(self.statement),
            "sources": [source_of(statement) for statement in (self.statement, *self.also)],
        }


@dataclass(frozen=True, slots=True)
class Timeline:
    """Events, the earliest first."""

    topic: str
    events: tuple[Event, ...]
    articles: int

    def to_dict(self) -> dict[str, Any]:
        """JSON."""
        return {
            "topic": self.topic,
            "articles": self.articles,
            "events": [event.to_dict() for event in self.events],
        }


def timeline(
    library: Library,
    topic: str,
    scope: Scope | None = None,
    *,
    aliases: Sequence[Group] = (),
    progress: Progress | None = None,
) -> Timeline:
    """The dated statements of `topic`. Arguments as `rag.generation.deliverables.table.table` has them."""
    found = statements.gather(library, topic, scope, aliases=aliases, progress=progress)
    told = merged(fact for statement in found.statements for fact in facts(statement))
    shown = [replace(event, matter=_readable(event)) for event in events(told)]
    return Timeline(topic, tuple(shown), found.articles)


def events(all_facts: Iterable[Fact]) -> list[Event]:
    """The facts that state their own day, one a sentence and day, the earliest first.

    A whole year or half of one dates what is planned by then; for what is done it says too little, and is left out.
    """
    kept: dict[tuple[str, int, date], Event] = {}
    for fact in all_facts:
        if fact.day is None or fact.period is None or fact.matter.text.endswith(tuple(role("speaks"))):
            continue
        event = _event(fact)
        narrow = (fact.period.until - fact.period.since).days <= 92
        if not narrow and event.standing != "planned":
            continue
        key = (fact.article.id, fact.statement.start, fact.period.since)
        known = kept.get(key)
        if known is None or len(event.also) > len(known.also):
            kept[key] = event
    return sorted(
        kept.values(), key=lambda event: (event.period.since, event.period.until, event.statement.start)
    )


def _readable(event: Event) -> Cell:
    """The clause of an event, or the whole of a short sentence where the clause begins with what was done and not by whom."""
    opening = next((word for word in words(event.matter.text) if word.text.strip()), None)
    whole = event.statement.text.rstrip("。；;")
    acts = opening is not None and opening.pos[:1] in "vd"
    return moved(event.statement, 0, len(whole)) if acts and len(whole) <= _SHORT else event.matter


def _event(fact: Fact) -> Event:
    assert fact.day is not None and fact.period is not None
    today = fact.article.cited_on
    standing: Any = fact.status.value if fact.status else None
    if today and fact.period.since > today:
        standing = "planned"
    return Event(fact.period, fact.day, fact.matter, standing, fact.statement, tuple(sources(fact)[1:]))
