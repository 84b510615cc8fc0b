"""The audit log: what readers thought of answers, each with everything that led to it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from docs_store.journal.database import Journal

Verdict = Literal["up", "down"]


@dataclass(frozen=True, slots=True)
class Feedback:
    """A verdict on one exchange. `body` holds answer, citations and passages as they were shown."""

    exchange: str
    owner: str
    verdict: Verdict
    reason: str
    comment: str
    question: str
    answer: str
    body: dict[str, Any]
    model: str
    versions: dict[str, str]
    at: datetime | None = None

    def to_dict(self) -> dict[str, Any]:
        """JSON for the export."""
        return {
            "id": self.exchange,
            "at": self.at.isoformat() if self.at else None,
            "user": self.owner,
            "verdict": self.verdict,
            "reason": self.reason,
            "comment": self.comment,
            "question": self.question,
            "answer": self.answer,
            "shown": self.body,
            "model": self.model,
            "versions": self.versions,
        }


@dataclass(frozen=True, slots=True)
class Opinion:
    """A verdict as the one who gave it looks at it again."""

    exchange: str
    conversation: str
    """Where the exchange stands; '' when it was deleted since."""
    day: str
    verdict: Verdict
    reason: str
    comment: str
    question: str


class AuditLog:
    """Keeps the last verdict on each exchange. Thread-safe."""

    def __init__(self, journal: Journal) -> None:
        """Over an open journal."""
        self._journal = journal

    def record(self, given: Feedback) -> None:
        """Stores a verdict in place of an earlier one on the same exchange. Raises StoreWriteError."""
        values = (
            given.exchange,
            datetime.now(UTC).isoformat(),
            given.owner,
            given.verdict,
            given.reason,
            given.comment,
            given.question,
            given.answer,
            json.dumps(given.body, ensure_ascii=False),
            given.model,
            json.dumps(given.versions, ensure_ascii=False),
        )
        with self._journal.changing() as db:
            db.execute("INSERT OR REPLACE INTO feedback VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)

    def withdraw(self, owner: str, exchange: str) -> None:
        """Forgets the owner's verdict on an exchange. Raises StoreWriteError."""
        with self._journal.changing() as db:
            db.execute("DELETE FROM feedback WHERE exchange = ? AND owner = ?", (exchange, owner))

    def counts(self) -> dict[str, int]:
        """How many verdicts of each kind there are."""
        return dict(self._journal.rows("SELECT verdict, count(*) FROM feedback GROUP BY verdict"))

    def verdicts(self, exchanges: Sequence[str]) -> dict[str, str]:
        """What was thought of these exchanges; those without a verdict are left out."""
        marks = ",".join("?" * len(exchanges))
        rows = self._journal.rows(
            f"SELECT exchange, verdict FROM feedback WHERE exchange IN ({marks})", exchanges
        )
        return dict(rows)

    def given_by(self, owner: str, most: int) -> list[Opinion]:
        """The owner's own verdicts, the latest first."""
        rows = self._journal.rows(
            "SELECT f.exchange, coalesce(c.id, ''), substr(f.at, 1, 10), f.verdict, f.reason, f.comment, f.question "
            "FROM feedback f LEFT JOIN exchanges e ON e.id = f.exchange "
            "LEFT JOIN conversations c ON c.id = e.conversation AND c.owner = f.owner "
            "WHERE f.owner = ? ORDER BY f.at DESC LIMIT ?",
            (owner, most),
        )
        return [Opinion(*row) for row in rows]

    def all(self) -> Iterator[Feedback]:
        """Every verdict, oldest first."""
        rows = self._journal.rows(
            "SELECT exchange, owner, verdict, reason, comment, question, answer, body, model, versions, at "
            "FROM feedback ORDER BY at"
        )
        for exchange, owner, verdict, reason, comment, question, answer, body, model, versions, at in rows:
            yield Feedback(
                exchange,
                owner,
                verdict,
                reason,
                comment,
                question,
                answer,
                json.loads(body),
                model,
                json.loads(versions),
                datetime.fromisoformat(at),
            )
