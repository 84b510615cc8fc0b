"""What an .ods file says of its cells: the text that each shows, and the comments, text boxes and charts' titles beside them."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingest.readers.drawings import parsed
from ingest.readers.workbook import SheetParts, Workbook

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CHART = "{urn:oasis:names:tc:opendocument:xmlns:chart:1.0}"
_LINK = "{http://www.w3.org/1999/xlink}href"
_NOTE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}annotation"
_TYPE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}value-type"  # of a result
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_VISIBLE, _FILTERED = "visible", "filter"  # else hidden by hand
_REPEATED = 1000  # a cell with text that is repeated more often fills a sheet and says nothing


def read_open_workbook(path: Path) -> Workbook:
    """The parts of an .ods file; raises whatever the layers of zip and XML raise over one that is damaged."""
    from lxml import etree

    found = Workbook({})
    with zipfile.ZipFile(path) as archive:
        root = etree.fromstring(
            archive.read("content.xml"), etree.XMLParser(resolve_entities=False, huge_tree=True)
        )
        for table in root.iter(f"{_TABLE}table"):
            name = table.get(f"{_TABLE}name", "")
            found.sheets[name] = _sheet(table)
            for drawn in table.iter("{*}object"):
                try:
                    found.sheets[name].boxes += _titles(archive, drawn.get(_LINK) or "")
                except Exception:  # the layers of zip and XML raise many kinds
                    found.unread.append(f"工作表“{name}”的图表")
    return found


def _titles(archive: zipfile.ZipFile, object: str) -> list[str]:
    """Of a chart and of its axes; of no other object in a sheet."""
    member = f"{object.removeprefix('./')}/content.xml"
    if member not in archive.namelist():
        return []
    titles = parsed(archive.read(member)).iter(
        *(f"{_CHART}{name}" for name in ("title", "subtitle", "footer"))
    )
    return [text for title in titles if (text := _paragraphs(title))]


def _sheet(table: Any) -> SheetParts:
    parts = SheetParts()
    x = y = 0
    for column in table.iter(f"{_TABLE}table-column"):
        across = _times(column, "columns")
        if column.get(f"{_TABLE}visibility", _VISIBLE) != _VISIBLE:
            parts.hidden_columns.update(range(x, x + across))
        x += across
    for row in table.iter(f"{_TABLE}table-row"):
        down = _times(row, "rows")
        visibility = row.get(f"{_TABLE}visibility", _VISIBLE)
        if visibility != _VISIBLE:
            rows = parts.filtered_rows if visibility == _FILTERED else parts.hidden_rows
            rows.update(range(y, y + min(down, _REPEATED)))
        x = 0
        for cell in row.iterchildren(*_CELLS):
            across = _times(cell, "columns")
            wide, high = _times(cell, "columns", "spanned"), _times(cell, "rows", "spanned")
            if wide > 1 or high > 1:
                parts.merged.append(((y, x), (y + high - 1, x + wide - 1)))
            if cell.get(f"{_TABLE}formula") and cell.get(_TYPE) is None and not _paragraphs(cell):
                parts.uncalculated.append((y, x))
            if len(cell):
                places = [
                    (y + i, x + j) for i in range(min(down, _REPEATED)) for j in range(min(across, _REPEATED))
                ]
                if text := _paragraphs(cell):
                    parts.texts |= dict.fromkeys(places, text)
                parts.comments += [((y, x), said) for said in map(_comment, cell.iterchildren(_NOTE)) if said]
            x += across
        y += down
    parts.boxes = [text for box in table.iter("{*}text-box", "{*}custom-shape") if (text := _paragraphs(box))]
    return parts


def _times(element: Any, of: str, how: str = "repeated") -> int:
    return int(element.get(f"{_TABLE}number-{of}-{how}") or 1)


def _comment(note: Any) -> str:
    author = " ".join("".join(part.text or "" for part in note.iterchildren("{*}creator")).split())
    text = _paragraphs(note)
    return f"{author}：{text}" if author and text else text


def _paragraphs(element: Any) -> str:
    return " ".join(
        text for part in element.iterchildren(f"{_TEXT}p", f"{_TEXT}list") if (text := _shown(part))
    )


def _shown(paragraph: Any) -> str:
    return " ".join("".join(_pieces(paragraph)).split())


def _pieces(paragraph: Any) -> Iterator[str]:
    """The texts in a paragraph; spaces, tabs and line breaks are elements."""
    for part in paragraph.iter():
        yield " " if part.tag in (f"{_TEXT}s", f"{_TEXT}tab", f"{_TEXT}line-break") else part.text or ""
        if part is not paragraph:
            yield part.tail or ""
