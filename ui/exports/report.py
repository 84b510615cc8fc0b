"""What a written deliverable is made of, whatever file it becomes: headings, paragraphs with markers, tables, sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from docs_store.text.table_rows import cells
from rag.models import MARKER

Kind = Literal["chapter", "section", "text", "bullet", "note"]


def as_read(text: str) -> str:
    """A quote as a reader sees it: the row of a table without the marks between its cells, on one line."""
    flat = " ".join(text.split())
    if not flat.startswith("|"):
        return flat
    return "；".join(cell for cell in cells(flat) if cell.strip(" -:"))


@dataclass(frozen=True, slots=True)
class Line:
    """A heading or a paragraph; markers [1] in `text` name sources. A chapter is 一、, a section （一）.

    `head` is a heading that the paragraph itself begins with, as documents set （一） where lines are dear.
    """

    text: str
    kind: Kind = "text"
    head: str = ""

    def pieces(self) -> list[tuple[str, int | None]]:
        """The text between markers, and the markers: ("如皋建设了5个科创飞地", None), ("", 1), …"""
        found: list[tuple[str, int | None]] = []
        at = 0
        for match in MARKER.finditer(self.text):
            if match.start() > at:
                found.append((self.text[at : match.start()], None))
            found.append(("", int(match[1])))
            at = match.end()
        return [*found, (self.text[at:], None)] if at < len(self.text) else found


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its heads, its rows, and how wide the columns are to one another. Cells may hold markers."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float]


@dataclass(frozen=True, slots=True)
class Origin:
    """A source: what a marker stands for. `article.text[start:end]` is the quote, where an article is named."""

    marker: int
    title: str
    issuer: str
    day: str
    quote: str
    url: str = ""
    article: str = ""
    start: int = 0
    end: int = 0

    def line(self) -> str:
        """In one line, as a footnote has it."""
        head = "，".join(filter(None, (self.issuer, self.day)))
        return (
            f"《{self.title}》（{head}）：“{self.quote.strip()}”"
            if head
            else f"《{self.title}》：“{self.quote.strip()}”"
        )


@dataclass(frozen=True, slots=True)
class Report:
    """A whole text. `made` stands under it; `subtitle` says what it was made from."""

    title: str
    blocks: Sequence[Line | Grid]
    sources: Sequence[Origin]
    made: date
    subtitle: str = ""

    def source(self, marker: int) -> Origin | None:
        """The source of a marker."""
        return next((source for source in self.sources if source.marker == marker), None)
