"""What can be done to a store that is open to be written."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from docs_store.changes import Changes
from docs_store.corrections import Value, carried, corrected, undone
from docs_store.ledger import Entry, Ledger, SourceRecord
from docs_store.models import Article, Passage
from docs_store.store_reads import StoreReads


class StoreWrites(StoreReads):
    """The writing half of `DocsStore`."""

    @property
    def _changes(self) -> Changes:
        return Changes(self._open, self._passages, self._gate)

    @property
    @abstractmethod
    def previous(self) -> Ledger | None:
        """While rebuilding: the ledger of the index that is being replaced; else None."""

    def replace_articles(self, items: Sequence[Entry | tuple[Article, Sequence[Passage], str]]) -> None:
        """Stores articles with their passages and content hashes; an article's old passages go in the same call.

        What users corrected in an article of the same id, here or in the index that is being replaced, stays corrected,
        and so does the time at which it was first stored; an article that is new arrives now.

        Raises:
            StoreWriteError: the disk is full or not to be written; what was stored before stays.
            StoreUnavailableError, StoreBusyError: the index is shared, and the server is gone or has another writer.
        """
        entries = [Entry(*item) for item in items]
        ids = {entry.article.id for entry in entries}
        before: dict[str, Article] = {}
        there: set[str] = set()
        arrived: dict[str, datetime] = {}
        for ledger in (self.previous, self._open.ledger):
            if ledger is not None:
                before |= {article.id: article for article in ledger.corrected(ids)}
                there |= set(ledger.stored(ids))
                arrived |= ledger.arrivals(ids)
        now = datetime.now(UTC)

        def as_known(article: Article) -> Article:
            if article.id in before and not article.corrected:
                article = carried(article, before[article.id])
            new = None if article.id in there else now
            return replace(article, arrived_at=arrived.get(article.id) or article.arrived_at or new)

        self._changes.replace([entry._replace(article=as_known(entry.article)) for entry in entries])

    def correct(self, id: str, values: Mapping[str, Value], undo: Sequence[str] = ()) -> Article | None:
        """Corrects an article's own data, or takes corrections back; searches and citations follow at once.

        Args:
            id: of the article.
            values: new values by field, as `docs_store.corrections.checked` gives them.
            undo: fields to set back to what the source says, before `values` are set.

        Returns:
            The article as it is now; None where there is no such article.

        Raises:
            CorrectionError: a field of `undo` is not corrected.
        """
        article = self.article(id)
        if article is None:
            return None
        changed = corrected(undone(article, undo), values)
        record = self.source(article.source)
        assert record is not None  # the ledger keeps no article without a source
        self._changes.replace(
            [
                Entry(
                    changed,
                    self.passages(id),
                    record.content_hash,
                    record.file,
                    record.version,
                    reading=self.reading_notes(id),
                )
            ]
        )
        return self.article(id)

    def remember(self, texts: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Takes vectors that were computed elsewhere, of `docs_store.embedding.embedded_text`s, one a row.

        Articles stored later find them. They must be of the configured model, unit length.
        """
        self._passages.remember(texts, vectors, self._open.cache)

    def delete_articles(self, ids: Sequence[str]) -> None:
        """Forgets articles in all stores, and their vectors in the cache. Raises as `replace_articles`."""
        self._changes.delete(ids)

    def point_sources(self, records: Sequence[SourceRecord]) -> None:
        """Points sources at articles that hold their text; an article that no source is left of goes everywhere."""
        self._changes.point_sources(records)

    def remove_sources(self, names: Iterable[str]) -> int:
        """Forgets sources, and the articles that no source is left of. Returns how many articles went."""
        return self._changes.remove_sources(names)

    def finish_files(self, files: Sequence[tuple[str, str, Sequence[str]]]) -> None:
        """Records that files were read whole: (file, version, sources that it still holds unchanged) each.

        They need not be read again until they change.
        """
        self._changes.finish_files(files)

    def reconcile(self) -> bool:
        """Makes vectors and lexical index agree with the ledger. Returns whether anything was amiss."""
        return self._changes.reconcile()
