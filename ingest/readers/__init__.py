"""Readers, one a format: a file becomes drafts of articles."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from ingest.draft import Item, ReadContext
from ingest.readers.docx import read_docx
from ingest.readers.html import read_html
from ingest.readers.jsonl import read_jsonl
from ingest.readers.pdf import read_pdf
from ingest.readers.markdown import read_markdown
from ingest.readers.text import read_text
from ingest.readers.urls import read_urls

Reader = Callable[[Path, ReadContext], Iterator[Item]]

READERS: dict[str, Reader] = {
    ".txt": read_text,
    ".md": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".pdf": read_pdf,
    ".docx": read_docx,
    ".jsonl": read_jsonl,
    ".urls": read_urls,
}
"""Reader by file name ending, lower case."""

PARSED = frozenset({".html", ".htm", ".pdf", ".docx", ".urls"})
"""Formats whose parsers may hang or crash on a hostile file: read them in a process that can be ended."""

ON_REQUEST = frozenset({".urls"})
"""Formats that are read only when the user names the very file, and then always: what they list may have changed."""

STREAMED = frozenset({".jsonl"})
"""Formats of many articles, read one by one so that memory does not grow with the file."""

__all__ = ["ON_REQUEST", "PARSED", "READERS", "STREAMED", "Reader"]
