"""How much of an official document's page text and tables take: GB/T 9704 has 22 lines of 28 characters, tables are set smaller.

An estimate, so that a brief can be cut to the pages asked for without a program that lays pages out; what it comes to is
measured through LibreOffice in benchmarks/deliverables/pages.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

LINES = 22
"""Lines of a page."""
_CHARS = 28  # characters of a line, 三号
_INDENT = 2
_TITLE_CHARS, _TITLE_LINE = 20, 34 / 28  # 二号 on 34 points
_AROUND = 4  # lines of the subtitle, the blank lines around the text and the day under it
_CELL_LINE = 16 / 28  # a line of a table, 五号 on 16 points
_RULE = 0.04  # of a table's row
_AFTER = 0.4  # lines of space behind a table
_TABLE_CHARS = 42  # characters of 五号 in the width of the text
_PADDING = 1.1  # characters that a cell's edges take


def title(chars: int) -> float:
    """Lines of the head and the foot of a document with a title of so many characters."""
    return ceil(chars / _TITLE_CHARS) * _TITLE_LINE + _AROUND


def paragraph(chars: int) -> float:
    """Lines of a paragraph."""
    return ceil((chars + _INDENT) / _CHARS)


def table(rows: Sequence[Sequence[int]], widths: Sequence[float]) -> float:
    """Lines of a table with one row of heads: rows hold the characters of their cells; widths are to one another."""
    total = sum(widths)
    capacities = [max(1.0, _TABLE_CHARS * width / total - _PADDING) for width in widths]

    def height(row: Sequence[int]) -> float:
        return (
            max(ceil(chars / space) for chars, space in zip(row, capacities, strict=True)) * _CELL_LINE
            + _RULE
        )

    return _CELL_LINE + _RULE + sum(height(row) for row in rows) + _AFTER
