"""Passages: whole sentences, at most one section each, with offsets into the article."""

from __future__ import annotations

import hashlib
import re

from docs_store.models import Article, Passage
from docs_store.sentences import sentence_spans
from ingest.clean import is_statement

_HEADING = re.compile(
    r"^(?:#{1,6}\s+\S.*|第[一二三四五六七八九十百]+[章节条].{0,30}|[一二三四五六七八九十]+、.{1,30})$"
)
_MARK = re.compile(r"[。！？；，,:：.!?|]")


def cut(article: Article, target: int, limit: int) -> list[Passage]:
    """The passages of `article`: about `target` characters, no longer than `limit` unless one sentence is.

    A heading line closes the passage before it and names those after it. Metadata lines belong to none.
    """
    found: list[tuple[int, int, tuple[str, ...]]] = []
    heading: tuple[str, ...] = ()
    open_span: tuple[int, int] | None = None
    spans = sentence_spans(article.text)
    for index, (start, end) in enumerate(spans):
        line = article.text[start:end]
        alone = (start == 0 or article.text[start - 1] == "\n") and article.text[end : end + 1] in ("\n", "")
        if alone and (is_statement(line) or _is_heading(line, last=index + 1 == len(spans))):
            if open_span:
                found.append((*open_span, heading))
                open_span = None
            if not is_statement(line):
                heading = (line.lstrip("# ").strip(),)
            continue
        if open_span and (end - open_span[0] > limit or open_span[1] - open_span[0] >= target):
            found.append((*open_span, heading))
            open_span = None
        open_span = (open_span[0] if open_span else start, end)
    if open_span:
        found.append((*open_span, heading))
    return [
        Passage(
            _id(article.id, ordinal, article.text[start:end]),
            article.id,
            ordinal,
            start,
            end,
            article.text[start:end],
            path,
        )
        for ordinal, (start, end, path) in enumerate(found)
    ]


def _is_heading(line: str, *, last: bool) -> bool:
    """A Markdown or numbered heading, or a short line of its own without any punctuation before more text."""
    return not last and (bool(_HEADING.match(line)) or (len(line) <= 20 and not _MARK.search(line)))


def _id(article_id: str, ordinal: int, text: str) -> str:
    return hashlib.sha256(f"{article_id}\0{ordinal}\0{text}".encode()).hexdigest()[:24]
