"""What stands in the margins of a document's pages at the same place, and what is set largest on its first page."""

from __future__ import annotations

import itertools
import re
import statistics
from collections.abc import Iterator, Sequence

from ingest.readers.page_layout import Line, is_narrow, shape

_BAND = 0.12  # of a page's height, at its top and at its foot
_SAME = 0.005  # of a page's height, by which the same head may stand higher or lower
_SMALL = 1.1  # times the size of the text, more than which no head has
_APART = 1.2  # times the gap between two lines of the text
_LARGE = 1.2  # times the size of the text, from which on a line is a title
_EVEN = 0.95  # of the title's size, that its other lines have
_TITLE = (6, 60)  # characters
_TITLE_LINES = 4
_NUMBER = re.compile(r"\d+")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def margin_lines(pages: Sequence[Sequence[str]]) -> set[tuple[int, int]]:
    """(page, line) of heads and feet: what says the same in the same place on at least half of the pages, two at the least,
    in the margin, and is no larger than the text.

    A head that counts the pages stands apart from the text: the first lines of two pages may be 第1条 and 第2条.
    """
    sizes = [line.size for page in pages for line in _placed(page) for _ in line]
    if len(pages) < 2 or not sizes:
        return set()
    usual = statistics.median(sizes)
    groups: dict[str, list[tuple[int, int, Line]]] = {}
    for number, page in enumerate(pages):
        for i, line in enumerate(page):
            if (
                isinstance(line, Line)
                and line.size
                and (line.bottom <= _BAND or line.top >= 1 - _BAND)
                and line.size <= _SMALL * usual
                and is_narrow(line, page)
            ):
                groups.setdefault(shape(line), []).append((number, i, line))
    found: set[tuple[int, int]] = set()
    for group in groups.values():
        for at, place, one in group:
            if (at, place) in found:
                continue
            same = [member for member in group if abs(member[2].top - one.top) <= _SAME]
            often = len({number for number, _, _ in same}) >= max(2, (len(pages) + 1) // 2)
            if often and (_is_equal(same) or (_counts(same) and _is_apart(same, pages))):
                found |= {(number, i) for number, i, _ in same}
    return found


def set_largest(page: Sequence[str]) -> str | None:
    """What is set larger than the text of a page, its lines together; None where that is no title."""
    placed = list(_placed(page))
    if not placed:
        return None
    usual = statistics.median(line.size for line in placed for _ in line)
    largest = max(line.size for line in placed)
    if largest < _LARGE * usual:
        return None
    start = next(i for i, line in enumerate(placed) if line.size == largest)
    said = ""
    for line in placed[start : start + _TITLE_LINES]:
        if line.size < _EVEN * largest:
            break
        said += line.strip()
    return said if _TITLE[0] <= len(_CHINESE.findall(said)) and len(said) <= _TITLE[1] else None


def _placed(page: Sequence[str]) -> Iterator[Line]:
    return (line for line in page if isinstance(line, Line) and line.size)


def _is_equal(group: Sequence[tuple[int, int, Line]]) -> bool:
    return len({"".join(line.split()) for _, _, line in group}) == 1


def _counts(group: Sequence[tuple[int, int, Line]]) -> bool:
    """True when each number is the same on all pages, or as much more as the page's own is."""
    rows = [[int(part) for part in _NUMBER.findall(line)] for _, _, line in group]
    first = group[0][0]
    return all(
        all(value == column[0] for value in column)
        or all(
            value - column[0] == number - first for value, (number, _, _) in zip(column, group, strict=True)
        )
        for column in zip(*rows, strict=True)
    )


def _is_apart(group: Sequence[tuple[int, int, Line]], pages: Sequence[Sequence[str]]) -> bool:
    """True when each stands farther from what is next to it than a line is high, and than the lines of its page do."""
    for number, _, line in group:
        others = sorted((other for other in _placed(pages[number]) if other is not line), key=lambda o: o.top)
        gaps = [after.top - before.bottom for before, after in itertools.pairwise(others)]
        gap = min((max(other.top - line.bottom, line.top - other.bottom) for other in others), default=1.0)
        if gap < max(line.bottom - line.top, _APART * statistics.median(gaps or [0.0])):
            return False
    return True
