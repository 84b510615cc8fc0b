"""Changes to an index: vectors first, then (where it is shared) the change log, then lexical index, ledger last.

What is replaced leaves all of them and the cache. A shared index's log keeps what was deleted until the next rebuild.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass

from docs_store.changes.applying import apply, outgoing
from docs_store.changes.mutations import (
    Delete,
    FileDone,
    FinishFiles,
    Mutation,
    Point,
    RemoveSources,
    Replace,
    WriteMeta,
)
from docs_store.changes.reconciling import reconcile
from docs_store.embedding.passages import PassageEmbedder, embedded_text
from docs_store.errors import StoreWriteError, translated
from docs_store.gate import Gate
from docs_store.local import chroma_file
from docs_store.local.ledger import Entry, SourceRecord
from docs_store.open_index import OpenIndex

_UNWRITABLE = (
    "写不进索引（{error}）。已收录的不受影响；请检查磁盘空间与权限，再运行一次 `guanchao ingest` 接着来。"
)


@dataclass(frozen=True, slots=True)
class IndexWriter:
    """Writes into an open index. Every method raises StoreWriteError when the disk is full or not to be written, and, where
    the index is shared, StoreUnavailableError and StoreBusyError."""

    index: OpenIndex
    embedder: PassageEmbedder
    gate: Gate
    """Searches of this process wait for the moment in which what they see changes."""

    def replace(self, entries: Sequence[Entry]) -> None:
        """Stores articles with their passages; an article's old passages go in the same call."""
        with _disk_errors(self.index):
            pairs = [(e.article, e.passages) for e in entries]
            self.index.add(pairs, self.embedder)
            if self.index.whole is not None:
                self.index.whole.add([e.article for e in entries])
            self._commit(Replace(entries))

    def delete(self, ids: Sequence[str]) -> None:
        """Forgets articles in all stores, and their vectors in the cache."""
        with _disk_errors(self.index):
            if ids:
                self._commit(Delete(ids))

    def point_sources(self, records: Sequence[SourceRecord]) -> None:
        """Points sources at articles that hold their text; an article that no source is left of goes everywhere."""
        ledger = self.index.ledger
        moved = ledger.elsewhere((r.source, r.article_id) for r in records)
        self.delete(ledger.orphans_without(moved) if moved else [])
        with _disk_errors(self.index):
            self._commit(Point(records))

    def remove_sources(self, names: Iterable[str]) -> int:
        """Forgets sources, and the articles that no source is left of. Returns how many articles went."""
        gone = list(names)
        orphans = self.index.ledger.orphans_without(gone)
        self.delete(orphans)
        with _disk_errors(self.index):
            self._commit(RemoveSources(gone))
        return len(orphans)

    def finish_files(self, files: Sequence[FileDone]) -> None:
        """Records that files were read whole: (file, version, sources that it still holds unchanged) each."""
        with _disk_errors(self.index):
            self._commit(FinishFiles(files))

    def write_meta(self, values: dict[str, str]) -> None:
        """Records what the index is built with."""
        with _disk_errors(self.index):
            self._commit(WriteMeta(values))

    def reconcile(self) -> bool:
        """Makes vectors and lexical index agree with the ledger. Returns whether anything was amiss."""
        with _disk_errors(self.index):
            return reconcile(self.index, self.embedder)

    def _commit(self, mutation: Mutation) -> None:
        """Does the change: from the log's entry, else from the ledger's, it counts."""
        index = self.index
        out = outgoing(index.ledger, mutation)
        past = self._embedded_texts((*out.kept, *out.gone))
        recorded = index.record(mutation)
        with self.gate.writing():
            with index.ledger.as_change(*recorded) if recorded else nullcontext():
                apply(index.ledger, index.lexical, mutation, out.gone)
            index.vectors.delete(out.passages)
            if index.whole is not None:
                index.whole.delete(out.gone)
        if past:
            self.embedder.forget(past - self._embedded_texts(out.kept), index.cache)

    def _embedded_texts(self, ids: Iterable[str]) -> set[str]:
        ledger = self.index.ledger
        found = ((ledger.article(id), id) for id in ids)
        return {embedded_text(a.title, p.text) for a, id in found if a for p in ledger.passages(id)}


@contextmanager
def _disk_errors(index: OpenIndex) -> Iterator[None]:
    """Turns what a full or unwritable disk raises in any of the stores into one error."""
    sound, index.sound = index.sound, False
    with translated(_explained):
        yield
    index.sound = sound


def _explained(error: Exception) -> StoreWriteError | None:
    # tantivy has no type of its own for a failed write
    tantivys = (
        isinstance(error, ValueError)
        and "rror" in str(error)
        and ("os error" in str(error) or "IoError" in str(error))
    )
    if tantivys or isinstance(error, chroma_file.or_chroma_error(OSError, sqlite3.OperationalError)):
        return StoreWriteError(_UNWRITABLE.format(error=error))
    return None
