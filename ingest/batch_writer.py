"""Collects what was read and writes it batch by batch, one batch while the next is being read."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from docs_store.local.ledger import Entry
from docs_store.store import DocsStore

BATCH = 1024  # passages written at once
_BATCH_SECONDS = 10.0  # and what was read waits no longer than this, where embedding is slow


class BatchWriter:
    """The batches of one run. Use it from one thread; `close` it before the store."""

    def __init__(self, store: DocsStore) -> None:
        """Nothing is written yet."""
        self._store = store
        # The indexes' own code runs beside ours.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="write")
        self._under_way: Future[None] | None = None
        self._batch: list[Entry] = []
        self._size = 0  # passages in the batch
        self._finished: list[tuple[str, str, list[str]]] = []  # files whose last article is in the batch
        self._pending: tuple[set[str], set[str]] = (set(), set())  # texts and ids of the batch
        self._handed: tuple[set[str], set[str]] = (set(), set())  # and of the one that is being written
        self._since = time.monotonic()
        self._articles = self._passages = 0

    @property
    def articles(self) -> int:
        """Articles handed in so far."""
        return self._articles

    @property
    def passages(self) -> int:
        """Passages that were written or are being written."""
        return self._passages

    def has(self, text: str, id: str) -> bool:
        """True when the text or the id is on its way into the store, which does not know it yet."""
        return any(text in texts or id in ids for texts, ids in (self._pending, self._handed))

    def put(self, entry: Entry) -> None:
        """Hands an article in. It is stored after the next `flush`, or some time before."""
        self._batch.append(entry)
        self._size += len(entry.passages)
        self._articles += 1
        self._pending[0].add(entry.article.text)
        self._pending[1].add(entry.article.id)
        if self._size >= BATCH or time.monotonic() - self._since > _BATCH_SECONDS:
            self._write_behind()

    def finish_file(self, file: str, version: str, unchanged: list[str]) -> None:
        """Says that a file was read whole; recorded after all that was handed in before."""
        self._finished.append((file, version, unchanged))

    def flush(self) -> None:
        """Writes all that was handed in, and waits for it. Raises what writing raised."""
        self._write_behind()
        self._settle()

    def close(self) -> None:
        """Waits for the writing thread: nothing may write any more when the store is closed."""
        self._thread.shutdown()

    def _write_behind(self) -> None:
        self._settle()
        if self._batch or self._finished:
            self._under_way = self._thread.submit(self._write, self._batch, self._finished)
            self._passages += self._size
        self._handed, self._pending = self._pending, (set(), set())
        self._batch, self._size, self._finished = [], 0, []
        self._since = time.monotonic()

    def _write(self, batch: Sequence[Entry], finished: Sequence[tuple[str, str, list[str]]]) -> None:
        if batch:
            self._store.replace_articles(batch)
        if finished:
            self._store.finish_files(finished)

    def _settle(self) -> None:
        under_way, self._under_way = self._under_way, None
        if under_way is not None:
            under_way.result()
        self._handed = (set(), set())
