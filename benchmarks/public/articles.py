"""The articles of the public set as values: what each states of itself, its blocks, its sentences."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent
ARTICLES = FOLDER / "articles"
_LABEL = re.compile(r"(?:发文机关|发文字号|成文日期|发布日期|会议名称|会议时间|会议地点|时间|地点)：")
_SENTENCE = re.compile(r"[^。！？]+[。！？]?[”）]?")


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph, or a table; `rows` is () but for a table."""

    kind: str
    text: str
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """One article: its values as its front matter states them, and its text in blocks."""

    id: str
    title: str
    issuer: str
    published_on: date
    written_on: date | None
    effective_on: date | None
    document_number: str | None
    body: str
    blocks: tuple[Block, ...]

    @property
    def paragraphs(self) -> list[str]:
        """The text of its blocks, a table as a line a row."""
        return [
            line
            for b in self.blocks
            for line in (b.text.split("\n") if not b.rows else map("　".join, b.rows))
        ]

    @property
    def table(self) -> tuple[tuple[str, ...], ...]:
        """The rows of its first table, () where it has none."""
        return next((b.rows for b in self.blocks if b.rows), ())

    def sentences(self) -> list[str]:
        """The sentences of its paragraphs, in order, without headings, tables and lines that name a value of the article."""
        prose = [b.text for b in self.blocks if b.kind == "paragraph"]
        return [
            s
            for text in prose
            for line in text.split("\n")
            if not _LABEL.match(line)
            for s in sentences_of(line)
        ]


def sentences_of(line: str) -> list[str]:
    """The sentences of one line, with their marks."""
    return [s.strip() for s in _SENTENCE.findall(line) if s.strip()]


def load(path: Path) -> Source:
    """The article of a file of `articles/`."""
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    matter: dict[str, Any] = yaml.safe_load(front)
    return Source(
        path.stem,
        matter["title"],
        matter["issuer"],
        matter["date"],
        matter.get("written_on"),
        matter.get("effective_on"),
        matter.get("document_number"),
        body.strip(),
        tuple(_blocks(body)),
    )


@cache
def every() -> tuple[Source, ...]:
    """All articles, by name."""
    return tuple(load(path) for path in sorted(ARTICLES.glob("*.md")))


def _blocks(body: str) -> list[Block]:
    found = []
    for part in re.split(r"\n\s*\n", body.strip()):
        lines = part.split("\n")
        if lines[0].startswith("## "):
            found.append(Block("heading", lines[0][3:]))
            lines = lines[1:]
        if lines and lines[0].startswith("|"):
            cells = [tuple(c.strip() for c in line.strip("|").split("|")) for line in lines]
            found.append(Block("table", "", (cells[0], *cells[2:])))
        elif lines:
            found.append(Block("paragraph", "\n".join(lines)))
    return found
