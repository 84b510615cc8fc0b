"""Tables as Markdown, whatever format they come from."""

from __future__ import annotations

import re
from collections.abc import Sequence

from docs_store.text.section_numbers import FIRST_RANK, ORDINAL, SECOND_RANK

_SECTION = re.compile(rf"#|{ORDINAL}[章条]|{FIRST_RANK}|{SECOND_RANK}")
Cell = list[str]
"""A cell's paragraphs."""
_PARAGRAPHS, _LONG = 3, 200
"""Paragraphs and characters from which on a cell is a part of a form, and no cell of a table; sections are one always."""


def markdown_table(rows: Sequence[Sequence[str | None]]) -> str:
    """A Markdown table, its first row as header; '' when no cell holds text.

    Line breaks inside a cell become spaces and | is escaped, so that a row stays one line.
    """
    cells = [[" ".join((cell or "").split()).replace("|", "\\|") for cell in row] for row in rows]
    cells = [row for row in cells if any(row)]
    if not cells:
        return ""
    width = max(map(len, cells))
    lines = ["| " + " | ".join([*row, *[""] * (width - len(row))]) + " |" for row in cells]
    lines.insert(1, "|" + " --- |" * width)
    return "\n".join(lines)


def laid_out(rows: Sequence[Sequence[Cell]]) -> list[str]:
    """The lines of a table by what it is for.

    One column, as frames and red heads have, is text. A form (a label beside a cell of several long paragraphs) is its
    label, then the paragraphs, which keep their headings. All else is a Markdown table.
    """
    if max((len(row) for row in rows), default=0) < 2:
        return [paragraph for row in rows for cell in row for paragraph in cell]
    if any(_is_part(cell) for row in rows for cell in row):
        return [line for row in rows for line in _form_row(row)]
    table = markdown_table([[" ".join(map(_flat, cell)) for cell in row] for row in rows])
    return [table] if table else []


def _is_part(cell: Cell) -> bool:
    if len(cell) > 1 and _SECTION.match(cell[0]):
        return True
    return len(cell) >= _PARAGRAPHS and sum(map(len, cell)) >= _LONG


def _form_row(row: Sequence[Cell]) -> list[str]:
    cells = [cell for i, cell in enumerate(row) if cell and (i == 0 or cell is not row[i - 1])]
    if any(_is_part(cell) for cell in cells):
        return [paragraph for cell in cells for paragraph in cell]
    texts = [" ".join(map(_flat, cell)) for cell in cells]
    pairs = [f"{label.rstrip('：:')}：{value}" for label, value in zip(texts[::2], texts[1::2], strict=False)]
    return pairs + texts[len(pairs) * 2 :]


def _flat(paragraph: str) -> str:
    """A paragraph, or a table in a cell, on one line without marks."""
    if paragraph.startswith("|"):
        rows = [row for row in paragraph.split("\n") if row.strip("|- ")]
        return "；".join(" ".join(cell.strip() for cell in row.strip("| ").split(" | ")) for row in rows)
    return paragraph.lstrip("# ")
