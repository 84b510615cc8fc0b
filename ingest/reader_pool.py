"""A pool of processes that read files in order and prepare their articles; small text files are read in this one."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from docs_store.machine import processors
from docs_store.settings import IngestSettings
from ingest.draft import ReadContext
from ingest.errors import UnreadableArticleError
from ingest.preparing import Outcome, prepare_all
from ingest.readers import PARSED, READERS, STREAMED
from ingest.worker import BROKEN, Request

_STARTUP = 60.0  # seconds a process may take to import its libraries, on top of the file's own limit
_POOL_FROM_BYTES = 1_000_000  # bytes to read from which on a process is worth its start


@dataclass(frozen=True, slots=True)
class ReadTask:
    """A file to read."""

    path: Path
    name: str
    """In the ledger."""
    known: Mapping[str, str]
    """Content hash of each source that it had when it was last read."""


class ReaderPool:
    """A few reading processes, started when first needed. Use as a context manager."""

    def __init__(self, settings: IngestSettings, size: float) -> None:
        """Starts nothing yet. `size` is that of all files, in bytes: few are read without another process."""
        self._settings = settings
        self._large = size >= _POOL_FROM_BYTES
        self._count = settings.workers or max(1, min(4, processors() - 1))
        self._pool = ThreadPoolExecutor(self._count, thread_name_prefix="read")
        self._idle: deque[_Worker] = deque()
        self._all: list[_Worker] = []

    def __enter__(self) -> Self:
        """The reading itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Ends the processes."""
        self._pool.shutdown(wait=kind is None, cancel_futures=True)
        for worker in self._all:
            if worker.alive:
                worker.end()

    def read(self, jobs: Iterable[ReadTask]) -> Iterator[tuple[ReadTask, Iterator[Outcome]]]:
        """Every file with what became of its articles, in the order given; a few files ahead are being read meanwhile.

        Iterating over a file's articles raises UnreadableArticleError or OSError where the whole file cannot be read.
        """
        waiting: deque[tuple[ReadTask, Future[list[Outcome]] | None]] = deque()
        ahead = 2 * self._count
        for job in jobs:
            kind = job.path.suffix.lower()
            apart = kind in PARSED or (self._large and kind not in STREAMED)
            waiting.append((job, self._pool.submit(self._whole, job) if apart else None))
            if len(waiting) > ahead:
                yield self._next(waiting)
        while waiting:
            yield self._next(waiting)

    def _next(
        self, waiting: deque[tuple[ReadTask, Future[list[Outcome]] | None]]
    ) -> tuple[ReadTask, Iterator[Outcome]]:
        job, future = waiting.popleft()
        if future is not None:
            return job, _result(future)
        return job, self._stream(job) if self._large else self._here(job)

    def _here(self, job: ReadTask) -> Iterator[Outcome]:
        reader = READERS[job.path.suffix.lower()]
        try:
            drafts = reader(job.path, ReadContext(self._settings, name=job.name, known=job.known))
            yield from prepare_all(drafts, job.name, job.known, self._settings)
        except (RecursionError, ValueError) as error:
            raise UnreadableArticleError(BROKEN.format(error=type(error).__name__)) from error

    def _whole(self, job: ReadTask) -> list[Outcome]:
        return list(self._stream(job))

    def _stream(self, job: ReadTask) -> Iterator[Outcome]:
        """The articles as a process hands them on; it waits while nobody takes them, so memory does not grow."""
        try:
            worker = self._idle.pop()
        except IndexError:
            worker = _Worker()
            self._all.append(worker)
        try:
            yield from worker.read(Request(str(job.path), job.name, dict(job.known), self._settings))
        except (UnreadableArticleError, OSError):
            if worker.alive:
                self._idle.append(worker)
            raise
        except BaseException:
            worker.end()
            raise
        self._idle.append(worker)


def _result(future: Future[list[Outcome]]) -> Iterator[Outcome]:
    yield from future.result()


class _Worker:
    """One process of `ingest.worker`."""

    def __init__(self) -> None:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "ingest.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        self._fresh = True
        self.alive = True

    def read(self, request: Request) -> Iterator[Outcome]:
        """What became of the file's articles, as it comes.

        Raises:
            UnreadableArticleError: it cannot be read, took too long, or brought its process down.
        """
        assert self._process.stdin and self._process.stdout
        with _Watchdog(self._process) as watch:
            pickle.dump(request, self._process.stdin, pickle.HIGHEST_PROTOCOL)
            self._process.stdin.flush()
            allowed = request.settings.max_file_seconds + (_STARTUP if self._fresh else 0.0)
            self._fresh = False
            while True:
                try:
                    with watch.limited(allowed):
                        kind, value = pickle.load(self._process.stdout)
                except (EOFError, pickle.UnpicklingError):
                    self.end()
                    raise UnreadableArticleError(_ended(watch, request.settings)) from None
                if kind == "items":
                    yield from value
                elif kind == "done":
                    return
                elif kind == "failed":
                    raise value
                allowed = request.settings.max_file_seconds

    def end(self) -> None:
        """Ends the process."""
        self.alive = False
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()


def _ended(watch: _Watchdog, settings: IngestSettings) -> str:
    if not watch.late:
        return BROKEN.format(error="解析程序崩溃")
    return f"读取超过 {settings.max_file_seconds:g} 秒，已放弃，请拆分文件，或调大 ingest.max_file_seconds。"


class _Watchdog:
    """Kills a process that keeps its reader waiting too long; one thread for a whole file. A context manager."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._deadline: float | None = None
        self._changed = threading.Condition()
        self._over = False
        self.late = False

    def __enter__(self) -> Self:
        threading.Thread(target=self._run, name="read-limit", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._over = True
            self._changed.notify()

    @contextmanager
    def limited(self, seconds: float) -> Iterator[None]:
        """What is done inside must take no longer."""
        self._deadline = time.monotonic() + seconds
        # The thread looks once in a while; only a limit shorter than that must wake it.
        if seconds < self._PAUSE:
            with self._changed:
                self._changed.notify()
        try:
            yield
        finally:
            self._deadline = None

    _PAUSE = 1.0

    def _run(self) -> None:
        with self._changed:
            while not self._over:
                deadline = self._deadline
                left = self._PAUSE if deadline is None else deadline - time.monotonic()
                if left <= 0:
                    self.late = True
                    self._process.kill()
                    return
                self._changed.wait(min(left, self._PAUSE))
