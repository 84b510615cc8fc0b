"""Markdown tables as articles keep them: where they stand, their cells, and a row read with its column heads."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache

_CELL = re.compile(r"(?:\\.|[^|\\])*")  # up to the next | that is not escaped
_RULE = re.compile(r"\|(?:\s*:?-{3,}:?\s*\|)+\s*")
_REMEMBERED = 64  # texts; an article's rows are asked for one by one

Span = tuple[int, int]
Row = tuple[tuple[str, str], ...]
"""(column head, cell) in order; a column without a head has ""."""


@dataclass(frozen=True, slots=True)
class MarkdownTable:
    """Half-open spans of a table's lines in its text: the head, the rule under it, the rows."""

    head: Span
    rule: Span
    rows: tuple[Span, ...]

    @property
    def end(self) -> int:
        """The end of its last line."""
        return (self.rows or (self.rule,))[-1][1]


@lru_cache(maxsize=_REMEMBERED)
def tables(text: str) -> tuple[MarkdownTable, ...]:
    """The tables of `text`, in order: a line that begins with |, a rule, and the lines after it that begin with |."""
    if "|" not in text:
        return ()
    lines: list[Span] = []
    at = 0
    for line in text.split("\n"):
        lines.append((at, at + len(line)))
        at += len(line) + 1
    found = []
    number = 0
    while number + 1 < len(lines):
        head, rule = lines[number], lines[number + 1]
        if not text.startswith("|", head[0]) or not _RULE.fullmatch(text, *rule):
            number += 1
            continue
        last = number + 2
        while last < len(lines) and text.startswith("|", lines[last][0]):
            last += 1
        found.append(MarkdownTable(head, rule, tuple(lines[number + 2 : last])))
        number = last
    return tuple(found)


def is_row(line: str) -> bool:
    """True for a line of a table, its head and rule included."""
    return line.startswith("|") and line.rstrip().endswith("|") and len(line) > 2


def cell_spans(line: str) -> list[Span]:
    """Half-open spans of the cells of a table's line, which begins with |; its last | may be missing."""
    inner = line.rstrip()
    end = len(inner) - 1 if inner.endswith("|") and not inner.endswith("\\|") else len(inner)
    found: list[Span] = []
    at = 1
    while at <= end:
        match = _CELL.match(inner, at, end)
        stop = match.end() if match else end
        found.append((at, stop))
        at = stop + 1
    return found


def cells(line: str) -> list[str]:
    """The cells of a table's line, their escapes undone."""
    return [line[start:end].strip().replace("\\|", "|") for start, end in cell_spans(line)]


def head_of(text: str, at: int) -> str:
    """The head of the table in which position `at` stands; "" outside of tables."""
    table = _table_at(text, at)
    return text[slice(*table.head)] if table else ""


def is_head(text: str, start: int, end: int) -> bool:
    """True where ``text[start:end]`` is a table's head or rule: it names what stands in the rows, and tells nothing itself."""
    table = _table_at(text, start)
    return table is not None and end <= table.rule[1]


def row_at(text: str, start: int, end: int) -> Row | None:
    """The row, or the part of one, that ``text[start:end]`` is, with the heads of its cells; None for anything else, a head
    and its rule included."""
    table = _table_at(text, start)
    if table is None:
        return None
    number = bisect_right(table.rows, start, key=lambda row: row[0]) - 1
    if number < 0 or end > table.rows[number][1] or start >= end:
        return None
    first, last = table.rows[number]
    named = cells(text[slice(*table.head)])
    found: list[tuple[str, str]] = []
    for column, (a, b) in enumerate(cell_spans(text[first:last])):
        low, high = max(first + a, start), min(first + b, end)
        if low < high and (value := text[low:high].strip().replace("\\|", "|")):
            found.append((named[column] if column < len(named) else "", value))
    return tuple(found)


def spoken(text: str, start: int, end: int) -> str:
    """``text[start:end]``, rows and parts of them as `head：cell` pairs; what is no row as it is.

    Of several lines each is told by itself; the heads of rows that are among them are not told by themselves.
    """
    if "|" not in text[start:end] and _table_at(text, start) is None:
        return text[start:end]
    lines: list[tuple[str, bool, bool]] = []
    at = start
    for line in text[start:end].split("\n"):
        until = at + len(line)
        row = row_at(text, at, until)
        said = (
            line
            if row is None
            else "；".join(f"{name}：{cell}" if name else cell for name, cell in _bare(row))
        )
        lines.append((said, row is not None, bool(line) and is_head(text, at, until)))
        at = until + 1
    has_rows = any(is_row for _, is_row, _ in lines)
    return "\n".join(said for said, _, names in lines if not (names and has_rows))


def _bare(row: Row) -> Row:
    """A row without the marks between what its cells say and what would follow."""
    return tuple((name, cell.rstrip("：:；;") or cell) for name, cell in row)


def _table_at(text: str, at: int) -> MarkdownTable | None:
    """The table in which position `at` stands."""
    if "|" not in text:
        return None
    found = tables(text)
    number = bisect_right(found, at, key=lambda table: table.head[0]) - 1
    return found[number] if number >= 0 and at < found[number].end else None
