"""Corrections of articles as commands and the API ask for them, done by whoever may write the index."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from docs_store import corrections
from docs_store.backend import NOTHING_YET
from docs_store.corrections import CorrectionError
from docs_store.errors import NothingIndexedError
from docs_store.models import Article
from docs_store.settings import Settings
from docs_store.store import DocsStore
from ingest.report import IngestReport
from ingest.sources import source_name

ALL = "all"
"""In place of fields to undo: every one that is corrected."""


@dataclass(frozen=True, slots=True)
class Edit:
    """What to change in which articles; JSON's types only, so that it can be handed over."""

    ids: list[str]
    """Of articles, or their sources."""
    set: dict[str, Any] = field(default_factory=dict)
    """New values by field."""
    add: dict[str, list[str]] = field(default_factory=dict)
    """Names put to the tags or collections that are there."""
    remove: dict[str, list[str]] = field(default_factory=dict)
    """Names taken from them."""
    undo: list[str] = field(default_factory=list)
    """Fields that get back what the source says."""

    def check(self) -> None:
        """Raises CorrectionError for what can be no correction, whatever the article."""
        for values in (self.set, self.add, self.remove, dict.fromkeys(set(self.undo) - {ALL, "title"})):
            corrections.checked(values)
        if not (self.set or self.add or self.remove or self.undo):
            raise CorrectionError("没有写要更正什么，请写上要更正的项，如 title、issuer、published_on。")

    def check_for(self, article: Article) -> tuple[dict[str, corrections.Value], list[str]]:
        """(values to set, fields to undo) of an article. Raises CorrectionError, also for an undo without a correction."""
        self.check()
        undo = [name for name, _ in article.corrected] if ALL in self.undo else self.undo
        corrections.undone(article, undo)
        lists: dict[str, list[str]] = {}
        for name in self.add.keys() | self.remove.keys():
            kept = [each for each in getattr(article, name) if each not in self.remove.get(name, ())]
            lists[name] = [*kept, *self.add.get(name, ())]
        return corrections.checked({**self.set, **lists}), undo


def edit(store: DocsStore, wanted: Edit, settings: Settings) -> dict[str, Any]:
    """Corrects the articles; an ingest's report, with each article as `edited`.

    Raises:
        CorrectionError: an article is not there, or a value is none; then nothing is changed.
        NothingIndexedError: there is no article at all.
    """
    if not store.counts()[0]:
        raise NothingIndexedError(NOTHING_YET)
    articles = [_article(store, id, settings) for id in wanted.ids]
    steps = [wanted.check_for(article) for article in articles]
    edited = [
        store.correct(article.id, values, undo)
        for article, (values, undo) in zip(articles, steps, strict=True)
    ]
    report = IngestReport(updated=len(edited))
    report.articles, report.passages = store.counts()
    shown = [
        {"id": a.id, "title": a.title, "source": a.source, "corrected": source_values(a)} for a in edited if a
    ]
    return report.to_dict() | {"edited": shown}


def source_values(article: Article) -> dict[str, Any]:
    """What the source says of each field that is corrected: as `guanchao articles --json` shows it."""
    return {
        name: (said.split("\n") if said else []) if name in corrections.LISTS else said or None
        for name, said in article.corrected
    }


def _article(store: DocsStore, id: str, settings: Settings) -> Article:
    record = store.source(id) or store.source(source_name(Path(id), settings))
    found = store.article(id) or (store.article(record.article_id) if record else None)
    if found is None:
        raise CorrectionError(f"没有编号或来源是“{id}”的文章，请用 `guanchao articles --json` 核对编号。")
    return found
