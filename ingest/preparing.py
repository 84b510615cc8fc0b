"""A draft becomes an article with its passages: all that can be done to one article without the store."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from docs_store.models import Article, Passage, ReadingNotes
from docs_store.settings import IngestSettings
from docs_store.text.minhash import Signature, signature
from ingest.chunk import cut, cut_and_count
from ingest.clean import Cleaned, clean
from ingest.documents.metadata import regions
from ingest.draft import Draft, Item
from ingest.errors import UnreadableArticleError

_CONTENT_VERSION = 9  # raise it when cleaning or cutting changes, so that what is read again is stored again
_NOT_CONTENT = frozenset({"notes", "position"})
_EMPTY = "清理后没有正文，请检查文件内容。"
_TWICE = "编号 {id} 在这份文件里出现了不止一次，已收录第一篇，请给这一篇换一个编号。"


@dataclass(frozen=True, slots=True)
class Prepared:
    """An article that may be stored as it is."""

    article: Article
    passages: list[Passage]
    content_hash: str
    """Of the draft: equal while reading the source again would give the same article."""
    own_id: bool
    """True when its source gave it its id, as lines of .jsonl do."""
    reading: ReadingNotes
    """What no passage holds, and what its reader should know."""
    position: float
    """How much of its file was read with it, 0 to 1."""
    signature: Signature | None
    """Of the text, for finding reposts; None for a short one."""
    unclaimed: int = 0
    """Visible characters that no rule claimed; they were put into the nearest passage."""

    @property
    def notes(self) -> list[str]:
        """Chinese sentences on how it was read."""
        return list(self.reading.notes)


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A source that reads as it did when it was stored."""

    source: str
    notes: list[str]
    position: float


@dataclass(frozen=True, slots=True)
class Unusable:
    """A source, or a part of a file, that has no article to store, and why."""

    source: str
    error: UnreadableArticleError


Outcome = Prepared | Unchanged | Unusable


def prepare_all(
    items: Iterator[Item], file: str, known: Mapping[str, str], settings: IngestSettings
) -> Iterator[Outcome]:
    """What becomes of each draft of a file.

    Args:
        items: what its reader yields.
        file: its name in the ledger.
        known: content hash of each source of the file that is stored.
        settings: how to cut.
    """
    seen: dict[str, str] = {}
    for item in items:
        if isinstance(item, UnreadableArticleError):
            yield Unusable(file, item)
            continue
        part = item.key or item.part
        source = f"{file}#{part}" if part else file
        content = _content_hash(item, settings.ocr)
        if source in seen:
            if seen[source] != content:
                yield Unusable(source, UnreadableArticleError(_TWICE.format(id=item.key)))
            continue  # else it is the very line again
        seen[source] = content
        if known.get(source) == content:
            yield Unchanged(source, item.notes, item.position)
        else:
            yield prepare(item, source, content, settings)


def prepare(draft: Draft, source: str, content_hash: str, settings: IngestSettings) -> Prepared | Unusable:
    """Cleans a draft and cuts it."""
    cleaned = clean(draft, Path(source.partition("#")[0]).stem)
    article = _article(draft.key or id_of(source), source, cleaned)
    passages, unclaimed = cut_and_count(article, settings.passage_chars, settings.passage_max_chars)
    if not passages:
        return Unusable(source, UnreadableArticleError(_EMPTY))
    return Prepared(
        article,
        passages,
        content_hash,
        bool(draft.key),
        ReadingNotes(cleaned.removed, tuple(draft.notes)),
        draft.position,
        signature(article.text),
        unclaimed,
    )


def recut(article: Article, settings: IngestSettings) -> list[Passage]:
    """The passages of an article by the settings."""
    return cut(article, settings.passage_chars, settings.passage_max_chars)


def id_of(source: str) -> str:
    """The id of an article whose source gives it none."""
    return "a" + hashlib.sha256(source.encode()).hexdigest()[:15]


def _content_hash(draft: Draft, ocr: bool) -> str:
    """Of what the source states, by the fields' names: one that comes later and is not stated changes no hash."""
    stated = {
        field.name: getattr(draft, field.name)
        for field in fields(draft)
        if field.name not in _NOT_CONTENT and getattr(draft, field.name)
    }
    plain = json.dumps([_CONTENT_VERSION, ocr, stated], default=str, sort_keys=True)
    return hashlib.sha256(plain.encode()).hexdigest()


def _article(id: str, source: str, cleaned: Cleaned) -> Article:
    d = cleaned.draft
    title = d.title or Path(source).stem
    return Article(
        id,
        title,
        source,
        d.text,
        d.issuer,
        d.column,
        d.published_on,
        d.url,
        tuple(d.roles),
        d.document_number,
        d.effective_on,
        d.expires_on,
        regions(title, d.text),
        cleaned.page_starts,
        written_on=d.written_on,
        outline=cleaned.outline,
    )
