"""The one normal form of text, step by step, with a map of offsets back to what was written.

Steps, in order: invisible characters go; width and compatibility forms (NFKC); case; radicals and variants of
ideographs, and the dots of foreign names, to the usual character; traditional to simplified; thousands' commas go;
spaces between lone Chinese characters (国 家 发 改 委, 王　伟) go.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from opencc import OpenCC

from docs_store.text.data_files import data_lines

_VARIANTS = Path(__file__).parent / "variants.txt"
_REMEMBERED = (
    1_000  # characters: questions, titles and sentences are folded again and again, articles are not
)
_HAN = "\u3400-\u9fff"
_INVISIBLE = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]"
)
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_SPACED = re.compile(rf"(?<=[{_HAN}])[ \t]+(?=[{_HAN}](?![{_HAN}]))")
_LONE_BEFORE = re.compile(rf"(?:^|[^{_HAN}\d])[{_HAN}]$")
_FULL = str.maketrans(",:;?!()", "，：；？！（）")
_HALF = {
    code: code - 0xFEE0
    for span in ((0xFF10, 0xFF1A), (0xFF21, 0xFF3B), (0xFF41, 0xFF5B))
    for code in range(*span)
}
_HALF_MARKS = {0xFF01 + i: 0x21 + i for i in range(94)} | {0x3000: 0x20, 0xB2: 0x32, 0xB3: 0x33}
# Kangxi radicals, and ideographs of old code pages.
_COMPATIBLE = (*range(0x2F00, 0x2FD6), *range(0xF900, 0xFA6E))
_BESIDE_CHINESE = re.compile(rf"(?<=[{_HAN}”’》])[,:;?!()]|[,:;?!()](?=[{_HAN}“‘《])")
_FULL_WIDTH = tuple((mark, unicodedata.normalize("NFKC", mark)) for mark in "，：；！？（）％")


@dataclass(frozen=True, slots=True)
class Normalized:
    """A text in normal form; `starts[i]` and `ends[i]` are where its i-th character stands in the original."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original that `text[start:end]` was made of. An empty span stays empty."""
        if start >= end:
            at = self.starts[start] if start < len(self.starts) else (self.ends[-1] if self.ends else 0)
            return at, at
        return self.starts[start], self.ends[end - 1]


def fold(text: str) -> str:
    """The normal form of `text`, for comparing and searching; what is shown is what was written."""
    return _remembered(text) if len(text) <= _REMEMBERED else _folded(text)


def well_formed(text: str) -> str:
    """The text with U+FFFD for half a character, which no store and no model takes.

    Clients that cut a text at a number of UTF-16 units send such, JSON may spell it, and so do bytes that are no UTF-8
    on a command line.
    """
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def fold_each(lines: Iterable[str]) -> list[str]:
    """The normal form of each line, none of which may hold a line break: all at once, in half the time."""
    return _folded("\n".join(lines)).split("\n")


def normalize(text: str) -> Normalized:
    """The same, with the way back into the original."""
    characters, starts, ends = [], [], []
    for start, end in _clusters(text):
        for character in _usual(_compatible(_INVISIBLE.sub("", text[start:end])).lower()):
            characters.append(character)
            starts.append(start)
            ends.append(end)
    plain = "".join(characters)
    gone = _removed(plain)
    kept = [i for i in range(len(plain)) if i not in gone]
    return Normalized(
        "".join(plain[i] for i in kept), tuple(starts[i] for i in kept), tuple(ends[i] for i in kept)
    )


def typeset(text: str) -> str:
    """The text as Chinese print sets it: full-width punctuation beside Chinese characters, half-width letters and digits.

    For embedding models, which were taught on such text; lengths stay.
    """
    return _BESIDE_CHINESE.sub(lambda match: match.group().translate(_FULL), text.translate(_HALF))


def fold_in_place(text: str) -> str:
    """What of the normal form keeps every character in its place: half width, lower case, the usual simplified character."""
    plain = text.translate(_HALF_MARKS) if not text.isascii() else text
    lower = plain.lower()
    return _usual(lower if len(lower) == len(plain) else "".join(c.lower()[0] for c in plain))


