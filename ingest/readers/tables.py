"""Tables as Markdown, whatever format they come from."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.readers.merged_cells import Merged, Place, kept_of, with_one_head

_SECTION = re.compile(
    r"#|第[一二三四五六七八九十百]+[章条]|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[）)]"
)
Cell = list[str]
"""A cell's paragraphs."""
_PARAGRAPHS, _LONG = 3, 200
"""Paragraphs and characters from which on a cell is a part of a form, and no cell of a table; sections are one always."""


def markdown_table(rows: Sequence[Sequence[str | None]], merged: Merged = ()) -> str:
    """A Markdown table, its first row as header, or its first rows as one where they name its columns together; '' when no
    cell holds text.

    Line breaks inside a cell become spaces and | is escaped, so that a row stays one line.

    Args:
        rows: the cells; of merged ones all may hold what they say, or the first alone.
        merged: the ranges of cells that are shown as one.
    """
    cells = [[" ".join((cell or "").split()).replace("|", "\\|") for cell in row] for row in rows]
    kept = [y for y, row in enumerate(cells) if any(row)]
    if not kept:
        return ""
    width = max(len(cells[y]) for y in kept)
    filled = [[*cells[y], *[""] * (width - len(cells[y]))] for y in kept]
    filled = with_one_head(filled, kept_of(merged, kept, range(width)))
    lines = ["| " + " | ".join(row) + " |" for row in filled]
    lines.insert(1, "|" + " --- |" * width)
    return "\n".join(lines)


def laid_out(rows: Sequence[Sequence[Cell]]) -> list[str]:
    """The lines of a table by what it is for.

    One column, as frames and red heads have, is text. A form (a label beside a cell of several long paragraphs) is its
    label, then the paragraphs, which keep their headings. All else is a Markdown table.

    Args:
        rows: the cells; one that spans rows or columns is the same object at all its places.
    """
    if max((len(row) for row in rows), default=0) < 2:
        return [paragraph for row in rows for cell in row for paragraph in cell]
    if any(_is_part(cell) for row in rows for cell in row):
        return [line for row in rows for line in _form_row(row)]
    table = markdown_table([[" ".join(map(_flat, cell)) for cell in row] for row in rows], _merged(rows))
    return [table] if table else []


def _merged(rows: Sequence[Sequence[Cell]]) -> Merged:
    """The ranges whose places hold the same cell."""
    places: dict[int, list[Place]] = {}
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            places.setdefault(id(cell), []).append((y, x))
    return [(held[0], held[-1]) for held in places.values() if len(held) > 1]


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
