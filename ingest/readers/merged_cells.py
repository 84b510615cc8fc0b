"""Cells that a table shows as one: a head of several rows made one row of names, and what a cell over several rows says told
in each."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

Place = tuple[int, int]
"""(row, column), from 0."""
Merged = Sequence[tuple[Place, Place]]
"""First and last cell of each range of cells that is shown as one."""
Grid = list[list[str]]
LEVEL = "·"
"""Stands between the names that a column has in the rows of its head: 时间·开工."""
_DEEPEST = 6  # rows of a head


def kept_of(merged: Merged, rows: Sequence[int], columns: Sequence[int]) -> Merged:
    """The ranges by where they stand among the `rows` and `columns` that are kept, both sorted."""
    found = []
    for (top, left), (bottom, right) in merged:
        first = bisect_left(rows, top), bisect_left(columns, left)
        last = bisect_right(rows, bottom) - 1, bisect_right(columns, right) - 1
        if first[0] <= last[0] and first[1] <= last[1]:
            found.append((first, last))
    return found


def filled_down(rows: Grid, merged: Merged) -> None:
    """Gives each row what the cell says that begins in its first column and spans it from above, as web pages are read."""
    for (top, left), (bottom, _) in merged:
        said = rows[top][left] if left < len(rows[top]) else ""
        for row in rows[top + 1 : bottom + 1] if said else ():
            if left < len(row) and not row[left]:
                row[left] = said


def with_one_head(rows: Grid, merged: Merged = ()) -> Grid:
    """The rows with those that name the columns made one, the names from above to below.

    A head goes on in the next row where one of its cells spans columns and stands above several, and every other
    column has one cell in both: one that spans them, or one of the two is empty. So a table is read that says how its
    cells are merged, and one that only leaves empty what the first of them covers.

    Args:
        rows: all of one length; what a merged cell says may stand in its first place or in all of them.
        merged: the ranges of the table.
    """
    owners = _owners(rows, merged)
    depth = 1
    while depth < min(_DEEPEST, len(rows) - 1) and _goes_on(rows, owners, depth):
        depth += 1
    if depth == 1:
        return rows
    names: list[list[str]] = [[] for _ in rows[0]]
    for y in range(depth):
        for x, path in enumerate(names):
            top, left = _owner(rows, owners, y, x, depth)
            said = rows[top][left] or rows[y][x]
            if said and (not path or path[-1] != said):
                path.append(said)
    return [[LEVEL.join(path) for path in names], *rows[depth:]]


def _owners(rows: Grid, merged: Merged) -> dict[Place, Place]:
    """The first place of each merged cell by all of its places that may be in a head."""
    width = len(rows[0]) if rows else 0
    return {
        (y, x): (top, left)
        for (top, left), (bottom, right) in merged
        if (top, left) != (bottom, right)
        for y in range(top, min(bottom + 1, len(rows), _DEEPEST))
        for x in range(left, min(right + 1, width))
    }


def _owner(rows: Grid, owners: dict[Place, Place], y: int, x: int, depth: int) -> Place:
    """The place whose text names column x in row y of a head of `depth` rows: its own, or the next one to the left where it
    is empty and the row below it is not."""
    if (y, x) in owners:
        return owners[y, x]
    at = x
    while at and not rows[y][at] and (y, at) not in owners and y + 1 < depth and rows[y + 1][at]:
        at -= 1
    return owners.get((y, at), (y, at)) if rows[y][at] else (y, x)


def _goes_on(rows: Grid, owners: dict[Place, Place], depth: int) -> bool:
    """True when the row at `depth` names columns too."""
    y = depth - 1
    groups: dict[Place, set[Place]] = {}
    for x in range(len(rows[0])):
        above, below = _owner(rows, owners, y, x, depth + 1), owners.get((depth, x), (depth, x))
        if above == below or not rows[below[0]][below[1]]:
            below = above  # one cell over both rows
        elif not rows[above[0]][above[1]]:
            above = below
        groups.setdefault(above, set()).add(below)
    split = [group for above, group in groups.items() if len(group) > 1 and above not in group]
    whole = [group for above, group in groups.items() if group == {above}]
    return bool(split) and len(split) + len(whole) == len(groups) and bool(whole)
