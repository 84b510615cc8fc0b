"""Vectors by text and model (SQLite), so that nothing is embedded twice. Holds hashes, no text."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

_SCHEMA = "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL)"
_PARAMETERS = 500  # parameters of one statement

Vector = NDArray[np.float32]


class EmbeddingCache:
    """Written by the owner of the index alone. A cache that cannot be read is begun anew: it holds nothing of its own."""

    def __init__(self, path: Path, model: str, *, earlier: Path | None = None) -> None:
        """Opens or creates the cache.

        Args:
            path: its file.
            model: fingerprint of the embedder; vectors of another model are never found.
            earlier: a cache to look into when this one does not know a text (that of the index being rebuilt).
        """
        self._lock = Lock()
        self._model = model.encode()
        self._db = _open(path)
        self._earlier = _open_read_only(earlier)

    def close(self) -> None:
        """Closes the files."""
        with self._lock:
            for db in (self._db, self._earlier):
                if db is not None:
                    db.close()

    def get(self, texts: Sequence[str]) -> list[Vector | None]:
        """The vector of each text, float32, or None where it is not known."""
        keys = [self._key(text) for text in texts]
        found = _select(self._db, keys, self._lock)
        if self._earlier is not None and (missing := [key for key in keys if key not in found]):
            found |= (older := _select(self._earlier, missing, self._lock))
            self._store(older.items())
        return [np.frombuffer(found[key], dtype=np.float32) if key in found else None for key in keys]

    def put(self, texts: Sequence[str], vectors: Sequence[Vector]) -> None:
        """Remembers vectors, float32, one a text."""
        self._store((self._key(t), v.tobytes()) for t, v in zip(texts, vectors, strict=True))

    def forget(self, texts: Iterable[str]) -> None:
        """Removes the vectors of texts."""
        with self._lock, self._db:
            self._db.executemany("DELETE FROM vectors WHERE key = ?", ((self._key(t),) for t in texts))

    def _store(self, rows: Iterable[tuple[bytes, bytes]]) -> None:
        with self._lock, self._db:
            self._db.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)

    def _key(self, text: str) -> bytes:
        return hashlib.sha256(self._model + b"\0" + text.encode()).digest()[:16]


def _open(path: Path) -> sqlite3.Connection:
    for attempt in range(2):
        try:
            db = sqlite3.connect(path, check_same_thread=False)
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = OFF")  # losing the last vectors in a power cut costs only time
            db.execute("PRAGMA secure_delete = ON")
            db.execute(_SCHEMA)
            db.execute("SELECT key FROM vectors LIMIT 1")
            return db
        except sqlite3.DatabaseError as error:
            if attempt or isinstance(error, sqlite3.OperationalError):
                raise
            db.close()
            for suffix in ("", "-wal", "-shm"):
                path.with_name(path.name + suffix).unlink(missing_ok=True)
    raise AssertionError("unreachable")


def _open_read_only(path: Path | None) -> sqlite3.Connection | None:
    if path is None or not path.is_file():
        return None
    try:
        db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False)
        db.execute("SELECT key FROM vectors LIMIT 1")
    except sqlite3.Error:
        return None
    return db


def _select(db: sqlite3.Connection, keys: Sequence[bytes], lock: Lock) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    with lock:
        for i in range(0, len(keys), _PARAMETERS):
            part = keys[i : i + _PARAMETERS]
            marks = ",".join("?" * len(part))
            try:
                found.update(db.execute(f"SELECT key, vector FROM vectors WHERE key IN ({marks})", part))
            except sqlite3.DatabaseError:  # a damaged page: what cannot be read is embedded again
                continue
    return found
