"""The tables of a PDF page by their ruled lines.

pdfplumber finds them; their text is read by pypdfium2, because pdfplumber turns common characters into radicals.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from ingest.readers.page_runs import Box


@dataclass(frozen=True, slots=True)
class RuledTable:
    """Where a table is, and its cells row by row; None where the row has no cell of its own."""

    box: Box
    rows: list[list[Box | None]]


def ruled_tables(path: Path, number: int) -> list[RuledTable]:
    """The page's tables, none in another; one row or one column is a frame and no table."""
    import pdfplumber

    logging.getLogger("pdfminer").setLevel(logging.ERROR)  # it warns of every font that it finds odd
    try:
        with pdfplumber.open(path, pages=[number + 1]) as document:
            found = document.pages[0].find_tables()
            tables = [RuledTable(table.bbox, [list(row.cells) for row in table.rows]) for table in found]
    except (
        Exception
    ):  # pdfminer raises whatever a hostile file makes it raise; the text is read without tables
        return []
    apart: list[RuledTable] = []
    real = [table for table in tables if len(table.rows) > 1 and max(map(len, table.rows)) > 1]
    for table in sorted(real, key=_size, reverse=True):
        if not any(_overlap(table.box, other.box) for other in apart):
            apart.append(table)
    return sorted(apart, key=lambda table: table.box[1])


def _size(table: RuledTable) -> float:
    return (table.box[2] - table.box[0]) * (table.box[3] - table.box[1])


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
