"""Chinese sentence boundaries, shared by the chunker, the evidence picker and the checker."""

from __future__ import annotations

import re

_END = re.compile(r"[。！？!?；;…]+[”’」』）)】]*|\n+")


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Half-open code point spans of the sentences of `text`, without surrounding white space.

    A sentence ends at 。！？；… (closing quotes and brackets stay with it) or at a line break. An end mark inside
    an open “…” quotation does not end the sentence, so that a quotation is never cut.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    quoted = "“" in text
    for match in _END.finditer(text):
        end = match.end()
        if quoted and "\n" not in match.group() and _inside_quotation(text, start, end):
            continue
        _append(spans, text, start, end)
        start = end
    _append(spans, text, start, len(text))
    return spans


def _inside_quotation(text: str, start: int, end: int) -> bool:
    line_end = text.find("\n", end)
    closing = text.find("”", end, line_end if line_end >= 0 else len(text))
    return closing >= 0 and text.count("“", start, end) > text.count("”", start, end)


def _append(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    if start < end and not (text[start].isspace() or text[end - 1].isspace()):
        spans.append((start, end))
        return
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    right = len(piece.rstrip())
    if right > left:
        spans.append((start + left, start + right))
