"""Deliverables that people had made: kept with the files that cannot be written again, each seen by its owner alone."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from docs_store.journal.database import Deleted, Journal

_TITLE = 200  # characters of a title


@dataclass(frozen=True, slots=True)
class PieceHead:
    """A deliverable without what is in it."""

    id: str
    kind: str
    title: str
    created: datetime


class Pieces:
    """Thread-safe. `owner` is whoever may see a deliverable: a login name, or '' where nobody logs in."""

    def __init__(self, journal: Journal, most: int) -> None:
        """Keeps `most` deliverables an owner; the oldest go first."""
        self._journal, self._most = journal, most

    def add(
        self, owner: str, id: str, kind: str, title: str, body: dict[str, Any], files: Mapping[str, bytes]
    ) -> None:
        """Keeps one; `body` is whatever JSON shows it again, `files` are its files by their endings, without the dot.

        Raises:
            StoreWriteError: it cannot be stored.
        """
        now = datetime.now(UTC).isoformat()
        with self._journal.changing() as db:
            db.execute(
                "INSERT INTO pieces VALUES (?, ?, ?, ?, ?, ?)",
                (id, owner, kind, title[:_TITLE], now, json.dumps(body, ensure_ascii=False)),
            )
            db.executemany(
                "INSERT INTO piece_files VALUES (?, ?, ?)",
                [(id, ending, zlib.compress(content)) for ending, content in files.items()],
            )
            db.execute(
                "DELETE FROM pieces WHERE owner = ?1 AND id NOT IN (SELECT id FROM pieces "
                "WHERE owner = ?1 ORDER BY created DESC LIMIT ?2)",
                (owner, self._most),
            )

    def list(self, owner: str) -> Sequence[PieceHead]:
        """The owner's deliverables, the latest first."""
        rows = self._journal.rows(
            "SELECT id, kind, title, created FROM pieces WHERE owner = ? ORDER BY created DESC", (owner,)
        )
        return [PieceHead(id, kind, title, datetime.fromisoformat(at)) for id, kind, title, at in rows]

    def body(self, owner: str, id: str) -> dict[str, Any] | None:
        """What shows it again; None when the owner has no such one."""
        rows = self._journal.rows("SELECT body FROM pieces WHERE id = ? AND owner = ?", (id, owner))
        return json.loads(rows[0][0]) if rows else None

    def file(self, owner: str, id: str, ending: str) -> bytes | None:
        """One of its files; None when there is none of this ending, or the owner has no such deliverable."""
        rows = self._journal.rows(
            "SELECT f.content FROM piece_files f JOIN pieces p ON p.id = f.piece "
            "WHERE p.id = ? AND p.owner = ? AND f.ending = ?",
            (id, owner, ending),
        )
        return zlib.decompress(rows[0][0]) if rows else None

    def delete(self, owner: str, id: str) -> Deleted | None:
        """Forgets one. Returns what `restore` brings it back from; None when the owner has no such one."""
        return self._journal.delete("piece", owner, id)

    def restore(self, deleted: Deleted) -> None:
        """Puts a deleted one back as it was. Raises StoreWriteError."""
        self._journal.restore(deleted)
