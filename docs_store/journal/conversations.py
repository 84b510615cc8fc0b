"""Conversations that outlive the page: listed, searched, renamed and deleted, each seen by its owner alone."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from docs_store.journal.database import Deleted, Journal

_TITLE = 60  # characters of a title


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation without what was said in it."""

    id: str
    title: str
    changed: datetime
    exchanges: int


@dataclass(frozen=True, slots=True)
class StoredExchange:
    """One question with its answer; `body` is whatever JSON the interface needs to show it again."""

    id: str
    question: str
    answer: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a question, whoever asked it."""

    question: str
    asked: str
    """The day as ISO text: of the question, or of the last change of its conversation where it was not noted."""
    refusal: str
    trouble: str
    mode: str


class Conversations:
    """Thread-safe. `owner` is whoever may see a conversation: a login name, or '' where nobody logs in."""

    def __init__(self, journal: Journal, most: int) -> None:
        """Keeps `most` conversations an owner; the longest unused go first."""
        self._journal, self._most = journal, most

    def add(
        self, owner: str, conversation: str | None, said: StoredExchange, *, begun: str | None = None
    ) -> str | None:
        """Appends to a conversation, or begins one where `conversation` is None, with the id `begun` if one is given.

        Returns:
            The conversation's id, None when the owner has no such conversation (it was deleted meanwhile).

        Raises:
            StoreWriteError: it cannot be stored.
        """
        now = datetime.now(UTC).isoformat()
        with self._journal.changing() as db:
            if conversation is None:
                conversation = begun or uuid.uuid4().hex
                title = " ".join(said.question.split())[:_TITLE]
                db.execute(
                    "INSERT INTO conversations VALUES (?, ?, ?, ?, ?)", (conversation, owner, title, now, now)
                )
                db.execute(
                    "DELETE FROM conversations WHERE owner = ?1 AND id NOT IN (SELECT id FROM conversations "
                    "WHERE owner = ?1 ORDER BY changed DESC LIMIT ?2)",
                    (owner, self._most),
                )
            elif not db.execute(
                "UPDATE conversations SET changed = ? WHERE id = ? AND owner = ?", (now, conversation, owner)
            ).rowcount:
                return None
            body = json.dumps(said.body, ensure_ascii=False)
            db.execute(
                "INSERT INTO exchanges (id, conversation, question, answer, body) VALUES (?, ?, ?, ?, ?)",
                (said.id, conversation, said.question, said.answer, body),
            )
        return conversation

    def exchanges(self, owner: str, conversation: str, last: int = 1_000_000) -> Sequence[StoredExchange]:
        """The last exchanges of a conversation, oldest first; () when the owner has no such one."""
        rows = self._journal.rows(
            "SELECT e.id, e.question, e.answer, e.body FROM exchanges e JOIN conversations c "
            "ON c.id = e.conversation WHERE c.id = ? AND c.owner = ? ORDER BY e.number DESC LIMIT ?",
            (conversation, owner, last),
        )
        return [
            StoredExchange(id, question, answer, json.loads(body))
            for id, question, answer, body in reversed(rows)
        ]

    def exchange(self, owner: str, id: str) -> StoredExchange | None:
        """One exchange of the owner's, or None."""
        rows = self._journal.rows(
            "SELECT e.id, e.question, e.answer, e.body FROM exchanges e JOIN conversations c "
            "ON c.id = e.conversation WHERE e.id = ? AND c.owner = ?",
            (id, owner),
        )
        return next(
            (StoredExchange(key, asked, said, json.loads(body)) for key, asked, said, body in rows), None
        )

    def change(self, owner: str, said: StoredExchange) -> None:
        """Puts an exchange in the place of the owner's one with its id. Raises StoreWriteError."""
        with self._journal.changing() as db:
            db.execute(
                "UPDATE exchanges SET answer = ?, body = ? WHERE id = ? AND conversation IN "
                "(SELECT id FROM conversations WHERE owner = ?)",
                (said.answer, json.dumps(said.body, ensure_ascii=False), said.id, owner),
            )

    def replace(self, owner: str, old: str, said: StoredExchange) -> bool:
        """Puts an exchange in the place of the owner's one with the id `old`. False where there is none (any more).

        Raises:
            StoreWriteError: it cannot be stored; then the old one stays.
        """
        with self._journal.changing() as db:
            body = json.dumps(said.body, ensure_ascii=False)
            return bool(
                db.execute(
                    "UPDATE exchanges SET id = ?, question = ?, answer = ?, body = ? WHERE id = ? AND conversation IN "
                    "(SELECT id FROM conversations WHERE owner = ?)",
                    (said.id, said.question, said.answer, body, old, owner),
                ).rowcount
            )

    def list(self, owner: str, words: str = "", limit: int = 200) -> Sequence[Conversation]:
        """The owner's conversations, the latest used first; with `words`, those that say them anywhere."""
        like = "%" + words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        rows = self._journal.rows(
            "SELECT c.id, c.title, c.changed, (SELECT count(*) FROM exchanges e WHERE e.conversation = c.id) "
            "FROM conversations c WHERE c.owner = ?1 AND (?2 = '%%' OR c.title LIKE ?2 ESCAPE '\\' OR EXISTS "
            "(SELECT 1 FROM exchanges e WHERE e.conversation = c.id AND "
            "(e.question LIKE ?2 ESCAPE '\\' OR e.answer LIKE ?2 ESCAPE '\\'))) "
            "ORDER BY c.changed DESC LIMIT ?3",
            (owner, like, limit),
        )
        return [Conversation(id, title, datetime.fromisoformat(at), count) for id, title, at, count in rows]

    def outcomes(self, limit: int) -> Sequence[Outcome]:
        """What came of the latest questions of all owners, the latest first; deleted conversations are not counted."""
        rows = self._journal.rows(
            "SELECT e.question, coalesce(nullif(json_extract(e.body, '$.asked_on'), ''), substr(c.changed, 1, 10)), "
            "coalesce(json_extract(e.body, '$.refusal'), ''), coalesce(json_extract(e.body, '$.trouble'), ''), "
            "coalesce(json_extract(e.body, '$.mode'), '') FROM exchanges e JOIN conversations c "
            "ON c.id = e.conversation ORDER BY e.number DESC LIMIT ?",
            (limit,),
        )
        return [Outcome(*row) for row in rows]

    def title(self, owner: str, conversation: str) -> str | None:
        """The title, or None when the owner has no such conversation."""
        rows = self._journal.rows(
            "SELECT title FROM conversations WHERE id = ? AND owner = ?", (conversation, owner)
        )
        return rows[0][0] if rows else None

    def rename(self, owner: str, conversation: str, title: str) -> None:
        """Gives a title; a blank one changes nothing."""
        if clean := " ".join(title.split())[:_TITLE]:
            with self._journal.changing() as db:
                db.execute(
                    "UPDATE conversations SET title = ? WHERE id = ? AND owner = ?",
                    (clean, conversation, owner),
                )

    def delete(self, owner: str, conversation: str) -> Deleted | None:
        """Forgets a conversation; feedback that was given in it stays in the audit log. Returns as `Journal.delete`."""
        return self._journal.delete("conversation", owner, conversation)

    def restore(self, deleted: Deleted) -> None:
        """Puts a deleted one back as it was. Raises StoreWriteError."""
        self._journal.restore(deleted)
