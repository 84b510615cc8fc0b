"""What differs from one operating system to another, each in one place."""

from __future__ import annotations

import os
import sys

MAPS_LIVE_FILES = os.name == "posix"
"""True where a file that is mapped into memory may be replaced or deleted, as everywhere but on Windows."""


def processors() -> int:
    """How many processors this process may use, at least 1; where the system does not say, how many there are."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1
