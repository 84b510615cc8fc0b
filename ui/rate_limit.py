"""Rate limiting by token buckets: one a caller, full at first, refilled evenly; for API keys, addresses and users alike."""

from __future__ import annotations

import time
from collections import OrderedDict
from threading import Lock

_CALLERS = 10_000  # remembered; who called longest ago is forgotten first, and starts full again


class RateLimiter:
    """So many calls a minute for each caller. Thread-safe."""

    def __init__(self, per_minute: int) -> None:
        """`per_minute` calls at once, and as many in each minute after that; 0 limits nothing."""
        self._size = float(per_minute)
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def wait(self, caller: str) -> float:
        """Takes a token: 0, or the seconds until there is one; a call that has to wait takes none."""
        if not self._size:
            return 0.0
        with self._lock:
            now = time.monotonic()
            tokens, then = self._buckets.pop(caller, (self._size, now))
            tokens = min(self._size, tokens + (now - then) * self._size / 60)
            self._buckets[caller] = (tokens - 1 if tokens >= 1 else tokens, now)
            while len(self._buckets) > _CALLERS:
                self._buckets.popitem(last=False)
        return max(0.0, (1 - tokens) * 60 / self._size)
