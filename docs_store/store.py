"""DocsStore: articles, passages, vectors and lexical index as one thing that agrees with itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from types import TracebackType
from typing import Self

from chromadb.errors import ChromaError
from langchain_core.embeddings import Embeddings

from docs_store import vector_health
from docs_store.analyser import fold
from docs_store.candidates import Search, gather
from docs_store.changes import Changes
from docs_store.embedder import open_embedder
from docs_store.embedding import PassageEmbedder
from docs_store.errors import (
    NothingIndexedError,
    StoreBusyError,
    StoreDamagedError,
    StoreMismatchError,
    StoreWriteError,
)
from docs_store.gate import Gate
from docs_store.identity import fingerprint
from docs_store.index_folder import IndexFolder
from docs_store.ledger import Entry, Ledger, SourceRecord
from docs_store.lexical import weighted
from docs_store.models import Article, ArticleHead, Hit, Passage, SearchFilter, StoreReport
from docs_store.parts import Parts
from docs_store.token_budget import TokenBudget
from settings import Settings

_EVERYTHING = SearchFilter()
_NOTHING_YET = "还没有收录任何文章，请先运行 `guanchao ingest`（可在后面写文件或文件夹）。"
_DAMAGE = (sqlite3.Error, ValueError, RuntimeError, OSError, ChromaError)


class DocsStore:
    """Open it with `DocsStore.open`. Writers write vectors, then lexical, then ledger.

    A crash in between leaves the ledger's state the true one; the next writer repairs the other two. Thread-safe.
    """

    def __init__(self, settings: Settings, embedder: Embeddings, folder: IndexFolder) -> None:
        """Use `open`, which locks and checks first."""
        self._settings = settings
        self._embedder = embedder
        self._passages = PassageEmbedder(embedder, TokenBudget(settings))
        self._fingerprint = fingerprint(settings)
        self._folder = folder
        self._gate = Gate()
        self._parts: Parts | None = None
        self._rebuilding = False
        self._previous: Ledger | None = None

    @classmethod
    def open(
        cls,
        settings: Settings,
        embedder: Embeddings | None = None,
        *,
        write: bool = False,
        rebuild: bool = False,
    ) -> Self:
        """Opens the index of `settings`.

        Args:
            settings: where, and with which models.
            embedder: instead of the configured one.
            write: own the index alone; creates it, and repairs what a crash left.
            rebuild: build a fresh index beside the old one; `close` after success swaps it in.

        Raises:
            NothingIndexedError: there is nothing to read yet.
            StoreMismatchError: it was built with other settings.
            StoreBusyError: another process owns it.
            StoreDamagedError: its files cannot be read.
        """
        root = settings.index_path
        if not write and not any((root / name / "ledger.sqlite3").is_file() for name in ("current", "old")):
            raise NothingIndexedError(_NOTHING_YET)
        folder = IndexFolder(root)
        store = cls(settings, embedder or open_embedder(settings), folder)
        if not write and not (folder.current.exists() and vector_health.is_whole(folder.current)):
            with cls.open(settings, store._embedder, write=True):
                pass  # the owner repairs what is damaged, from the ledger and the cache
        folder.acquire(write=write)
        try:
            store._open_parts(write=write, rebuild=rebuild)
        except BaseException:
            store._close_parts()
            folder.release()
            raise
        return store

    def _open_parts(self, *, write: bool, rebuild: bool = False) -> None:
        model = self._fingerprint["embedding"]
        current = self._folder.current
        self._rebuilding = rebuild
        try:
            if rebuild:
                self._previous = Ledger.earlier(current / "ledger.sqlite3")
                earlier = current / "embeddings.sqlite3"
                self._parts = Parts.open(self._folder.next, write=True, model=model, earlier=earlier)
            else:
                self._parts = Parts.open(current, write=write, model=model)
            self._check(write=write)
        except _DAMAGE as error:
            raise StoreDamagedError(
                f"索引 {self._folder.root} 已损坏或不可写（{error}），请检查磁盘与权限，或运行 "
                "`guanchao ingest --rebuild` 重建。"
            ) from error

    def _check(self, *, write: bool) -> None:
        recorded = self._ledger.meta()
        articles, _ = self.counts()
        if not recorded or (write and not articles):
            if not write:
                raise NothingIndexedError(_NOTHING_YET)
            self._ledger.write_meta(self._fingerprint)
        elif different := [k for k, v in self._fingerprint.items() if recorded.get(k) != v]:
            what = "；".join(
                f"{k}：索引是 {recorded.get(k)}，配置是 {self._fingerprint[k]}" for k in different
            )
            raise StoreMismatchError(
                f"索引与配置不一致（{what}）。请改回配置，或运行 `guanchao ingest --rebuild` 重建。"
            )
        if write:
            self.reconcile()
        elif not articles:
            raise NothingIndexedError(_NOTHING_YET)

    @property
    def _open(self) -> Parts:
        assert self._parts is not None, "the store is closed"
        return self._parts

    @property
    def _changes(self) -> Changes:
        return Changes(self._open, self._passages, self._gate)

    @property
    def _ledger(self) -> Ledger:
        return self._open.ledger

    def reading(self) -> AbstractContextManager[None]:
        """Holds off changes: several searches inside see one state."""
        return self._gate.reading()

    @contextmanager
    def writing(self, *, rebuild: bool = False) -> Iterator[DocsStore]:
        """A store to write into, while this one goes on answering from what it has; for a process that only reads.

        On leaving, this store shows the new state. With `rebuild` the new index is built beside and then swapped in.

        Raises:
            StoreBusyError: another process reads or writes the index.
        """
        if self._open.cache is not None:
            yield self
            return
        try:
            self._folder.change(write=True)
        except StoreBusyError:
            self._folder.acquire(write=False)
            raise
        try:
            if rebuild:
                fresh = DocsStore(self._settings, self._embedder, self._folder)
                try:
                    fresh._open_parts(write=True, rebuild=True)
                    yield fresh
                except BaseException:
                    fresh._close_parts()
                    raise
                fresh._close_parts()
                with self._gate.writing():
                    self._close_parts()
                    self._folder.swap()
                    self._open_parts(write=False)
            else:
                with self._gate.writing():
                    self._close_parts()
                    self._parts = Parts.open(
                        self._folder.current, write=True, model=self._fingerprint["embedding"]
                    )
                self.reconcile()
                yield self
        finally:
            with self._gate.writing():
                sound = self._parts is None or self._parts.sound
                self._close_parts()
                if not sound:
                    self._mend()
                self._folder.change(write=False)
                self._parts = Parts.open(self._folder.current, write=False, model="")

    def _mend(self) -> None:
        """Repairs what a failed write left, as far as there is room: Chroma may have torn its files."""
        with suppress(StoreWriteError, *_DAMAGE):
            self._parts = Parts.open(self._folder.current, write=True, model=self._fingerprint["embedding"])
            self.reconcile()
        self._close_parts()

    @property
    def previous(self) -> Ledger | None:
        """While rebuilding: the ledger of the index that is being replaced, to read from; else None."""
        return self._previous

    def replace_articles(self, items: Sequence[Entry | tuple[Article, Sequence[Passage], str]]) -> None:
        """Stores articles with their passages and content hashes; an article's old passages go in the same call.

        Raises:
            StoreWriteError: the disk is full or not to be written; what was stored before stays.
        """
        self._changes.replace([Entry(*item) for item in items])

    def delete_articles(self, ids: Sequence[str]) -> None:
        """Forgets articles in all three stores, and their vectors in the cache. Raises StoreWriteError."""
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

    def already_there(self, articles: Sequence[Article]) -> set[str]:
        """Those of the articles' texts and ids that the store has, of whatever article."""
        return self._ledger.already_there(articles)

    def reconcile(self) -> bool:
        """Makes vectors and lexical index agree with the ledger. Returns whether anything was amiss."""
        return self._changes.reconcile()

    def files(self) -> dict[str, str]:
        """The version of each file that was read whole."""
        return self._ledger.files()

    def source(self, name: str) -> SourceRecord | None:
        """What a source became, or None."""
        return self._ledger.source(name)

    def sources_of_file(self, file: str) -> dict[str, SourceRecord]:
        """The sources that a file holds."""
        return self._ledger.sources_of_file(file)

    def same_text(self, text: str) -> str | None:
        """The id of the article that has exactly this text, or None."""
        return self._ledger.same_text(text)

    def sources(self) -> dict[str, SourceRecord]:
        """Every source with its article's id and content hash."""
        return self._ledger.sources()

    def article(self, id: str) -> Article | None:
        """One article, or None."""
        with self._gate.reading():
            return self._ledger.article(id)

    def articles(self) -> Iterator[Article]:
        """Every article, the latest ingested first."""
        return self._ledger.articles()

    def listing(self, offset: int = 0, limit: int = 50, title: str = "") -> tuple[int, list[Article]]:
        """How many articles have `title` in their title, and `limit` of them, the latest ingested first."""
        with self._gate.reading():
            return self._ledger.listing(offset, limit, title)

    def heads(self) -> list[ArticleHead]:
        """Every article without its text, the latest ingested first."""
        return self._ledger.heads()

    def built_with(self) -> dict[str, str]:
        """What the index was built with: embedder, chunker, analyser, schema."""
        return dict(self._fingerprint)

    def passages(self, article_id: str) -> list[Passage]:
        """An article's passages in order."""
        with self._gate.reading():
            return self._ledger.passages(article_id)

    def counts(self) -> tuple[int, int]:
        """(articles, passages)."""
        with self._gate.reading():
            return self._ledger.counts()

    def search_lexical(self, query: str, k: int, where: SearchFilter = _EVERYTHING) -> list[Hit]:
        """The best `k` passages by BM25."""
        with self._gate.reading():
            among, _ = self._ledger.within(where)
            found = self._open.lexical.passages(weighted(fold(query)), k, where, among)
            return self._hits([(id, score) for id, _, score in found], "lexical")

    def search_articles(self, query: str, k: int, where: SearchFilter = _EVERYTHING) -> dict[str, float]:
        """BM25 scores of the best `k` whole articles, by id."""
        with self._gate.reading():
            among, _ = self._ledger.within(where)
            return dict(self._open.lexical.articles(weighted(fold(query)), k, where, among))

    def search_dense(self, query: str, k: int, where: SearchFilter = _EVERYTHING) -> list[Hit]:
        """The nearest `k` passages by cosine similarity."""
        vector = self._passages.query(query)
        with self._gate.reading():
            _, among = self._ledger.within(where)
            return self._hits(self._open.vectors.search(vector, k, where, among), "dense")

    def _hits(self, found: list[tuple[str, float]], name: str) -> list[Hit]:
        rows = self._ledger.get([id for id, _ in found])
        return [Hit(*rows[id], score, {name: score}) for id, score in found if id in rows]

    def vector(self, question: str) -> list[float]:
        """The unit vector of a question. Raises ModelUnavailableError."""
        return self._passages.query(question)

    def candidates(self, search: Search) -> list[Hit]:
        """Passages for a reranker to order, as `docs_store.candidates.gather` describes."""
        with self._gate.reading():
            return gather(self._open, search)

    def idf(self, tokens: Iterable[str]) -> dict[str, float]:
        """How rare each folded token is among the passages: BM25's inverse document frequency, above 0."""
        with self._gate.reading():
            return self._open.lexical.idf(tokens)

    def verify(self) -> StoreReport:
        """Compares the three stores, id by id."""
        with self._gate.reading():
            return self._open.report(self._fingerprint)

    def _close_parts(self) -> None:
        if self._previous is not None:
            self._previous.close()
            self._previous = None
        if self._parts is not None:
            self._parts.close()
            self._parts = None

    def close(self, *, keep: bool = True) -> None:
        """Closes the files; a rebuilt index takes the old one's place unless `keep` is False."""
        if self._parts is None:
            return
        self._close_parts()
        if self._rebuilding and keep:
            self._folder.swap()
        self._folder.release()

    def __enter__(self) -> Self:
        """The store itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes; after an error a rebuilt index is not swapped in."""
        self.close(keep=kind is None)
