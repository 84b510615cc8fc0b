"""What an .xls file (BIFF 8) says beside the values of its cells: the same as `workbook` reads out of an .xlsx file."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ingest.readers.compound import Compound
from ingest.readers.number_formats import built_in
from ingest.readers.workbook import SheetParts, Workbook, edge_text, without_format

_BOF, _EOF, _CONTINUE, _LOCKED = 0x0809, 0x000A, 0x003C, 0x002F
_SINCE_1904, _FORMAT, _STYLE, _SHEET = 0x0022, 0x041E, 0x00E0, 0x0085
_NUMBER, _SHORT, _SHORTS, _FORMULA, _BOOLEAN = 0x0203, 0x027E, 0x00BD, 0x0006, 0x0205
_ROW, _COLUMNS = 0x0208, 0x007D
_OBJECT, _OBJECTS_TEXT, _COMMENT, _HEAD, _FOOT = 0x005D, 0x01B6, 0x001C, 0x0014, 0x0015
_CHARTS_SOURCE, _CHARTS_TEXT = 0x1051, 0x100D
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}

Record = tuple[int, bytes]


def read_binary_workbook(path: Path) -> Workbook:
    """The parts of an .xls file; nothing of one that is locked.

    Raises:
        CompoundError, struct.error, IndexError, KeyError: the file is damaged, or older than Excel 97.
    """
    data = Compound(path.read_bytes()).streams["Workbook",]
    codes: dict[int, str] = built_in() | {0: "General"}
    styles: list[int] = []
    places: dict[str, int] = {}
    since_1904 = False
    for kind, content in _substream(data, 0):
        if kind == _LOCKED:
            return Workbook({})
        if kind == _SINCE_1904:
            since_1904 = content[:1] == b"\1"
        elif kind == _FORMAT:
            codes[struct.unpack_from("<H", content)[0]] = _string(content, 2)
        elif kind == _STYLE:
            styles.append(struct.unpack_from("<H", content, 2)[0])
        elif kind == _SHEET:
            length, wide = content[6], content[7] & 1
            places[_characters(content[8:], length, wide)] = struct.unpack_from("<I", content)[0]
    formats = [without_format(codes.get(id)) for id in styles]
    return Workbook({name: _sheet(data, at, formats) for name, at in places.items()}, since_1904)


def _substream(data: bytes, at: int) -> Iterator[Record]:
    """The records from a beginning to its end; of those of charts inside only what is written there."""
    depth = 0
    while at + 4 <= len(data):
        kind, length = struct.unpack_from("<HH", data, at)
        content = data[at + 4 : at + 4 + length]
        at += 4 + length
        depth += (kind == _BOF) - (kind == _EOF)
        if depth <= 0:
            return
        if depth == 1 or kind in (_CHARTS_SOURCE, _CHARTS_TEXT):
            yield kind, content


@dataclass(slots=True)
class _Texts:
    """The texts of a sheet's objects while they are read."""

    found: dict[int, str] = field(default_factory=dict)
    """By the number of their object."""
    object: int = 0
    left: int = 0
    """Characters that the text of the open object still has."""

    def open(self, content: bytes) -> None:
        self.object = struct.unpack_from("<H", content, 6)[0]

    def begin(self, content: bytes) -> None:
        self.left = struct.unpack_from("<H", content, 10)[0]

    def go_on(self, content: bytes) -> None:
        if self.left and content:
            part = _characters(content[1:], self.left, content[0] & 1)
            self.left -= len(part)
            self.found[self.object] = self.found.get(self.object, "") + part


def _sheet(data: bytes, at: int, formats: list[str | None]) -> SheetParts:
    parts, texts = SheetParts(), _Texts()
    commented: dict[int, tuple[int, int]] = {}
    charts: list[str] = []
    is_written = False  # what the chart says next: else a cell says it
    for kind, content in _substream(data, at):
        if kind in (_NUMBER, _SHORT, _SHORTS, _FORMULA, _BOOLEAN):
            _cell(kind, content, formats, parts)
        elif kind == _ROW and content[12] & 0x20:
            parts.hidden_rows.add(struct.unpack_from("<H", content)[0])
        elif kind == _COLUMNS and content[8] & 1:
            start, last = struct.unpack_from("<HH", content)
            parts.hidden_columns.update(range(start, last + 1))
        elif kind == _CHARTS_SOURCE:
            is_written = content[1] == 1
        elif kind == _CHARTS_TEXT and is_written:
            charts.append(" ".join(_characters(content[4:], content[2], content[3] & 1).split()))
        elif kind == _OBJECT:
            texts.open(content)
        elif kind == _OBJECTS_TEXT:
            texts.begin(content)
        elif kind == _CONTINUE:
            texts.go_on(content)
        elif kind == _COMMENT:
            row, column, _, number = struct.unpack_from("<4H", content)
            commented[number] = row, column
        elif kind in (_HEAD, _FOOT) and content and (edge := edge_text(_string(content, 0))):
            parts.edges.append(edge)
    for number, text in texts.found.items():
        shown = " ".join(text.split())
        if number in commented and shown:
            parts.comments.append((commented[number], shown))
        elif shown:
            parts.boxes.append(shown)
    parts.boxes += filter(None, charts)
    parts.comments.sort()
    return parts


def _cell(kind: int, content: bytes, formats: list[str | None], parts: SheetParts) -> None:
    row, column, style = struct.unpack_from("<3H", content)
    if kind == _SHORTS:
        styles = [
            style for (style,) in struct.iter_unpack("<H4x", content[4 : 4 + (len(content) - 6) // 6 * 6])
        ]
    else:
        styles = [style]
    for x, style in enumerate(styles, column):
        code = formats[style] if style < len(formats) else None
        if code is not None:
            parts.formats[row, x] = code
    failed = content[8] if kind == _FORMULA and content[6] == 2 and content[12:14] == b"\xff\xff" else None
    if kind == _BOOLEAN and content[7]:
        failed = content[6]
    if failed is not None:
        parts.texts[row, column] = _ERRORS.get(failed, "#N/A")


def _string(content: bytes, at: int) -> str:
    (length,) = struct.unpack_from("<H", content, at)
    return _characters(content[at + 3 :], length, content[at + 2] & 1)


def _characters(content: bytes, length: int, wide: int) -> str:
    """At most `length` characters, of two bytes each or of one."""
    if wide:
        return content[: length * 2].decode("utf-16-le", "replace")
    return content[:length].decode("latin-1")
