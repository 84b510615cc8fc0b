"""How far a run is, reported at most some times a second."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from ingest.report import Progress, Step

_TICK = 0.1  # seconds between two reports


class ProgressMeter:
    """Counts files and bytes against all that there are."""

    def __init__(
        self, files: Sequence[Path], progress: Progress | None, stored: Callable[[], tuple[int, int]]
    ) -> None:
        """`stored` says how many articles and passages are done."""
        self._sizes = {path: _size(path) for path in files}
        self._progress, self._stored = progress, stored
        self._files, self._bytes = 0, 0.0
        self._total = sum(self._sizes.values())
        self._reported_at = 0.0

    def size(self, files: Sequence[Path]) -> int:
        """Bytes of the files together."""
        return sum(self._sizes[path] for path in files)

    def read(self, path: Path, name: str, share: float) -> None:
        """A `share` (0 to 1) of a file was read."""
        self._tell(name, self._bytes + self._sizes[path] * share)

    def done(self, path: Path) -> None:
        """A file is done, read or not."""
        self._files += 1
        self._bytes += self._sizes[path]
        self._tell("", self._bytes, always=self._files == len(self._sizes))

    def _tell(self, source: str, read: float, *, always: bool = False) -> None:
        now = time.monotonic()
        if self._progress and (always or now - self._reported_at > _TICK):
            self._reported_at = now
            self._progress(Step(source, self._files, len(self._sizes), read, self._total, *self._stored()))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
