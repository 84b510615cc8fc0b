"""What wording shows: words of a reason, a status, a measure, a byline, and the words that ask for them; `cues.tsv`."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

_FILE = Path(__file__).parent / "cues.tsv"
_ASKS = "ask_"


@lru_cache(maxsize=1)
def classes() -> dict[str, tuple[str, ...]]:
    """Class → its words, in the order of the file."""
    rows = (line.split("\t") for line in _FILE.read_text(encoding="utf-8").splitlines())
    return {name[0]: tuple(name[1].split("|")) for name in rows if len(name) == 2}


@lru_cache(maxsize=1)
def _patterns() -> dict[str, re.Pattern[str]]:
    return {
        name: re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))))
        for name, words in classes().items()
    }


def shown(clause: str) -> dict[str, float]:
    """How many words of each class a clause has, at most three."""
    return {
        name: float(min(3, len(pattern.findall(clause))))
        for name, pattern in _patterns().items()
        if not name.startswith(_ASKS)
    }


def asked(question: str) -> dict[str, float]:
    """1 for each class that a question asks for with a word of it, else 0."""
    return {
        name: float(pattern.search(question) is not None)
        for name, pattern in _patterns().items()
        if name.startswith(_ASKS)
    }
