"""What differs from one operating system to another, each in one place."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

MAPS_LIVE_FILES = os.name == "posix"
"""True where a file that is mapped into memory may be replaced or deleted, as everywhere but on Windows."""


def processors() -> int:
    """How many processors this process may use, at least 1; where the system does not say, how many there are."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


def cores() -> int:
    """How many threads keep this process's share of the machine busy with arithmetic, as a language model does; at least 1.

    One a physical core: two hyper-threads of a core share the units that multiply. And no more than the quota of its
    container, beyond which all of them are made to wait.
    """
    if sys.platform == "linux":
        found = physical_cores(os.sched_getaffinity(0))
        quota = quota_of()
        return found if quota is None else max(1, min(found, int(quota)))
    return processors()


def physical_cores(of: Collection[int], folder: Path = Path("/sys/devices/system/cpu")) -> int:
    """Physical cores among processors, given by number; where the system does not say, each is one."""
    found = set()
    for number in of:
        core = str(number)
        with suppress(OSError):
            core = (folder / f"cpu{number}/topology/thread_siblings_list").read_text(encoding="ascii").strip()
        found.add(core)
    return max(1, len(found))


def quota_of(file: Path = Path("/sys/fs/cgroup/cpu.max")) -> float | None:
    """Processors' worth of time that the container may use (``docker run --cpus``); None where there is no limit."""
    try:
        allowed, period = file.read_text(encoding="ascii").split()
        return float(allowed) / float(period)
    except (OSError, ValueError, ZeroDivisionError):
        return None  # "max 100000", or no such file
