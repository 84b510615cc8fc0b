"""The lines of a PDF page in the order in which they are read, and what of its text layer they do not hold."""

from __future__ import annotations

import math
import statistics
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingest.readers.page_columns import Block, in_reading_order
from ingest.readers.page_layout import Line, paragraphs
from ingest.readers.page_runs import Box, Glyph, Run, around, glyphs, lines_of, runs, shown, spans_of
from ingest.readers.page_tables import RuledTable, ruled_tables
from ingest.readers.tables import laid_out

_OVER_EDGE = 6  # points that a character's middle may lie beyond the page's edge and still be seen


@dataclass(frozen=True, slots=True)
class PageText:
    """What a page's text layer holds."""

    lines: list[str] = field(default_factory=list)
    """As they are read, each table as Markdown lines at its place."""
    outside: list[str] = field(default_factory=list)
    """Lines beyond the page's edge, which nobody sees."""
    unread: str = ""
    """Characters that are in neither."""


def page_text(page: Any, path: Path, number: int, *, with_tables: bool) -> PageText:
    """The text of a pypdfium2 page; its tables are looked for in the file where that is asked for."""
    textpage = page.get_textpage()
    try:
        found = glyphs(page, textpage)
        whole = textpage.get_text_range()
    finally:
        textpage.close()
    tables = ruled_tables(path, number) if with_tables and found else []
    sheet = shown(page.get_bbox(), page.get_mediabox(), page.get_rotation())
    read = _read(found, tables, sheet)
    return PageText(read.lines, read.outside, unread(whole, [*read.lines, *read.outside]))


def unread(whole: str, lines: Iterable[str]) -> str:
    """The visible characters of a page's text that its lines do not hold as often, in the order of the page."""
    held = Counter("".join(lines))
    missing = []
    for char in whole:
        if not char.isspace() and unicodedata.category(char) not in ("Cc", "Cf", "Cn"):
            held[char] -= 1
            if held[char] < 0:
                missing.append(char)
    return "".join(missing)


def _read(found: Sequence[Glyph], tables: Sequence[RuledTable], sheet: Box) -> PageText:
    cells = [cell for table in tables for row in table.rows for cell in row if cell]
    in_cells: dict[Box, list[Run]] = {cell: [] for cell in cells}
    free: list[Run] = []
    outside: list[Run] = []
    for run in runs(found, [*cells, *_beyond(sheet)]):
        if run.area is None:
            free.append(run)
        elif run.area < len(cells):
            in_cells[cells[run.area]].append(run)
        else:
            outside.append(run)
    blocks = [
        Block(run.box, run.start, number, text="".join(glyph.char for glyph in found[run.start : run.end]))
        for number, run in enumerate(free)
    ]
    texts: list[list[str]] = []
    for table in tables:
        held = [in_cells[cell] for row in table.rows for cell in row if cell]
        if any(held):
            first = min(runs[0].start for runs in held if runs)
            blocks.append(Block(table.box, first, len(texts), rows=len(table.rows)))
            texts.append(_table_lines(table, in_cells, found))
    lines: list[str] = []
    for part in in_reading_order(blocks):
        waiting: list[Run] = []
        for block in part.blocks:
            if not block.rows:
                waiting.append(free[block.number])
                continue
            lines += [*_placed(waiting, found, part.column, sheet), *texts[block.number]]
            waiting = []
        lines += _placed(waiting, found, part.column, sheet)
    return PageText(lines, lines_of(outside, found))


def _placed(runs: Sequence[Run], found: Sequence[Glyph], column: str, sheet: Box) -> Iterator[Line]:
    """The lines of a column's runs with where they stand on the page."""
    high = max(1.0, sheet[3] - sheet[1])
    for start, end in spans_of(runs, found):
        boxes = [glyph.box for glyph in found[start:end] if glyph.box]
        _, top, _, bottom = around(boxes)
        yield Line(
            "".join(glyph.char for glyph in found[start:end]),
            column,
            (top - sheet[1]) / high,
            (bottom - sheet[1]) / high,
            statistics.median(box[3] - box[1] for box in boxes),
        )


def _beyond(sheet: Box) -> list[Box]:
    """The four areas around a page."""
    left, top = sheet[0] - _OVER_EDGE, sheet[1] - _OVER_EDGE
    right, bottom = sheet[2] + _OVER_EDGE, sheet[3] + _OVER_EDGE
    far = math.inf
    return [
        (-far, -far, left, far),
        (right, -far, far, far),
        (-far, -far, far, top),
        (-far, bottom, far, far),
    ]


def _table_lines(table: RuledTable, in_cells: dict[Box, list[Run]], found: Sequence[Glyph]) -> list[str]:
    cells = [
        [_paragraphs(lines_of(in_cells[cell], found)) if cell else [] for cell in row] for row in table.rows
    ]
    return [line for block in laid_out(cells) for line in block.split("\n")]


def _paragraphs(lines: Sequence[str]) -> list[str]:
    return [line for line in paragraphs([lines]).split("\n") if line]
