"""A thread that looks after a shared index: what others have changed is shown within a few seconds."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event, Thread

from docs_store.errors import GuanchaoError

_log = logging.getLogger(__name__)


class Follower:
    """Calls `look` every so many seconds, until stopped."""

    def __init__(self, look: Callable[[], None], seconds: float) -> None:
        """Starts."""
        self._look, self._seconds = look, seconds
        self._over = Event()
        self._thread = Thread(target=self._run, name="follow-index", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends after the look under way."""
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(self._seconds):
            try:
                self._look()
            except GuanchaoError as error:  # the server may come back; who asks meanwhile gets the error
                _log.warning("%s", error)
            except Exception:  # the thread's boundary
                _log.exception("following the shared index failed")
