"""Units that stand after a number, from `units.tsv`: each way of writing one, with what it measures."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

from docs_store.text.data_files import data_lines

_FILE = Path(__file__).parent / "units.tsv"


@dataclass(frozen=True, slots=True)
class Unit:
    """What a unit measures (`kind`), the unit that its numbers are given in (`name`), and the factor to that."""

    kind: str
    name: str
    factor: Fraction


@lru_cache(maxsize=1)
def units() -> dict[str, Unit]:
    """Every way of writing a unit, folded, with the unit."""
    found: dict[str, Unit] = {}
    for line in data_lines(_FILE):
        kind, name, factor, written = line.split("\t")
        found |= {way: Unit(kind, name, Fraction(factor)) for way in written.split()}
    return found


@lru_cache(maxsize=1)
def unit_pattern() -> re.Pattern[str]:
    """Matches the longest unit at a place."""
    latin = "|".join(re.escape(way) for way in _longest_first() if way[0].isascii() and way[0].isalpha())
    other = "|".join(
        re.escape(way) for way in _longest_first() if not (way[0].isascii() and way[0].isalpha())
    )
    return re.compile(rf"(?:{other}|(?:{latin})(?![a-z0-9]))")


def _longest_first() -> list[str]:
    return sorted(units(), key=len, reverse=True)
