"""What the head of a web page states for machines."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from docs_store.text.dates import parse_date

_PUBLISHED_META = (
    "PubDate",
    "publishdate",
    "firstpublishedtime",
    "article:published_time",
    "og:published_time",
    "datePublished",
    "publishtime",
    "publish_time",
)
_LINKED_DATE = re.compile(r'"datePublished"\s*:\s*"([^"]{8,40})"')


def meta(tree: Any, name: str) -> str | None:
    """The content of a meta element by name or property, whatever its case."""
    low = name.lower()
    for element in tree.iter("meta"):
        if (element.get("name") or element.get("property") or element.get("itemprop") or "").lower() == low:
            return (element.get("content") or "").strip() or None
    return None


def published_on(tree: Any, page: str) -> date | None:
    """The day of publication that a page states for machines."""
    for name in _PUBLISHED_META:
        if found := parse_date(meta(tree, name)):
            return found
    linked = _LINKED_DATE.search(page)
    if linked and (found := parse_date(linked.group(1))):
        return found
    for element in tree.xpath("//time[@datetime]")[:1]:
        return parse_date(element.get("datetime"))
    return None


def canonical(tree: Any) -> str | None:
    """The address that a page gives as its own."""
    return next((str(e.get("href")) for e in tree.xpath("//link[@rel='canonical'][@href]")), None)
