"""材料夹: what people put aside for a text of their own, in an order and with comments, each seen by its owner alone."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from docs_store.errors import GuanchaoError
from docs_store.journal.database import Deleted, Journal

_TITLE = 60  # characters of a title
_COMMENT = 2000
_MOST = 500  # items of a folder
_FOLDERS = 100  # of an owner


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder without what is in it."""

    id: str
    title: str
    changed: datetime
    items: int


@dataclass(frozen=True, slots=True)
class FolderItem:
    """Something put aside; `body` is whatever JSON shows it again."""

    id: str
    comment: str
    body: dict[str, Any]


class Folders:
    """Thread-safe. `owner` is whoever may see a folder: a login name, or '' where nobody logs in."""

    def __init__(self, journal: Journal) -> None:
        """Over an open journal."""
        self._journal = journal

    def begin(self, owner: str, title: str) -> str:
        """A new folder's id; its owner's next things go there.

        Raises:
            StoreWriteError: it cannot be stored.
            GuanchaoError: there are too many already.
        """
        now, id = datetime.now(UTC).isoformat(), uuid.uuid4().hex
        with self._journal.changing() as db:
            (count,) = db.execute("SELECT count(*) FROM folders WHERE owner = ?", (owner,)).fetchone()
            if count >= _FOLDERS:
                raise GuanchaoError(f"材料夹已有 {_FOLDERS} 个，请先删去不用的。")
            db.execute("INSERT INTO folders VALUES (?, ?, ?, ?, ?)", (id, owner, title[:_TITLE], now, now))
        return id

    def list(self, owner: str) -> Sequence[Folder]:
        """The owner's folders, the latest used first: where the next thing goes."""
        rows = self._journal.rows(
            "SELECT f.id, f.title, f.changed, (SELECT count(*) FROM folder_items i WHERE i.folder = f.id) "
            "FROM folders f WHERE f.owner = ? ORDER BY f.changed DESC",
            (owner,),
        )
        return [Folder(id, title, datetime.fromisoformat(at), count) for id, title, at, count in rows]

    def title(self, owner: str, folder: str) -> str | None:
        """The title, or None when the owner has no such folder."""
        rows = self._journal.rows("SELECT title FROM folders WHERE id = ? AND owner = ?", (folder, owner))
        return rows[0][0] if rows else None

    def use(self, owner: str, folder: str) -> None:
        """The owner's next things go into this folder."""
        now = datetime.now(UTC).isoformat()
        with self._journal.changing() as db:
            db.execute("UPDATE folders SET changed = ? WHERE id = ? AND owner = ?", (now, folder, owner))

    def rename(self, owner: str, folder: str, title: str) -> None:
        """Gives a title; a blank one changes nothing."""
        if clean := " ".join(title.split())[:_TITLE]:
            with self._journal.changing() as db:
                db.execute("UPDATE folders SET title = ? WHERE id = ? AND owner = ?", (clean, folder, owner))

    def items(self, owner: str, folder: str) -> Sequence[FolderItem]:
        """What is in a folder, in order; () when the owner has no such one."""
        rows = self._journal.rows(
            "SELECT i.id, i.comment, i.body FROM folder_items i JOIN folders f ON f.id = i.folder "
            "WHERE f.id = ? AND f.owner = ? ORDER BY i.position",
            (folder, owner),
        )
        return [FolderItem(id, comment, json.loads(body)) for id, comment, body in rows]

    def add(self, owner: str, folder: str, body: dict[str, Any]) -> str | None:
        """Puts something at the end of a folder.

        Returns:
            The item's id; None when the owner has no such folder.

        Raises:
            StoreWriteError: it cannot be stored.
            GuanchaoError: the folder is full.
        """
        now, id = datetime.now(UTC).isoformat(), uuid.uuid4().hex
        with self._journal.changing() as db:
            if not db.execute(
                "UPDATE folders SET changed = ? WHERE id = ? AND owner = ?", (now, folder, owner)
            ).rowcount:
                return None
            count, last = db.execute(
                "SELECT count(*), coalesce(max(position), 0) FROM folder_items WHERE folder = ?", (folder,)
            ).fetchone()
            if count >= _MOST:
                raise GuanchaoError(f"这个材料夹已有 {_MOST} 条，请另建一个。")
            db.execute(
                "INSERT INTO folder_items VALUES (?, ?, ?, '', ?)",
                (id, folder, last + 1, json.dumps(body, ensure_ascii=False)),
            )
        return id

    def comment(self, owner: str, item: str, text: str) -> None:
        """Sets the comment on an item. Raises StoreWriteError."""
        with self._journal.changing() as db:
            db.execute(
                "UPDATE folder_items SET comment = ? WHERE id = ? AND folder IN "
                "(SELECT id FROM folders WHERE owner = ?)",
                (text.strip()[:_COMMENT], item, owner),
            )

    def move(self, owner: str, item: str, by: int) -> None:
        """Moves an item up (-1) or down (1) in its folder, as far as there is room. Raises StoreWriteError."""
        with self._journal.changing() as db:
            found = db.execute(
                "SELECT i.folder FROM folder_items i JOIN folders f ON f.id = i.folder WHERE i.id = ? AND f.owner = ?",
                (item, owner),
            ).fetchone()
            if found is None:
                return
            rows = db.execute("SELECT id FROM folder_items WHERE folder = ? ORDER BY position", found)
            order = [id for (id,) in rows]
            at = order.index(item)
            order.insert(min(max(at + by, 0), len(order) - 1), order.pop(at))
            db.executemany(
                "UPDATE folder_items SET position = ? WHERE id = ?",
                [(number, id) for number, id in enumerate(order, start=1)],
            )

    def remove(self, owner: str, item: str) -> Deleted | None:
        """Takes an item out. Returns what `put_back` brings it back from; None when the owner has no such item."""
        with self._journal.changing() as db:
            row = db.execute(
                "SELECT i.id, i.folder, i.position, i.comment, i.body FROM folder_items i JOIN folders f "
                "ON f.id = i.folder WHERE i.id = ? AND f.owner = ?",
                (item, owner),
            ).fetchone()
            if row is None:
                return None
            db.execute("DELETE FROM folder_items WHERE id = ?", (item,))
        return Deleted(item, owner, row[1], row, (), "item")

    def put_back(self, removed: Deleted) -> str | None:
        """Puts an item back where it was. Returns its folder; None when that is gone. Raises StoreWriteError."""
        folder, position = removed.about[1], removed.about[2]
        with self._journal.changing() as db:
            if not db.execute("SELECT 1 FROM folders WHERE id = ?", (folder,)).fetchone():
                return None
            db.execute(
                "UPDATE folder_items SET position = position + 1 WHERE folder = ? AND position >= ?",
                (folder, position),
            )
            db.execute("INSERT INTO folder_items VALUES (?, ?, ?, ?, ?)", removed.about)
        return str(folder)

    def delete(self, owner: str, folder: str) -> Deleted | None:
        """Forgets a folder. Returns what `restore` brings it back from; None when the owner has no such one."""
        return self._journal.delete("folder", owner, folder)

    def restore(self, deleted: Deleted) -> None:
        """Puts a deleted one back as it was. Raises StoreWriteError."""
        self._journal.restore(deleted)
