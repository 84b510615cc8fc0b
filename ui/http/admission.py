"""Admission control, a bounded queue before the work: who comes when it is full is refused at once, with when to come again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from docs_store.errors import GuanchaoError

T = TypeVar("T")


class BusyError(GuanchaoError):
    """Too many wait already, or this one has waited long enough: HTTP 503."""

    def __init__(self, message: str, retry_after: int) -> None:
        """`retry_after` in seconds."""
        super().__init__(message)
        self.retry_after = retry_after


class Lane:
    """`workers` at once, `waiting` behind them, each for `patience` seconds at most. For one event loop."""

    def __init__(self, name: str, workers: int, waiting: int, patience: float) -> None:
        """Starts no thread yet."""
        self.name = name
        self.running = self.waiting = self.refused = 0
        self._capacity, self._patience = workers + waiting, patience
        self._free = asyncio.Semaphore(workers)
        self.pool = ThreadPoolExecutor(workers, thread_name_prefix=f"{name}-lane")

    async def enter(self) -> Ticket:
        """Waits for a place. Release the ticket when done.

        Raises:
            BusyError: the queue is full, or the wait was too long.
        """
        # Counted, not asked of the semaphore: those who come in one turn of the loop have not yet acquired it.
        if self.running + self.waiting >= self._capacity:
            raise self._busy()
        self.waiting += 1
        try:
            await asyncio.wait_for(self._free.acquire(), self._patience)
        except TimeoutError:
            raise self._busy() from None
        finally:
            self.waiting -= 1
        self.running += 1
        return Ticket(self)

    async def run(self, work: Callable[[], T]) -> T:
        """Does `work` in a thread of this lane; the place is free again when the thread is, not when the caller is."""
        ticket = await self.enter()
        done = asyncio.get_running_loop().run_in_executor(self.pool, work)
        done.add_done_callback(lambda _: ticket.release())
        return await asyncio.shield(done)

    def leave(self) -> None:
        """Gives a place back; tickets do it."""
        self.running -= 1
        self._free.release()

    def _busy(self) -> BusyError:
        self.refused += 1
        return BusyError("现在请求太多，请稍后再试。", max(1, min(30, self.waiting // 4)))

    def close(self) -> None:
        """Ends the threads."""
        self.pool.shutdown(wait=False, cancel_futures=True)


class Ticket:
    """A place in a lane; may be released more than once."""

    def __init__(self, lane: Lane) -> None:
        """Made by `Lane.enter`."""
        self._lane: Lane | None = lane

    def release(self) -> None:
        """Gives the place back."""
        lane, self._lane = self._lane, None
        if lane:
            lane.leave()
