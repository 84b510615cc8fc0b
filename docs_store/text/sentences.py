"""Chinese sentences and clauses, shared by the chunker, the evidence picker and the checker."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

CHINESE_ENDS = "。！？；"
"""What ends a sentence and stands in no address and no code."""
SENTENCE_MARKS = f"{CHINESE_ENDS}!?;"
CLAUSE_MARKS = f"，,{SENTENCE_MARKS}"
"""What ends a clause wherever it stands; callers add what does so in their texts: colons, brackets, the marks of chats."""

# Begins with one class of characters, not with a choice: Python's re then looks for it four times as quickly.
_END = re.compile(rf"[{SENTENCE_MARKS}…\n](?:(?<=\n)\n*|[{SENTENCE_MARKS}…]*[”’」』）)】]*)")
_CLAUSE_END = re.compile(r"[，,—](?:(?<=，)|(?<=,)(?<!\d,)|(?<=,)(?!\d)|(?<=—)—+)")


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Half-open code point spans of the sentences of `text`, without surrounding white space.

    A sentence ends at 。！？；… (closing quotes and brackets stay with it) or at a line break. An end mark inside
    an open “…” quotation does not end the sentence, so that a quotation is never cut.
    """
    return list(each_sentence(text))


def each_sentence(text: str) -> Iterator[tuple[int, int]]:
    """The same, one by one: for a reader who needs no more than the first."""
    start = 0
    quoted = "“" in text
    for match in _END.finditer(text):
        end = match.end()
        if quoted and text[end - 1] != "\n" and _inside_quotation(text, start, end):
            continue
        if span := _trimmed(text, start, end):
            yield span
        start = end
    if span := _trimmed(text, start, len(text)):
        yield span


def clause_spans(text: str) -> list[tuple[int, int]]:
    """Half-open spans of the clauses of `text`: its sentences, cut at commas and dashes too, the mark with what it ends.

    A comma between digits (1,200) cuts nothing, nor does the mark of a list (、).
    """
    found = []
    for first, last in each_sentence(text):
        start = first
        for match in _CLAUSE_END.finditer(text, first, last):
            if span := _trimmed(text, start, match.end()):
                found.append(span)
            start = match.end()
        if span := _trimmed(text, start, last):
            found.append(span)
    return found


def pieces(text: str, more: str = "") -> list[str]:
    """What stands between the marks of clauses, and the characters of `more`, without them; empty pieces left out."""
    return [piece for piece in clause_breaks(more).split(text) if piece]


@cache
def clause_breaks(more: str = "") -> re.Pattern[str]:
    """Finds a run of the marks of clauses and of the characters of `more`."""
    return re.compile(f"[{re.escape(CLAUSE_MARKS + more)}]+")


def _inside_quotation(text: str, start: int, end: int) -> bool:
    opened = text.count("“", start, end)
    if not opened or opened <= text.count("”", start, end):
        return False
    line_end = text.find("\n", end)
    return text.find("”", end, line_end if line_end >= 0 else len(text)) >= 0


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The span without surrounding white space; None when nothing else is in it."""
    if start < end and not (text[start].isspace() or text[end - 1].isspace()):
        return start, end
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    right = len(piece.rstrip())
    return (start + left, start + right) if right > left else None
