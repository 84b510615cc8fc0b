"""A list of web addresses, one a line: each page becomes an article. Only where the user has allowed fetching."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ingest.draft import Draft, Item, ReadContext
from ingest.errors import UnreadableArticleError
from ingest.fetching import Page, fetch
from ingest.readers.docx import read_docx
from ingest.readers.encoding import decode
from ingest.readers.html import read_html
from ingest.readers.pdf import read_pdf
from ingest.readers.text import read_text

_READERS = {".html": read_html, ".pdf": read_pdf, ".docx": read_docx, ".txt": read_text}


def read_urls(path: Path, context: ReadContext) -> Iterator[Item]:
    """The pages of a .urls file; empty lines and lines that begin with # are passed over."""
    if not context.settings.fetch_urls:
        raise UnreadableArticleError(
            "网址清单默认不读取。要从网上取这些网页，请把设置 ingest.fetch_urls 改为 true 再运行。"
        )
    lines = [line.strip() for line in decode(path.read_bytes()).text.split("\n")]
    wanted = list(dict.fromkeys(line for line in lines if line and not line.startswith("#")))
    for number, url in enumerate(wanted, start=1):
        try:
            yield _article(url, number / len(wanted), context)
        except UnreadableArticleError as error:
            yield UnreadableArticleError(f"{url}：{error}")
        context.alive()


def _article(url: str, position: float, context: ReadContext) -> Draft:
    limits = context.settings
    page = fetch(url, limits.max_file_mb * 1e6, limits.max_file_seconds)
    draft = _read(page, context)
    return replace(draft, part=url, url=draft.url or page.url, position=position)


def _read(page: Page, context: ReadContext) -> Draft:
    # Readers take files, so that a document on the web is read just as one on the disk.
    with tempfile.TemporaryDirectory(prefix="guanchao-page-") as folder:
        file = Path(folder) / f"page{page.kind}"
        file.write_bytes(page.data)
        found = next(_READERS[page.kind](file, context), None)
    if not isinstance(found, Draft):
        raise found or UnreadableArticleError("网页里没有正文，请核对网址。")
    return found
