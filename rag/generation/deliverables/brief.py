"""主题简报: what the articles say of a topic, in the words of the articles, each sentence with its source.

What is chosen stands once: a sentence with a day of its own in the timeline, one that a place opens under 各地做法, one with
a figure in the table of figures, the rest under sub-themes. Tables are set smaller than text, so that a page holds more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from rag.evidence.statements import Statement
from rag.generation.deliverables.facts import Fact
from rag.generation.deliverables.table import source_of
from rag.generation.deliverables.timeline import Event

Length = Literal["short", "normal", "long"]


@dataclass(frozen=True, slots=True)
class Size:
    """How long a brief is: pages at the most (None: no such end), characters of what is chosen, rows of each table."""

    pages: int | None
    chars: int
    figures: int
    events: int
    places: int


SIZES: Mapping[Length, Size] = {
    "short": Size(1, 500, 3, 3, 2),
    "normal": Size(2, 1_150, 6, 6, 5),
    "long": Size(5, 2_400, 12, 12, 8),
}
"""One page, two pages, and as much as there is, up to five."""


@dataclass(frozen=True, slots=True)
class QuotedStatement:
    """A sentence, or a run of clauses of one, with the number of its source."""

    statement: Statement
    marker: int

    @property
    def text(self) -> str:
        """As it is written."""
        return self.statement.text

    def to_dict(self) -> dict[str, Any]:
        """JSON."""
        return {"text": self.text, "marker": self.marker}


@dataclass(frozen=True, slots=True)
class Theme:
    """Points of one sub-theme; `heading` are words that stand in them, "" for none."""

    heading: str
    points: tuple[QuotedStatement, ...]


@dataclass(frozen=True, slots=True)
class Brief:
    """A brief in its parts; `sources[i - 1]` is what marker i stands for."""

    topic: str
    overview: tuple[QuotedStatement, ...]
    themes: tuple[Theme, ...]
    figures: tuple[tuple[Fact, int], ...]
    timeline: tuple[tuple[Event, int], ...]
    places: tuple[tuple[str, tuple[QuotedStatement, ...]], ...]
    unmentioned: tuple[str, ...]
    sources: tuple[Statement, ...]
    articles: int
    """How many articles were read."""
    size: Size = SIZES["normal"]
    written: str = ""
    """The overview in a model's words, with markers; "" where no model was asked, or its words did not hold."""
    notice: str = ""
    """A sentence for the user where a model was asked and could not answer."""

    def quoted(self) -> list[QuotedStatement]:
        """Every sentence of overview, themes and places."""
        found = [*self.overview, *(point for theme in self.themes for point in theme.points)]
        return [*found, *(quoted for _, own in self.places for quoted in own)]

    def to_dict(self) -> dict[str, Any]:
        """JSON."""
        return {
            "topic": self.topic,
            "articles": self.articles,
            "overview": [quoted.to_dict() for quoted in self.overview],
            "written": self.written or None,
            "themes": [
                {"heading": t.heading, "points": [p.to_dict() for p in t.points]} for t in self.themes
            ],
            "figures": [
                {
                    "noun": fact.noun.text if fact.noun else None,
                    "number": fact.number.text if fact.number else None,
                    "matter": fact.matter.text,
                    "marker": marker,
                }
                for fact, marker in self.figures
            ],
            "timeline": [{**event.to_dict(), "marker": marker} for event, marker in self.timeline],
            "places": [{"place": name, "points": [s.to_dict() for s in own]} for name, own in self.places],
            "unmentioned": list(self.unmentioned),
            "notice": self.notice or None,
            "sources": [{"marker": i, **source_of(s)} for i, s in enumerate(self.sources, start=1)],
        }
