"""A readers-writer lock between the threads of one process: many readers, or one writer alone for the moment of a change."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition, local


class Gate:
    """Readers may enter again while inside; a waiting writer lets no new reader in, so that it gets its turn."""

    def __init__(self) -> None:
        """Open to both."""
        self._changed = Condition()
        self._readers = 0
        self._writers_waiting = 0
        self._writing = False
        self._mine = local()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Holds off writers: all that is read inside belongs to one state."""
        depth = getattr(self._mine, "depth", 0)
        if not depth:
            with self._changed:
                self._changed.wait_for(lambda: not self._writing and not self._writers_waiting)
                self._readers += 1
        self._mine.depth = depth + 1
        try:
            yield
        finally:
            self._mine.depth = depth
            if not depth:
                with self._changed:
                    self._readers -= 1
                    self._changed.notify_all()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Alone inside. Not to be entered by a thread that is reading, nor twice."""
        with self._changed:
            self._writers_waiting += 1
            try:
                self._changed.wait_for(lambda: not self._writing and not self._readers)
            finally:
                self._writers_waiting -= 1
            self._writing = True
        # A writer reads too, through the same methods as everyone: that must not make it wait for itself.
        depth = getattr(self._mine, "depth", 0)
        self._mine.depth = depth + 1
        try:
            yield
        finally:
            self._mine.depth = depth
            with self._changed:
                self._writing = False
                self._changed.notify_all()
