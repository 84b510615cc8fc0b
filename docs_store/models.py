"""The core types that every room shares: articles, their passages, and search hits."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Article:
    """One document after cleaning.

    `text` is the cleaned body; every citation's offsets (Unicode code points) point into it. `source` is where
    it was read from (a path relative to the ingested folder, or a path with `#id` for a line of a .jsonl).
    """

    id: str
    title: str
    source: str
    text: str
    issuer: str | None = None
    column: str | None = None
    published_on: date | None = None
    url: str | None = None
    roles: tuple[tuple[str, str], ...] = ()
    """Named people behind the article, such as (("审核", "陶洋"),)."""
    document_number: str | None = None
    """文号, such as 通政发〔2025〕3号."""
    effective_on: date | None = None
    expires_on: date | None = None
    regions: tuple[str, ...] = ()
    """Places and regional plans that it names, the most often named first."""
    page_starts: tuple[int, ...] = ()
    """Offsets in `text` where its pages begin; () where the source has no pages."""
    sources: tuple[str, ...] = ()
    """Every source that holds this very text, `source` first; () means `source` alone."""
    duplicate_of: str | None = None
    """The id of the article that this one repeats nearly word for word (a repost), if any."""
    written_on: date | None = None
    """成文日期: the day that an official document was signed; a page may publish it years later."""
    outline: tuple[tuple[int, int], ...] = ()
    """(offset in `text`, level from 1) of each line that its source marks as a heading, in order."""
    tags: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    """专题 that users put it into."""
    corrected: tuple[tuple[str, str], ...] = ()
    """(field, what its source says of it) of each field that a user corrected; `docs_store.corrections` reads them."""

    @property
    def cited_on(self) -> date | None:
        """The day that offices cite it by: that of writing where it is stated, else that of publication."""
        return self.written_on or self.published_on

    def page_of(self, offset: int) -> int | None:
        """The page, from 1, that holds the character at `offset`; None where the source has no pages."""
        return bisect_right(self.page_starts, offset) or None


@dataclass(frozen=True, slots=True)
class ArticleHead:
    """An article without its text, for lists and statistics. `chars` is the length of the text."""

    id: str
    title: str
    source: str
    issuer: str | None
    published_on: date | None
    document_number: str | None
    regions: tuple[str, ...]
    chars: int
    passages: int
    written_on: date | None = None
    tags: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()

    @property
    def cited_on(self) -> date | None:
        """The day that offices cite it by: that of writing where it is stated, else that of publication."""
        return self.written_on or self.published_on


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences of one article: ``article.text[start:end] == text``, always."""

    id: str
    article_id: str
    ordinal: int
    start: int
    end: int
    text: str
    heading_path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Removed:
    """What a source showed and no passage holds, and why (a Chinese phrase).

    Where `start < end` it still stands in the article: ``article.text[start:end] == text``. Where they are equal it was
    taken out at that place.
    """

    start: int
    end: int
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class ReadingNotes:
    """How an article was read: what no passage of it holds, and sentences that its reader should know."""

    removed: tuple[Removed, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a search returned, with its article and its score (higher is better)."""

    passage: Passage
    article: Article
    score: float
    features: dict[str, float] = field(default_factory=dict)
    also: tuple[Article, ...] = ()
    """Articles that tell the same and that this hit stands for, where hits were grouped."""

    @property
    def context(self) -> str:
        """What the passage says of its subject: the article's title, the headings and the text, a line each."""
        return "\n".join((self.article.title, *self.passage.heading_path, self.passage.text))


@dataclass(frozen=True, slots=True)
class SearchFilter:
    """Narrows a search. Dates are inclusive; articles without a date never match a dated filter.

    `source` matches an article whose source equals it, lies under it as a folder, or whose issuer equals it;
    `issuer` the issuer alone; `tag` and `collection` one of the names that users gave the article. Of `issuers`,
    `regions` and `articles` (ids) one must be the article's; () means any.
    """

    since: date | None = None
    until: date | None = None
    source: str | None = None
    issuer: str | None = None
    tag: str | None = None
    collection: str | None = None
    issuers: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """True when it narrows anything."""
        return self != SearchFilter()

    def holds_source(self, article: Article) -> bool:
        """True when all but the days match the article, where they are given."""
        if self.issuer is not None and article.issuer != self.issuer:
            return False
        if self.issuers and article.issuer not in self.issuers:
            return False
        if self.regions and not set(self.regions) & set(article.regions):
            return False
        if self.articles and article.id not in self.articles:
            return False
        named = ((self.tag, article.tags), (self.collection, article.collections))
        if any(name is not None and name not in names for name, names in named):
            return False
        if self.source is None:
            return True
        name = self.source.rstrip("/")
        return (
            any(
                own == name or own.startswith((name + "/", name + "#"))
                for own in article.sources or (article.source,)
            )
            or article.issuer == self.source
        )


@dataclass(frozen=True, slots=True)
class Place:
    """Where an index is; of a shared one which generation this process shows, and how many changes it is behind."""

    backend: str = "local"
    address: str | None = None
    generation: str | None = None
    behind: int = 0


@dataclass(frozen=True, slots=True)
class StoreReport:
    """What the store holds, and whether vectors, lexical index and ledger agree."""

    articles: int
    passages: int
    vectors: int
    lexical: int
    missing_vectors: Sequence[str]
    missing_lexical: Sequence[str]
    stale_vectors: Sequence[str]
    stale_lexical: Sequence[str]
    disk_bytes: int
    fingerprint: dict[str, str]
    place: Place = Place()

    @property
    def agrees(self) -> bool:
        """True when all three stores hold exactly the same passages."""
        return not (self.missing_vectors or self.missing_lexical or self.stale_vectors or self.stale_lexical)
