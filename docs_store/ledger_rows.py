"""How articles, passages and sources lie in the ledger's tables."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

import numpy as np

from docs_store import duplicates
from docs_store.models import Article, ArticleHead, Passage, ReadingNotes, Removed

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS articles (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT NOT NULL, source TEXT NOT NULL, text TEXT NOT NULL,
    about TEXT NOT NULL, text_hash BLOB NOT NULL, group_id TEXT NOT NULL, signature BLOB, ingested INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS articles_by_text ON articles (text_hash);
CREATE INDEX IF NOT EXISTS articles_by_group ON articles (group_id);
CREATE INDEX IF NOT EXISTS articles_by_time ON articles (ingested);
CREATE TABLE IF NOT EXISTS sources (
    source TEXT PRIMARY KEY, article_id TEXT NOT NULL, file TEXT NOT NULL, version TEXT NOT NULL,
    content_hash TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sources_of ON sources (article_id);
CREATE INDEX IF NOT EXISTS sources_in ON sources (file);
CREATE TABLE IF NOT EXISTS files (file TEXT PRIMARY KEY, version TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS passages (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, article INTEGER NOT NULL REFERENCES articles(number),
    ordinal INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL, heading_path TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS passages_of ON passages (article, ordinal);
CREATE TABLE IF NOT EXISTS bands (
    band INTEGER NOT NULL, article INTEGER NOT NULL, PRIMARY KEY (band, article)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS bands_of ON bands (article);
CREATE TABLE IF NOT EXISTS readings (
    article INTEGER PRIMARY KEY REFERENCES articles(number), removed TEXT NOT NULL, notes TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS applied (
    one INTEGER PRIMARY KEY CHECK (one = 1), number INTEGER NOT NULL, mark TEXT NOT NULL);
"""
ARTICLE = (
    "a.id, a.title, a.source, a.text, a.about, a.group_id, "
    "(SELECT json_group_array(source) FROM sources s WHERE s.article_id = a.id)"
)


class SourceRecord(NamedTuple):
    """What a source became, the hash of what was read from it, and the file (in which version) that holds it."""

    source: str
    article_id: str
    content_hash: str
    file: str = ""
    version: str = ""


class Entry(NamedTuple):
    """An article to store with its passages, and the hash of the source that it was made of."""

    article: Article
    passages: Sequence[Passage]
    content_hash: str
    file: str = ""
    """The file that holds the source; '' means the source itself."""
    version: str = ""
    """The version of that file."""
    signature: duplicates.Signature | None = None
    """Of the article's text, where it was made before; None: it is made when it is stored."""
    reading: ReadingNotes = ReadingNotes()
    """How the article was read."""


def article(row: Sequence[Any]) -> Article:
    """The article of a row of `ARTICLE`."""
    id, title, source, text, about, group, sources = row
    found: dict[str, Any] = json.loads(about)
    names = [name for name in json.loads(sources) if name != source]
    return Article(
        id,
        title,
        source,
        text,
        found.get("issuer"),
        found.get("column"),
        _day(found.get("published_on")),
        found.get("url"),
        tuple((role, name) for role, name in found.get("roles", ())),
        found.get("document_number"),
        _day(found.get("effective_on")),
        _day(found.get("expires_on")),
        tuple(found.get("regions", ())),
        tuple(found.get("page_starts", ())),
        (source, *names) if names else (),
        None if group == id else group,
        _day(found.get("written_on")),
        tuple((at, level) for at, level in found.get("outline", ())),
        tuple(found.get("tags", ())),
        tuple(found.get("collections", ())),
        tuple((name, said) for name, said in found.get("corrected", ())),
    )


def head(row: Sequence[Any]) -> ArticleHead:
    """The head of a row: id, title, source, about, length of the text, count of passages."""
    id, title, source, about, chars, passages = row
    found: dict[str, Any] = json.loads(about)
    return ArticleHead(
        id,
        title,
        source,
        found.get("issuer"),
        _day(found.get("published_on")),
        found.get("document_number"),
        tuple(found.get("regions", ())),
        int(chars),
        int(passages),
        _day(found.get("written_on")),
        tuple(found.get("tags", ())),
        tuple(found.get("collections", ())),
    )


def passage(row: Sequence[Any]) -> Passage:
    """The passage of a row: id, article's id, ordinal, start, end, text, heading path as JSON."""
    id, article_id, ordinal, start, end, text, headings = row
    return Passage(id, article_id, int(ordinal), int(start), int(end), text, _headings(headings))


@lru_cache(maxsize=10_000)
def _headings(path: str) -> tuple[str, ...]:
    return tuple(json.loads(path))