def spellings(text: str) -> tuple[str, ...]:
    """For each character of what `fold_in_place` returned: all the characters that it makes that one of."""
    written = _written()
    return tuple(written.get(character, character) for character in text)


@lru_cache(maxsize=8192)
def _remembered(text: str) -> str:
    return _folded(text)


def _folded(text: str) -> str:
    plain = _INVISIBLE.sub("", text) if not text.isascii() else text
    plain = _usual(_compatible(plain).lower())
    gone = _removed(plain)
    return "".join(c for i, c in enumerate(plain) if i not in gone) if gone else plain


def _compatible(text: str) -> str:
    """NFKC. The marks that nearly every text has go first: what is left is seldom in need of it, which is seen quickly."""
    for mark, plain in _FULL_WIDTH:
        text = text.replace(mark, plain)
    return text if unicodedata.is_normalized("NFKC", text) else unicodedata.normalize("NFKC", text)


def _usual(text: str) -> str:
    """Each character in its usual form: one for one, so that lengths stay."""
    return text.translate(_usual_forms()) if _unusual().search(text) else text


def _removed(text: str) -> set[int]:
    """Where commas of thousands and stray spaces stand."""
    gone = {match.start() for match in _THOUSANDS.finditer(text)} if "," in text else set()
    for match in _SPACED.finditer(text) if " " in text or "\t" in text else ():
        if _LONE_BEFORE.search(text, max(0, match.start() - 2), match.start()):
            gone.update(range(*match.span()))
    return gone


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Spans of characters that NFKC looks at together: a character with the marks that join it."""
    start = 0
    for at in range(1, len(text)):
        if not _joins(text[at]):
            yield start, at
            start = at
    if text:
        yield start, len(text)


@lru_cache(maxsize=4096)
def _joins(character: str) -> bool:
    """True for what may melt into the character before it, or has nothing of its own to show."""
    return (
        unicodedata.combining(character) != 0
        or unicodedata.category(character) in ("Mn", "Mc")
        or "\u1160" <= character <= "\u11ff"
        or unicodedata.combining(unicodedata.normalize("NFKC", character)[:1] or " ") != 0
        or _INVISIBLE.match(character) is not None
    )


@lru_cache(maxsize=1)
def _usual_forms() -> dict[int, str]:
    """Radicals, variants and traditional characters with the usual simplified form, one character for one."""
    han = [chr(code) for code in range(0x3400, 0xA000)]
    converted = OpenCC("t2s").convert("\n".join(han)).split("\n")
    forms = {old: new for old, new in zip(han, converted, strict=True) if new != old and len(new) == 1}
    for code in _COMPATIBLE:
        plain = unicodedata.normalize("NFKC", chr(code))
        forms[chr(code)] = forms.get(plain, plain)
    for usual, variants in listed_variants():
        for variant in variants:
            forms[variant] = forms.get(usual, usual)
    return {ord(old): new for old, new in forms.items()}


@lru_cache(maxsize=1)
def _written() -> dict[str, str]:
    """Each character with all that `fold_in_place` turns into it, itself first, where there is more than one."""
    ways: dict[str, str] = {}
    for code in (*_HALF_MARKS, *range(ord("A"), ord("Z") + 1), *_usual_forms()):
        plain = fold_in_place(chr(code))
        ways[plain] = ways.get(plain, plain) + chr(code)
    return ways


def listed_variants() -> Iterator[tuple[str, str]]:
    """Each usual character of `variants.txt` with the radicals and variants that stand for it."""
    for line in data_lines(_VARIANTS):
        usual, variants = line.split(maxsplit=1)
        yield usual, variants.replace(" ", "")


@lru_cache(maxsize=1)
def _unusual() -> re.Pattern[str]:
    """Finds a character that `_usual_forms` changes: most texts have none, and looking is quicker than translating."""
    return re.compile(f"[{re.escape(''.join(map(chr, _usual_forms())))}]")
