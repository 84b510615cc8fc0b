"""Reads files in order, those with risky parsers in processes of their own that can be ended."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Timer
from types import TracebackType
from typing import Any, Self

from ingest.draft import Item, ReadContext
from ingest.errors import UnreadableArticleError
from ingest.readers import PARSED, READERS
from ingest.worker import BROKEN
from settings import IngestSettings

_STARTUP = 60.0  # seconds a process may take to import its libraries, on top of the file's own limit


class Reading:
    """A few reading processes, started when first needed. Use as a context manager."""

    def __init__(self, settings: IngestSettings) -> None:
        """Starts nothing yet."""
        self._settings = settings
        self._count = settings.workers or max(1, min(4, (os.cpu_count() or 2) - 1))
        self._pool = ThreadPoolExecutor(self._count, thread_name_prefix="read")
        self._idle: deque[_Worker] = deque()

    def __enter__(self) -> Self:
        """The reading itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Ends the processes."""
        self._pool.shutdown(wait=kind is None, cancel_futures=True)
        while self._idle:
            self._idle.pop().end()

    def read(self, paths: Iterable[Path]) -> Iterator[tuple[Path, Iterator[Item]]]:
        """Every file with its articles, in the order given; a few files ahead are being read meanwhile.

        Iterating over a file's articles raises UnreadableArticleError or OSError where the whole file cannot be read.
        """
        waiting: deque[tuple[Path, Future[list[Item]] | None]] = deque()
        ahead = 2 * self._count
        for path in paths:
            parsed = path.suffix.lower() in PARSED
            waiting.append((path, self._pool.submit(self._parse, path) if parsed else None))
            if len(waiting) > ahead:
                yield self._next(waiting)
        while waiting:
            yield self._next(waiting)

    def _next(self, waiting: deque[tuple[Path, Future[list[Item]] | None]]) -> tuple[Path, Iterator[Item]]:
        path, future = waiting.popleft()
        return path, self._plain(path) if future is None else _result(future)

    def _plain(self, path: Path) -> Iterator[Item]:
        try:
            yield from READERS[path.suffix.lower()](path, ReadContext(self._settings))
        except (RecursionError, ValueError) as error:
            raise UnreadableArticleError(BROKEN.format(error=type(error).__name__)) from error

    def _parse(self, path: Path) -> list[Item]:
        try:
            worker = self._idle.pop()
        except IndexError:
            worker = _Worker()
        try:
            items = worker.read(path, self._settings)
        except (UnreadableArticleError, OSError):
            if worker.alive:
                self._idle.append(worker)
            raise
        except BaseException:
            worker.end()
            raise
        self._idle.append(worker)
        return items


def _result(future: Future[list[Item]]) -> Iterator[Item]:
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

    def read(self, path: Path, settings: IngestSettings) -> list[Item]:
        """The file's articles.

        Raises:
            UnreadableArticleError: it cannot be read, took too long, or brought its process down.
        """
        assert self._process.stdin and self._process.stdout
        pickle.dump((str(path), settings), self._process.stdin)
        self._process.stdin.flush()
        items: list[Item] = []
        allowed = settings.max_file_seconds + (_STARTUP if self._fresh else 0.0)
        self._fresh = False
        while True:
            kind, value, late = self._reply(allowed)
            if kind == "item":
                items.append(value)
            elif kind == "done":
                return items
            elif kind == "failed":
                raise value
            elif kind == "ended":
                self.end()
                raise UnreadableArticleError(
                    f"读取超过 {settings.max_file_seconds:g} 秒，已放弃，请拆分文件，或调大 ingest.max_file_seconds。"
                    if late
                    else BROKEN.format(error="解析程序崩溃")
                )
            allowed = settings.max_file_seconds

    def _reply(self, seconds: float) -> tuple[str, Any, bool]:
        """(kind, value, whether the process was ended for being late)."""
        late = False

        def give_up() -> None:
            nonlocal late
            late = True
            self._process.kill()

        timer = Timer(seconds, give_up)
        timer.start()
        try:
            assert self._process.stdout
            kind, value = pickle.load(self._process.stdout)
            return kind, value, False
        except (EOFError, pickle.UnpicklingError):
            return "ended", None, late
        finally:
            timer.cancel()

    def end(self) -> None:
        """Ends the process."""
        self.alive = False
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()
