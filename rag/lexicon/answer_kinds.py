"""Which kind of answer a question wants, by its words, and which words of a sentence are of that kind."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from docs_store.text.segment import Word

_FILE = Path(__file__).parent / "answer_kinds.tsv"
KINDS = ("number", "date", "person", "place", "reason", "document", "manner")
EXACT = ("number", "date", "document")
"""Kinds that an answer shows by its signs, whatever its words."""
_REASONS = (
    "因",
    "由于",
    "导致",
    "造成",
    "为了",
    "旨在",
    "致使",
    "鉴于",
    "影响",
    "使得",
    "以便",
    "从而",
    "原因",
)
_MANNERS = ("通过", "采取", "采用", "以", "一是", "措施", "方式", "利用", "按照")
_DATE = re.compile(
    r"\d\s*[年月日号时点]|[一二三四五六七八九十]月|[今明去昨前当]年|[今明昨前当][日天]|周[一二三四五六日末]|[上下]午|季度|[年月]底|[年月]初"
)
_FIGURE = re.compile(r"\d|[一二两三四五六七八九十百千万亿半]")


def kind_of(folded: str) -> str | None:
    """The kind of answer that a folded question wants: the one whose words stand in it at greatest length."""
    best = max(
        (
            (len(match.group()), -place, kind)
            for place, (kind, asks) in enumerate(_asking())
            if (match := asks.search(folded))
        ),
        default=None,
    )
    return best[2] if best else None


def asking(folded: str) -> Iterator[re.Match[str]]:
    """Where a folded question asks for a kind of answer."""
    for _, asks in _asking():
        yield from asks.finditer(folded)


def shows(kind: str | None, folded: str, words: Sequence[Word]) -> bool:
    """True when what can be an answer of the kind stands in a folded sentence with its words."""
    match kind:
        case "number":
            return _FIGURE.search(folded) is not None
        case "date":
            return _DATE.search(folded) is not None
        case "person":
            return any(word.pos.startswith("nr") or word.pos == "nt" for word in words)
        case "place":
            return any(word.pos in ("ns", "nt") for word in words)
        case "reason":
            return any(mark in folded for mark in _REASONS)
        case "document":
            return "《" in folded or "〔" in folded
        case "manner":
            return any(mark in folded for mark in _MANNERS)
    return True


def is_named(word: str) -> bool:
    """True for a word that names a kind of answer, or asks for it: 数量, 时间, 地点."""
    return any(asks.fullmatch(word) for _, asks in _asking())


@lru_cache(maxsize=1)
def _asking() -> tuple[tuple[str, re.Pattern[str]], ...]:
    rows = (line.split("\t") for line in _FILE.read_text(encoding="utf-8").splitlines() if line)
    return tuple(
        (kind, re.compile("|".join(sorted(words.split("|"), key=len, reverse=True)))) for kind, words in rows
    )
