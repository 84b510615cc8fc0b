"""How many threads a computation should have that keeps every one of them busy, as a language model does."""

from __future__ import annotations

import os
from collections.abc import Collection
from contextlib import suppress
from math import floor
from pathlib import Path

_CPUS = Path("/sys/devices/system/cpu")
_QUOTA = Path("/sys/fs/cgroup/cpu.max")


def threads() -> int:
    """One thread a physical core that this process may use, within the quota of its container; at least 1.

    Two hyper-threads of one core share the units that multiply: more threads than cores make the model no quicker, and
    more than the quota make it stop and go.
    """
    found = physical_cores(usable())
    quota = quota_of()
    return found if quota is None else max(1, min(found, floor(quota)))


def usable() -> frozenset[int]:
    """The processors that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return frozenset(os.sched_getaffinity(0))
    return frozenset(range(os.cpu_count() or 1))  # macOS, Windows


def physical_cores(processors: Collection[int], folder: Path = _CPUS) -> int:
    """Physical cores among processors; where the system does not say (macOS, Windows), each counts as one."""
    cores = set()
    for number in processors:
        core = str(number)
        with suppress(OSError):
            core = (folder / f"cpu{number}/topology/thread_siblings_list").read_text(encoding="ascii").strip()
        cores.add(core)
    return max(1, len(cores))


def quota_of(file: Path = _QUOTA) -> float | None:
    """Processors' worth of time that the container may use (``docker run --cpus``); None where there is no limit."""
    try:
        allowed, period = file.read_text(encoding="ascii").split()
        return float(allowed) / float(period)
    except (OSError, ValueError, ZeroDivisionError):
        return None  # "max 100000", or no such file
