"""The order in which what stands on a page is read: column by column, tables at their place in their column."""

from __future__ import annotations

import itertools
import re
import statistics
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.readers.page_runs import Box, around, middle

_LINES = 3  # that stand beside as many others before they are taken for two columns
_TOUCH = 1.5  # points that a character may reach over its column's edge
_TURNS = 2  # from one column to the other that a file which is written column by column may make
_RUN = 8  # heights of a character that a run of running text is wide
_FULL, _MOSTLY = 0.85, 0.6  # of a column's width; share of the lines of running text that reach that far
_PROSE = re.compile(r"[，。；、]|[a-z][,.;] ")
_PROSE_LINES = 0.25  # of the lines of running text, that have a mark of a sentence
_INDENT = 3  # heights of a character from a column's edge to an indented line
_CENTRED, _TITLE = 0.02, 0.8  # of the page's width: from its middle, and the most that a centred title takes
_MOST = 1200  # blocks; a page of more is a drawing
_FAR = 1.5  # heights of a line between a running head and the text
_EDGE_ROWS, _TITLE_ROWS = 2, 4


@dataclass(frozen=True, slots=True)
class Block:
    """A run of text, or a table, with the index of its first character."""

    box: Box
    first: int
    number: int
    """Of the run, or of the table."""
    text: str = ""
    """Of a run."""
    rows: int = 0
    """Of a table."""


@dataclass(frozen=True, slots=True)
class Part:
    """Blocks that follow each other in a column; parts of one column have one name, '' is what spans the page."""

    column: str
    blocks: list[Block]


@dataclass(frozen=True, slots=True)
class _Band:
    """What stands between two heights of the page, left and right of a gutter, or across it."""

    left: list[Block]
    right: list[Block]
    across: list[Block]

    @property
    def blocks(self) -> list[Block]:
        return self.left + self.right + self.across


def in_reading_order(blocks: Sequence[Block]) -> list[Part]:
    """The page's parts; where no columns are found, that is one part in the order of the file."""
    if len(blocks) > _MOST:
        return [Part("", _by_height(blocks))]
    found = _columns(blocks)
    if found is None:
        return [Part("", _by_height(blocks))] if blocks else []
    head, body, foot = _without_edges(blocks)
    parts = _parts(body, "") if head or foot else _laid(found, "")
    edges = [[Part("", _by_height(edge))] if edge else [] for edge in (head, foot)]
    return edges[0] + parts + edges[1]


def _parts(blocks: Sequence[Block], column: str) -> list[Part]:
    found = _columns(blocks)
    return _laid(found, column) if found else [Part(column, _by_height(blocks))]


def _laid(bands: Sequence[tuple[_Band, bool]], column: str) -> list[Part]:
    parts: list[Part] = []
    for apart, group in itertools.groupby(_with_last_lines(bands), key=lambda found: found[1]):
        if apart:
            for band, _ in group:
                parts += _parts(band.left, column + "l") + _parts(band.right, column + "r")
        else:
            parts += _parts([block for band, _ in group for block in band.blocks], column)
    return parts


def _with_last_lines(bands: Sequence[tuple[_Band, bool]]) -> list[tuple[_Band, bool]]:
    """The bands with a line that stands alone above two columns put to the lines across them of which it is the last."""
    found: list[tuple[_Band, bool]] = []
    for band, apart in bands:
        if apart and found and found[-1][0].across and not found[-1][1]:
            top = min(block.box[1] for block in band.right)
            rows = _rows(band.left)
            if len(rows) > 1 and rows[0][0].box[3] <= top < rows[1][0].box[3] and not rows[0][0].rows:
                found.append((_Band(rows[0], [], []), False))
                band = _Band([block for row in rows[1:] for block in row], band.right, [])
        found.append((band, apart))
    return found


def _columns(blocks: Sequence[Block]) -> list[tuple[_Band, bool]] | None:
    """The bands from top to bottom at the gutter that the fewest blocks cross, each with whether it is read column by
    column; None where there is none such."""
    best: tuple[int, int, list[tuple[_Band, bool]]] | None = None
    for edge in _edges(blocks):
        bands = list(_bands(blocks, edge))
        across = sum(len(band.across) for band in bands)
        if best and across > best[0]:
            continue
        marks = _marked(bands, edge)
        lines = -sum(len(band.blocks) for band, mark in zip(bands, marks, strict=True) if mark)
        if lines and (best is None or (across, lines) < best[:2]):
            best = across, lines, list(zip(bands, marks, strict=True))
    return best[2] if best else None


