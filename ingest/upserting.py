"""Upsert of one article that was read: added, updated, or a further source of a text that is here already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from docs_store.local.ledger import Entry, SourceRecord
from docs_store.models import Article
from docs_store.settings import Settings
from docs_store.store import DocsStore
from ingest.batch_writer import BatchWriter
from ingest.errors import UnreadableArticleError
from ingest.preparing import Prepared, id_of, recut
from ingest.report import FileStatus, IngestReport
from ingest.sources import file_at


@dataclass(frozen=True, slots=True)
class Upserter:
    """Puts articles where they belong, for one run."""

    store: DocsStore
    settings: Settings
    writing: BatchWriter
    report: IngestReport

    def upsert(
        self,
        found: Prepared,
        record: SourceRecord | None,
        status: FileStatus,
        version: str,
        *,
        suspect: bool,
    ) -> UnreadableArticleError | None:
        """Hands the article on to be written, or points its source at the one that has its text.

        Args:
            found: the article.
            record: what its source became before, if anything.
            status: of its file; updated with what happened.
            version: of its file.
            suspect: whether its text or id may be here, under whatever source.

        Returns:
            Why it cannot be stored, or None.
        """
        for taken in found.reading.removed:
            self.report.took_out(taken.why, taken.text)
        self.report.unclaimed += found.unclaimed
        article, file = found.article, status.source
        source = article.source
        entry = Entry(
            article, found.passages, found.content_hash, file, version, found.signature, found.reading
        )
        if record is None and not suspect:
            self.report.added += 1
            status.happened("added")
            self.writing.put(entry)
            return None
        if self.writing.has(article.text, article.id):
            self.writing.flush()
        twin = self.store.same_text(article.text)
        if twin is not None and not (record and record.article_id == twin):
            self.writing.flush()
            if found.own_id and not _has_own_id(twin_article := self.store.article(twin)):
                assert twin_article is not None
                self._rename(twin_article, entry)
                self.report.duplicates += 1
                status.happened("duplicate")
                return None
            self.store.point_sources([SourceRecord(source, twin, found.content_hash, file, version)])
            self.report.duplicates += 1
            self.report.updated += record is not None
            status.happened("updated" if record else "duplicate")
            return None
        holder = self.store.article(article.id)
        if holder is not None:
            others = [name for name in holder.sources or (holder.source,) if name != source]
            if others and holder.text != article.text:
                if found.own_id and self._still_there(others[0]):
                    reason = f"编号 {article.id} 已属于 {others[0]} 里的另一篇文章，请改用别的编号。"
                    return UnreadableArticleError(reason)
                self.writing.flush()
                self._give_own_id(holder, others)
        self.report.updated += record is not None
        self.report.added += record is None
        status.happened("updated" if record else "added")
        self.writing.put(entry)
        return None

    def _rename(self, old: Article, entry: Entry) -> None:
        """A text that came without an id takes the one that another source gives it."""
        names = old.sources or (old.source,)
        entry = entry._replace(article=replace(entry.article, arrived_at=old.arrived_at))
        self.store.replace_articles([entry])
        records = [r for name in names if (r := self.store.source(name))]
        self.store.point_sources([r._replace(article_id=entry.article.id) for r in records])

    def _still_there(self, source: str) -> bool:
        record = self.store.source(source)
        return record is not None and file_at(record.file, self.settings).exists()

    def _give_own_id(self, article: Article, sources: Sequence[str]) -> None:
        """Gives a text whose first source now says something else an id of its own, for the sources that still hold it."""
        first = sources[0]
        own = replace(article, id=id_of(first), source=first, sources=())
        records = [r for name in sources if (r := self.store.source(name))]
        if records and records[0].content_hash:
            passages = recut(own, self.settings.ingest)
            reading = self.store.reading_notes(article.id)
            first_record = records[0]
            entry = Entry(
                own,
                passages,
                first_record.content_hash,
                first_record.file,
                first_record.version,
                reading=reading,
            )
            self.store.replace_articles([entry])
            self.store.point_sources([r._replace(article_id=own.id) for r in records])


def _has_own_id(article: Article | None) -> bool:
    """True when a source gave the article its id, as lines of .jsonl do."""
    return article is not None and any(
        name.endswith("#" + article.id) for name in article.sources or (article.source,)
    )
