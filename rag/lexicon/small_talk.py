"""What people say to an assistant that is no question on the articles: greetings, thanks, what it can do."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from docs_store.text.normal import fold

_FILE = Path(__file__).parent / "smalltalk.tsv"
_MARKS = " ，,。.！!？?～~、…；;：:"


@lru_cache(maxsize=1)
def small_talk() -> Mapping[str, str]:
    """Folded text → class: greeting, farewell, thanks, praise, ack, complaint, identity, capability, library, chitchat."""
    rows = (line.split("\t") for line in _FILE.read_text(encoding="utf-8").splitlines() if line)
    return {plain(text): kind for kind, text in rows}


def plain(text: str) -> str:
    """Folded, without marks around it."""
    return fold(text).strip(_MARKS)
