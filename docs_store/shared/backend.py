"""An index on a server that several processes share. Each keeps a replica of ledger and lexical index of its own.

On the server lie the vectors (and the engine's full text), the change log, and which generation is in use. A replica is
made by doing the log's changes again; it holds nothing that the server has not, save the cache of vectors.
"""

from __future__ import annotations

import secrets
import shutil
import sqlite3
import time
from pathlib import Path

from filelock import FileLock, Timeout

from docs_store.backend import NOTHING_YET
from docs_store.changes.applying import catch_up
from docs_store.changes.mutations import Fence
from docs_store.changes.reconciling import reconcile_lexical
from docs_store.embedding.cache import EmbeddingCache
from docs_store.engines import open_engine
from docs_store.engines.protocols import Engine
from docs_store.errors import NothingIndexedError, StoreBusyError, StoreDamagedError, os_reason
from docs_store.gate import Gate
from docs_store.local.index_folder import IndexFolder
from docs_store.local.ledger import Ledger
from docs_store.models import IndexLocation
from docs_store.open_index import OpenIndex, open_lexical
from docs_store.settings import Settings
from docs_store.shared.change_log import ChangeLog
from docs_store.shared.key_values import TableKeyValues
from docs_store.shared.lease import Lease

_SLOTS = 64  # processes with one store.path
_GENERATION = "generation"  # the control table's key, and the file of a replica that says of which it is
_NO_SLOT = "已有 {count} 个观潮进程在用 {root}，请停掉一些，或给这个进程换一个 store.path。"


