"""Processor time of processes and of those that they started: what a busy machine does not change."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path


def spent_s(pids: Iterable[int]) -> float:
    """Seconds of all processors that these processes and what they started have used; those that ended are left out."""
    parents, used = {}, {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            # The name, in brackets, may hold anything.
            fields = (
                (folder / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            )
        except OSError:
            continue  # it has just ended
        parents[int(folder.name)] = int(fields[1])
        used[int(folder.name)] = int(fields[11]) + int(fields[12])
    wanted = set(pids)
    found = [pid for pid in used if _descends(pid, wanted, parents)]
    return sum(used[pid] for pid in found) / os.sysconf("SC_CLK_TCK")


def _descends(pid: int, wanted: set[int], parents: dict[int, int]) -> bool:
    while pid > 1:
        if pid in wanted:
            return True
        pid = parents.get(pid, 0)
    return False
