"""Tables as Markdown, whatever format they come from."""

from __future__ import annotations

import re
from collections.abc import Sequence

from docs_store.text.section_numbers import FIRST_RANK, ORDINAL, SECOND_RANK
from docs_store.text.table_rows import tables
from ingest.readers.merged_cells import Merged, Place, kept_of, with_one_head

_SECTION = re.compile(rf"#|{ORDINAL}[章条]|{FIRST_RANK}|{SECOND_RANK}")
Cell = list[str]
"""A cell's paragraphs."""
_PARAGRAPHS, _LONG = 3, 200
"""Paragraphs and characters from which on a cell is a part of a form, and no cell of a table; sections are one always."""


_WITHIN = "上表{where}一格内的表："
_NAME = 40  # characters of a row's or column's name that such a line says


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
    texts = [[_said(cell) for cell in row] for row in rows]
    table = markdown_table(texts, _merged(rows))
    return [*([table] if table else []), *_inner(rows, texts)]


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
    texts = [_said(cell) for cell in cells]
    pairs = [f"{label.rstrip('：:')}：{value}" for label, value in zip(texts[::2], texts[1::2], strict=False)]
    tables = [paragraph for cell in cells for paragraph in cell if _is_table(paragraph)]
    return pairs + texts[len(pairs) * 2 :] + tables


def _said(cell: Cell) -> str:
    """The paragraphs of a cell on one line without marks; tables in it are told below the table."""
    return " ".join(paragraph.lstrip("# ") for paragraph in cell if not _is_table(paragraph))


def _is_table(paragraph: str) -> bool:
    return paragraph.startswith("|") and bool(tables(paragraph))


def _inner(rows: Sequence[Sequence[Cell]], texts: Sequence[Sequence[str]]) -> list[str]:
    """The tables in cells, each below the line that says in which: of the row, and of the column."""
    lines: list[str] = []
    seen: set[int] = set()  # a cell that spans several has its tables once
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            if id(cell) not in seen:
                names = (next(filter(None, texts[y]), ""), texts[0][x] if y and x < len(texts[0]) else "")
                where = "".join(f"“{_short(name)}”" for name in dict.fromkeys(filter(None, names)))
                for paragraph in filter(_is_table, cell):
                    lines += [_WITHIN.format(where=where), paragraph]
            seen.add(id(cell))
    return lines


def _short(name: str) -> str:
    return name if len(name) <= _NAME else f"{name[:_NAME]}…"
