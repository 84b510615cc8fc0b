"""The ledger (SQLite): which source became which article, with all texts. It is written last, and is the truth."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from docs_store.local import ledger_rows as rows_of
from docs_store.local.ledger_reads import LedgerReads
from docs_store.local.ledger_rows import Entry, SourceRecord

__all__ = ["Entry", "Ledger", "SourceRecord"]


class Ledger(LedgerReads):
    """The ledger with its changes, each in one transaction."""

    _change: tuple[int, str] | None = None

    def applied(self) -> tuple[int, str]:
        """Number and mark of the last change of a shared index that is in here; (0, "") where there is none."""
        rows = self._rows("SELECT number, mark FROM applied")
        return (int(rows[0][0]), str(rows[0][1])) if rows else (0, "")

    @contextmanager
    def as_change(self, number: int, mark: str) -> Iterator[None]:
        """The transaction inside is recorded as a change of a shared index."""
        self._change = (number, mark)
        try:
            yield
        finally:
            self._change = None

    def fence(self) -> None:
        """Changes nothing."""
        with self._transaction():
            pass

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._db:
            self._within.clear()
            yield self._db
            if self._change is not None:
                self._db.execute("INSERT OR REPLACE INTO applied VALUES (1, ?, ?)", self._change)

    def write_meta(self, values: dict[str, str]) -> None:
        """Records the fingerprint."""
        with self._transaction() as db:
            db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())

    def finish_files(self, files: Iterable[tuple[str, str, Sequence[str]]]) -> None:
        """Records files as read whole in a version, and that they still hold the given sources unchanged."""
        with self._transaction() as db:
            for file, version, unchanged in files:
                db.executemany(
                    "UPDATE sources SET version = ? WHERE source = ?",
                    ((version, source) for source in unchanged),
                )
                db.execute("INSERT OR REPLACE INTO files VALUES (?, ?)", (file, version))

    def replace(self, entries: Sequence[Entry]) -> None:
        """Writes articles with their passages and sources, in one transaction.

        An article of the same id is replaced and keeps its other sources; a source that was another article's leaves
        it, and an article that no source is left of goes.
        """
        with self._transaction() as db:
            for entry in entries:
                rows_of.insert(db, entry)
            rows_of.drop_orphans(db)

    def point(self, records: Iterable[SourceRecord]) -> list[str]:
        """Points sources at articles that are here already.

        Returns:
            The ids of articles that no source is left of; they are gone from the ledger.
        """
        with self._transaction() as db:
            for record in records:
                rows_of.point(db, record)
            return rows_of.drop_orphans(db)

    def remove_sources(self, names: Iterable[str]) -> list[str]:
        """Forgets sources. Returns the ids of articles that no source is left of; they are gone from the ledger."""
        with self._transaction() as db:
            gone = list(names)
            db.executemany(
                "DELETE FROM files WHERE file IN (SELECT file FROM sources WHERE source = ?)",
                ((n,) for n in gone),
            )
            db.executemany("DELETE FROM sources WHERE source = ?", ((name,) for name in gone))
            return rows_of.drop_orphans(db)

    def delete(self, ids: Iterable[str]) -> None:
        """Forgets articles with their passages and sources."""
        with self._transaction() as db:
            gone = list(ids)
            db.executemany(
                "DELETE FROM files WHERE file IN (SELECT file FROM sources WHERE article_id = ?)",
                ((id,) for id in gone),
            )
            db.executemany("DELETE FROM sources WHERE article_id = ?", ((id,) for id in gone))
            rows_of.delete(db, gone)
