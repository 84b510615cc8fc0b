"""One writer at a time on a shared index: a lease with an owner and an end, in rows of the control table.

Each turn of writing is a row `turn-<number>`, claimed by its owner and renewed while it writes. The clocks of the machines
must agree to within some seconds. On Chroma the claim is decided by the server; on Milvus it must stand for a moment.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from typing import NamedTuple

from docs_store.engines.protocols import KeyedTable
from docs_store.errors import StoreBusyError, StoreUnavailableError

_log = logging.getLogger(__name__)
SECONDS = 30.0  # without a renewal; then the owner counts as dead
_HINT = "turn"  # the number of a turn, the last or one shortly before
_TURNS_READ = 16
_KEPT = 16  # turns that stay, so that a slow claim of an old one fails

_BUSY = "另一个观潮（{owner}）正在写共享索引，请等它结束再试；它若已经停了，{seconds} 秒后就可以写。"


class _Turn(NamedTuple):
    writer: str
    host: str
    until: float

    def text(self) -> str:
        return json.dumps(self._asdict())


class Lease:
    """The right to write, for one process."""

    def __init__(
        self, table: KeyedTable, settle_seconds: float, now: Callable[[], float] = time.time
    ) -> None:
        """Takes nothing yet."""
        self._table, self._settle, self._now = table, settle_seconds, now
        self.writer = uuid.uuid4().hex[:12]
        self._number = 0
        self._own_turn: _Turn | None = None
        self._over = Event()
        self._thread: Thread | None = None

    def take(self) -> bool:
        """Becomes the writer. Returns whether the one before was given up instead of giving the lease back.

        Raises:
            StoreBusyError: another process is the writer.
        """
        number, last = self._last()
        if last is not None and last.until > self._now() and not _died_here(last.host):
            raise StoreBusyError(_busy(last, self._now()))
        mine = self._turn()
        key = f"turn-{number + 1}"
        won = self._table.claim(key, mine.text())
        if won:
            time.sleep(self._settle)
            won = self._last() == (number + 1, mine)  # nobody wrote over it, or had a later turn already
        if not won:
            _, other = self._last()
            raise StoreBusyError(_busy(other or mine, self._now()))
        self._number, self._own_turn = number + 1, mine
        self._table.put({_HINT: str(self._number)})
        self._table.delete([f"turn-{n}" for n in range(max(1, number - 2 * _KEPT), number - _KEPT)])
        self._over.clear()
        self._thread = Thread(target=self._renew, name="lease", daemon=True)
        self._thread.start()
        return last is not None and last.until > 0

    def release(self) -> None:
        """Gives the lease back. Where the server cannot be reached it runs out by itself."""
        turn, self._own_turn = self._own_turn, None
        self._over.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        if turn is None:
            return
        try:
            self._table.put({f"turn-{self._number}": turn._replace(until=0.0).text()})
        except StoreUnavailableError as error:
            _log.warning("the lease runs out by itself: %s", error)

    def _last(self) -> tuple[int, _Turn | None]:
        """The number of the last turn, 0 where there was none, and the turn."""
        number = int(self._table.get([_HINT]).get(_HINT, "0"))
        turn: _Turn | None = None
        start = number if number else 1
        while True:
            keys = [f"turn-{n}" for n in range(start, start + _TURNS_READ)]
            rows = self._table.get(keys)
            for n, key in zip(range(start, start + _TURNS_READ), keys, strict=True):
                if key in rows:
                    number, turn = n, _Turn(**json.loads(rows[key]))
            if keys[-1] not in rows:
                return number, turn
            start += _TURNS_READ

    def _turn(self) -> _Turn:
        return _Turn(self.writer, _here(), self._now() + SECONDS)

    def _renew(self) -> None:
        while not self._over.wait(SECONDS / 3):
            try:
                if self._own_turn is not None:
                    self._own_turn = self._turn()
                    self._table.put({f"turn-{self._number}": self._own_turn.text()})
            except StoreUnavailableError as error:
                _log.warning("the lease could not be renewed: %s", error)


def _busy(turn: _Turn, now: float) -> str:
    owner = turn.host.split(" ")[0]
    return _BUSY.format(owner=owner, seconds=max(1, round(turn.until - now)))


def _here() -> str:
    """This process: host, process id, when it started, and the namespace in which the id means something."""
    return f"{socket.gethostname()} {os.getpid()} {_started(os.getpid())} {_namespace()}"


def _died_here(owner: str) -> bool:
    """True when the owner was a process of this very machine (and container) that is no more."""
    host, pid, started, namespace = owner.split(" ", 3)
    if host != socket.gethostname() or namespace != _namespace() or not namespace:
        return False
    return _started(int(pid)) != started


def _started(pid: int) -> str:
    """When a process started, in the kernel's ticks; '' where none runs, or there is no /proc."""
    try:
        state, *rest = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
        return "" if state in "ZX" else rest[18]
    except (OSError, IndexError):
        return ""


def _namespace() -> str:
    """Names machine and process namespace; '' where the system does not say."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="utf-8").strip()
        return f"{boot}/{os.readlink('/proc/self/ns/pid')}"
    except OSError:
        return ""
