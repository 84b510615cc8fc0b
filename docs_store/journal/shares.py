"""What people let others read: a link to one conversation or folder, until it is withdrawn."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, cast

from docs_store.journal.database import Journal

Kind = Literal["conversation", "folder"]


@dataclass(frozen=True, slots=True)
class Share:
    """What a link opens: `target` is the id of a conversation or folder of `owner`."""

    owner: str
    kind: Kind
    target: str


class Shares:
    """Thread-safe. Whoever knows a token may read; who may ask is for the caller to know."""

    def __init__(self, journal: Journal) -> None:
        """Over an open journal."""
        self._journal = journal

    def give(self, owner: str, kind: Kind, target: str) -> str:
        """The token that opens it; the same one until it is withdrawn. Raises StoreWriteError."""
        with self._journal.changing() as db:
            db.execute(
                "INSERT OR IGNORE INTO shares VALUES (?, ?, ?, ?, ?)",
                (secrets.token_urlsafe(24), owner, kind, target, datetime.now(UTC).isoformat()),
            )
            (token,) = db.execute(
                "SELECT token FROM shares WHERE owner = ? AND kind = ? AND target = ?", (owner, kind, target)
            ).fetchone()
        return str(token)

    def of(self, owner: str, kind: Kind, target: str) -> str | None:
        """The token of what is shared; None where it is not."""
        rows = self._journal.rows(
            "SELECT token FROM shares WHERE owner = ? AND kind = ? AND target = ?", (owner, kind, target)
        )
        return rows[0][0] if rows else None

    def withdraw(self, owner: str, kind: Kind, target: str) -> None:
        """Its link opens nothing any more. Raises StoreWriteError."""
        with self._journal.changing() as db:
            db.execute(
                "DELETE FROM shares WHERE owner = ? AND kind = ? AND target = ?", (owner, kind, target)
            )

    def find(self, token: str) -> Share | None:
        """What a token opens; None for one that was withdrawn or never was."""
        rows = self._journal.rows("SELECT owner, kind, target FROM shares WHERE token = ?", (token,))
        return next((Share(owner, cast(Kind, kind), target) for owner, kind, target in rows), None)
