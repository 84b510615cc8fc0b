"""Places that a text names, from `places.txt`, with their level; matched as whole words (江南通道 names no 南通)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from docs_store.text.data_files import data_lines
from docs_store.text.normal import fold_in_place
from docs_store.text.segment import Word, words

_FILE = Path(__file__).parent / "places.txt"
_WITHIN = _FILE.with_name("places_within.txt")
_SUFFIXES = ("特别行政区", "自治区", "自治州", "自治县", "新区", "省", "市", "区", "县", "州", "盟")
_WINDOW = 6  # characters on either side of a name that decide how it is cut


class Level(StrEnum):
    """How large a place is; a region holds parts of several provinces, or is an area with a name of its own."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    DISTRICT = "district"
    REGION = "region"


_LEVELS = {"区": Level.DISTRICT, "新区": Level.DISTRICT, "县": Level.COUNTY}


@dataclass(frozen=True, slots=True)
class Place:
    """A place at `text[start:end]`, the character of its level (市, 区) with it where it is written; `name` is without."""

    start: int
    end: int
    name: str
    level: Level


def places(text: str) -> list[Place]:
    """The places that `text` names, in order, none within another."""
    return list(_places(text))


def place_names(text: str) -> set[str]:
    """The names of the places in `text`."""
    return {place.name for place in _places(text)}


def level_of(name: str) -> Level | None:
    """The level of a place by its name as `places.txt` has it; None for what is not listed."""
    return _listed()[0].get(name)


def overlap(one: str, other: str) -> bool:
    """True for two listed places that share some ground: one place, one within the other (前海, 大湾区), or parts in common (广东, 大湾区)."""
    return not _ground(one).isdisjoint(_ground(other))


@lru_cache(maxsize=1024)
def _ground(name: str) -> frozenset[str]:
    """A place and all that lies within it."""
    found, left = {name}, [name]
    while left:
        for part in _parts().get(left.pop(), ()):
            if part not in found:
                found.add(part)
                left.append(part)
    return frozenset(found)


@lru_cache(maxsize=1)
def _parts() -> dict[str, tuple[str, ...]]:
    """What each place directly holds."""
    lines = (line.split(":") for line in data_lines(_WITHIN))
    return {whole: tuple(listed.split()) for whole, listed in lines}


def _places(text: str) -> Iterator[Place]:
    plain = fold_in_place(text)
    last = 0
    for match in _names().finditer(plain):
        if match.start() < last:
            continue
        name, end = match.group(), match.end()
        if not _stands_alone(plain, match.start(), end):
            continue
        level = _listed()[0][name]
        suffix = (
            next((s for s in _SUFFIXES if plain.startswith(s, end)), "") if level is not Level.REGION else ""
        )
        if suffix and not _ends_word(plain, end + len(suffix)):
            suffix = ""
        if name in _listed()[1] and not suffix:
            continue
        last = end + len(suffix)
        yield Place(match.start(), last, name, _LEVELS.get(suffix, level) if level is Level.CITY else level)


def _stands_alone(plain: str, start: int, end: int) -> bool:
    """True where words begin and end at the name, or a noun begins with it, or it stands in a word made of such names."""
    cut, first = _around(plain, start, end)
    at = first
    for word in cut:
        after = at + len(word.text)
        if at <= start < after:
            break
        at = after
    else:
        return False
    if at == start:
        return after <= end or word.pos[:1] not in ("v", "a", "d")
    inside = word.text
    return end <= after and (_is_of_places(inside) or _is_of_places(_without_country(inside)))


def _ends_word(plain: str, end: int) -> bool:
    """True where no word goes on at `end`."""
    cut, at = _around(plain, end - 2, end)
    for word in cut:
        at += len(word.text)
        if at >= end:
            return at == end
    return True


def _around(plain: str, start: int, end: int) -> tuple[tuple[Word, ...], int]:
    """The words of some characters around a span, cut where they may be, and where they begin.

    A whole article takes long to cut, and what is far off does not matter.
    """
    first = start
    while first > max(0, start - _WINDOW) and _is_han(plain[first - 1]):
        first -= 1
    last = end
    while last < min(len(plain), end + _WINDOW) and _is_han(plain[last]):
        last += 1
    return words(plain[first:last]), first


def _is_han(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff"


def _without_country(word: str) -> str:
    return next((word[len(c) :] for c in ("中国", "中共", "全国", "国务院") if word.startswith(c)), word)


@lru_cache(maxsize=4096)
def _is_of_places(word: str) -> bool:
    """True for a word made of names of places alone, and a character of their level: 苏州无锡, 江苏省南通市."""
    levels = _listed()[0]
    if not word or word in _SUFFIXES:
        return True
    return any(
        word[:n] in levels and _is_of_places(_without_suffix(word[n:])) for n in range(2, len(word) + 1)
    )


def _without_suffix(word: str) -> str:
    return next((word[len(s) :] for s in _SUFFIXES if word.startswith(s)), word)


@lru_cache(maxsize=1)
def _names() -> re.Pattern[str]:
    return re.compile("|".join(sorted(_listed()[0], key=len, reverse=True)))


@lru_cache(maxsize=1)
def _listed() -> tuple[dict[str, Level], frozenset[str]]:
    """(level by name, names that are common words too)."""
    levels: dict[str, Level] = {}
    ambiguous: set[str] = set()
    for line in data_lines(_FILE):
        level, listed = line.split(":")
        if level == "ambiguous":
            ambiguous.update(listed.split())
        else:
            levels |= {name: Level(level) for name in listed.split()}
    return levels, frozenset(ambiguous)
