"""Phrases in a text: where they stand, and a few words around the first of them."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from docs_store.text.normal import fold_in_place

_MAX_PHRASES = 8  # phrases of a search
_MAX_PHRASE_CHARS = 100  # characters of one
_BEFORE, _AFTER = 24, 66  # characters shown before and after the first hit

Span = tuple[int, int]


def phrases(words: str) -> tuple[str, ...]:
    """What stands between the spaces of a search field; each piece is looked for whole."""
    return tuple(piece[:_MAX_PHRASE_CHARS] for piece in words.split()[:_MAX_PHRASES])


def occurrences(text: str, wanted: Sequence[str]) -> list[Span]:
    """Where the phrases stand in `text`, in order and apart; width, case and traditional characters do not matter."""
    folded = fold_in_place(text)
    found: list[Span] = []
    for phrase in map(fold_in_place, wanted):
        at = folded.find(phrase)
        while phrase and at >= 0:
            found.append((at, at + len(phrase)))
            at = folded.find(phrase, at + len(phrase))
    apart: list[Span] = []
    for start, end in sorted(found):
        if apart and start <= apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart


def marked(text: str, spans: Sequence[Span], offset: int = 0) -> str:
    """`text` as HTML with the spans marked; `offset` is where it begins in what the spans count in."""
    html, at = [], 0
    for start, end in spans:
        start, end = max(at, start - offset), min(len(text), end - offset)
        if start < end:
            html += [escape(text[at:start]), "<mark>", escape(text[start:end]), "</mark>"]
            at = end
    return "".join([*html, escape(text[at:])])


def snippet(text: str, spans: Sequence[Span]) -> str:
    """The words around the first span as HTML, with every span inside it marked; '' where there is none."""
    if not spans:
        return ""
    start = max(0, spans[0][0] - _BEFORE)
    end = min(len(text), max(spans[0][1], spans[0][0] + _AFTER))
    said = marked(text[start:end], spans, start)
    return f"{'…' if start else ''}{said}{'…' if end < len(text) else ''}"
