"""DocsStore: articles, passages, vectors and lexical index as one thing that agrees with itself."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from threading import Lock
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from docs_store.backend import NOTHING_YET, Backend
from docs_store.candidates import Search, gather
from docs_store.changes.carry_over import as_known
from docs_store.changes.reconciling import report
from docs_store.changes.writer import IndexWriter
from docs_store.corrections import Value, corrected, undone
from docs_store.embedding.embedder import open_embedder
from docs_store.embedding.passages import Embedder, PassageEmbedder
from docs_store.embedding.token_budget import TokenBudget
from docs_store.errors import (
    GuanchaoError,
    NothingIndexedError,
    StoreClosedError,
    StoreDamagedError,
    StoreWriteError,
    unwritable,
)
from docs_store.fingerprint import compare, fingerprint
from docs_store.gate import Gate
from docs_store.local import chroma_file
from docs_store.local.backend import LocalBackend
from docs_store.local.index_folder import UNWRITABLE
from docs_store.local.ledger import FIRST, Entry, Ledger, SourceRecord
from docs_store.local.lexical import weighted
from docs_store.models import Article, ArticleHead, Hit, Passage, ReadingNotes, SearchFilter, StoreReport
from docs_store.open_index import OpenIndex
from docs_store.settings import Settings
from docs_store.shared.follower import Follower
from docs_store.text.normal import fold

_log = logging.getLogger(__name__)
_CLOSED = "索引已经关闭（服务正在停止），请等它重新启动后再试。"
_EVERYTHING = SearchFilter()
_DAMAGE = (sqlite3.Error, ValueError, RuntimeError, OSError)  # and Chroma's own


class DocsStore:
    """Open it with `DocsStore.open`. Writers write vectors, then lexical, then ledger.

    A crash in between leaves the ledger's state (of a shared index: the change log's) the true one; the next writer
    repairs the rest. Thread-safe.
    """

    def __init__(self, settings: Settings, embedder: Embedder, backend: Backend) -> None:
        """Use `open`, which locks and checks first."""
        self._settings = settings
        self._embedder = embedder
        self._passages = PassageEmbedder(embedder, TokenBudget(settings))
        self._fingerprint = fingerprint(settings)
        self._backend = backend
        self._gate = Gate()
        self._opened: OpenIndex | None = None
        self._rebuilding = False
        self._previous: Ledger | None = None
        self._turn = Lock()  # one thread at a time writes, or changes over to what others wrote
        self._trouble: GuanchaoError | None = None
        self._follower: Follower | None = None

    @classmethod
    def open(
        cls,
        settings: Settings,
        embedder: Embedder | None = None,
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
            StoreUnavailableError: it is shared, and its server does not answer.
        """
        backend = _backend_of(settings)
        if not write:
            try:
                backend.check()
            except GuanchaoError:
                backend.release()
                raise
        store = cls(settings, embedder or open_embedder(settings, backend.key_values()), backend)
        if not write and not backend.is_whole():
            with cls.open(settings, store._embedder, write=True):
                pass  # the owner repairs what is damaged, from the ledger and the cache
        backend.acquire(write=write)
        try:
            if rebuild:
                backend.update()
            store._open_index(write=write, rebuild=rebuild)
        except BaseException:
            store._close_index()
            with suppress(GuanchaoError):
                backend.clean_up()
            backend.release()
            raise
        if backend.shared and not write:
            store._follower = Follower(store._follow, settings.store.refresh_seconds)
        return store

    def _open_index(self, *, write: bool, rebuild: bool = False) -> None:
        self._rebuilding = rebuild
        try:
            if rebuild:
                self._previous = self._backend.previous()
                self._opened = self._backend.open_next()
            else:
                self._opened = self._backend.open(write=write)
            self._check(write=write)
        except chroma_file.or_chroma_error(*_DAMAGE) as error:
            if why := unwritable(error):
                raise StoreWriteError(UNWRITABLE.format(root=self._settings.index_path, why=why)) from error
            raise StoreDamagedError(
                f"索引 {self._settings.index_path} 已损坏或不可写（{error}），请检查磁盘与权限，或运行 "
                "`guanchao ingest --rebuild` 重建。"
            ) from error

    def _check(self, *, write: bool) -> None:
        recorded = self._open.ledger.meta()
        articles, _ = self.counts()
        if not recorded or (write and not articles):
            if not write:
                raise NothingIndexedError(NOTHING_YET)
            if recorded != self._fingerprint:
                self._writer.write_meta(self._fingerprint)
        else:
            compare(recorded, self._fingerprint)
            if write and recorded != self._fingerprint:
                self._writer.write_meta(self._fingerprint)  # its tables were migrated when it was opened
        if write:
            self.reconcile()
        elif not articles:
            raise NothingIndexedError(NOTHING_YET)

    @property
    def _open(self) -> OpenIndex:
        if self._trouble is not None:
            raise self._trouble
        if self._opened is None:
            raise StoreClosedError(_CLOSED)
        return self._opened

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
        with self._turn:
            self._backend.change(write=True)
            try:
                if rebuild:
                    self._catch_up()
                    fresh = DocsStore(self._settings, self._embedder, self._backend)
                    try:
                        fresh._open_index(write=True, rebuild=True)
                        yield fresh
                    except BaseException:
                        fresh._close_index()
                        raise
                    fresh._close_index()
                    with self._gate.writing():
                        self._close_index()
                        self._backend.swap()
                        self._open_again()
                else:
                    with self._gate.writing():
                        self._close_index()
                        self._opened = self._backend.open(write=True)
                    self.reconcile()
                    yield self
            finally:
                try:
                    self._read_again()
                    self._backend.clean_up()
                finally:
                    self._backend.change(write=False)

    def _read_again(self) -> None:
        with self._gate.writing():
            if self._opened is not None and self._opened.cache is None:
                return  # swapped in already, or never opened to write
            sound = self._opened is None or self._opened.sound
            self._close_index()
            if not sound:
                self._mend()
            self._open_again()

    def _open_again(self) -> None:
        """Opens to read; where that cannot be done, every call raises why until it can."""
        self._trouble = None
        try:
            self._opened = self._backend.open(write=False)
            compare(self._opened.ledger.meta(), self._fingerprint)
        except GuanchaoError as error:
            self._trouble = error
            raise

    def _mend(self) -> None:
        """Repairs what a failed write left, as far as there is room: Chroma may have torn its files."""
        try:
            self._opened = self._backend.open(write=True)
            self.reconcile()
        except chroma_file.or_chroma_error(GuanchaoError, *_DAMAGE) as error:
            _log.warning("the index could not be mended: %s", error)
        self._close_index()

    def _follow(self) -> None:
        """Shows what other processes have changed in a shared index."""
        if not self._turn.acquire(blocking=False):
            return  # this process is writing, and sees all there is
        try:
            self._catch_up()
        finally:
            self._turn.release()

    def _catch_up(self) -> None:
        if self._trouble is None and self._backend.follow(self._open, self._gate):
            return
        self._backend.prepare()
        with self._gate.writing():
            self._close_index()
            self._open_again()

    @property
    def previous(self) -> Ledger | None:
        """While rebuilding: the ledger of the index that is being replaced, to read from; else None."""
        return self._previous

    def _close_index(self) -> None:
        if self._previous is not None:
            self._previous.close()
            self._previous = None
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def close(self, *, keep: bool = True) -> None:
        """Closes the files once the reads under way are done; later ones raise StoreClosedError.

        A rebuilt index takes the old one's place unless `keep` is False.
        """
        if self._follower is not None:
            self._follower.stop()
            self._follower = None
        if self._opened is None and self._trouble is None:
            return
        with self._gate.writing():
            self._close_index()
            self._trouble = None
        try:
            if self._rebuilding:
                if keep:
                    self._backend.swap()
                self._backend.clean_up()
        finally:
            self._backend.release()

    def __enter__(self) -> Self:
        """The store itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes; after an error a rebuilt index is not swapped in."""
        self.close(keep=kind is None)

    # What it can be asked.

    @contextmanager
    def _reads(self) -> Iterator[OpenIndex]:
        """The open stores behind the gate. Every read goes through here.

        An ingest closes the files at its beginning and its end: SQLite dies of a query on a file that is being closed.
        """
        with self._gate.reading():
            yield self._open

    def reading(self) -> AbstractContextManager[None]:
        """Holds off changes: several searches inside see one state."""
        return self._gate.reading()

    def already_there(self, articles: Sequence[Article]) -> set[str]:
        """Those of the articles' texts and ids that the store has, of whatever article."""
        with self._reads() as index:
            return index.ledger.already_there(articles)

    def files(self) -> dict[str, str]:
        """The version of each file that was read whole."""
        with self._reads() as index:
            return index.ledger.files()

    def source(self, name: str) -> SourceRecord | None:
        """What a source became, or None."""
        with self._reads() as index:
            return index.ledger.source(name)

    def sources_of_file(self, file: str) -> dict[str, SourceRecord]:
        """The sources that a file holds."""
        with self._reads() as index:
            return index.ledger.sources_of_file(file)

    def same_text(self, text: str) -> str | None:
        """The id of the article that has exactly this text, or None."""
        with self._reads() as index:
            return index.ledger.same_text(text)

    def sources(self) -> dict[str, SourceRecord]:
        """Every source with its article's id and content hash."""
        with self._reads() as index:
            return index.ledger.sources()

    def article(self, id: str) -> Article | None:
        """One article, or None."""
        with self._reads() as index:
            return index.ledger.article(id)

    def articles(self) -> Iterator[Article]:
        """Every article, the latest ingested first; changes may come in between two of them."""
        last = FIRST
        while True:
            with self._reads() as index:
                portion, last = index.ledger.portion(last)
            if not portion:
                return
            yield from portion

    def listing(self, offset: int = 0, limit: int = 50, title: str = "") -> tuple[int, list[Article]]:
        """How many articles have `title` in their title, and `limit` of them, the latest ingested first."""
        with self._reads() as index:
            return index.ledger.listing(offset, limit, title)

    def heads(self) -> list[ArticleHead]:
        """Every article without its text, the latest ingested first."""
        with self._reads() as index:
            return index.ledger.heads()

    def built_with(self) -> dict[str, str]:
        """What the index was built with: embedder, chunker, analyser, schema."""
        return dict(self._fingerprint)

    def passages(self, article_id: str) -> list[Passage]:
        """An article's passages in order."""
        with self._reads() as index:
            return index.ledger.passages(article_id)

    def reading_notes(self, article_id: str) -> ReadingNotes:
        """How an article was read: what no passage of it holds and why, and notes for its reader."""
        with self._reads() as index:
            return index.ledger.reading_notes(article_id)

    def counts(self) -> tuple[int, int]:
        """(articles, passages)."""
        with self._reads() as index:
            return index.ledger.counts()

    def search_lexical(self, query: str, k: int, where: SearchFilter = _EVERYTHING) -> list[Hit]:
        """The best `k` passages by BM25."""
        with self._reads() as index:
            among, _ = index.ledger.within(where)
            found = index.lexical.passages(weighted(fold(query)), k, where, among)
            return _hits(index, [(id, score) for id, _, score in found], "lexical")

    def search_articles(self, query: str, k: int, where: SearchFilter = _EVERYTHING) -> dict[str, float]:
        """BM25 scores of the best `k` whole articles, by id."""
        with self._reads() as index:
            among, _ = index.ledger.within(where)
            return dict(index.lexical.articles(weighted(fold(query)), k, where, among))

    def holding(self, phrases: Sequence[str]) -> list[str]:
        """The ids of all articles whose title or text has every phrase, whatever its width, case or characters'
        traditional form; the latest ingested first."""
        with self._reads() as index:
            return index.ledger.holding(phrases)

    def search_dense(self, query: str, k: int, where: SearchFilter = _EVERYTHING) -> list[Hit]:
        """The nearest `k` passages by cosine similarity."""
        vector = self._passages.query(query)
        with self._reads() as index:
            _, among = index.ledger.within(where)
            return _hits(index, index.vectors.search(vector, k, where, among), "dense")

    def vector(self, question: str) -> list[float]:
        """The unit vector of a question. Raises ModelUnavailableError."""
        return self._passages.query(question)

    def candidates(self, search: Search) -> list[Hit]:
        """Passages for a reranker to order, as `docs_store.candidates.gather` describes."""
        with self._reads() as index:
            return gather(index, search)

    def idf(self, tokens: Iterable[str]) -> dict[str, float]:
        """How rare each folded token is among the passages: BM25's inverse document frequency, above 0."""
        with self._reads() as index:
            return index.lexical.idf(tokens)

    def verify(self) -> StoreReport:
        """Compares the three stores, id by id; of a shared index also says where it is and how far behind."""
        with self._reads() as index:
            return replace(report(index, self._fingerprint), location=self._backend.location(index))

    # What can be done to it while it is open to be written.

    @property
    def _writer(self) -> IndexWriter:
        return IndexWriter(self._open, self._passages, self._gate)

    def replace_articles(self, items: Sequence[Entry | tuple[Article, Sequence[Passage], str]]) -> None:
        """Stores articles with their passages and content hashes; an article's old passages go in the same call.

        What users corrected in an article of the same id, here or in the index that is being replaced, stays corrected,
        and so does the time at which it was first stored; an article that is new arrives now.

        Raises:
            StoreWriteError: the disk is full or not to be written; what was stored before stays.
            StoreUnavailableError, StoreBusyError: the index is shared, and the server is gone or has another writer.
        """
        ledgers = [ledger for ledger in (self.previous, self._open.ledger) if ledger is not None]
        self._writer.replace(as_known([Entry(*item) for item in items], ledgers, datetime.now(UTC)))

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
        self._writer.replace(
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
        """Takes vectors that were computed elsewhere, of `docs_store.embedding.passages.embedded_text`s, one a row.

        Articles stored later find them. They must be of the configured model, unit length.
        """
        self._passages.remember(texts, vectors, self._open.cache)

    def delete_articles(self, ids: Sequence[str]) -> None:
        """Forgets articles in all stores, and their vectors in the cache. Raises as `replace_articles`."""
        self._writer.delete(ids)

    def point_sources(self, records: Sequence[SourceRecord]) -> None:
        """Points sources at articles that hold their text; an article that no source is left of goes everywhere."""
        self._writer.point_sources(records)

    def remove_sources(self, names: Iterable[str]) -> int:
        """Forgets sources, and the articles that no source is left of. Returns how many articles went."""
        return self._writer.remove_sources(names)

    def finish_files(self, files: Sequence[tuple[str, str, Sequence[str]]]) -> None:
        """Records that files were read whole: (file, version, sources that it still holds unchanged) each.

        They need not be read again until they change.
        """
        self._writer.finish_files(files)

    def reconcile(self) -> bool:
        """Makes vectors and lexical index agree with the ledger. Returns whether anything was amiss."""
        return self._writer.reconcile()


def _hits(index: OpenIndex, found: list[tuple[str, float]], name: str) -> list[Hit]:
    rows = index.ledger.get([id for id, _ in found])
    return [Hit(*rows[id], score, {name: score}) for id, score in found if id in rows]


def _backend_of(settings: Settings) -> Backend:
    model = fingerprint(settings)["embedding"]
    if settings.store.backend == "local":
        return LocalBackend(settings, model)
    from docs_store.shared.backend import SharedBackend

    return SharedBackend(settings, model)
