"""Runs the steps of a blocking answer in a thread pool for an event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Generator
from typing import TypeVar

T = TypeVar("T")


async def iterate(steps: Generator[T, None, None]) -> AsyncIterator[T]:
    """Yields what `steps` yields, each step taken in a thread; leaving early closes `steps`, which stops its model."""
    running: asyncio.Future[T | None] | None = None
    try:
        while True:
            running = asyncio.ensure_future(asyncio.to_thread(next, steps, None))
            # Shielded: a cancelled wait must not lose sight of the thread, which cannot be interrupted.
            step = await asyncio.shield(running)
            running = None
            if step is None:
                return
            yield step
    finally:
        if running is None:
            steps.close()
        else:
            running.add_done_callback(lambda done: _end(done, steps))


def _end(done: asyncio.Future[T | None], steps: Generator[T, None, None]) -> None:
    done.exception()  # looked at, so that asyncio does not complain of an error that nobody waits for
    steps.close()