class SharedBackend:
    """One index of an engine, and this process's replica of it under store.path."""

    shared = True

    def __init__(self, settings: Settings, model: str) -> None:
        """Connects. Raises StoreUnavailableError, MissingExtraError."""
        self._engine: Engine = open_engine(settings.store)
        self._control = self._engine.control()
        self._lease = Lease(self._control, self._engine.settle_seconds)
        self._root, self._model = settings.index_path / "replicas", model
        self._patience = settings.store.refresh_seconds
        self._folder: IndexFolder | None = None
        self._slot: FileLock | None = None
        self._given_up = False  # the writer before us did not give its lease back
        self._generation = ""
        self._next = ""
        self._prepared = ""  # the generation of the replica beside the one in use
        self._replaced: tuple[str, float] | None = None  # a generation out of use, and since when

    def key_values(self) -> TableKeyValues:
        """Rows of the control table."""
        return TableKeyValues(self._control)

    def check(self) -> None:
        """Raises NothingIndexedError where the server has no index yet."""
        if self._in_use() is None:
            raise NothingIndexedError(NOTHING_YET)

    def is_whole(self) -> bool:
        """True: a replica that is not whole is made anew when it is opened."""
        return True

    def _in_use(self) -> str | None:
        return self._control.get([_GENERATION]).get(_GENERATION)

    def acquire(self, *, write: bool) -> None:
        """A place for the replica, which this process alone uses; and to write, the lease."""
        self._take_slot()
        if write:
            try:
                self._take_lease()
            except BaseException:
                self.release()
                raise

    def _take_slot(self) -> None:
        for number in range(1, _SLOTS + 1):
            root = self._root / str(number)
            folder = IndexFolder(root)
            lock = FileLock(root / "replica.lock", timeout=0, thread_local=False)
            try:
                lock.acquire()
            except Timeout:
                continue
            except OSError as error:
                raise StoreDamagedError(
                    f"无法在 {root} 写入（{os_reason(error)}），请检查权限与磁盘空间，或修改 store.path。"
                ) from error
            folder.tidy()
            self._folder, self._slot = folder, lock
            return
        raise StoreBusyError(_NO_SLOT.format(count=_SLOTS, root=self._root))

    def _take_lease(self) -> None:
        self._given_up = self._lease.take()
        used = self._in_use()
        for generation in self._engine.generations():
            if generation != used:
                self._engine.drop(generation)  # a rebuild that was killed, or its leavings

    def change(self, *, write: bool) -> None:
        """Takes the lease or gives it back."""
        if write:
            self._take_lease()
        else:
            self._lease.release()

    def release(self) -> None:
        """Gives back lease and place, and ends the connection."""
        self._lease.release()
        if self._slot is not None:
            self._slot.release()
            self._slot = None
        self._engine.close()

    @property
    def _replica(self) -> IndexFolder:
        assert self._folder is not None, "not acquired"
        return self._folder

    def open(self, *, write: bool) -> OpenIndex:
        """The replica, up to the log's last change, with the server's vectors."""
        generation = self._in_use()
        if generation is None:
            if not write:
                raise NothingIndexedError(NOTHING_YET)
            generation = self._created()
            self._control.put({_GENERATION: generation})
        if self._prepared != generation and not self._is_replica_of(generation):
            self._make_replica(generation)
        if self._prepared == generation:
            self._replica.swap()
        self._prepared = ""
        index = self._open_at(self._replica.current, generation, write=write)
        try:
            catch_up(index.ledger, index.lexical, self._log(generation))
            reconcile_lexical(index)
            if write and self._given_up:
                self._fence(index)
        except BaseException:
            index.close()
            raise
        self._generation = generation
        return index

    def _fence(self, index: OpenIndex) -> None:
        recorded = index.record(Fence())
        assert recorded is not None
        with index.ledger.as_change(*recorded):
            index.ledger.fence()
        self._given_up = False

    def _log(self, generation: str) -> ChangeLog:
        return ChangeLog(self._engine.log(generation), self._lease.writer)

    def _created(self) -> str:
        generation = secrets.token_hex(5)
        self._engine.create(generation)
        return generation

    def _is_replica_of(self, generation: str) -> bool:
        """True when the replica's last change is one of this generation's log."""
        current = self._replica.current
        try:
            if (current / _GENERATION).read_text(encoding="utf-8") != generation:
                return False
            ledger = Ledger(current / "ledger.sqlite3", write=False)
            try:
                number, mark = ledger.applied()
            finally:
                ledger.close()
        except (OSError, sqlite3.Error):
            return False
        return not number or self._log(generation).mark(number) == mark

    def _make_replica(self, generation: str) -> None:
        """A replica beside the one in use, from nothing."""
        shutil.rmtree(self._replica.next, ignore_errors=True)
        index = self._open_at(self._replica.next, generation, write=False)
        try:
            catch_up(index.ledger, index.lexical, self._log(generation))
        finally:
            index.close()
        self._prepared = generation

    def _open_at(
        self, folder: Path, generation: str, *, write: bool, earlier: Path | None = None
    ) -> OpenIndex:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _GENERATION).write_text(generation, encoding="utf-8")
        engine = self._engine
        ledger = Ledger(folder / "ledger.sqlite3", write=True)
        try:
            return OpenIndex(
                folder,
                ledger,
                engine.lexical(generation, open_lexical(folder, write=True)),
                engine.vectors(generation),
                EmbeddingCache(folder / "embeddings.sqlite3", self._model, earlier=earlier)
                if write
                else None,
                engine.whole(generation),
                self._log(generation) if write else None,
            )
        except BaseException:
            ledger.close()
            raise

    def open_next(self) -> OpenIndex:
        """A fresh generation on the server, with a replica beside the one in use."""
        shutil.rmtree(self._replica.next, ignore_errors=True)
        self._next = self._created()
        earlier = self._replica.current / "embeddings.sqlite3"
        return self._open_at(self._replica.next, self._next, write=True, earlier=earlier)

    def update(self) -> None:
        """Brings the replica up to the log's last change; one that cannot be brought there goes."""
        if self._in_use() is None:
            return
        try:
            self.open(write=False).close()
        except StoreDamagedError:
            shutil.rmtree(self._replica.current, ignore_errors=True)

    def previous(self) -> Ledger | None:
        """The ledger of the generation in use."""
        if self._in_use() is None:
            return None
        return Ledger.replaced(self._replica.current / "ledger.sqlite3")

    def swap(self) -> None:
        """Says on the server that the fresh generation is in use; from here on every process changes over to it."""
        used = self._in_use()
        self._control.put({_GENERATION: self._next})
        self._replaced = (used, time.monotonic()) if used else None
        self._next = ""
        self._replica.swap()

    def clean_up(self) -> None:
        """Drops what is not in use; a generation that was replaced only after every reader has had time to see it."""
        if self._next:
            self._engine.drop(self._next)
            self._next = ""
        if self._replaced is not None:
            generation, since = self._replaced
            time.sleep(max(0.0, since + self._patience + 1 - time.monotonic()))
            self._engine.drop(generation)
            self._replaced = None

    def follow(self, index: OpenIndex, gate: Gate) -> bool:
        """Does the log's new changes. False where another generation is in use."""
        if self._in_use() != self._generation:
            return False
        catch_up(index.ledger, index.lexical, self._log(self._generation), gate)
        return True

    def prepare(self) -> None:
        """A replica of the generation in use, beside the old one."""
        generation = self._in_use()
        if generation is None:
            raise NothingIndexedError(NOTHING_YET)
        if not self._is_replica_of(generation):
            self._make_replica(generation)

    def location(self, index: OpenIndex) -> IndexLocation:
        """Server, generation, and how many changes the replica lacks."""
        behind = self._log(self._generation).behind(index.ledger.applied()[0])
        return IndexLocation(self._engine.name, self._engine.address, self._generation, behind)