def _marked(bands: Sequence[_Band], edge: float) -> list[bool]:
    """Which bands are read column by column: those that show it, and where text does, those that lie like it."""
    open_bands = [band if band.left and band.right and not band.across else None for band in bands]
    marks = [band is not None and _is_columns(band) for band in open_bands]
    shown = [band for band, mark in zip(bands, marks, strict=True) if mark and _is_text(band)]
    if not shown:
        return marks
    start = min(block.box[0] for band in shown for block in band.left)
    return [
        mark or (band is not None and _begins(band.left, start) and _begins(band.right, edge))
        for band, mark in zip(open_bands, marks, strict=True)
    ]


def _begins(side: Sequence[Block], edge: float) -> bool:
    """True when the lines of a side begin at its column's edge, or are indented."""
    return min(block.box[0] for block in side) - edge < _INDENT * min(map(_height, side))


def _edges(blocks: Sequence[Block]) -> list[float]:
    """Where the right one of two columns may begin."""
    lefts = Counter(round(block.box[0]) for block in blocks)
    least = 1 if any(block.rows for block in blocks) else 2
    shared = [x for x, count in lefts.items() if count + lefts[x + 1] + lefts[x - 1] >= least]
    return [float(x) for x in sorted(shared)]


def _bands(blocks: Sequence[Block], edge: float) -> Iterator[_Band]:
    across = sorted((b for b in blocks if _crosses(b, edge)), key=lambda block: block.box[1])
    spans: list[tuple[float, float]] = []
    for block in across:
        if spans and block.box[1] <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], block.box[3]))
        else:
            spans.append((block.box[1], block.box[3]))
    tops = [top for top, _ in spans]
    placed: list[tuple[int, Block]] = []  # odd numbers are bands that something crosses
    for block in blocks:
        y = middle(block.box)[1]
        at = bisect_right(tops, y) - 1
        placed.append((2 * at + (1 if at >= 0 and y <= spans[at][1] else 2), block))
    placed.sort(key=lambda item: item[0])
    for _, group in itertools.groupby(placed, key=lambda item: item[0]):
        here = [block for _, block in group]
        crossing = [block for block in here if _crosses(block, edge)]
        sides = [block for block in here if not _crosses(block, edge)]
        left = [block for block in sides if middle(block.box)[0] < edge]
        right = [block for block in sides if middle(block.box)[0] >= edge]
        yield _Band(left, right, crossing)


def _crosses(block: Block, edge: float) -> bool:
    return block.box[0] < edge - _TOUCH and block.box[2] > edge + _TOUCH


def _is_columns(band: _Band) -> bool:
    """True when the sides of a band are read one after the other, not row by row.

    A table is read for itself. Text is where the file is written so, or where both sides are running text.
    """
    if _table_beside(band.left, band.right) or _table_beside(band.right, band.left):
        return True
    return _is_text(band)


def _is_text(band: _Band) -> bool:
    return _has_lines(band) and (_written_apart(band) or (_is_running(band.left) and _is_running(band.right)))


def _table_beside(side: Sequence[Block], other: Sequence[Block]) -> bool:
    tables = [block.box for block in side if block.rows]
    return any(top <= middle(b.box)[1] <= bottom for _, top, _, bottom in tables for b in other) or any(
        b.rows and b.box[1] < bottom and b.box[3] > top for _, top, _, bottom in tables for b in other
    )


def _has_lines(band: _Band) -> bool:
    """True when enough lines of each side stand beside the other side."""
    top = max(min(block.box[1] for block in side) for side in (band.left, band.right))
    bottom = min(max(block.box[3] for block in side) for side in (band.left, band.right))
    for side in (band.left, band.right):
        here = [block for block in side if block.box[3] > top and block.box[1] < bottom]
        if sum(row[0].rows or 1 for row in _rows(here)) < _LINES:
            return False
    return True


