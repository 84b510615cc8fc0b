"""Changes to an index: vectors first, then lexical index, ledger last; what is replaced leaves all three and the cache."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from chromadb.errors import ChromaError

from docs_store.embedding import PassageEmbedder, embedded_text
from docs_store.errors import StoreWriteError
from docs_store.gate import Gate
from docs_store.ledger import Entry, SourceRecord
from docs_store.parts import Parts

_UNWRITABLE = (
    "写不进索引（{error}）。已收录的不受影响；请检查磁盘空间与权限，再运行一次 `guanchao ingest` 接着来。"
)


@dataclass(frozen=True, slots=True)
class Changes:
    """Writes into open parts. Every method raises StoreWriteError when the disk is full or not to be written."""

    parts: Parts
    embedder: PassageEmbedder
    gate: Gate
    """Searches of this process wait for the moment in which what they see changes."""

    def replace(self, entries: Sequence[Entry]) -> None:
        """Stores articles with their passages; an article's old passages go in the same call."""
        ledger = self.parts.ledger
        with _telling(self.parts):
            moved = ledger.elsewhere((e.article.source, e.article.id) for e in entries)
            given = {e.article.id for e in entries}
            gone = [id for id in ledger.orphans_without(moved) if id not in given] if moved else []
            kept = ledger.stored(given)
            old = [p for id in (*kept, *gone) for p in ledger.passages(id)]
            new = {p.id for e in entries for p in e.passages}
            past = self._embedded_texts((*kept, *gone))
            pairs = [(e.article, e.passages) for e in entries]
            self.parts.add(pairs, self.embedder)
            with self.gate.writing():
                self.parts.lexical.add(pairs, gone)
                self.parts.vectors.delete(p.id for p in old if p.id not in new)
                ledger.replace(entries)
            if past:
                self.embedder.forget(past - self._embedded_texts(kept), self.parts.cache)

    def delete(self, ids: Sequence[str]) -> None:
        """Forgets articles in all three stores, and their vectors in the cache."""
        ledger = self.parts.ledger
        with _telling(self.parts):
            gone = [p for id in ids for p in ledger.passages(id)]
            past = self._embedded_texts(ids)
            with self.gate.writing():
                self.parts.vectors.delete(p.id for p in gone)
                self.parts.lexical.delete(ids)
                ledger.delete(ids)
            self.embedder.forget(past, self.parts.cache)

    def point_sources(self, records: Sequence[SourceRecord]) -> None:
        """Points sources at articles that hold their text; an article that no source is left of goes everywhere."""
        ledger = self.parts.ledger
        moved = ledger.elsewhere((r.source, r.article_id) for r in records)
        self.delete(ledger.orphans_without(moved) if moved else [])
        with _telling(self.parts):
            ledger.point(records)

    def remove_sources(self, names: Iterable[str]) -> int:
        """Forgets sources, and the articles that no source is left of. Returns how many articles went."""
        gone = list(names)
        orphans = self.parts.ledger.orphans_without(gone)
        self.delete(orphans)
        with _telling(self.parts):
            self.parts.ledger.remove_sources(gone)
        return len(orphans)

    def finish_files(self, files: Sequence[tuple[str, str, Sequence[str]]]) -> None:
        """Records that files were read whole: (file, version, sources that it still holds unchanged) each."""
        with _telling(self.parts):
            self.parts.ledger.finish_files(files)

    def reconcile(self) -> bool:
        """Makes vectors and lexical index agree with the ledger. Returns whether anything was amiss."""
        with _telling(self.parts):
            return self.parts.reconcile(self.embedder)

    def _embedded_texts(self, ids: Iterable[str]) -> set[str]:
        ledger = self.parts.ledger
        found = ((ledger.article(id), id) for id in ids)
        return {embedded_text(a.title, p.text) for a, id in found if a for p in ledger.passages(id)}


@contextmanager
def _telling(parts: Parts) -> Iterator[None]:
    """Turns what a full or unwritable disk raises in any of the stores into one error."""
    sound, parts.sound = parts.sound, False
    try:
        yield
        parts.sound = sound
    except (OSError, sqlite3.OperationalError, ChromaError) as error:
        raise StoreWriteError(_UNWRITABLE.format(error=error)) from error
    except ValueError as error:  # tantivy has no type of its own for a failed write
        if "rror" in str(error) and ("os error" in str(error) or "IoError" in str(error)):
            raise StoreWriteError(_UNWRITABLE.format(error=error)) from error
        raise
