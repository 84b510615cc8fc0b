"""The folder of the index on disk: who may use it, and how a rebuilt index takes the old one's place."""

from __future__ import annotations

import shutil
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from filelock import ReadWriteLock, Timeout

from docs_store.errors import StoreBusyError, StoreDamagedError, StoreWriteError, os_reason, unwritable

_CLOSING = 5.0  # seconds that a file may take to be closed
_BUSY = "索引正被另一个观潮进程使用，请等它结束，或先停止 `guanchao serve` 再试。"
UNWRITABLE = (
    "打不开索引 {root}（{why}）：打开时要写锁与日志，只查不写也一样。索引没有损坏；请检查权限与磁盘空间，"
    "或把它复制到能写的地方，再改 store.path。"
)


class IndexFolder:
    """`current` is the index in use, `next` one that is being built, `old` one that has just been replaced."""

    def __init__(self, root: Path) -> None:
        """Creates the folder.

        Raises:
            StoreDamagedError: it cannot be created.
        """
        self.root = root
        self.current, self.next, self._old = root / "current", root / "next", root / "old"
        self._lock: ReadWriteLock | None = None
        # A lock belongs to the thread that took it; a server takes it in one and changes it in another.
        self._locking = ThreadPoolExecutor(1, thread_name_prefix="index-lock")
        try:
            root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreDamagedError(
                f"无法在 {root} 建立索引（{os_reason(error)}），请检查权限或修改 store.path。"
            ) from error

    def acquire(self, *, write: bool) -> None:
        """Takes the lock: shared to read, alone to write; then finishes a swap that a crash interrupted.

        Raises:
            StoreBusyError: another process holds it.
            StoreWriteError: the lock file cannot be written.
        """
        try:
            lock = ReadWriteLock(self.root / "index.lock", timeout=2, blocking=True, is_singleton=False)
            self._locking.submit(lock.acquire_write if write else lock.acquire_read).result()
        except (Timeout, RuntimeError) as error:
            raise StoreBusyError(_BUSY) from error
        except (OSError, sqlite3.Error) as error:
            raise StoreWriteError(
                UNWRITABLE.format(root=self.root, why=unwritable(error) or error)
            ) from error
        self._lock = lock
        if write:
            self.tidy()

    def tidy(self) -> None:
        """Finishes a swap that a crash interrupted, and removes what was left half built."""
        if not self.current.exists() and self._old.exists():
            self._old.rename(self.current)
        shutil.rmtree(self._old, ignore_errors=True)
        shutil.rmtree(self.next, ignore_errors=True)

    def change(self, *, write: bool) -> None:
        """Gives the lock back and takes it the other way; another process may come in between."""
        self.release()
        self.acquire(write=write)

    def release(self) -> None:
        """Gives the lock back."""
        if self._lock is not None:
            self._locking.submit(self._lock.release).result()
            self._lock = None

    def swap(self) -> None:
        """Puts `next` in the place of `current`. Killed in between, the next owner finishes or undoes it."""
        if self.current.exists():
            _rename(self.current, self._old)
        _rename(self.next, self.current)
        shutil.rmtree(self._old, ignore_errors=True)


def _rename(source: Path, target: Path) -> None:
    """Renames a folder; Chroma closes its files a moment later than it says, until when Windows refuses."""
    until = time.monotonic() + _CLOSING
    while True:
        try:
            source.rename(target)
            return
        except PermissionError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
