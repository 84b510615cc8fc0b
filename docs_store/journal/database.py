"""The journal (SQLite): what people said and made, and what they think of it. It lies beside the index, and no rebuild erases it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import Any, Literal, Self

from docs_store.errors import StoreWriteError, translated
from docs_store.settings import Settings

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
CREATE TABLE IF NOT EXISTS pieces (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, kind TEXT NOT NULL, title TEXT NOT NULL, created TEXT NOT NULL,
    body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS pieces_of ON pieces (owner, created);
CREATE TABLE IF NOT EXISTS piece_files (
    piece TEXT NOT NULL REFERENCES pieces(id) ON DELETE CASCADE, ending TEXT NOT NULL, content BLOB NOT NULL,
    PRIMARY KEY (piece, ending));
CREATE TABLE IF NOT EXISTS folders (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, title TEXT NOT NULL, created TEXT NOT NULL, changed TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS folders_of ON folders (owner, changed);
CREATE TABLE IF NOT EXISTS folder_items (
    id TEXT PRIMARY KEY, folder TEXT NOT NULL REFERENCES folders(id) ON DELETE CASCADE, position INTEGER NOT NULL,
    comment TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS folder_items_of ON folder_items (folder, position);
CREATE TABLE IF NOT EXISTS shares (
    token TEXT PRIMARY KEY, owner TEXT NOT NULL, kind TEXT NOT NULL, target TEXT NOT NULL, created TEXT NOT NULL,
    UNIQUE (owner, kind, target));
CREATE TABLE IF NOT EXISTS passwords (
    name TEXT PRIMARY KEY, hash TEXT NOT NULL, instead_of TEXT NOT NULL, at TEXT NOT NULL);
"""


Kind = Literal["conversation", "piece", "folder", "item"]


@dataclass(frozen=True, slots=True)
class Deleted:
    """What its owner deleted, for whoever may want it back; it is nowhere on disk any more."""

    id: str
    owner: str
    title: str
    about: tuple[Any, ...]
    """Its row."""
    rows: tuple[tuple[Any, ...], ...]
    """The rows of what was in it."""
    kind: Kind = "conversation"


@dataclass(frozen=True, slots=True)
class _Kept:
    """Where one kind of thing that people keep lies: its table, and that of what is in it, in whose column `of` its id stands."""

    table: str
    columns: str
    parts: str
    part_columns: str
    of: str
    order: str = "rowid"


_KEPT: Mapping[Kind, _Kept] = {
    "conversation": _Kept(
        "conversations",
        "id, owner, title, created, changed",
        "exchanges",
        "id, conversation, question, answer, body",
        "conversation",
        "number",
    ),
    "piece": _Kept(
        "pieces", "id, owner, title, kind, created, body", "piece_files", "piece, ending, content", "piece"
    ),
    "folder": _Kept(
        "folders",
        "id, owner, title, created, changed",
        "folder_items",
        "id, folder, position, comment, body",
        "folder",
        "position",
    ),
}


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
        with self._lock, translated(_disk_error):
            return self._db.execute(sql, values).fetchall()

    @contextmanager
    def changing(self) -> Iterator[sqlite3.Connection]:
        """A transaction. Raises StoreWriteError; then nothing of it is kept."""
        with self._lock, translated(_disk_error), self._db:
            yield self._db

    def delete(self, kind: Kind, owner: str, id: str) -> Deleted | None:
        """Forgets a thing with what is in it. Returns what `restore` brings it back from; None when the owner has no such one."""
        kept = _KEPT[kind]
        with self.changing() as db:
            about = db.execute(
                f"SELECT {kept.columns} FROM {kept.table} WHERE id = ? AND owner = ?", (id, owner)
            ).fetchone()
            if about is None:
                return None
            rows = db.execute(
                f"SELECT {kept.part_columns} FROM {kept.parts} WHERE {kept.of} = ? ORDER BY {kept.order}",
                (id,),
            ).fetchall()
            db.execute(f"DELETE FROM {kept.table} WHERE id = ?", (id,))
        return Deleted(id, owner, about[2], about, tuple(rows), kind)

    def restore(self, deleted: Deleted) -> None:
        """Puts a deleted thing back as it was. Raises StoreWriteError."""
        kept = _KEPT[deleted.kind]
        with self.changing() as db:
            for table, columns, rows in (
                (kept.table, kept.columns, (deleted.about,)),
                (kept.parts, kept.part_columns, deleted.rows),
            ):
                places = ", ".join("?" for _ in columns.split(","))
                db.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", rows)


def _disk_error(error: Exception) -> StoreWriteError | None:
    if not isinstance(error, sqlite3.Error):
        return None
    return StoreWriteError(f"对话记录读写失败（{error}），请检查磁盘空间与权限后再试；已有的对话不受影响。")
