"""A thread that looks after a shared index: what others have changed is shown within a few seconds."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event, Thread

from docs_store.errors import GuanchaoError

_log = logging.getLogger(__name__)


class Follower:
    """Calls `look` every so many seconds, and at once when woken."""

    def __init__(self, look: Callable[[], None], seconds: float) -> None:
        """Starts."""
        self._look, self._seconds = look, seconds
        self._woken, self._over = Event(), False
        self._thread = Thread(target=self._run, name="follow-index", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Looks now."""
        self._woken.set()

    def stop(self) -> None:
        """Ends after the look under way."""
        self._over = True
        self._woken.set()
        self._thread.join()

    def _run(self) -> None:
        while True:
            self._woken.wait(self._seconds)
            self._woken.clear()
            if self._over:
                return
            try:
                self._look()
            except GuanchaoError as error:  # the server may come back; who asks meanwhile gets the error
                _log.warning("%s", error)
            except Exception:  # the thread's boundary
                _log.exception("following the shared index failed")
