"""How well two amounts or two dates agree: value, unit, bound; year, month, day."""

from __future__ import annotations

from docs_store.text.dates import Stated
from docs_store.text.numerals import Numeral

COUNTED = frozenset(("people", "count", ""))  # 36座 and 36个 may count the same things


def alike(one: Numeral, other: Numeral) -> float:
    """How well the amount of a claim agrees with one of a passage, 0 to 1."""
    if one.kind is not other.kind:
        return 0.0
    units = same_unit(one, other)
    if (one.low, one.high) == (other.low, other.high):
        if not units:
            return 0.3
        return 1.0 if one.bound == other.bound else 0.7
    if units and one.bound and rounded(one, other):
        return 0.9
    if not one.bound and units and one.low and abs(one.low - other.low) < abs(other.low) / 200:
        return 0.6
    return 0.0


def same_unit(one: Numeral, other: Numeral) -> bool:
    """True for units that can stand for each other, or where one has none."""
    if one.unit == other.unit or not one.unit or not other.unit:
        return True
    return one.measure in COUNTED and other.measure in COUNTED


def rounded(claim: Numeral, stated: Numeral) -> bool:
    """True when `claim`, with its bound, is a fair rounding of `stated`: 近四分之三 for 74.7%, 超过13亿 for 13.22亿."""
    value, said = stated.low, claim.low
    if not value or abs(said - value) > abs(value) / 6:
        return False
    fits = {"<": value < said, "≤": value <= said, ">": value > said, "≥": value >= said, "~": True}
    return fits.get(claim.bound, value == said)


def days_alike(one: Stated, other: Stated) -> float:
    """How well the date of a claim agrees with one of a passage, 0 to 1: the share of its parts that the other states."""
    parts = [(one.year, other.year), (one.month, other.month), (one.day, other.day)]
    if any(a is not None and b is not None and a != b for a, b in parts):
        return 0.0
    both = sum(a is not None and b is not None for a, b in parts)
    return 0.4 + 0.6 * both / sum(a is not None for a, _ in parts) if both else 0.0
