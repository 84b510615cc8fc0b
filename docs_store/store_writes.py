"""What can be done to a store that is open to be written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from docs_store.changes import Changes
from docs_store.ledger import Entry, SourceRecord
from docs_store.models import Article, Passage
from docs_store.store_reads import StoreReads


class StoreWrites(StoreReads):
    """The writing half of `DocsStore`."""

    @property
    def _changes(self) -> Changes:
        return Changes(self._open, self._passages, self._gate)

    def replace_articles(self, items: Sequence[Entry | tuple[Article, Sequence[Passage], str]]) -> None:
        """Stores articles with their passages and content hashes; an article's old passages go in the same call.

        Raises:
            StoreWriteError: the disk is full or not to be written; what was stored before stays.
            StoreUnavailableError, StoreBusyError: the index is shared, and the server is gone or has another writer.
        """
        self._changes.replace([Entry(*item) for item in items])

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
