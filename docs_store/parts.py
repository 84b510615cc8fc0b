"""The four stores of an index folder, opened, repaired and closed together."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from docs_store import vector_health
from docs_store.embedding import PassageEmbedder, embedded_text
from docs_store.embedding_cache import EmbeddingCache
from docs_store.ledger import Ledger
from docs_store.lexical import LexicalIndex
from docs_store.models import Article, Passage, StoreReport
from docs_store.vectors import VectorIndex

_PORTION = 512  # articles rebuilt at once


@dataclass(slots=True)
class Parts:
    """Ledger, lexical index and vectors of one folder; the cache only where they may be written."""

    folder: Path
    ledger: Ledger
    lexical: LexicalIndex
    vectors: VectorIndex
    cache: EmbeddingCache | None
    sound: bool = True
    """False after a write that failed: Chroma may have left a torn file."""

    @classmethod
    def open(cls, folder: Path, *, write: bool, model: str, earlier: Path | None = None) -> Parts:
        """Opens what is there; when `write`, creates what is missing and makes damaged indexes anew, empty.

        Raises:
            sqlite3.Error, ValueError, RuntimeError, OSError: damaged, and not to be written.
        """
        if write:
            folder.mkdir(parents=True, exist_ok=True)
        ledger = Ledger(folder / "ledger.sqlite3", write=write)
        try:
            if write:
                _discard_damaged(folder)
                vector_health.unstamp(folder)
            lexical = _lexical(folder, write=write)
            vectors = VectorIndex(folder / "vectors", write=write)
            cache = EmbeddingCache(folder / "embeddings.sqlite3", model, earlier=earlier) if write else None
        except BaseException:
            ledger.close()
            raise
        return cls(folder, ledger, lexical, vectors, cache)

    def close(self) -> None:
        """Closes all; vectors that were written, and never in vain, are stamped as whole: others are tried when opened."""
        self.ledger.close()
        self.lexical.close()
        self.vectors.close()
        if self.cache is not None:
            self.cache.close()
            if self.sound:
                vector_health.stamp(self.folder)

    def add(self, items: Sequence[tuple[Article, Sequence[Passage]]], embedder: PassageEmbedder) -> None:
        """Adds or replaces vectors of passages; the lexical index is not touched."""
        rows = [(article, passage) for article, passages in items for passage in passages]
        if rows:
            vectors = embedder.embed([embedded_text(a.title, p.text) for a, p in rows], self.cache)
            days = [int(a.published_on.strftime("%Y%m%d")) if a.published_on else 0 for a, _ in rows]
            self.vectors.add([p.id for _, p in rows], vectors, days)

    def report(self, fingerprint: dict[str, str]) -> StoreReport:
        """Compares the three stores, id by id."""
        ledger, vectors, lexical = (
            self.ledger.passage_ids(),
            self.vectors.ids(),
            set(self.lexical.passage_ids()),
        )
        articles, passages = self.ledger.counts()
        return StoreReport(
            articles,
            passages,
            len(vectors),
            len(lexical),
            sorted(ledger - vectors),
            sorted(ledger - lexical),
            sorted(vectors - ledger),
            sorted(lexical - ledger),
            sum(f.stat().st_size for f in self.folder.rglob("*") if f.is_file()),
            fingerprint,
        )

    def reconcile(self, embedder: PassageEmbedder) -> bool:
        """Makes vectors and lexical index hold just the ledger's passages. Returns whether anything was amiss."""
        # One store after the other, so that not all ids are in memory at once.
        ledger = self.ledger.passage_ids()
        vectors = self.vectors.ids()
        wanted, stale_vectors = ledger - vectors, vectors - ledger
        del vectors
        lexical = self.lexical.passage_ids()
        wanted_lexical = ledger - lexical.keys()
        stale = {lexical[id] for id in lexical.keys() - ledger}
        del lexical, ledger
        articles_there, articles_wanted = self.lexical.article_ids(), self.ledger.article_ids()
        stale |= articles_there - articles_wanted
        if not (wanted or wanted_lexical or stale or stale_vectors or articles_wanted - articles_there):
            return False
        self.vectors.delete(stale_vectors)
        self.lexical.delete(stale)
        for items in self._portions(self.ledger.owners(wanted)):
            self.add(items, embedder)
        again = (
            self.ledger.owners(wanted_lexical)
            | (stale & articles_wanted)
            | (articles_wanted - articles_there)
        )
        for items in self._portions(again):
            self.lexical.add(items)
        return True

    def _portions(self, ids: Iterable[str]) -> Iterator[list[tuple[Article, list[Passage]]]]:
        wanted = sorted(ids)
        for i in range(0, len(wanted), _PORTION):
            found = ((self.ledger.article(id), id) for id in wanted[i : i + _PORTION])
            yield [(article, self.ledger.passages(id)) for article, id in found if article is not None]


def _discard_damaged(folder: Path) -> None:
    """Removes a folder of vectors that is not whole; reconciling fills it again from ledger and cache."""
    if (folder / "vectors").exists() and not vector_health.is_whole(folder):
        shutil.rmtree(folder / "vectors")


def _lexical(folder: Path, *, write: bool) -> LexicalIndex:
    path = folder / "lexical"
    try:
        index = LexicalIndex(path, write=write)
        index.passage_ids()
    except (ValueError, OSError):
        if not write:
            raise
        shutil.rmtree(path, ignore_errors=True)
        index = LexicalIndex(path, write=True)
    return index
