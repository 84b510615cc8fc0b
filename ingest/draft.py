"""What readers hand on: an article's raw text and whatever metadata its format states."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date

from docs_store.settings import IngestSettings
from ingest.errors import UnreadableArticleError

PAGE_BREAK = "\f"
"""Stands in `Draft.text` where a page of a paged document begins (not before its first page)."""
STRUCK, HIDDEN = "划去的文字", "隐藏的文字（页面上不显示）"
"""Why text that stands in a source is none of its article: its author took it back, or nobody sees it."""


@dataclass(slots=True)
class Draft:
    """One article as it was read, not cleaned yet."""

    text: str
    title: str | None = None
    issuer: str | None = None
    origin: str | None = None
    """Who had it first or passed it on (来源): the issuer where nobody else can be."""
    column: str | None = None
    published_on: date | None = None
    written_on: date | None = None
    url: str | None = None
    key: str | None = None
    """The article's own id, where the format has one (.jsonl)."""
    part: str | None = None
    """What tells it from the other articles of its file, where those have no ids (a list of addresses)."""
    roles: list[tuple[str, str]] = field(default_factory=list)
    document_number: str | None = None
    effective_on: date | None = None
    expires_on: date | None = None
    fallback_title: str | None = None
    """What may serve where neither `title` nor the text itself gives a title: a window's title, a file's property."""
    dropped: list[tuple[str, str]] = field(default_factory=list)
    """(why, text) of what the reader saw and left out of `text`, in order: menus, running heads."""
    notes: list[str] = field(default_factory=list)
    """What the user should know of how it was read, such as damaged bytes; Chinese sentences."""
    position: float = 1.0
    """How much of its file was read with it, 0 to 1."""


Item = Draft | UnreadableArticleError
"""A reader yields articles, and an error for each that it had to leave out."""


def _nothing() -> None:
    """The heartbeat of a reading that nobody times."""


@dataclass(frozen=True, slots=True)
class ReadContext:
    """What a reader may know: the limits, and whom to tell that it is still getting on."""

    settings: IngestSettings
    alive: Callable[[], None] = _nothing
    """Called after each page that took long, so that a time limit holds for a page and not for the book."""
    name: str = ""
    """Of the file in the ledger."""
    known: Collection[str] = ()
    """The sources of the file that are stored."""

    def has(self, part: str) -> bool:
        """True when that part of the file is stored."""
        return f"{self.name}#{part}" in self.known
