"""梳理表: one row a fact on a topic, every cell in the quote that the row stands on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from docs_store.text.normal import fold
from rag.evidence import statements
from rag.evidence.signals import pairs
from rag.evidence.statements import Library, Progress, Scope, Statement
from rag.generation.deliverables.cells import Cell
from rag.generation.deliverables.facts import Fact, facts
from rag.generation.deliverables.figures import figures, trim
from rag.generation.deliverables.merging import merged, sources
from rag.lexicon.relations import substitutes
from rag.lexicon.synonyms import Group

COLUMNS = (
    "day", "place", "issuer", "document", "kind", "matter", "noun", "written", "number", "unit", "status", "body", "quote", "title", "published", "url",
)  # fmt: skip
"""The columns that there are, in the order in which they stand where none are chosen."""
_MOST_LEFT_OUT = 2_000
_AFTER_NAME = re.compile(r"(?:为|是|：|:)\s*")

Reason = Literal["off_topic", "no_fact"]


@dataclass(frozen=True, slots=True)
class Row:
    """A fact, with the cells of columns that were asked for by name: {name: cell or None}."""

    fact: Fact
    asked: tuple[tuple[str, Cell | None], ...] = ()

    def sources(self) -> list[Statement]:
        """The statements it rests on, one an article."""
        return sources(self.fact)

    def to_dict(self) -> dict[str, Any]:
        """JSON. Offsets point into the article's text, and every cell lies within the quote."""
        fact = self.fact
        cells = {
            "day": fact.day, "place": fact.place, "document": fact.document, "matter": fact.matter, "noun": fact.noun,
            "number": fact.number, "unit": fact.unit, "status": fact.status, "body": fact.body,
        }  # fmt: skip
        return {
            "kind": fact.kind,
            **{name: cell.to_dict() if cell else None for name, cell in cells.items()},
            "columns": {name: cell.to_dict() if cell else None for name, cell in self.asked},
            **source_of(fact.statement),
            "sources": [source_of(statement) for statement in self.sources()],
        }


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A sentence of the articles that gave no row, and why."""

    statement: Statement
    reason: Reason


@dataclass(frozen=True, slots=True)
class Table:
    """Rows by day, the latest first; those without a day follow by the day of their article."""

    topic: str
    columns: tuple[str, ...]
    """Of `COLUMNS`, or a name that was asked for."""
    rows: tuple[Row, ...]
    left_out: tuple[LeftOut, ...]
    articles: int
    """How many articles were read."""

    def articles_used(self) -> list[Statement]:
        """One statement for each article that a row rests on, in the order of the rows."""
        return list({s.article.id: s for row in self.rows for s in row.sources()}.values())

    def to_dict(self) -> dict[str, Any]:
        """JSON."""
        return {
            "topic": self.topic,
            "columns": list(self.columns),
            "articles": self.articles,
            "rows": [row.to_dict() for row in self.rows],
            "left_out": len(self.left_out),
        }


def source_of(statement: Statement) -> dict[str, Any]:
    """Where a statement stands, as JSON; ``article.text[start:end] == quote``."""
    article = statement.article
    return {
        "article_id": article.id,
        "title": article.title,
        "issuer": article.issuer,
        "document_number": article.document_number,
        "published_on": article.cited_on.isoformat() if article.cited_on else None,
        "url": article.url,
        "quote": statement.text,
        "start": statement.start,
        "end": statement.end,
    }


def table(
    library: Library,
    topic: str,
    scope: Scope | None = None,
    *,
    columns: Sequence[str] = COLUMNS,
    aliases: Sequence[Group] = (),
    progress: Progress | None = None,
) -> Table:
    """The facts that the library tells of `topic`.

    Args:
        library: where the articles are.
        topic: a phrase or a question.
        scope: narrows the articles.
        columns: of `COLUMNS`, or any other name (投资额): then the cell is the figure of the row's sentence that measures
            it, or what follows the name, else empty.
        aliases: groups of other names, that the topic may have.
        progress: called after each article.
    """
    found = statements.gather(library, topic, scope, aliases=aliases, progress=progress)
    facts_of = {}
    for statement in found.statements:
        facts_of[id(statement)] = facts(statement)
        if progress:  # this takes longer than the reading, and whoever is called may stop it
            progress(found.articles, found.articles)
    rows = merged(fact for statement in found.statements for fact in facts_of[id(statement)])
    asked = [name for name in columns if name not in COLUMNS]
    kept = [Row(fact, tuple((name, named_cell(fact, name)) for name in asked)) for fact in rows]
    silent = [LeftOut(s, "no_fact") for s in found.statements if not facts_of[id(s)]]
    off = [LeftOut(s, "off_topic") for s in found.passed_over if any(c.isdigit() for c in s.text)]
    return Table(
        topic,
        tuple(columns),
        tuple(sorted(kept, key=_order)),
        tuple([*silent, *off][:_MOST_LEFT_OUT]),
        found.articles,
    )


def _order(row: Row) -> tuple[int, int, int]:
    """The latest day first; what has no day stands by the day of its article."""
    day = row.fact.when or row.fact.article.cited_on or date.min
    return -day.toordinal(), -(row.fact.article.cited_on or date.min).toordinal(), row.fact.matter.start


def named_cell(fact: Fact, name: str) -> Cell | None:
    """What the fact's sentence states under a name that somebody asked for (投资额, 建设单位); None where nothing."""
    wanted = fold(name)
    names = {wanted, *substitutes().get(wanted, {})}
    text, start = fact.statement.text, fact.statement.start
    for figure in figures(text):
        if figure.noun and any(_names(one, fold(figure.noun.text)) for one in names):
            return replace(figure.written, start=figure.written.start + start, end=figure.written.end + start)
    for one in names:
        at = fold(text).find(one)
        if at < 0 or len(fold(text)) != len(text):
            continue
        follows = _AFTER_NAME.match(text, at + len(one))
        if follows:
            end = next((i for i in range(follows.end(), len(text)) if text[i] in "，。；,;"), len(text))
            first, last = trim(text, follows.end(), end)
            if first < last:
                return Cell(text[first:last], first + start, last + start, text[first:last])
    return None


def _names(wanted: str, noun: str) -> bool:
    """True when a noun is what is asked for: it holds the name, or all of the name's pairs but the last character (投资额: 总投资)."""
    if wanted in noun or (len(wanted) > 2 and noun.endswith(wanted[:-1])):
        return True
    mine = pairs(wanted)
    return len(mine) > 1 and len(mine & pairs(noun)) >= 0.75 * len(mine)
