"""政策对比表: articles, places or years side by side, a row an aspect; a cell is a quote or nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from docs_store.models import Article
from docs_store.text.dates import dates
from docs_store.text.normal import fold
from docs_store.text.numerals import numerals
from docs_store.text.places import level_of, place_names
from rag.evidence import statements
from rag.evidence.signals import share, telling
from rag.evidence.statements import Library, Progress, Scope, Statement
from rag.generation.deliverables.aspects import ASPECTS, aspect, is_plain, weight
from rag.generation.deliverables.table import source_of
from rag.lexicon.synonyms import Group
from rag.retrieval.grouping import likeness

LEAST, MOST = 2, 6
"""Sides of a comparison."""
_YEAR = re.compile(r"((?:19|20)\d{2})年?")
_SAME = 0.85  # likeness from which on two quotes say the same
_CELL = 2  # quotes in a cell at the most
_NEARLY = 0.75  # share of the best quote's weight that a second one needs
_TITLE = 0.9  # share of a name's wording that the title of the article it means must hold


@dataclass(frozen=True, slots=True)
class Side:
    """One column: an article, a place or a year, with the statements that are its own."""

    name: str
    kind: Literal["article", "place", "year", "topic"]
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class AspectRow:
    """A row: for each side its quotes, () for 文中未提. `differs` is True where sides that speak do not say the same."""

    aspect: str
    cells: tuple[tuple[Statement, ...], ...]
    differs: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """The sides, and a row for each aspect."""

    topic: str
    sides: tuple[Side, ...]
    rows: tuple[AspectRow, ...]

    def to_dict(self) -> dict[str, Any]:
        """JSON."""
        return {
            "topic": self.topic,
            "sides": [{"name": side.name, "kind": side.kind} for side in self.sides],
            "rows": [
                {
                    "aspect": row.aspect,
                    "differs": row.differs,
                    "cells": [[source_of(statement) for statement in cell] for cell in row.cells],
                }
                for row in self.rows
            ],
        }


def compare(
    library: Library,
    names: Sequence[str],
    topic: str = "",
    scope: Scope | None = None,
    *,
    aspects: Sequence[str] = ASPECTS,
    aliases: Sequence[Group] = (),
    progress: Progress | None = None,
) -> Comparison:
    """What each of `names` says of each aspect.

    Args:
        library: where the articles are.
        names: two to six; each the id or the title of an article, a place (上海), a year (2023年), or a topic.
        topic: what places and years are compared in; "" where articles or topics are.
        scope: narrows the articles.
        aspects: rows, of `ASPECTS` or any other word.
        aliases: groups of other names.
        progress: called after each article.

    Raises:
        ValueError: fewer than two sides, or more than six; its text is Chinese.
    """
    if not LEAST <= len(names) <= MOST:
        raise ValueError(f"请写两到六个要对比的文章、地区或年份，现在是 {len(names)} 个。")
    about = (
        statements.gather(library, topic, scope, aliases=aliases, progress=progress).statements
        if topic
        else ()
    )
    sides = tuple(_side(library, name, about, topic, scope, aliases) for name in names)
    rows = tuple(_row(sides, name) for name in aspects)
    return Comparison(topic, sides, rows)


def _side(
    library: Library,
    name: str,
    about: Sequence[Statement],
    topic: str,
    scope: Scope | None,
    aliases: Sequence[Group],
) -> Side:
    article = library.article(name) or titled(library, name)
    if article is not None:
        own = statements.of_article(article, library.passages(article.id))
        return Side(article.title, "article", tuple(own))
    if year := _YEAR.fullmatch(name.strip()):
        number = int(year[1])
        pool = about or statements.gather(library, name, scope, aliases=aliases).statements
        return Side(name, "year", tuple(s for s in pool if _in_year(s, number)))
    places = place_names(name)
    if topic and places and (level_of(name.strip()) is not None or "".join(places) in name):
        return Side(name, "place", tuple(s for s in about if places <= _where(s)))
    found = statements.gather(library, f"{name}{topic}", scope, aliases=aliases)
    return Side(name, "topic", found.statements)


def titled(library: Library, name: str) -> Article | None:
    """The article whose title a name is, or nearly; None for what titles nothing."""
    wanted = fold(name).strip("《》 ")
    if len(wanted) < 6:
        return None
    asked = telling(wanted)
    best: tuple[float, Article] | None = None
    for id in library.search_articles(name, 10):
        article = library.article(id)
        covered = share(asked, fold(article.title)) if article else 0.0
        if article and covered >= _TITLE and (best is None or covered > best[0]):
            best = covered, article
    return best[1] if best else None


def _in_year(statement: Statement, year: int) -> bool:
    stated = [
        d for d in dates(statement.text, statement.article.cited_on) if d.year is not None and not d.filled
    ]
    if stated:
        return any(d.year == year for d in stated)
    return statement.article.cited_on is not None and statement.article.cited_on.year == year


def _where(statement: Statement) -> set[str]:
    """The places of a statement: its own, else those of its article's title."""
    return place_names(statement.text) or place_names(statement.article.title)


def _row(sides: Sequence[Side], name: str) -> AspectRow:
    wanted = aspect(name)
    cells = tuple(_cell(side, wanted) for side in sides)
    spoken = [" ".join(s.text for s in cell) for cell in cells if cell]
    differs = any(not _same(spoken[0], other) for other in spoken[1:])
    return AspectRow(name, cells, differs or 0 < len(spoken) < len(cells))


def _cell(side: Side, wanted: Any) -> tuple[Statement, ...]:
    """The statements of a side that tell most of an aspect; where several tell as much, those nearer to its topic."""
    scored = [(weight(s, wanted), s.bearing, -len(s.text), s) for s in side.statements]
    ranked = sorted((x for x in scored if is_plain(x[0])), key=lambda x: x[:3], reverse=True)
    chosen: list[Statement] = []
    for value, _, _, statement in ranked:
        if chosen and value < _NEARLY * ranked[0][0]:
            break
        if any(likeness(statement.text, other.text) >= 0.5 for other in chosen):
            continue
        chosen.append(statement)
        if len(chosen) == _CELL:
            break
    return tuple(chosen)


def _same(one: str, other: str) -> bool:
    if {(n.low, n.unit) for n in numerals(one)} != {(n.low, n.unit) for n in numerals(other)}:
        return False
    return likeness(one, other) >= _SAME
