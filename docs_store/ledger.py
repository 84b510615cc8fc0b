"""The ledger: which source became which article, with every text. SQLite; written last, believed first."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from docs_store.models import Article, Passage, SearchFilter

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS articles (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, source TEXT NOT NULL UNIQUE, text TEXT NOT NULL, issuer TEXT,
    "column" TEXT, published_on TEXT, url TEXT, roles TEXT NOT NULL, content_hash TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS articles_by_hash ON articles (content_hash);
CREATE TABLE IF NOT EXISTS passages (
    id TEXT PRIMARY KEY, article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL, text TEXT NOT NULL,
    heading_path TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS passages_by_article ON passages (article_id, ordinal);
"""
_ARTICLE = 'id, title, source, text, issuer, "column", published_on, url, roles'
_PASSAGE = 'id, article_id, ordinal, start, "end", text, heading_path'
_MAX_VARIABLES = 500


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """One source that was ingested, the article it became, and the hash of what was read."""

    source: str
    article_id: str
    content_hash: str


class Ledger:
    """Articles, passages and the index fingerprint in one SQLite file. Usable from several threads."""

    def __init__(self, path: Path) -> None:
        """Opens or creates the file. Raises sqlite3.DatabaseError when it is no ledger."""
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, check_same_thread=False, timeout=10)
        try:
            # A rollback journal, not WAL: one writer at a time, and readers must work on a read-only disk.
            self._db.execute("PRAGMA foreign_keys = ON")
            self._db.execute("PRAGMA synchronous = FULL")
            if not self._has_tables():
                self._db.executescript(_SCHEMA)
        except BaseException:
            self._db.close()
            raise

    def _has_tables(self) -> bool:
        row = self._db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'passages'").fetchone()
        return bool(row[0])

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            self._db.close()

    def fingerprint(self) -> dict[str, str]:
        """What the index was built with; empty in a new ledger."""
        return dict(self._all("SELECT key, value FROM meta"))

    def set_fingerprint(self, fingerprint: dict[str, str]) -> None:
        """Records what the index is built with."""
        with self._lock, self._db:
            self._db.execute("DELETE FROM meta")
            self._db.executemany("INSERT INTO meta VALUES (?, ?)", sorted(fingerprint.items()))

    def replace(self, items: Sequence[tuple[Article, Sequence[Passage], str]]) -> None:
        """Writes (article, passages, content hash) triples in one transaction, in place of older versions."""
        with self._lock, self._db:
            for article, passages, content_hash in items:
                self._db.execute("DELETE FROM passages WHERE article_id = ?", (article.id,))
                self._db.execute(
                    "DELETE FROM articles WHERE id = ? OR source = ?", (article.id, article.source)
                )
                self._db.execute(
                    f"INSERT INTO articles ({_ARTICLE}, content_hash) VALUES (?,?,?,?,?,?,?,?,?,?)",
                    (*_article_row(article), content_hash),
                )
                self._db.executemany(
                    f"INSERT INTO passages ({_PASSAGE}) VALUES (?,?,?,?,?,?,?)", map(_passage_row, passages)
                )

    def delete(self, article_ids: Iterable[str]) -> None:
        """Forgets articles and their passages; unknown ids are ignored."""
        with self._lock, self._db:
            self._db.executemany("DELETE FROM articles WHERE id = ?", [(id,) for id in article_ids])

    def sources(self) -> dict[str, SourceRecord]:
        """Every ingested source."""
        rows = self._all("SELECT source, id, content_hash FROM articles ORDER BY source")
        return {row[0]: SourceRecord(*row) for row in rows}

    def articles(self) -> Iterator[Article]:
        """All articles by source, read a few hundred at a time."""
        last = ""
        while rows := self._all(
            f"SELECT {_ARTICLE} FROM articles WHERE source > ? ORDER BY source LIMIT {_MAX_VARIABLES}", (last,)
        ):
            yield from map(_article, rows)
            last = rows[-1][2]

    def articles_by_id(self, ids: Iterable[str]) -> dict[str, Article]:
        """The articles among `ids` that exist."""
        return {row[0]: _article(row) for row in self._by_ids(f"SELECT {_ARTICLE} FROM articles WHERE id IN", ids)}

    def passages_by_id(self, ids: Iterable[str]) -> dict[str, Passage]:
        """The passages among `ids` that exist."""
        return {row[0]: _passage(row) for row in self._by_ids(f"SELECT {_PASSAGE} FROM passages WHERE id IN", ids)}

    def passages(self, article_ids: Iterable[str]) -> list[Passage]:
        """All passages of the articles, by article and ordinal."""
        rows = self._by_ids(f"SELECT {_PASSAGE} FROM passages WHERE article_id IN", article_ids)
        return sorted(map(_passage, rows), key=lambda passage: (passage.article_id, passage.ordinal))

    def passage_ids(self) -> set[str]:
        """Ids of all passages."""
        return {row[0] for row in self._all("SELECT id FROM passages")}

    def article_ids(self) -> set[str]:
        """Ids of all articles."""
        return {row[0] for row in self._all("SELECT id FROM articles")}

    def counts(self) -> tuple[int, int]:
        """Numbers of articles and passages."""
        row = self._all("SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM passages)")[0]
        return row[0], row[1]

    def matching_source(self, source: str) -> list[str]:
        """Ids of articles whose source or issuer is `source`, or whose source lies under it (folder or .jsonl)."""
        stem = source.rstrip("/")
        rows = self._all(
            "SELECT id FROM articles WHERE source = ?1 OR issuer = ?1"
            " OR substr(source, 1, length(?2) + 1) IN (?2 || '/', ?2 || '#')",
            (source, stem),
        )
        return [row[0] for row in rows]

    def matching(self, where: SearchFilter) -> list[str]:
        """Ids of articles that satisfy the whole filter."""
        ids = None if where.source is None else set(self.matching_source(where.source))
        rows = self._all(
            "SELECT id FROM articles WHERE (?1 IS NULL OR published_on >= ?1) AND (?2 IS NULL OR published_on <= ?2)",
            (where.since and where.since.isoformat(), where.until and where.until.isoformat()),
        )
        return [row[0] for row in rows if ids is None or row[0] in ids]

    def check(self) -> bool:
        """True when SQLite finds the file sound."""
        return bool(self._all("PRAGMA quick_check")[0][0] == "ok")

    def _all(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def _by_ids(self, sql: str, ids: Iterable[str]) -> list[Any]:
        wanted = list(dict.fromkeys(ids))
        rows: list[Any] = []
        for first in range(0, len(wanted), _MAX_VARIABLES):
            part = wanted[first : first + _MAX_VARIABLES]
            rows += self._all(f"{sql} ({','.join('?' * len(part))})", part)
        return rows


def _article_row(article: Article) -> tuple[str | None, ...]:
    published = article.published_on.isoformat() if article.published_on else None
    roles = json.dumps(article.roles, ensure_ascii=False)
    head = (article.id, article.title, article.source, article.text, article.issuer, article.column)
    return (*head, published, article.url, roles)


def _passage_row(passage: Passage) -> tuple[str | int, ...]:
    path = json.dumps(passage.heading_path, ensure_ascii=False)
    return (passage.id, passage.article_id, passage.ordinal, passage.start, passage.end, passage.text, path)


def _article(row: tuple[Any, ...]) -> Article:
    return Article(
        *row[:6],
        published_on=date.fromisoformat(row[6]) if row[6] else None,
        url=row[7],
        roles=tuple((role, name) for role, name in json.loads(row[8])),
    )


def _passage(row: tuple[Any, ...]) -> Passage:
    return Passage(*row[:6], heading_path=tuple(json.loads(row[6])))
