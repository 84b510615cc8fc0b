"""Rows of Markdown tables, as articles keep them, read with their column heads."""

from __future__ import annotations

import re

_CELL = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r"\|(?: ?:?-+:? ?\|)+")

Row = tuple[tuple[str, str], ...]
"""(column head, cell) in order; a column without a head has ""."""


def is_row(line: str) -> bool:
    """True for a line of a table, its head and rule included."""
    return line.startswith("|") and line.rstrip().endswith("|") and len(line) > 2


def cells(line: str) -> list[str]:
    """The cells of a table's line, their escapes undone."""
    return [cell.strip().replace("\\|", "|") for cell in _CELL.split(line.strip())[1:-1]]


def row_at(text: str, start: int, end: int) -> Row | None:
    """The row that ``text[start:end]`` is, with its heads; None for anything else, a head and its rule included."""
    line = text[start:end].strip()
    if not is_row(line) or _RULE.fullmatch(line):
        return None
    head = head_of(text, start)
    if not head or head == line:
        return None
    named, held = cells(head), cells(line)
    named += [""] * (len(held) - len(named))
    return tuple((name, cell) for name, cell in zip(named, held, strict=False) if cell)


def head_of(text: str, at: int) -> str:
    """The head of the table in which position `at` stands; "" outside of tables and in one without a rule."""
    start = text.rfind("\n", 0, at) + 1
    if not is_row(_line(text, start)):
        return ""
    first = start
    while first > 0 and is_row(_line(text, before := text.rfind("\n", 0, first - 1) + 1)):
        first = before
    head = _line(text, first)
    rule = _line(text, first + len(head) + 1)
    return head if _RULE.fullmatch(rule.strip()) else ""


def is_head(text: str, start: int, end: int) -> bool:
    """True where ``text[start:end]`` is a table's head or rule: it names what stands in the rows, and tells nothing itself."""
    line = text[start:end].strip()
    return is_row(line) and (bool(_RULE.fullmatch(line)) or head_of(text, start) == line)


def spoken(text: str, start: int, end: int) -> str:
    """``text[start:end]``, a row as `head：cell` pairs; what is no row as it is."""
    row = row_at(text, start, end)
    if row is None:
        return text[start:end]
    return "；".join(f"{name}：{cell}" if name else cell for name, cell in row)


def _line(text: str, start: int) -> str:
    end = text.find("\n", start)
    return text[start:] if end < 0 else text[start:end]
