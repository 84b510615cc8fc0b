"""A 梳理表 as a `Report`: to be read on the page before, or instead of, the workbook."""

from __future__ import annotations

from datetime import date

from rag.generation.deliverables.table import COLUMNS, Row, Table
from ui import strings
from ui.exports.report import Grid, Line, Origin, Report
from ui.exports.reports import origin
from ui.exports.table_file import values

MOST = 300
"""Rows that are shown; the workbook has all."""
_SHOWN = ("day", "place", "matter", "noun", "written", "status", "body")
"""The columns where none were chosen: what a marker's card tells (quote, article, issuer) is left to it."""
_ALWAYS = ("day", "place", "matter")
_WIDTHS = {"matter": 60, "quote": 60, "title": 34}
_SOURCES = 3  # markers of a row


def report(found: Table, today: date) -> Report:
    """The first rows of a table, each with markers for its sources."""
    usual = tuple(found.columns) == COLUMNS
    columns = _SHOWN if usual else tuple(found.columns)
    at = columns.index("matter") if "matter" in columns else len(columns) - 1
    sources: dict[tuple[str, int, int], Origin] = {}
    rows = []
    for row in found.rows[:MOST]:
        cells = ["" if value is None else str(value) for value in values(row, columns)]
        cells[at] += _marks(row, sources)
        rows.append(cells)
    if usual:  # a column in which nothing stands is left to the workbook
        kept = [n for n, name in enumerate(columns) if name in _ALWAYS or any(cells[n] for cells in rows)]
        columns = tuple(columns[n] for n in kept)
        rows = [[cells[n] for n in kept] for cells in rows]
    heads = [strings.TABLE_COLUMNS.get(name, name) for name in columns]
    blocks: list[Line | Grid] = [Grid(heads, rows, [_WIDTHS.get(name, 18) for name in columns])]
    if len(found.rows) > MOST:
        blocks.insert(0, Line(strings.TABLE_PREVIEW.format(shown=MOST, rows=len(found.rows)), "note"))
    subtitle = strings.TABLE_SUBTITLE.format(
        articles=found.articles, rows=len(found.rows), used=len(found.articles_used()), day=today
    )
    title = strings.TABLE_TITLE.format(topic=found.topic)
    return Report(title, blocks, list(sources.values()), today, subtitle)


def _marks(row: Row, sources: dict[tuple[str, int, int], Origin]) -> str:
    marks = ""
    for statement in row.sources()[:_SOURCES]:
        key = statement.article.id, statement.start, statement.end
        if key not in sources:
            sources[key] = origin(len(sources) + 1, statement)
        marks += f"[{sources[key].marker}]"
    return marks
