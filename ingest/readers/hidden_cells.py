"""Rows and columns of a sheet that are hidden by hand: nobody sees them, so they are no text of the sheet."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from ingest.readers.merged_cells import Grid, Merged, Place


@dataclass(frozen=True, slots=True)
class Seen:
    """A sheet without what is hidden in it."""

    rows: Grid
    """All of them; hidden cells are empty."""
    taken: list[str]
    """The text of each hidden row, then of what is left of each hidden column."""
    hidden_rows: int
    """Those that held text."""
    hidden_columns: int

    def note(self, sheet: str) -> str | None:
        """What the user should know; None where nothing was taken out."""
        counts = ((self.hidden_rows, "行"), (self.hidden_columns, "列"))
        said = "、".join(f"{count} {of}" for count, of in counts if count)
        return f"工作表“{sheet}”有 {said}隐藏的内容没有收录；要收录请取消隐藏。" if said else None


def without_hidden(
    rows: Grid, first: Place, hidden_rows: Collection[int], hidden_columns: Collection[int], merged: Merged
) -> Seen:
    """Takes the text out of hidden cells; what merged cells say goes to the first of them that is shown.

    Args:
        rows: of the sheet, from its first used cell on.
        first: where that stands.
        hidden_rows: by their numbers in the sheet.
        hidden_columns: likewise.
        merged: the ranges of the sheet.
    """
    top, left = first
    for (y, x), (last_y, last_x) in merged:
        shown_y = next((row for row in range(y, last_y + 1) if row not in hidden_rows), None)
        shown_x = next((column for column in range(x, last_x + 1) if column not in hidden_columns), None)
        if shown_y is not None and shown_x is not None and (shown_y, shown_x) != (y, x):
            _move(rows, (y - top, x - left), (shown_y - top, shown_x - left))
    taken: list[str] = []
    for y, row in enumerate(rows, top):
        if y in hidden_rows and any(row):
            taken.append(" ".join(filter(None, row)))
            row[:] = [""] * len(row)
    count = len(taken)
    for x in range(max(map(len, rows), default=0)):
        if x + left in hidden_columns and (cells := [row[x] for row in rows if x < len(row) and row[x]]):
            taken.append(" ".join(cells))
            for row in rows:
                row[x : x + 1] = [""] * len(row[x : x + 1])
    return Seen(rows, taken, count, len(taken) - count)


def shown_columns(rows: Grid, left: int, hidden_columns: Collection[int]) -> Grid:
    """The rows without the places of hidden columns."""
    if not hidden_columns:
        return rows
    return [[cell for x, cell in enumerate(row, left) if x not in hidden_columns] for row in rows]


def _move(rows: Grid, place: Place, to: Place) -> None:
    if not (0 <= place[0] < len(rows) and 0 <= place[1] < len(rows[place[0]])):
        return
    text = rows[place[0]][place[1]]
    if not text:
        return
    rows += [[] for _ in range(to[0] + 1 - len(rows))]
    rows[to[0]] += [""] * (to[1] + 1 - len(rows[to[0]]))
    if not rows[to[0]][to[1]]:
        rows[to[0]][to[1]] = text
        rows[place[0]][place[1]] = ""
