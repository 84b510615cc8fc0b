"""The articles as a list to filter and count, read again when it is a few seconds old."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import PurePath
from threading import Lock

from docs_store.models import ArticleHead, SearchFilter
from docs_store.store import DocsStore
from ui import strings

_FRESH = 3.0  # seconds


class Catalogue:
    """Remembers the list of articles for some seconds. Thread-safe."""

    def __init__(self) -> None:
        """Empty."""
        self._lock = Lock()
        self._at = -_FRESH
        self._heads: Sequence[ArticleHead] = ()

    def heads(self, store: DocsStore) -> Sequence[ArticleHead]:
        """Every article, the latest ingested first."""
        with self._lock:
            if time.monotonic() - self._at >= _FRESH:
                self._heads = store.heads()
                self._at = time.monotonic()
            return self._heads

    def forget(self) -> None:
        """The next look reads again."""
        with self._lock:
            self._at = -_FRESH


def choices(names: Sequence[str]) -> list[tuple[str, str]]:
    """What a list to choose from offers, as (label, value): anything first.

    Lists are built with their choices as well as brought up to date when a page loads: a page that was open while the
    server started again sends its choice without loading first.
    """
    return [(strings.ANY, ""), *((name, name) for name in names)]


def issuers(heads: Sequence[ArticleHead]) -> list[str]:
    """Who issued articles, most articles first."""
    return [name for name, _ in Counter(h.issuer for h in heads if h.issuer).most_common()]


def folders(heads: Sequence[ArticleHead]) -> list[str]:
    """The folders and files with several articles that articles came from."""
    found: Counter[str] = Counter()
    for head in heads:
        file, _, line = head.source.partition("#")
        found[file if line else str(PurePath(file).parent)] += 1
    return [name for name in sorted(found) if name not in (".", "")]


def matching(
    heads: Sequence[ArticleHead], issuer: str, since: date | None, until: date | None
) -> list[ArticleHead]:
    """The articles of an issuer ('' for any) and a time; those without a date fail a date."""
    return [
        h
        for h in heads
        if (not issuer or h.issuer == issuer)
        and (since is None or (h.published_on is not None and h.published_on >= since))
        and (until is None or (h.published_on is not None and h.published_on <= until))
    ]


def undated(heads: Sequence[ArticleHead]) -> int:
    """How many have no date that a filter could look at."""
    return sum(h.published_on is None for h in heads)


def undated_within(heads: Sequence[ArticleHead], where: SearchFilter) -> int:
    """How many articles a filter leaves out for the one reason that they have no date."""
    if not (where.since or where.until):
        return 0
    folder = (where.source or "").rstrip("/")
    return undated(
        [
            h
            for h in matching(heads, where.issuer or "", None, None)
            if not folder or h.source == folder or h.source.startswith((f"{folder}/", f"{folder}#"))
        ]
    )
