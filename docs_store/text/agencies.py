"""News agencies and papers, from `agencies.txt`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from docs_store.text.data_files import data_lines


@lru_cache(maxsize=1)
def agencies() -> tuple[str, ...]:
    """Their names, the longest first."""
    lines = data_lines(Path(__file__).parent / "agencies.txt")
    return tuple(sorted((name for line in lines for name in line.split()), key=len, reverse=True))
