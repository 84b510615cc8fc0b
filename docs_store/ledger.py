"""The ledger (SQLite): which source became which article, with all texts. It is written last, and is the truth."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Lock

from docs_store.models import Article, Passage

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS articles (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, source TEXT NOT NULL UNIQUE, text TEXT NOT NULL, issuer TEXT,
    "column" TEXT, published_on TEXT, url TEXT, roles TEXT NOT NULL, content_hash TEXT NOT NULL,
    ingested INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS passages (
    id TEXT PRIMARY KEY, article_id TEXT NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL, text TEXT NOT NULL,
    heading_path TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS passages_of ON passages (article_id, ordinal);
"""
_ARTICLE = 'id, title, source, text, issuer, "column", published_on, url, roles'
_PASSAGE = 'id, article_id, ordinal, start, "end", text, heading_path'


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """What a source became, and the hash of what was read from it."""

    source: str
    article_id: str
    content_hash: str


class Ledger:
    """One connection behind a lock, so that several threads of one process may share it."""

    def __init__(self, path: Path, *, write: bool) -> None:
        """Opens the file; creates it when `write`. Raises sqlite3.Error when it is not a ledger."""
        self._lock = Lock()
        target = str(path) if write else f"file:{path}?mode=ro"
        self._db = sqlite3.connect(target, uri=not write, check_same_thread=False)
        self._db.execute("PRAGMA foreign_keys = ON")
        if write:
            self._db.executescript(_SCHEMA)
        self._db.execute("SELECT count(*) FROM articles")

    def close(self) -> None:
        """Closes the file."""
        self._db.close()

    def _rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[str, ...]]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def meta(self) -> dict[str, str]:
        """The recorded fingerprint."""
        return {row[0]: row[1] for row in self._rows("SELECT key, value FROM meta")}

    def write_meta(self, values: dict[str, str]) -> None:
        """Records the fingerprint."""
        with self._lock, self._db:
            self._db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())

    def sources(self) -> dict[str, SourceRecord]:
        """Every source with its article and hash."""
        rows = self._rows("SELECT source, id, content_hash FROM articles")
        return {source: SourceRecord(source, id, content_hash) for source, id, content_hash in rows}

    def article(self, id: str) -> Article | None:
        """One article, or None."""
        rows = self._rows(f"SELECT {_ARTICLE} FROM articles WHERE id = ?", (id,))
        return _article(rows[0]) if rows else None

    def articles(self) -> Iterator[Article]:
        """Every article, the latest ingested first."""
        for row in self._rows(f"SELECT {_ARTICLE} FROM articles ORDER BY ingested DESC, rowid DESC"):
            yield _article(row)

    def passages(self, article_id: str) -> list[Passage]:
        """The article's passages in order."""
        return [
            _passage(row)
            for row in self._rows(
                f"SELECT {_PASSAGE} FROM passages WHERE article_id = ? ORDER BY ordinal", (article_id,)
            )
        ]

    def get(self, ids: Sequence[str]) -> dict[str, tuple[Passage, Article]]:
        """Passages by id, each with its article; unknown ids are left out."""
        marks = ",".join("?" * len(ids))
        passages = [
            _passage(r) for r in self._rows(f"SELECT {_PASSAGE} FROM passages WHERE id IN ({marks})", ids)
        ]
        owners = list({p.article_id for p in passages})
        marks = ",".join("?" * len(owners))
        rows = self._rows(f"SELECT {_ARTICLE} FROM articles WHERE id IN ({marks})", owners)
        articles = {row[0]: _article(row) for row in rows}
        return {p.id: (p, articles[p.article_id]) for p in passages}

    def passage_ids(self) -> set[str]:
        """The ids of all passages."""
        return {row[0] for row in self._rows("SELECT id FROM passages")}

    def counts(self) -> tuple[int, int]:
        """(articles, passages)."""
        (row,) = self._rows("SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM passages)")
        return int(row[0]), int(row[1])

    def replace(self, items: Sequence[tuple[Article, Sequence[Passage], str]]) -> None:
        """Writes articles with their passages and content hashes, in one transaction."""
        with self._lock, self._db:
            (last,) = self._db.execute("SELECT coalesce(max(ingested), 0) FROM articles").fetchone()
            for offset, (a, passages, content_hash) in enumerate(items, start=1):
                self._db.execute("DELETE FROM articles WHERE id = ?", (a.id,))
                day = a.published_on.isoformat() if a.published_on else None
                self._db.execute(
                    "INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        a.id,
                        a.title,
                        a.source,
                        a.text,
                        a.issuer,
                        a.column,
                        day,
                        a.url,
                        json.dumps(a.roles),
                        content_hash,
                        last + offset,
                    ),
                )
                self._db.executemany(
                    "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?)",
                    [
                        (p.id, p.article_id, p.ordinal, p.start, p.end, p.text, json.dumps(p.heading_path))
                        for p in passages
                    ],
                )

    def delete(self, ids: Iterable[str]) -> None:
        """Forgets articles and their passages."""
        with self._lock, self._db:
            self._db.executemany("DELETE FROM articles WHERE id = ?", [(id,) for id in ids])


def _article(row: Sequence[str]) -> Article:
    id, title, source, text, issuer, column, day, url, roles = row
    return Article(
        id,
        title,
        source,
        text,
        issuer,
        column,
        date.fromisoformat(day) if day else None,
        url,
        tuple((role, name) for role, name in json.loads(roles)),
    )


def _passage(row: Sequence[str]) -> Passage:
    id, article_id, ordinal, start, end, text, headings = row
    return Passage(id, article_id, int(ordinal), int(start), int(end), text, tuple(json.loads(headings)))
