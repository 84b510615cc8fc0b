"""The characters of a PDF page with their places, and the runs of them that stand on one line without a wide gap.

Places are as the page is shown: points from its left and from its top, whatever its rotation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""
_HIGH, _LOW = range(0xD800, 0xDC00), range(0xDC00, 0xE000)  # the two halves of a code
_GAP = 0.8  # of a character's height: what lies further apart may belong to two columns


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character; `box` is None for line breaks and spaces."""

    char: str
    box: Box | None


@dataclass(frozen=True, slots=True)
class Run:
    """The characters `start` to `end` of a page, all in the area with the number `area`, or in none."""

    start: int
    end: int
    box: Box
    area: int | None = None


def glyphs(page: Any, textpage: Any) -> list[Glyph]:
    """All characters of a pypdfium2 page's text layer in its order."""
    from pypdfium2 import raw as pdfium

    media, rotation = page.get_mediabox(), page.get_rotation()
    rect = pdfium.FS_RECTF()
    found: list[Glyph] = []
    codes = [pdfium.FPDFText_GetUnicode(textpage, index) for index in range(textpage.count_chars())]
    for index, char in _characters(codes):
        box = None
        if not char.isspace() and pdfium.FPDFText_GetLooseCharBox(textpage, index, rect):
            box = shown((rect.left, rect.bottom, rect.right, rect.top), media, rotation)
        found.append(Glyph(char, box))
    return found


def _characters(codes: Sequence[int]) -> Iterator[tuple[int, str]]:
    """(index, character); on some systems a rare ideograph is two codes, and what is no character is left out."""
    for index, code in enumerate(codes):
        if code in _HIGH and index + 1 < len(codes) and codes[index + 1] in _LOW:
            yield index, chr(0x10000 + ((code - 0xD800) << 10) + (codes[index + 1] - 0xDC00))
        elif 0 < code <= 0x10FFFF and code not in _HIGH and code not in _LOW:
            yield index, chr(code)


def shown(box: Box, media: Box, rotation: int) -> Box:
    """Where a box of the file (left, bottom, right, top; heights grow upwards) is on the page that is shown."""
    x0, y0, x1, y1 = box
    left, bottom, right, top = media
    if rotation == 90:
        return y0 - bottom, x0 - left, y1 - bottom, x1 - left
    if rotation == 180:
        return right - x1, y0 - bottom, right - x0, y1 - bottom
    if rotation == 270:
        return top - y1, right - x1, top - y0, right - x0
    return x0 - left, top - y1, x1 - left, top - y0


def middle(box: Box) -> tuple[float, float]:
    """The point in its middle."""
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def around(boxes: Sequence[Box]) -> Box:
    """The box that holds them all."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def holds(area: Box, box: Box) -> bool:
    """True when the middle of `box` is in `area`."""
    x, y = middle(box)
    return area[0] <= x <= area[2] and area[1] <= y <= area[3]


def runs(glyphs: Sequence[Glyph], areas: Sequence[Box] = ()) -> list[Run]:
    """The page's runs in its own order; each ends with its line, at a wide gap, and where an area begins or ends."""
    found: list[Run] = []
    start = end = 0
    where: int | None = None
    boxes: list[Box] = []
    for index, area in _placed(glyphs, areas):
        box = glyphs[index].box
        if boxes and (box is None or area != where or _apart(boxes[-1], box)):
            found.append(Run(start, end, around(boxes), where))
            boxes = []
        if box is None:
            continue
        if not boxes:
            start, where = index, area
        boxes.append(box)
        end = index + 1
    if boxes:
        found.append(Run(start, end, around(boxes), where))
    return found


def _placed(glyphs: Sequence[Glyph], areas: Sequence[Box]) -> Iterator[tuple[int, int | None]]:
    """(index, number of the area that holds it) of the characters that have a place and of line breaks."""
    last: int | None = None
    for index, glyph in enumerate(glyphs):
        if glyph.box is None:
            if glyph.char in "\r\n":
                yield index, None
            continue
        if last is None or not holds(areas[last], glyph.box):
            last = next((i for i, area in enumerate(areas) if holds(area, glyph.box)), None)
        yield index, last


def _apart(before: Box, box: Box) -> bool:
    height = max(before[3] - before[1], box[3] - box[1], 1.0)
    return box[0] - before[2] > _GAP * height or before[0] - box[2] > _GAP * height


def lines_of(runs: Sequence[Run], glyphs: Sequence[Glyph]) -> list[str]:
    """The text of the runs, those that follow each other on a line of the file as one line."""
    return ["".join(glyph.char for glyph in glyphs[start:end]) for start, end in spans_of(runs, glyphs)]


def spans_of(runs: Sequence[Run], glyphs: Sequence[Glyph]) -> list[tuple[int, int]]:
    """The characters of the lines of `lines_of`."""
    spans: list[tuple[int, int]] = []
    for run in runs:
        if spans and _goes_on(spans[-1][1], run.start, glyphs):
            spans[-1] = (spans[-1][0], run.end)
        else:
            spans.append((run.start, run.end))
    return spans


def _goes_on(end: int, start: int, glyphs: Sequence[Glyph]) -> bool:
    between = [glyph.char for glyph in glyphs[end:start]]
    return end <= start and all(char.isspace() and char not in "\r\n" for char in between)
