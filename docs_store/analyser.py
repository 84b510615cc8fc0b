"""The one Chinese analyser: index and query are cut by the same rules."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from opencc import OpenCC

VERSION = "2"  # 2: simplified characters, numbers with their unit, thousands without commas
_RUN = re.compile(r"[\u3400-\u9fff]+|\d+(?:\.\d+)*%?|[a-z]+(?:[a-z0-9+\-]*[a-z0-9])?")
_THOUSANDS = re.compile(r",(?<=\d,)(?=\d{3}(?!\d))")
_FULL_WIDTH = tuple((mark, unicodedata.normalize("NFKC", mark)) for mark in "，：；！？（）％")
_HAN = range(0x3400, 0xA000)


@lru_cache(maxsize=1)
def _simplified() -> dict[int, str]:
    """Traditional characters with their simplified form, one character for one, so that lengths stay."""
    characters = [chr(code) for code in _HAN]
    converted = OpenCC("t2s").convert("\n".join(characters)).split("\n")
    pairs = zip(characters, converted, strict=True)
    return {ord(old): new for old, new in pairs if new != old and len(new) == 1}


@lru_cache(maxsize=1)
def _traditional() -> re.Pattern[str]:
    """Finds a character that `_simplified` changes: most texts have none, and looking is quicker than translating."""
    return re.compile(f"[{''.join(map(chr, _simplified()))}]")


def _compatible(text: str) -> str:
    """NFKC. The marks that nearly every text has go first: what is left is seldom in need of it, which is told quickly."""
    for mark, plain in _FULL_WIDTH:
        text = text.replace(mark, plain)
    return text if unicodedata.is_normalized("NFKC", text) else unicodedata.normalize("NFKC", text)


def fold(text: str) -> str:
    """Full width, case, compatibility forms (NFKC), traditional characters and thousands' commas folded."""
    folded = _compatible(text).lower()
    if _traditional().search(folded):
        folded = folded.translate(_simplified())
    return _THOUSANDS.sub("", folded) if "," in folded else folded


def tokens(text: str) -> list[str]:
    """Overlapping character bigrams and single characters of Chinese runs; numbers and Latin words whole.

    A number comes twice where a Chinese character follows: alone and with it (2024, 2024年), which keeps dates and
    counted things whole.
    """
    return folded_tokens(fold(text))


def folded_tokens(text: str) -> list[str]:
    """The tokens of a text that `fold` returned."""
    found: list[str] = []
    for match in _RUN.finditer(text):
        run = match.group()
        if "\u3400" <= run[0] <= "\u9fff":
            found += run
            found += [run[i : i + 2] for i in range(len(run) - 1)]
        else:
            found.append(run)
            after = text[match.end() : match.end() + 1]
            if run[0].isdigit() and "\u3400" <= after <= "\u9fff":
                found.append(run + after)
    return found


def is_character(token: str) -> bool:
    """True for a lone Chinese character."""
    return len(token) == 1 and token >= "\u3400"
