"""The ledger's tables: in which version they are, and how those of an earlier version become today's.

To change them: raise `VERSION`, change `_TABLES`, and add to `_MIGRATIONS` what makes the tables of the version before into
those. The owner of an index migrates it when opening it, in one transaction; nothing need be read or embedded again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

VERSION = 4
"""3: passages are embedded with their title; 4: the ledger keeps how articles were read."""

_TABLES = """
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


def _keep_readings(db: sqlite3.Connection) -> None:
    """To 4. How articles were read is learned when their files are read again, at the next ingest."""
    db.execute(
        "CREATE TABLE readings ("
        "article INTEGER PRIMARY KEY REFERENCES articles(number), removed TEXT NOT NULL, notes TEXT NOT NULL)"
    )
    db.execute("DELETE FROM files")


_MIGRATIONS: Mapping[int, Callable[[sqlite3.Connection], None]] = {4: _keep_readings}
"""By the version that each leads to, from the one before."""


def version_of(db: sqlite3.Connection) -> int:
    """The version of a ledger's tables; 0 where there are none yet."""
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if version or not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
        return int(version)
    # Up to version 4 it stood in the fingerprint alone, which the first article brought along.
    recorded = db.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()
    return int(recorded[0]) if recorded else VERSION


def is_current(path: Path) -> bool:
    """False for a ledger that its owner must migrate before it can be read. Raises sqlite3.Error for what is none."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
        return version_of(db) >= VERSION


def bring_up_to_date(db: sqlite3.Connection) -> None:
    """Creates the tables of an empty file, and migrates earlier ones; later ones are left alone.

    Raises:
        sqlite3.DatabaseError: they are older than any migration begins with, and must be rebuilt.
    """
    version = version_of(db)
    if not version:
        db.executescript(_TABLES)
        db.execute(f"PRAGMA user_version = {VERSION}")
        return
    if version >= VERSION:
        return
    db.execute("BEGIN IMMEDIATE")
    with db:
        for step in range(version + 1, VERSION + 1):
            if step not in _MIGRATIONS:
                raise sqlite3.DatabaseError(f"no migration from version {version}")
            _MIGRATIONS[step](db)
        db.execute(f"PRAGMA user_version = {VERSION}")
