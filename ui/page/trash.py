"""What was just deleted or corrected, kept in memory for a while so that it can be undone."""

from __future__ import annotations

import time
import uuid
from collections import OrderedDict
from threading import Lock

from docs_store.journal.database import Deleted
from ui.editing import Edit

_SECONDS = 600.0
_MAX_CONVERSATIONS = 200
_KEPT = 100  # corrections that can be taken back


class Trash:
    """What was deleted in the last ten minutes; a server that stops forgets it. Thread-safe."""

    def __init__(self) -> None:
        """Empty."""
        self._lock = Lock()
        self._kept: OrderedDict[str, tuple[float, Deleted]] = OrderedDict()

    def put(self, deleted: Deleted) -> None:
        """Keeps one, and lets go of those that are too old or too many."""
        now = time.monotonic()
        with self._lock:
            self._kept[deleted.id] = (now, deleted)
            while self._kept and (
                len(self._kept) > _MAX_CONVERSATIONS or next(iter(self._kept.values()))[0] < now - _SECONDS
            ):
                self._kept.popitem(last=False)

    def take(self, owner: str, id: str, kind: str = "conversation") -> Deleted | None:
        """What the owner deleted, which leaves the trash; None where it is not there (any more)."""
        with self._lock:
            at, deleted = self._kept.get(id, (0.0, None))
            if (
                deleted is None
                or (deleted.owner, deleted.kind) != (owner, kind)
                or at < time.monotonic() - _SECONDS
            ):
                return None
            del self._kept[id]
            return deleted


class Reversals:
    """The latest corrections, each as the edits that take it back; a server that stops forgets them. Thread-safe."""

    def __init__(self) -> None:
        """Empty."""
        self._lock = Lock()
        self._kept: OrderedDict[str, list[Edit]] = OrderedDict()

    def put(self, edits: list[Edit]) -> str:
        """Keeps what takes one back; the token to ask for it by."""
        token = uuid.uuid4().hex
        with self._lock:
            self._kept[token] = edits
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return token

    def take(self, token: str) -> list[Edit]:
        """What takes a correction back; [] where it is too late."""
        with self._lock:
            return self._kept.pop(token, [])
