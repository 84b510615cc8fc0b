"""Passwords that people chose themselves, in the journal: each stands in the place of one of the configuration."""

from __future__ import annotations

from datetime import UTC, datetime

from docs_store.journal.database import Journal


class Passwords:
    """Thread-safe. Holds hashes only."""

    def __init__(self, journal: Journal) -> None:
        """Over an open journal."""
        self._journal = journal

    def chosen(self, name: str, instead_of: str) -> str | None:
        """The hash that a user chose in the place of the configuration's; None where there is none.

        A hash that was chosen in the place of another counts no more: whoever keeps the configuration has set a new one.
        """
        rows = self._journal.rows(
            "SELECT hash FROM passwords WHERE name = ? AND instead_of = ?", (name, instead_of)
        )
        return str(rows[0][0]) if rows else None

    def choose(self, name: str, hash: str, instead_of: str) -> None:
        """Keeps a user's own choice. Raises StoreWriteError."""
        with self._journal.changing() as db:
            db.execute(
                "INSERT OR REPLACE INTO passwords VALUES (?, ?, ?, ?)",
                (name, hash, instead_of, datetime.now(UTC).isoformat()),
            )
