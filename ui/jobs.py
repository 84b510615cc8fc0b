"""Ingest jobs of a running server: one after the other, with progress, while answers go on."""

from __future__ import annotations

import logging
import queue
import uuid
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from threading import Lock, Thread
from typing import Any, Literal

from docs_store.errors import GuanchaoError
from docs_store.settings import Settings
from docs_store.store import DocsStore
from ingest import Step
from ui import handover

_log = logging.getLogger(__name__)
_WAITING = 100  # jobs that may wait
_KEPT = 500  # finished jobs that can still be looked up

State = Literal["queued", "running", "done", "failed"]


class TooManyJobsError(GuanchaoError):
    """The queue of jobs is full: try again later."""


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of ingest work and how far it is; `error` is a sentence for the user."""

    id: str
    state: State
    created_at: datetime
    step: Step | None = None
    report: dict[str, Any] | None = None
    error: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """JSON."""
        return {
            "id": self.id,
            "state": self.state,
            "created_at": self.created_at.isoformat(),
            "progress": asdict(self.step) if self.step else None,
            "report": self.report,
            "error": self.error,
        }


class IngestJobs:
    """Does handed-in work in a thread of its own. Use as a context manager; `alone` is shared with `HandoverServer`."""

    def __init__(self, store: DocsStore, settings: Settings, alone: Lock | None = None) -> None:
        """Starts nothing yet."""
        self._store, self._settings = store, settings
        self._alone = alone or Lock()
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._lock = Lock()
        self._queue: queue.Queue[tuple[str, handover.Work, Callable[[dict[str, Any]], None] | None] | None]
        self._queue = queue.Queue(_WAITING)
        self._thread = Thread(target=self._run, name="ingest-jobs", daemon=True)

    def __enter__(self) -> IngestJobs:
        """Starts."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Ends after the job that runs; what waits is dropped (its files are found by the next `guanchao ingest`)."""
        while True:
            try:
                self._queue.get_nowait()
            except queue.Empty:
                break
        self._queue.put(None)
        self._thread.join()

    def submit(self, work: handover.Work, then: Callable[[dict[str, Any]], None] | None = None) -> Job:
        """Queues work; `then` gets its report.

        Raises:
            TooManyJobsError: too many wait already.
        """
        job = Job(uuid.uuid4().hex, "queued", datetime.now(UTC))
        with self._lock:
            self._jobs[job.id] = job
            while len(self._jobs) > _KEPT + _WAITING:
                self._jobs.popitem(last=False)
        try:
            self._queue.put_nowait((job.id, work, then))
        except queue.Full:
            with self._lock:
                del self._jobs[job.id]
            raise TooManyJobsError("排队的收录任务太多，请稍后再试。") from None
        return job

    def get(self, id: str) -> Job | None:
        """One job, or None when there never was one or it is long past."""
        with self._lock:
            return self._jobs.get(id)

    def all(self) -> list[Job]:
        """Every job that is remembered, the latest first."""
        with self._lock:
            return list(reversed(self._jobs.values()))

    def busy(self) -> bool:
        """True while a job waits or runs."""
        with self._lock:
            return any(job.state in ("queued", "running") for job in self._jobs.values())

    def _change(self, id: str, **what: Any) -> None:
        with self._lock:
            if id in self._jobs:
                self._jobs[id] = replace(self._jobs[id], **what)

    def _stepped(self, id: str, step: Step) -> None:
        self._change(id, step=step)

    def _run(self) -> None:
        while (item := self._queue.get()) is not None:
            id, work, then = item
            self._change(id, state="running")
            try:
                with self._alone, self._store.writing(rebuild=work.rebuild) as writable:
                    report = handover.do(writable, self._settings, work, partial(self._stepped, id))
                if then:
                    then(report)
                self._change(id, state="done", report=report)
            except GuanchaoError as error:
                self._change(id, state="failed", error=str(error))
            except (
                Exception
            ) as error:  # the thread's boundary: the caller gets the error, the next job is done
                _log.exception("ingest job failed")
                said = f"出错了（{type(error).__name__}），请查看 serve 的日志。"
                self._change(id, state="failed", error=said)


def discard_failed(report: dict[str, Any], files: list[Path], settings: Settings) -> None:
    """Removes uploaded files that could not be read, so that they are not reported again at every ingest."""
    failed = {file["source"] for file in report["files"] if file["status"] == "failed"}
    from ingest.sources import source_name

    for path in files:
        if source_name(path, settings) in failed:
            path.unlink(missing_ok=True)
