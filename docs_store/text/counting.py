"""What stands around a number: its unit, and the words in which characters of numbers count nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

from docs_store.text.data_files import data_lines
from docs_store.text.numbers import DIGITS, FIGURES, HAN, SCALES, leading_number
from docs_store.text.segment import Word, is_word, words
from docs_store.text.units import Unit, unit_pattern, units

_FILE = Path(__file__).parent / "not_numbers.txt"
SCALE_TAIL = re.compile(rf"[{''.join(SCALES)}]+$")
_OPENS = re.compile(r"前|上|近|约|超|逾|过|破|数|几|好几|好|每|这|那|另|整|共|仅|首|余|达")
_TAIL = re.compile(
    r"(?:[内外前后来间底初末中级份半多余几整许大号线]|以上|以下|以内|之内|之后|之前|之间|左右|以来|以后|以前|上下|分之|有余|成|日|点)*"
)
"""What may follow a unit within a word of the dictionary: 年内, 月底, 家级."""
_COLLECTIVE = re.compile(r"个([半多余])")
_HALF_MORE = re.compile(r"半(?![年月天个小日径岛导球程决夜路途])")


@dataclass(frozen=True, slots=True)
class UnitMatch:
    """A unit behind a number, where it ends, and what is to be added to the number (一个半小时, 10点30分), or 多, 余 within (两个多月)."""

    unit: Unit
    end: int
    extra: Fraction
    more: str = ""


def unit_at(plain: str, at: int) -> UnitMatch | None:
    """The unit that stands at `at`, after at most one space; None when a word begins there that is more than a unit."""
    at += plain.startswith(" ", at)
    match, more, written = unit_pattern().match(plain, at), "", ""
    if (inner := _COLLECTIVE.match(plain, at)) and (match := unit_pattern().match(plain, inner.end())):
        more, written = inner[1], f"个{match.group()}"
    if match is None or _is_more_than_unit(plain, at, match.end()):
        return None
    unit = units().get(written) or units()[match.group()]
    half = Fraction(more == "半", 2)
    more = "" if more == "半" else more
    end = match.end()
    if unit.name == "时" and (minutes := leading_number(plain, end)) and plain.startswith("分", minutes[1]):
        return UnitMatch(unit, minutes[1] + 1, minutes[0][0] / 60)
    if unit.name == "%" and plain[end - 1] == "成" and plain[end : end + 1] in DIGITS:
        return UnitMatch(unit, end + 1, half + Fraction(DIGITS[plain[end]], 10), more)
    if _HALF_MORE.match(plain, end) and unit.kind in ("duration", "times", "share", "calendar"):
        return UnitMatch(unit, end + 1, half + Fraction(1, 2), more)
    return UnitMatch(unit, end, half, more)


def counts_nothing(plain: str) -> frozenset[int]:
    """Where characters of numbers stand that count nothing: within other words, and in those of `not_numbers.txt`."""
    barred: set[int] = set()
    for word in words(plain):
        if any(c in _NUMERIC for c in word.text) and _is_other_word(word):
            barred.update(range(word.start, word.end))
    for match in _listed().finditer(plain):
        barred.update(range(*match.span()))
    return frozenset(barred)


_NUMERIC = frozenset(HAN) | frozenset("几数半")


def _is_other_word(word: Word) -> bool:
    """True for a word of the dictionary, or a name, that is more than a number with its unit."""
    if all(c in _NUMERIC for c in word.text) or word.text[0] in FIGURES or word.text[0] == "第":
        return False
    if not is_word(word.text) and not word.pos.startswith("nr"):
        return False
    opening = _OPENS.match(word.text)
    at = opening.end() if opening else 0
    first = at
    while at < len(word.text) and (
        word.text[at] in _NUMERIC or (at > first and word.text[at] in "点分之多余来")
    ):
        at += 1
    if at == first:
        return True
    unit = unit_pattern().match(word.text, at)
    tail = _TAIL.match(word.text, unit.end() if unit else at)
    return tail is None or tail.end() != len(word.text)


def _is_more_than_unit(plain: str, start: int, end: int) -> bool:
    """True when a word of the dictionary begins at the unit, or within it, and ends behind it: 成立, 项目, 年度."""
    for word in words(plain):
        if word.start >= end:
            return False
        if start <= word.start and word.end > end and is_word(word.text):
            tail = _TAIL.fullmatch(word.text, end - word.start)
            return tail is None
    return False


@lru_cache(maxsize=1)
def _listed() -> re.Pattern[str]:
    listed = {word for line in data_lines(_FILE) for word in line.split()}
    longest_first = "|".join(sorted(listed, key=len, reverse=True))
    return re.compile(
        rf"(?<![{HAN}0-9第近超逾过上约数几破达])(?:{longest_first})(?!分?之)(?!(?<=点)[{''.join(DIGITS)}])"
    )
