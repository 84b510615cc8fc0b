"""What was just deleted, kept in memory for a while so that it can be undone."""

from __future__ import annotations

import time
from collections import OrderedDict
from threading import Lock

from docs_store.journal.database import Deleted

_SECONDS = 600.0
_MOST = 200


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
                len(self._kept) > _MOST or next(iter(self._kept.values()))[0] < now - _SECONDS
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
