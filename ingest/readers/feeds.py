"""RSS and Atom feeds, and OPML lists of them: each entry becomes an article. WeChat accounts come this way (RSSHub,
wechat2rss and the like)."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from docs_store.text.dates import parse_date
from ingest.documents.labels import issuer
from ingest.draft import PAGE_BREAK, Draft, Item, ReadContext
from ingest.errors import UnreadableArticleError
from ingest.fetching import fetch
from ingest.lines import letters
from ingest.readers.html_lines import lines_of_text
from ingest.readers.html_unseen import lines_and_unseen
from ingest.readers.pages import draft_of

ENTRY = "feed:"
"""What the name of a feed's entry begins with, within the file that lists the feed."""
_MAX_ENTRIES = 200  # entries of one feed
_FULL_ARTICLE_LETTERS = (
    200  # letters from which on an entry is taken for the whole article, and not for the lead of one
)
_DECORATION = re.compile(
    r"^(?:微信公众号|公众号)\s*[-—|：:]\s*|\s*[-—|_]\s*(?:微信公众号|公众号|RSS|feed|RSSHub)$", re.IGNORECASE
)
NOT_ENABLED = "网址清单与订阅默认不读取。要从网上取它们，请把设置 ingest.fetch_urls 改为 true 再运行。"
_NO_FEED = "不是可用的 RSS 或 Atom 订阅，请在浏览器里核对地址。"


def read_feed(path: Path, context: ReadContext) -> Iterator[Item]:
    """A feed that was saved as a file: its entries as they stand there, nothing is fetched."""
    yield from entries(path.read_bytes(), context)


def read_opml(path: Path, context: ReadContext) -> Iterator[Item]:
    """The entries of all feeds that an OPML list names, as programs that read feeds export it."""
    from lxml import etree

    if not context.settings.fetch_urls:
        raise UnreadableArticleError(NOT_ENABLED)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    tree = etree.fromstring(path.read_bytes(), parser)
    outlines = [] if tree is None else [o for o in tree.iter("outline") if (o.get("xmlUrl") or "").strip()]
    if not outlines:
        raise UnreadableArticleError("OPML 里没有订阅地址（xmlUrl），请从阅读器里重新导出。")
    for number, outline in enumerate(outlines, start=1):
        url = outline.get("xmlUrl").strip()
        name = outline.get("title") or outline.get("text")
        for item in fetched(url, context, name):
            yield (
                item
                if isinstance(item, UnreadableArticleError)
                else replace(item, position=number / len(outlines))
            )
        context.alive()


def fetched(url: str, context: ReadContext, name: str | None = None) -> Iterator[Item]:
    """The entries of a feed on the web; what goes wrong is reported with its address. `name` is what its reader calls it."""
    limits = context.settings
    try:
        page = fetch(url, limits.max_file_mb * 1e6, limits.max_file_seconds, limits.fetch_hosts)
        yield from entries(page.data, context, name, follow=True)
    except UnreadableArticleError as error:
        yield UnreadableArticleError(f"{url}：{error}")


def entries(
    data: bytes, context: ReadContext, name: str | None = None, *, follow: bool = False
) -> Iterator[Item]:
    """The articles of a feed.

    Args:
        data: the feed.
        context: the limits.
        name: of the feed, where it says none itself.
        follow: whether the page of an entry that holds only a lead is fetched; of one that is stored it is not again.

    Raises:
        UnreadableArticleError: it is no feed.
    """
    import feedparser

    found = feedparser.parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
    if not found.version:
        raise UnreadableArticleError(_NO_FEED)
    title = _DECORATION.sub("", str(found.feed.get("title") or name or "").strip())
    for entry in found.entries[:_MAX_ENTRIES]:
        draft = _draft(entry, title)
        if draft is None:
            continue
        if follow and draft.url and len(letters(draft.text)) < _FULL_ARTICLE_LETTERS:
            if context.has(draft.part or ""):
                continue
            draft = _followed(draft, context)
            context.alive()
        if draft.text:
            yield draft


def _draft(entry: Any, feed: str) -> Draft | None:
    """What the feed itself holds of an entry; None for one that cannot be distinguished from others."""
    link = str(entry.get("link") or "")
    known = str(entry.get("id") or link)
    if not known:
        return None
    bodies = [str(c.get("value") or "") for c in entry.get("content") or ()] + [
        str(entry.get("summary") or "")
    ]
    author = " ".join(str(entry.get("author") or "").split())
    said = str((entry.get("source") or {}).get("title") or "")
    read = (lines_and_unseen(body.replace(PAGE_BREAK, "\n")) for body in bodies)
    text, unseen = max(
        (("\n\n".join(lines), unseen) for lines, unseen in read), key=lambda part: len(part[0])
    )
    return Draft(
        text,
        title=" ".join(lines_of_text(str(entry.get("title") or ""))) or None,
        issuer=issuer(said) or issuer(feed),
        published_on=parse_date(entry.get("published") or entry.get("updated")),
        url=link if link.startswith("http") else None,
        part=ENTRY + (link if link.startswith("http") else known),
        roles=[("作者", author)] if author and author not in (feed, said) else [],
        dropped=unseen,
    )


def _followed(lead: Draft, context: ReadContext) -> Draft:
    """The article that an entry leads to, with what the feed says of it; the lead itself where it cannot be had."""
    try:
        page = draft_of(lead.url or "", context)
    except UnreadableArticleError as error:
        return replace(lead, notes=[f"只收录了订阅里的摘要：{error}"])
    return replace(
        page,
        title=lead.title or page.title,
        issuer=page.issuer or lead.issuer,
        published_on=page.published_on or lead.published_on,
        url=lead.url,
        part=lead.part,
        roles=page.roles or lead.roles,
    )
