"""The journal (SQLite): conversations, feedback and chosen passwords. It lies beside the index, and no rebuild erases it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any, Self

from docs_store.errors import StoreWriteError
from settings import Settings

_SCHEMA = """
CREATE TABLE IF NOT EXISTS conversations (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, title TEXT NOT NULL, created TEXT NOT NULL, changed TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS conversations_of ON conversations (owner, changed);
CREATE TABLE IF NOT EXISTS exchanges (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
    conversation TEXT NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,
    question TEXT NOT NULL, answer TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS exchanges_of ON exchanges (conversation, number);
CREATE TABLE IF NOT EXISTS feedback (
    exchange TEXT PRIMARY KEY, at TEXT NOT NULL, owner TEXT NOT NULL, verdict TEXT NOT NULL, reason TEXT NOT NULL,
    comment TEXT NOT NULL, question TEXT NOT NULL, answer TEXT NOT NULL, body TEXT NOT NULL, model TEXT NOT NULL,
    versions TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS passwords (
    name TEXT PRIMARY KEY, hash TEXT NOT NULL, instead_of TEXT NOT NULL, at TEXT NOT NULL);
"""


class Journal:
    """One connection behind a lock, shared by the threads of a process; other processes may read beside it."""

    def __init__(self, path: Path) -> None:
        """Opens the file, and creates it readable by its user alone. Raises StoreWriteError."""
        self.path = path
        self._lock = RLock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600, exist_ok=True)
            self._db = sqlite3.connect(path, check_same_thread=False, timeout=10)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA foreign_keys = ON")
            self._db.execute("PRAGMA secure_delete = ON")
            self._db.executescript(_SCHEMA)
        except (sqlite3.Error, OSError) as error:
            raise StoreWriteError(
                f"打不开对话记录 {path}（{error}），请检查权限与磁盘空间；文件若已损坏，请把它移走后再启动。"
            ) from error

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The journal of an index: its name with .journal.sqlite3, in the same folder."""
        return cls(settings.index_path.with_name(f"{settings.index_path.name}.journal.sqlite3"))

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            self._db.close()

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query. Raises StoreWriteError when the file cannot be used."""
        with self._lock, _telling():
            return self._db.execute(sql, values).fetchall()

    @contextmanager
    def changing(self) -> Iterator[sqlite3.Connection]:
        """A transaction. Raises StoreWriteError; then nothing of it is kept."""
        with self._lock, _telling(), self._db:
            yield self._db


@contextmanager
def _telling() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise StoreWriteError(
            f"对话记录读写失败（{error}），请检查磁盘空间与权限后再试；已有的对话不受影响。"
        ) from error
