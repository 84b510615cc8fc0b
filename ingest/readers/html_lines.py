"""A web page's elements as the lines that a reader sees; tables as Markdown, spanned cells repeated in every place."""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import groupby
from typing import Any

from ingest.readers.merged_cells import Place
from ingest.readers.tables import markdown_table

BLOCKS = frozenset(
    [
        "p",
        "section",
        "div",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "li",
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "blockquote",
        "article",
        "header",
        "footer",
        "main",
        "aside",
        "nav",
        "form",
        "fieldset",
        "figure",
        "figcaption",
        "address",
        "details",
        "summary",
        "tr",
        "pre",
        "center",
        "body",
        "table",
        "hr",
    ]
)
"""Elements that begin a line of their own."""
STRUCK_OUT = frozenset(("s", "strike", "del"))
SKIPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "iframe",
        "video",
        "audio",
        "object",
        "canvas",
        "title",
        "select",
        "mp-common-profile",
    ]
)
"""Elements whose text nobody sees."""
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:[a-zA-Z]{2,8}|#\d{2,6});")
_FRAME = re.compile(
    r"<(?:!doctype|/?html|/?body)\b[^>]*>|<head\b.*?</head\s*>|<\?xml[^>]*\?>", re.DOTALL | re.IGNORECASE
)
_HIDDEN = re.compile(r"display\s*:\s*none")
_SPAN = 100  # rows or columns that a cell may span
_CELL = 300  # characters from which on a cell of several paragraphs is layout and no cell


def is_hidden(element: Any) -> bool:
    """True when the page's own markup keeps an element from being shown."""
    return bool(_HIDDEN.search(element.get("style") or "")) or element.get("hidden") is not None


def lines_of(root: Any, without: Collection[Any] = ()) -> list[str]:
    """The lines of an element, headings marked as Markdown marks them. Walks without recursion.

    Args:
        root: an lxml element.
        without: elements that are passed over with all that is in them.
    """
    lines: list[str] = []
    current: list[str] = []

    def flush() -> None:
        line = " ".join("".join(current).split())
        if line:
            lines.append(line)
        current.clear()

    left_out = set(without)
    stack: list[tuple[Any, bool]] = [(root, False)]
    while stack:
        element, closing = stack.pop()
        tag = element.tag if isinstance(element.tag, str) else ""
        if closing:
            if tag in BLOCKS:
                flush()
            if element is not root and element.tail:
                current.append(element.tail)
            continue
        stack.append((element, True))
        if element in left_out:
            flush()
            continue
        if not tag or tag in SKIPPED or (element is not root and is_hidden(element)):
            continue
        if tag == "table":
            flush()
            if (found := markdown_of(element)) is not None:
                lines.append(found)
                continue
        if tag == "br":
            flush()
        elif tag in BLOCKS:
            flush()
            if tag in _HEADINGS:
                current.append("#" * int(tag[1]) + " ")
        elif tag in ("td", "th"):
            current.append(" ")
        if element.text:
            current.append(element.text)
        stack += [(child, False) for child in reversed(element)]
    flush()
    return [line for line in lines if line.strip("# ")]


def lines_of_text(text: str) -> list[str]:
    """The lines of a text that may be HTML, as feeds, mails and crawlers hand it on."""
    from lxml import html

    if not text.strip():
        return []
    if not is_markup(text):
        return [" ".join(line.split()) for line in text.split("\n") if line.strip()]
    return lines_of(html.fragment_fromstring(text.replace("\0", ""), create_parent="div"))


def is_markup(text: str) -> bool:
    """True for a text with elements or entities of HTML."""
    return _MARKUP.search(text) is not None


def without_frame(text: str) -> str:
    """The body of an HTML document; its head shows nothing."""
    return _FRAME.sub("", text)


def plain(line: str) -> str:
    """A line without the marks of headings and tables, and a cell that spans columns once."""
    if line.startswith("|"):
        rows = [row for row in line.split("\n") if row.strip("|- ")]
        cells = ([cell.strip() for cell in row.split("|") if cell.strip()] for row in rows)
        return "\n".join(" ".join(cell for cell, _ in groupby(row)) for row in cells)
    return line.lstrip("# ")


def markdown_of(table: Any) -> str | None:
    """A table as Markdown, what spans rows or columns at each of its places; None for one that only lays out the page."""
    if table.xpath(".//table"):
        return None
    grid: list[dict[int, str]] = []
    merged: list[tuple[Place, Place]] = []
    open_spans: dict[int, tuple[int, str]] = {}  # column: rows left, text
    for row in table.iter("tr"):
        cells: dict[int, str] = {}
        column = 0
        for cell in row.xpath("./td|./th"):
            while column in open_spans and column not in cells:
                column = _continue(open_spans, cells, column)
            text = _cell_text(cell)
            if len(text) > _CELL and len(cell.xpath(".//p|.//div|.//br")) > 2:
                return None
            down, across = _span(cell, "rowspan"), _span(cell, "colspan")
            merged.append(((len(grid), column), (len(grid) + down - 1, column + across - 1)))
            for _ in range(across):
                cells[column] = text
                if down > 1:
                    open_spans[column] = (down - 1, text)
                column += 1
        while column in open_spans:
            column = _continue(open_spans, cells, column)
        grid.append(cells)
    width = max((max(row, default=-1) + 1 for row in grid), default=0)
    if width < 2:
        return None
    return markdown_table([[row.get(i, "") for i in range(width)] for row in grid], merged)


def _continue(open_spans: dict[int, tuple[int, str]], cells: dict[int, str], column: int) -> int:
    left, text = open_spans.pop(column)
    cells[column] = text
    if left > 1:
        open_spans[column] = (left - 1, text)
    return column + 1


def _span(cell: Any, name: str) -> int:
    value = (cell.get(name) or "1").strip()
    return min(max(int(value), 1), _SPAN) if value.isascii() and value.isdigit() else 1


def _cell_text(cell: Any) -> str:
    return (
        " ".join(lines_of(cell)).replace("# ", "").strip()
        if len(cell)
        else " ".join((cell.text or "").split())
    )
