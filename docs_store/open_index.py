"""The stores of one index, opened and closed together."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from docs_store.changes.applying import catch_up
from docs_store.changes.mutations import Mutation
from docs_store.embedding.cache import EmbeddingCache
from docs_store.embedding.passages import PassageEmbedder, embedded_text
from docs_store.engines.protocols import Lexical, Vectors, WholeArticles
from docs_store.errors import StoreUnavailableError
from docs_store.local import vector_health
from docs_store.local.ledger import Ledger
from docs_store.local.lexical import LexicalIndex
from docs_store.local.vectors import VectorIndex
from docs_store.models import Article, Passage
from docs_store.shared.change_log import ChangeLog


@dataclass(slots=True)
class OpenIndex:
    """Ledger, lexical index and vectors; the cache only where they may be written."""

    folder: Path
    ledger: Ledger
    lexical: Lexical
    vectors: Vectors
    cache: EmbeddingCache | None
    whole: WholeArticles | None = None
    """Whole articles as the engine indexes them, where it does."""
    log: ChangeLog | None = None
    """Where changes are written down, if the index is shared."""
    sound: bool = True
    """False after a write that failed: Chroma may have left a torn file."""
    uncertain: bool = False
    """True after a change that the log may have or not."""

    @classmethod
    def open(cls, folder: Path, *, write: bool, model: str, earlier: Path | None = None) -> OpenIndex:
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
            lexical = open_lexical(folder, write=write)
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
            if self.sound and self.log is None:
                vector_health.stamp(self.folder)

    def add(self, items: Sequence[tuple[Article, Sequence[Passage]]], embedder: PassageEmbedder) -> None:
        """Adds or replaces vectors of passages; the lexical index is not touched."""
        rows = [(article, passage) for article, passages in items for passage in passages]
        if rows:
            vectors = embedder.embed([embedded_text(a.title, p.text) for a, p in rows], self.cache)
            self.vectors.store(rows, np.asarray(vectors, np.float32))

    def record(self, mutation: Mutation) -> tuple[int, str] | None:
        """Writes a change down in the log; (number, mark), or None where there is no log. Raises StoreBusyError."""
        if self.log is None:
            return None
        if self.uncertain:
            catch_up(self.ledger, self.lexical, self.log)
            self.uncertain = False
        number = self.ledger.applied()[0] + 1
        try:
            return number, self.log.append(number, mutation)
        except StoreUnavailableError:
            self.uncertain = True
            raise


def _discard_damaged(folder: Path) -> None:
    """Removes a folder of vectors that is not whole; reconciling fills it again from ledger and cache."""
    if (folder / "vectors").exists() and not vector_health.is_whole(folder):
        shutil.rmtree(folder / "vectors")


def open_lexical(folder: Path, *, write: bool) -> LexicalIndex:
    """The lexical index of a folder; when `write`, a damaged one is made anew, empty."""
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