def _written_apart(band: _Band) -> bool:
    sides = [(block.first, True) for block in band.left] + [(block.first, False) for block in band.right]
    sides.sort()
    return sum(a[1] != b[1] for a, b in itertools.pairwise(sides)) <= _TURNS


def _is_running(side: Sequence[Block]) -> bool:
    texts = [block for block in side if not block.rows]
    rows = _rows(texts)
    if len(rows) < _LINES:
        return False
    left, right = min(b.box[0] for b in texts), max(b.box[2] for b in texts)
    full = sum(max(b.box[2] for b in row) - left >= _FULL * (right - left) for row in rows)
    prose = sum(_PROSE.search(block.text) is not None for block in texts)
    return (
        full >= _MOSTLY * len(rows)
        and prose >= _PROSE_LINES * len(texts)
        and statistics.median(_width(b) / _height(b) for b in texts) >= _RUN
    )


def _rows(blocks: Sequence[Block]) -> list[list[Block]]:
    """The blocks at one height together, from top to bottom."""
    rows: list[list[Block]] = []
    for block in sorted(blocks, key=lambda block: middle(block.box)[1]):
        bottom = max(b.box[3] for b in rows[-1]) if rows else 0.0
        if rows and not block.rows and middle(block.box)[1] < bottom - _height(block) / 4:
            rows[-1].append(block)
        else:
            rows.append([block])
    return rows


def _height(block: Block) -> float:
    return max(1.0, block.box[3] - block.box[1])


def _width(block: Block) -> float:
    return block.box[2] - block.box[0]


def _without_edges(blocks: Sequence[Block]) -> tuple[list[Block], list[Block], list[Block]]:
    """(titles and what stands far above all else, the rest, rows far below): they are in no column."""
    rows = _rows(blocks)
    head: list[Block] = []
    foot: list[Block] = []
    for number in range(_TITLE_ROWS):
        far = number < _EDGE_ROWS and len(rows) > 1 and _is_far(rows[0], rows[1:])
        if far or (len(rows) > 1 and _is_centred(rows[0], blocks)):
            head += rows.pop(0)
    for _ in range(_EDGE_ROWS):
        if len(rows) > 1 and _is_far(rows[-1], rows[:-1]):
            foot += rows.pop()
    return head, [block for row in rows for block in row], foot


def _is_centred(row: Sequence[Block], blocks: Sequence[Block]) -> bool:
    """True for a line in the page's middle that does not fill it, as titles are."""
    left, _, right, _ = around([block.box for block in blocks])
    x0, _, x1, _ = around([block.box for block in row])
    if any(block.rows for block in row) or x1 - x0 > _TITLE * (right - left) or not _is_one_line(row):
        return False
    return abs((x0 + x1) - (left + right)) / 2 < _CENTRED * (right - left)


def _is_one_line(row: Sequence[Block]) -> bool:
    """True when the file writes the row's runs one after the other, with no more between them than a wide space."""
    runs = sorted(row, key=lambda block: block.first)
    return all(
        a.first + len(a.text) + 1 >= b.first and b.box[0] - a.box[2] < _INDENT * _height(a)
        for a, b in itertools.pairwise(runs)
    )


def _is_far(row: Sequence[Block], others: Sequence[Sequence[Block]]) -> bool:
    if any(block.rows for block in row):
        return False
    top, bottom = min(b.box[1] for b in row), max(b.box[3] for b in row)
    gap = min(max(b.box[1] - bottom, top - b.box[3]) for other in others for b in other)
    return gap > _FAR * min(map(_height, row))


def _by_height(blocks: Sequence[Block]) -> list[Block]:
    """Runs in the order of the file, each table between what stands above and what stands below it."""
    left = sorted((block for block in blocks if not block.rows), key=lambda block: block.first)
    ordered: list[Block] = []
    for table in sorted((block for block in blocks if block.rows), key=lambda block: block.box[1]):
        above = [block for block in left if _is_above(block, table)]
        ordered += [*above, table]
        left = [block for block in left if not _is_above(block, table)]
    return ordered + left


def _is_above(block: Block, table: Block) -> bool:
    y = middle(block.box)[1]
    beside = y < table.box[3] and (block.box[2] <= table.box[0] or block.box[0] >= table.box[2])
    return y < table.box[1] or (beside and block.first < table.first)
