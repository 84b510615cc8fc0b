"""Workbooks of Excel: a head that stays, filters, wrapped text, dates and numbers as such, and no formula anywhere."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from ui import strings
from ui.exports.report import Grid, Report

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

Value = str | date | float | None
_LONGEST_CELL = 32_000  # characters; Excel holds 32,767
_LONGEST_LINK = 2_000  # characters; Excel holds 2,079
_MOST_LINKS = 60_000  # a sheet holds 65,530
_LINE = 16.5  # points
_TALLEST = 400.0  # points; Excel holds 409
_BETWEEN = 0.7  # characters of a column for a millimetre of paper


class Book:
    """A workbook in the making; `bytes` closes it."""

    def __init__(self, title: str, now: datetime) -> None:
        """Named and dated as what it is."""
        from xlsxwriter import Workbook

        self._out = io.BytesIO()
        never = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
        self._book = Workbook(self._out, {"in_memory": True, "default_date_format": "yyyy-mm-dd", **never})
        self._book.set_properties(
            {"title": title, "author": strings.TITLE, "created": now.replace(tzinfo=None)}
        )
        self._sheets = _Sheets(self._book)

    def sheet(
        self, name: str, heads: Sequence[str], widths: Sequence[float], rows: Iterable[Sequence[Value]]
    ) -> None:
        """Adds a sheet; widths are in characters."""
        self._sheets.write(name, heads, widths, rows)

    def bytes(self) -> bytes:
        """The file."""
        self._book.close()
        return self._out.getvalue()


def workbook(report: Report, now: datetime) -> bytes:
    """The tables of a report, a sheet each, and its sources."""
    book = Book(report.title, now)
    grids = [block for block in report.blocks if isinstance(block, Grid)]
    for number, grid in enumerate(grids, start=1):
        name = strings.TABLE_SHEETS[0] if len(grids) == 1 else f"{strings.TABLE_SHEETS[0]}{number}"
        book.sheet(name, grid.heads, [width * _BETWEEN for width in grid.widths], grid.rows)
    rows = [(s.marker, s.title, s.issuer, s.day, s.quote, s.url) for s in report.sources]
    heads = (strings.ANNEX_COLUMNS[0], *strings.TABLE_SOURCES[1:3], *strings.TABLE_SOURCES[4:])
    book.sheet(strings.TABLE_SHEETS[1], heads, (7, 40, 18, 12, 70, 30), rows)
    return book.bytes()


def _lines(value: Value, width: float) -> int:
    """Lines that a text takes in a column: programs do not always find the height of wrapped cells by themselves."""
    if not isinstance(value, str) or value.startswith(("http://", "https://")):
        return 1
    wide = sum(2 if ord(c) > 0x2E7F or c in "“”‘’…—" else 1 for c in value)
    return -(-wide // max(1, int(width) - 1)) + value.count("\n")


class _Sheets:
    """Writes sheets of one workbook alike: a head that stays, filters, wrapped text, dates and numbers as such."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        font: dict[str, Any] = {
            "font_name": "宋体",
            "font_size": 11,
            "valign": "top",
            "border": 1,
            "border_color": "#BFBFBF",
        }
        self._head: Format = book.add_format(
            {**font, "bold": True, "bg_color": "#DDE6F0", "text_wrap": True, "valign": "vcenter"}
        )
        self._text: Format = book.add_format({**font, "text_wrap": True})
        self._day: Format = book.add_format({**font, "num_format": "yyyy-mm-dd", "align": "left"})
        self._number: Format = book.add_format({**font, "num_format": "General"})
        self._link: Format = book.add_format({**font, "font_color": "#0563C1", "underline": 1})

    def write(
        self,
        name: str,
        heads: Sequence[str],
        widths: Sequence[float],
        rows: Iterable[Sequence[Value]],
    ) -> None:
        sheet = self._book.add_worksheet(name)
        for column, (head, width) in enumerate(zip(heads, widths, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, head, self._head)
        last = 0
        for last, row in enumerate(rows, start=1):
            lines = max((_lines(value, width) for value, width in zip(row, widths, strict=True)), default=1)
            sheet.set_row(last, min(_TALLEST, _LINE * lines))
            for column, value in enumerate(row):
                self._write(sheet, last, column, value)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, last, len(heads) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)

    def _write(self, sheet: Worksheet, row: int, column: int, value: Value) -> None:
        if value is None:
            sheet.write_blank(row, column, None, self._text)
        elif isinstance(value, date):
            sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), self._day)
        elif isinstance(value, str):
            web = value.startswith(("http://", "https://")) and len(value) <= _LONGEST_LINK
            if web and row < _MOST_LINKS:
                sheet.write_url(row, column, value, self._link, string=value[:255])
            else:
                sheet.write_string(row, column, value[:_LONGEST_CELL], self._text)
        else:
            sheet.write_number(row, column, value, self._number)
