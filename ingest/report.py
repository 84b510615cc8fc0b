"""What an ingest did, and how far it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

Engine = Literal["plain", "ray"]
"""Who reads and embeds."""
_EXAMPLES = 20  # removed lines kept a kind, to be shown


@dataclass(frozen=True, slots=True)
class FailedSource:
    """A source that could not be read, and why."""

    source: str
    error: str
    reason: str


@dataclass(frozen=True, slots=True)
class SkippedFile:
    """A file in a folder that is of no known kind, and what to do about it."""

    source: str
    reason: str


@dataclass(slots=True)
class FileStatus:
    """What became of one file; counts are articles."""

    source: str
    status: str = "unchanged"
    """added, updated, unchanged, duplicate or failed: the most that happened to any of its articles."""
    articles: int = 0
    failed: int = 0
    notes: list[str] = field(default_factory=list)

    _ORDER = ("unchanged", "duplicate", "updated", "added")

    def happened(self, what: str) -> None:
        """Counts an article."""
        self.articles += 1
        if self.articles == 1 or self._ORDER.index(what) > self._ORDER.index(self.status):
            self.status = what

    def to_dict(self) -> dict[str, Any]:
        """JSON."""
        return {
            "source": self.source,
            "status": "failed" if self.failed and not self.articles else self.status,
            "articles": self.articles,
            "failed": self.failed,
            "notes": self.notes,
        }


@dataclass(slots=True)
class IngestReport:
    """What an ingest did. Counts are articles; `articles` and `passages` are what the store holds now."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    deleted: int = 0
    duplicates: int = 0
    """Sources whose very text was here already, under another name."""
    kept: int = 0
    """Articles from elsewhere that a rebuild took over from the old index."""
    failed: list[FailedSource] = field(default_factory=list)
    files: list[FileStatus] = field(default_factory=list)
    skipped: list[SkippedFile] = field(default_factory=list)
    missing: int = 0
    """Articles whose sources are gone; `--prune` deletes them."""
    removed: Counter[str] = field(default_factory=Counter)
    """Lines that cleaning took out, by kind."""
    removed_lines: dict[str, Counter[str]] = field(default_factory=dict)
    unclaimed: int = 0
    """Visible characters that no rule of reading claimed and that were put into the nearest passage."""
    articles: int = 0
    passages: int = 0
    seconds: float = 0.0

    def took_out(self, kind: str, line: str) -> None:
        """Counts a removed line and keeps some as examples."""
        self.removed[kind] += 1
        examples = self.removed_lines.setdefault(kind, Counter())
        if line in examples or len(examples) < _EXAMPLES:
            examples[line] += 1

    def to_dict(self) -> dict[str, Any]:
        """The JSON of docs/reference.md, with what else is known under keys of its own."""
        failed = [{"source": f.source, "error": f.error, "reason": f.reason} for f in self.failed]
        return {
            "added": self.added,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "deleted": self.deleted,
            "failed": failed,
            "articles": self.articles,
            "passages": self.passages,
            "seconds": round(self.seconds, 2),
            "duplicates": self.duplicates,
            "kept": self.kept,
            "removed": dict(self.removed),
            "removed_lines": {kind: dict(lines) for kind, lines in self.removed_lines.items()},
            "unclaimed": self.unclaimed,
            "skipped": [{"source": s.source, "reason": s.reason} for s in self.skipped],
            "missing": self.missing,
            "files": [status.to_dict() for status in self.files],
        }


@dataclass(frozen=True, slots=True)
class Step:
    """How far an ingest is: files read of all, bytes read of all, articles and passages stored so far."""

    source: str
    files_done: int
    files: int
    bytes_done: float
    bytes: int
    articles: int
    passages: int


Progress = Callable[[Step], None]
"""Called after each article or file, at most some times a second."""
