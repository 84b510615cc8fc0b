"""What a question is wrapped in: politeness, who asks, haste, and the form that the answer shall have."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from docs_store.text.normal import fold

_PHRASES = Path(__file__).parent / "politeness.tsv"
_WORDS = Path(__file__).parent / "frame_words.txt"


@lru_cache(maxsize=1)
def phrases() -> Mapping[str, str]:
    """Folded phrase → class: prefix, suffix, form:short, form:long, form:list, form:cite, thanks, self, urgency."""
    rows = (line.split("\t") for line in _PHRASES.read_text(encoding="utf-8").splitlines() if line)
    return {fold(text): kind for text, kind in rows}


@lru_cache(maxsize=1)
def frame_words() -> Mapping[str, frozenset[str]]:
    """The roles of `frame_words.txt` (opens, joins, closes, speaker), each with its words."""
    lines = _WORDS.read_text(encoding="utf-8").splitlines()
    rows = (line.partition(":") for line in lines if line and not line.startswith("#"))
    return {role: frozenset(listed.split()) for role, _, listed in rows}
