"""A list of web addresses, one a line: each page becomes an article, and each entry of a feed. Only where the user has
allowed fetching."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ingest.draft import Item, ReadContext
from ingest.errors import UnreadableArticleError
from ingest.fetching import FEED, fetch
from ingest.readers.encoding import decode
from ingest.readers.feeds import NOT_ENABLED, entries
from ingest.readers.pages import read_page


def read_urls(path: Path, context: ReadContext) -> Iterator[Item]:
    """The pages and feeds of a .urls file; empty lines and lines that begin with # are passed over."""
    if not context.settings.fetch_urls:
        raise UnreadableArticleError(NOT_ENABLED)
    lines = [line.strip() for line in decode(path.read_bytes()).text.split("\n")]
    wanted = list(dict.fromkeys(line for line in lines if line and not line.startswith("#")))
    for number, url in enumerate(wanted, start=1):
        try:
            for item in _articles(url, context):
                yield (
                    item
                    if isinstance(item, UnreadableArticleError)
                    else replace(item, position=number / len(wanted))
                )
        except UnreadableArticleError as error:
            yield UnreadableArticleError(f"{url}：{error}")
        context.alive()


def _articles(url: str, context: ReadContext) -> Iterator[Item]:
    limits = context.settings
    page = fetch(url, limits.max_file_mb * 1e6, limits.max_file_seconds, limits.fetch_hosts)
    if page.kind == FEED:
        yield from entries(page.data, context, follow=True)
    else:
        yield replace(read_page(page, context), part=url)
