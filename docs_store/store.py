"""DocsStore: articles, passages, vectors and lexical index as one thing that agrees with itself."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from threading import Lock
from types import TracebackType
from typing import Self

from docs_store.backend import NOTHING_YET, Home, LocalHome
from docs_store.changes.reconciling import report
from docs_store.embedding.embedder import open_embedder
from docs_store.embedding.passages import Embedder, PassageEmbedder
from docs_store.embedding.token_budget import TokenBudget
from docs_store.errors import (
    GuanchaoError,
    NothingIndexedError,
    StoreClosedError,
    StoreDamagedError,
    StoreMismatchError,
    StoreWriteError,
    unwritable,
)
from docs_store.fingerprint import fingerprint
from docs_store.gate import Gate
from docs_store.local import chroma_file
from docs_store.local.index_folder import UNWRITABLE
from docs_store.local.ledger import Ledger
from docs_store.models import StoreReport
from docs_store.open_index import Parts
from docs_store.settings import Settings
from docs_store.shared.follower import Follower
from docs_store.store_writes import StoreWrites

_log = logging.getLogger(__name__)
_CLOSED = "索引已经关闭（服务正在停止），请等它重新启动后再试。"
_DAMAGE = (sqlite3.Error, ValueError, RuntimeError, OSError)  # and Chroma's own


class DocsStore(StoreWrites):
    """Open it with `DocsStore.open`. Writers write vectors, then lexical, then ledger.

    A crash in between leaves the ledger's state (of a shared index: the change log's) the true one; the next writer
    repairs the rest. Thread-safe.
    """

    def __init__(self, settings: Settings, embedder: Embedder, home: Home) -> None:
        """Use `open`, which locks and checks first."""
        self._settings = settings
        self._embedder = embedder
        self._passages = PassageEmbedder(embedder, TokenBudget(settings))
        self._fingerprint = fingerprint(settings)
        self._home = home
        self._gate = Gate()
        self._parts: Parts | None = None
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
        home = _home(settings)
        if not write:
            try:
                home.check()
            except GuanchaoError:
                home.release()
                raise
        store = cls(settings, embedder or open_embedder(settings, home.notes()), home)
        if not write and not home.is_whole():
            with cls.open(settings, store._embedder, write=True):
                pass  # the owner repairs what is damaged, from the ledger and the cache
        home.acquire(write=write)
        try:
            if rebuild:
                home.update()
            store._open_parts(write=write, rebuild=rebuild)
        except BaseException:
            store._close_parts()
            with suppress(GuanchaoError):
                home.clean_up()
            home.release()
            raise
        if home.shared and not write:
            store._follower = Follower(store._follow, settings.store.refresh_seconds)
        return store

    def _open_parts(self, *, write: bool, rebuild: bool = False) -> None:
        self._rebuilding = rebuild
        try:
            if rebuild:
                self._previous = self._home.previous()
                self._parts = self._home.open_next()
            else:
                self._parts = self._home.open(write=write)
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
                self._changes.write_meta(self._fingerprint)
        else:
            self._compare(recorded)
        if write:
            self.reconcile()
        elif not articles:
            raise NothingIndexedError(NOTHING_YET)

    def _compare(self, recorded: dict[str, str]) -> None:
        if different := [k for k, v in self._fingerprint.items() if recorded.get(k) != v]:
            what = "；".join(
                f"{k}：索引是 {recorded.get(k)}，配置是 {self._fingerprint[k]}" for k in different
            )
            raise StoreMismatchError(
                f"索引与配置不一致（{what}）。请改回配置，或运行 `guanchao ingest --rebuild` 重建。"
            )

    @property
    def _open(self) -> Parts:
        if self._trouble is not None:
            raise self._trouble
        if self._parts is None:
            raise StoreClosedError(_CLOSED)
        return self._parts

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
            self._home.change(write=True)
            try:
                if rebuild:
                    self._catch_up()
                    fresh = DocsStore(self._settings, self._embedder, self._home)
                    try:
                        fresh._open_parts(write=True, rebuild=True)
                        yield fresh
                    except BaseException:
                        fresh._close_parts()
                        raise
                    fresh._close_parts()
                    with self._gate.writing():
                        self._close_parts()
                        self._home.swap()
                        self._open_again()
                else:
                    with self._gate.writing():
                        self._close_parts()
                        self._parts = self._home.open(write=True)
                    self.reconcile()
                    yield self
            finally:
                try:
                    self._read_again()
                    self._home.clean_up()
                finally:
                    self._home.change(write=False)

    def _read_again(self) -> None:
        with self._gate.writing():
            if self._parts is not None and self._parts.cache is None:
                return  # swapped in already, or never opened to write
            sound = self._parts is None or self._parts.sound
            self._close_parts()
            if not sound:
                self._mend()
            self._open_again()

    def _open_again(self) -> None:
        """Opens to read; where that cannot be done, whoever asks is told why until it can."""
        self._trouble = None
        try:
            self._parts = self._home.open(write=False)
            self._compare(self._parts.ledger.meta())
        except GuanchaoError as error:
            self._trouble = error
            raise

    def _mend(self) -> None:
        """Repairs what a failed write left, as far as there is room: Chroma may have torn its files."""
        try:
            self._parts = self._home.open(write=True)
            self.reconcile()
        except chroma_file.or_chroma_error(GuanchaoError, *_DAMAGE) as error:
            _log.warning("the index could not be mended: %s", error)
        self._close_parts()

    def _follow(self) -> None:
        """Shows what other processes have changed in a shared index."""
        if not self._turn.acquire(blocking=False):
            return  # this process is writing, and sees all there is
        try:
            self._catch_up()
        finally:
            self._turn.release()

    def _catch_up(self) -> None:
        if self._trouble is None and self._home.follow(self._open, self._gate):
            return
        self._home.prepare()
        with self._gate.writing():
            self._close_parts()
            self._open_again()

    @property
    def previous(self) -> Ledger | None:
        """While rebuilding: the ledger of the index that is being replaced, to read from; else None."""
        return self._previous

    def verify(self) -> StoreReport:
        """Compares the three stores, id by id; of a shared index also says where it is and how far behind."""
        with self._reads() as parts:
            return replace(report(parts, self._fingerprint), place=self._home.place(parts))

    def _close_parts(self) -> None:
        if self._previous is not None:
            self._previous.close()
            self._previous = None
        if self._parts is not None:
            self._parts.close()
            self._parts = None

    def close(self, *, keep: bool = True) -> None:
        """Closes the files once the reads under way are done; later ones raise StoreClosedError.

        A rebuilt index takes the old one's place unless `keep` is False.
        """
        if self._follower is not None:
            self._follower.stop()
            self._follower = None
        if self._parts is None and self._trouble is None:
            return
        with self._gate.writing():
            self._close_parts()
            self._trouble = None
        try:
            if self._rebuilding:
                if keep:
                    self._home.swap()
                self._home.clean_up()
        finally:
            self._home.release()

    def __enter__(self) -> Self:
        """The store itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes; after an error a rebuilt index is not swapped in."""
        self.close(keep=kind is None)


def _home(settings: Settings) -> Home:
    model = fingerprint(settings)["embedding"]
    if settings.store.backend == "local":
        return LocalHome(settings, model)
    from docs_store.shared.backend import SharedHome

    return SharedHome(settings, model)
