"""Keeps the index of a running server fresh: files of the articles folder as they change, lists of addresses by the clock."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread

from docs_store.settings import Settings
from ui.handover import Work
from ui.jobs import IngestJobs, Job, TooManyJobsError

_AGAIN = 30.0  # seconds after which work that failed as a whole (the index was busy) is tried again
_TICK = 1.0


class Freshness:
    """Queues ingest jobs from a thread of its own. Use as a context manager; does nothing where no setting asks for it."""

    def __init__(
        self, settings: Settings, jobs: IngestJobs, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Starts nothing yet. `clock` counts seconds."""
        self._settings, self._jobs, self._clock = settings, jobs, clock
        self._stop = Event()
        self._thread: Thread | None = None
        self._waiting: dict[Path, None] = {}  # files to read, the first to change first
        self._under_way: tuple[Job, list[Path]] | None = None
        self._not_before = self._clock()
        self._lists_due = self._clock()

    @property
    def _refreshes(self) -> bool:
        """True where lists of addresses are read by the clock."""
        section = self._settings.ingest
        return section.fetch_urls and section.refresh_minutes > 0

    def __enter__(self) -> Freshness:
        """Starts."""
        if self._settings.ingest.watch or self._refreshes:
            self._thread = Thread(target=self._run, name="freshness", daemon=True)
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stops; a job that is queued is the queue's."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        for changed in self._changes():
            self.step(changed)

    def _changes(self) -> Iterator[list[Path]]:
        if self._settings.ingest.watch:
            from ingest.watch import changes

            yield from changes(self._settings.articles_path, self._stop)
        while not self._stop.wait(_TICK):
            yield []

    def step(self, changed: list[Path]) -> None:
        """Notes what changed, looks whether lists are due, and queues a job when none of its own is under way."""
        self._waiting |= dict.fromkeys(changed)
        if self._refreshes and self._clock() >= self._lists_due:
            from ingest.watch import lists

            self._lists_due = self._clock() + 60 * self._settings.ingest.refresh_minutes
            self._waiting |= dict.fromkeys(lists(self._settings.article_folders))
        if self._under_way is not None:
            job, paths = self._under_way
            now = self._jobs.get(job.id)
            if now is not None and now.state in ("queued", "running"):
                return
            if now is not None and now.state == "failed":
                self._waiting = dict.fromkeys(paths) | self._waiting
                self._not_before = self._clock() + _AGAIN
            self._under_way = None
        paths = [path for path in self._waiting if path.exists()]
        if not paths or self._clock() < self._not_before:
            return
        try:
            self._under_way = self._jobs.submit(Work([str(path) for path in paths], [])), paths
        except TooManyJobsError:
            return  # they wait
        self._waiting.clear()
