"""The articles as a list to filter and count, read again when it is a few seconds old."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath
from threading import Lock

from docs_store.models import ArticleHead, SearchFilter
from docs_store.store import DocsStore
from ui import strings

_FRESH = 3.0  # seconds
_CHANNEL = re.compile(r"^(.{2,12}?)\s*[－—–-]+\s*.{1,12}(?:频道|板块|栏目)$")

Groups = Sequence[Sequence[str]]


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


def house(issuer: str) -> str:
    """Who stands behind an issuer: of a paper's channel the paper (人民网－广西频道 is 人民网's)."""
    match = _CHANNEL.match(issuer)
    return match[1] if match else issuer


def issuers(heads: Sequence[ArticleHead]) -> Counter[str]:
    """How many articles each house issued."""
    return Counter(house(h.issuer) for h in heads if h.issuer)


def spellings(heads: Sequence[ArticleHead], houses: Sequence[str]) -> tuple[str, ...]:
    """The issuers of the library that belong to the houses; of a house that has none, its own name."""
    there = sorted({h.issuer for h in heads if h.issuer and house(h.issuer) in houses})
    return tuple(dict.fromkeys([*there, *houses]))


def usual_names(aliases: Groups) -> dict[str, str]:
    """The usual name of each that has several."""
    return {name: group[0] for group in aliases for name in group}


def regions(heads: Sequence[ArticleHead], aliases: Groups = ()) -> Counter[str]:
    """How many articles speak of each region, by its usual name; an article counts once."""
    usual = usual_names(aliases)
    counted: Counter[str] = Counter()
    for head in heads:
        counted.update({usual.get(region, region) for region in head.regions})
    return counted


def all_names(regions: Sequence[str], aliases: Groups = ()) -> tuple[str, ...]:
    """The regions with their other names."""
    groups = {group[0]: group for group in aliases}
    return tuple(dict.fromkeys(name for region in regions for name in groups.get(region, (region,))))


def given_names(heads: Sequence[ArticleHead], field: str) -> Counter[str]:
    """How many articles have each of the `tags` or `collections` that users gave."""
    return Counter(name for head in heads for name in getattr(head, field))


def folders(heads: Sequence[ArticleHead]) -> dict[str, str]:
    """The folders, and the files with several articles, that articles came from: by a name to show, which is no path."""
    found: set[str] = set()
    for head in heads:
        file, _, line = head.source.partition("#")
        found.add(file if line else str(PurePath(file).parent))
    shown: dict[str, str] = {}
    for path in sorted(found - {".", ""}):
        *above, name = PurePath(path).parts
        while name in shown and above:
            name = f"{above.pop()} / {name}"
        shown[name] = path
    return shown


def matching(heads: Sequence[ArticleHead], where: SearchFilter) -> list[ArticleHead]:
    """The articles that a filter leaves; those without a date fail a date."""
    folder = (where.source or "").rstrip("/")
    wanted: Mapping[str, frozenset[str]] = {
        name: frozenset(getattr(where, name)) for name in ("issuers", "regions", "articles")
    }

    def fits(h: ArticleHead) -> bool:
        dated = h.published_on
        return (
            (where.since is None or (dated is not None and dated >= where.since))
            and (where.until is None or (dated is not None and dated <= where.until))
            and (not where.issuer or h.issuer == where.issuer)
            and (not wanted["issuers"] or h.issuer in wanted["issuers"])
            and (not wanted["regions"] or not wanted["regions"].isdisjoint(h.regions))
            and (not wanted["articles"] or h.id in wanted["articles"])
            and (where.tag is None or where.tag in h.tags)
            and (where.collection is None or where.collection in h.collections)
            and (not folder or h.source == folder or h.source.startswith((f"{folder}/", f"{folder}#")))
        )

    return [h for h in heads if fits(h)]


def undated(heads: Sequence[ArticleHead]) -> int:
    """How many have no date that a filter could look at."""
    return sum(h.published_on is None for h in heads)


def undated_within(heads: Sequence[ArticleHead], where: SearchFilter) -> int:
    """How many articles a filter leaves out for the one reason that they have no date."""
    if not (where.since or where.until):
        return 0
    return undated(matching(heads, replace(where, since=None, until=None)))
