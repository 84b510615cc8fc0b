"""A 梳理表 as .xlsx, .csv and .jsonl."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction

from rag.evidence.statements import Statement
from rag.generation.deliverables.table import COLUMNS, Row, Table
from ui import strings
from ui.exports.report import as_read
from ui.exports.workbook import Book, Value

_WIDTHS = {
    "day": 12, "place": 14, "issuer": 16, "document": 18, "kind": 7, "matter": 44, "noun": 18, "written": 14, "number": 10,
    "unit": 9, "status": 12, "body": 18, "quote": 60, "title": 34, "published": 12, "url": 24,
}  # fmt: skip
_NAMED_WIDTH = 16
_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def headings(table: Table) -> list[str]:
    """What stands over the columns."""
    return [strings.TABLE_COLUMNS.get(name, name) for name in table.columns]


def values(row: Row, columns: Sequence[str]) -> list[Value]:
    """What stands in the columns: days as dates, numbers as numbers, None where a quote says nothing."""
    named = dict(row.asked)
    found: list[Value] = []
    for name in columns:
        if name in COLUMNS:
            found.append(_GETTERS[name](row))
        else:
            cell = named.get(name)
            found.append(cell.text if cell else None)
    return found


def _number(row: Row) -> Value:
    value = row.fact.number.value if row.fact.number else None
    if not isinstance(value, Fraction):
        return None
    return int(value) if value.denominator == 1 else float(value)


def _day(row: Row) -> Value:
    if row.fact.day is None:
        return None
    return row.fact.when or row.fact.day.text


def _status(row: Row) -> Value:
    status = row.fact.status
    return strings.TABLE_STATUS[str(status.value)] if status else None


def _document(row: Row) -> Value:
    return row.fact.document.text if row.fact.document else row.fact.article.document_number


_GETTERS: Mapping[str, Callable[[Row], Value]] = {
    "day": _day,
    "place": lambda row: row.fact.place.text if row.fact.place else None,
    "issuer": lambda row: row.fact.article.issuer,
    "document": _document,
    "kind": lambda row: strings.TABLE_KINDS[row.fact.kind],
    "matter": lambda row: row.fact.matter.text,
    "noun": lambda row: row.fact.noun.text if row.fact.noun else None,
    "written": lambda row: row.fact.number.text if row.fact.number else None,
    "number": _number,
    "unit": lambda row: row.fact.unit.text if row.fact.unit else None,
    "status": _status,
    "body": lambda row: row.fact.body.text if row.fact.body else None,
    "quote": lambda row: as_read(row.fact.statement.text),
    "title": lambda row: row.fact.article.title,
    "published": lambda row: row.fact.article.cited_on,
    "url": lambda row: row.fact.article.url,
}


# --- text ---------------------------------------------------------------------------------------------------------------


def as_csv(table: Table) -> str:
    """Comma-separated values, for Excel with a byte order mark; a cell that Excel would take for a formula begins with '."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_no_formula(heading) for heading in headings(table)])
    for row in table.rows:
        writer.writerow([_no_formula(value) for value in values(row, table.columns)])
    return "\ufeff" + out.getvalue()


def _no_formula(value: Value) -> Value:
    if isinstance(value, str) and value.startswith(_BEGINS_FORMULA):
        return "'" + value
    return value.isoformat() if isinstance(value, date) else value


def as_jsonl(table: Table) -> str:
    """A row a line, with the offsets of every cell and all sources."""
    return "".join(json.dumps(row.to_dict(), ensure_ascii=False) + "\n" for row in table.rows)


# --- Excel --------------------------------------------------------------------------------------------------------------


def as_xlsx(table: Table, now: datetime) -> bytes:
    """A workbook with the rows, their sources and what was left out. Nothing in it is a formula."""
    book = Book(strings.TABLE_TITLE.format(topic=table.topic), now)
    widths = [_WIDTHS.get(name, _NAMED_WIDTH) for name in table.columns]
    rows = [values(row, table.columns) for row in table.rows]
    book.sheet(strings.TABLE_SHEETS[0], headings(table), widths, rows)
    book.sheet(strings.TABLE_SHEETS[1], strings.TABLE_SOURCES, (7, 40, 18, 18, 12, 70, 30), _sources(table))
    book.sheet(strings.TABLE_SHEETS[2], strings.TABLE_LEFT_OUT, (24, 80, 40, 18, 12), _left_out(table))
    return book.bytes()


def _sources(table: Table) -> Iterator[list[Value]]:
    """Every source of every row; rows are numbered as Excel numbers them."""
    for number, row in enumerate(table.rows, start=2):
        for statement in row.sources():
            article = statement.article
            day = article.cited_on
            yield [
                number,
                article.title,
                article.issuer,
                article.document_number,
                day,
                as_read(statement.text),
                article.url,
            ]


def _left_out(table: Table) -> Iterator[list[Value]]:
    for left in table.left_out:
        statement: Statement = left.statement
        article = statement.article
        yield [
            strings.TABLE_REASONS[left.reason],
            as_read(statement.text),
            article.title,
            article.issuer,
            article.cited_on,
        ]
