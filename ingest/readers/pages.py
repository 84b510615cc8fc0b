"""A page on the web as an article, read just as a file of its kind."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from ingest.draft import Draft, ReadContext
from ingest.errors import UnreadableArticleError
from ingest.fetching import FEED, Page, fetch
from ingest.readers.docx import read_docx
from ingest.readers.html import read_html
from ingest.readers.pdf import read_pdf
from ingest.readers.text import read_text

_READERS = {".html": read_html, ".pdf": read_pdf, ".docx": read_docx, ".txt": read_text}


def draft_of(url: str, context: ReadContext) -> Draft:
    """The article of a page. Raises UnreadableArticleError, also where the address leads to a feed."""
    limits = context.settings
    return read_page(
        fetch(url, limits.max_file_mb * 1e6, limits.max_file_seconds, limits.fetch_hosts), context
    )


def read_page(page: Page, context: ReadContext) -> Draft:
    """The article of a page that is here. Raises UnreadableArticleError."""
    if page.kind == FEED:
        raise UnreadableArticleError("网址给出的是订阅，不是文章，请改用文章的网址。")
    # Readers take files, so that a document on the web is read just as one on the disk.
    with tempfile.TemporaryDirectory(prefix="guanchao-page-") as folder:
        file = Path(folder) / f"page{page.kind}"
        file.write_bytes(page.data)
        found = next(_READERS[page.kind](file, context), None)
    if not isinstance(found, Draft):
        raise found or UnreadableArticleError("网页里没有正文，请核对网址。")
    return replace(found, url=found.url or page.url)