def text_hash(text: str) -> bytes:
    """Equal for equal texts."""
    return sha256(text.encode()).digest()


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def _about(a: Article) -> str:
    values: dict[str, Any] = {
        "issuer": a.issuer,
        "column": a.column,
        "published_on": a.published_on and a.published_on.isoformat(),
        "url": a.url,
        "roles": a.roles,
        "document_number": a.document_number,
        "effective_on": a.effective_on and a.effective_on.isoformat(),
        "expires_on": a.expires_on and a.expires_on.isoformat(),
        "regions": a.regions,
        "page_starts": a.page_starts,
        "written_on": a.written_on and a.written_on.isoformat(),
        "outline": a.outline,
        "tags": a.tags,
        "collections": a.collections,
        "corrected": a.corrected,
    }
    return json.dumps({name: value for name, value in values.items() if value}, ensure_ascii=False)


def insert(db: sqlite3.Connection, entry: Entry) -> None:
    """Writes an article with its passages in place of the one with its id, and points its source at it."""
    a = entry.article
    delete(db, [a.id])
    found = duplicates.signature(a.text) if entry.signature is None else entry.signature
    marks = duplicates.bands(found) if found is not None else []
    group = _group(db, found, marks) if found is not None else None
    (last,) = db.execute("SELECT coalesce(max(ingested), 0) FROM articles").fetchone()
    number = db.execute(
        "INSERT INTO articles (id, title, source, text, about, text_hash, group_id, signature, ingested) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            a.id,
            a.title,
            a.source,
            a.text,
            _about(a),
            text_hash(a.text),
            group or a.id,
            found.tobytes() if found is not None else None,
            last + 1,
        ),
    ).lastrowid
    db.executemany("INSERT INTO bands VALUES (?, ?)", ((mark, number) for mark in marks))
    db.executemany(
        'INSERT INTO passages (id, article, ordinal, start, "end", heading_path) VALUES (?, ?, ?, ?, ?, ?)',
        (
            (p.id, number, p.ordinal, p.start, p.end, json.dumps(p.heading_path, ensure_ascii=False))
            for p in entry.passages
        ),
    )
    if entry.reading.removed or entry.reading.notes:
        db.execute("INSERT INTO readings VALUES (?, ?, ?)", (number, *_reading_columns(entry.reading)))
    point(db, SourceRecord(a.source, a.id, entry.content_hash, entry.file or a.source, entry.version))


def _reading_columns(reading: ReadingNotes) -> tuple[str, str]:
    removed = [(r.start, r.end, r.text, r.why) for r in reading.removed]
    return json.dumps(removed, ensure_ascii=False), json.dumps(reading.notes, ensure_ascii=False)


def reading(row: Sequence[Any]) -> ReadingNotes:
    """The notes of a row: removed, notes."""
    removed, notes = row
    return ReadingNotes(tuple(Removed(*item) for item in json.loads(removed)), tuple(json.loads(notes)))


def _group(db: sqlite3.Connection, found: duplicates.Signature, marks: Sequence[int]) -> str | None:
    """The group of the article that this one repeats nearly word for word, if there is one."""
    rows = db.execute(
        "SELECT group_id, signature FROM articles WHERE number IN (SELECT article FROM bands "
        f"WHERE band IN ({','.join('?' * len(marks))}) GROUP BY article ORDER BY count(*) DESC LIMIT 8)",
        marks,
    )
    alike = [(duplicates.similarity(found, np.frombuffer(s, dtype=np.uint32)), group) for group, s in rows]
    best = max(alike, default=(0.0, ""))
    return best[1] if best[0] >= duplicates.ALIKE else None


def point(db: sqlite3.Connection, record: SourceRecord) -> None:
    """Points a source at an article; one that names its article's first source keeps that name current."""
    db.execute("INSERT OR REPLACE INTO sources VALUES (?, ?, ?, ?, ?)", _columns(record))


def _columns(record: SourceRecord) -> tuple[str, str, str, str, str]:
    return record.source, record.article_id, record.file, record.version, record.content_hash


def drop_orphans(db: sqlite3.Connection) -> list[str]:
    """Deletes articles that no source is left of, and returns their ids; the rest name a source they still have."""
    rows = db.execute("SELECT id FROM articles WHERE id NOT IN (SELECT article_id FROM sources)")
    gone = [row[0] for row in rows]
    delete(db, gone)
    db.execute(
        "UPDATE articles SET source = (SELECT min(source) FROM sources WHERE article_id = articles.id) "
        "WHERE NOT EXISTS (SELECT 1 FROM sources s WHERE s.source = articles.source AND s.article_id = articles.id)"
    )
    return gone


def delete(db: sqlite3.Connection, ids: Iterable[str]) -> None:
    """Deletes articles and passages, not their sources; a group that loses its first article takes its next."""
    for id in ids:
        row = db.execute("SELECT number FROM articles WHERE id = ?", (id,)).fetchone()
        if row is None:
            continue
        db.execute(
            "UPDATE articles SET group_id = (SELECT b.id FROM articles b WHERE b.group_id = ?1 AND b.id != ?1 "
            "ORDER BY b.number LIMIT 1) WHERE group_id = ?1 AND id != ?1",
            (id,),
        )
        for table in ("passages", "bands", "readings"):
            db.execute(f"DELETE FROM {table} WHERE article = ?", row)
        db.execute("DELETE FROM articles WHERE number = ?", row)
