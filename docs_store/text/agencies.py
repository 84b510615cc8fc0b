"""News agencies and papers, from `agencies.txt`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path


@lru_cache(maxsize=1)
def agencies() -> tuple[str, ...]:
    """Their names, the longest first."""
    lines = (Path(__file__).parent / "agencies.txt").read_text(encoding="utf-8").splitlines()
    return tuple(
        sorted((n for line in lines if not line.startswith("#") for n in line.split()), key=len, reverse=True)
    )
