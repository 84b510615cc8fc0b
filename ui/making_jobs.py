"""Deliverables made by a running server: one after the other beside the answers, with progress, until they are stopped.

Those that programs order over HTTP stay in memory, the last ones; those of the page are handed over when they are made.
"""

from __future__ import annotations

import logging
import uuid
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from threading import Lock
from typing import Any

from docs_store.errors import GuanchaoError
from rag import PolicyQA
from ui.jobs import State, TooManyJobsError
from ui.making import Content, Made, Order, content, finished

_log = logging.getLogger(__name__)
_WAITING = 200  # that may wait
_KEPT = 50  # finished ones that can still be fetched; a workbook is some 100 KB

Keep = Callable[[str, Content], None]
"""Called with the id of a job and what was made."""


class _StoppedError(Exception):
    """Nobody wants it any more."""


@dataclass(frozen=True, slots=True)
class MakingJob:
    """One deliverable and how far it is: `done` of `all` articles, or sentences, read. `error` is a sentence for the user."""

    id: str
    order: Order
    state: State
    created_at: datetime
    done: int = 0
    all: int = 0
    made: Made | None = None
    error: str | None = None
    title: str = ""
    """What it is called while it is made; "" where its topic says enough."""
    owner: str | None = None
    """Whoever ordered it on the page; None over HTTP, where whoever knows its id may have it."""
    keep: Keep | None = None
    """Takes what is made; None makes the file and holds it here."""

    def to_dict(self) -> dict[str, Any]:
        """JSON, with the result but without the file."""
        return {
            "id": self.id,
            "kind": self.order.kind,
            "topic": self.order.topic,
            "state": self.state,
            "created_at": self.created_at.isoformat(),
            "progress": {"done": self.done, "all": self.all},
            "file": self.made.name if self.made else None,
            "result": self.made.result if self.made else None,
            "error": self.error,
        }


class MakingJobs:
    """Makes what is ordered in one thread of its own."""

    def __init__(self, qa: PolicyQA) -> None:
        """Starts no thread yet."""
        self._qa = qa
        self._jobs: OrderedDict[str, MakingJob] = OrderedDict()
        self._lock = Lock()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="deliverables")

    def submit(
        self, order: Order, *, title: str = "", owner: str | None = None, keep: Keep | None = None
    ) -> MakingJob:
        """Queues an order. Raises TooManyJobsError."""
        now = datetime.now(UTC)
        job = MakingJob(uuid.uuid4().hex, order, "queued", now, title=title, owner=owner, keep=keep)
        with self._lock:
            if sum(other.state in ("queued", "running") for other in self._jobs.values()) >= _WAITING:
                raise TooManyJobsError("排队的材料太多，请稍后再试。")
            self._jobs[job.id] = job
            while len(self._jobs) > _KEPT + _WAITING:
                self._jobs.popitem(last=False)
        self._pool.submit(self._run, job.id)
        return job

    def get(self, id: str, owner: str | None = None) -> MakingJob | None:
        """One job of an owner's, or None when there never was one or it is long past."""
        with self._lock:
            job = self._jobs.get(id)
        return job if job is not None and job.owner == owner else None

    def of(self, owner: str) -> Sequence[MakingJob]:
        """The jobs of the page's user, the earliest first; what was made and kept is none any more."""
        with self._lock:
            return [job for job in self._jobs.values() if job.owner == owner]

    def drop(self, owner: str, id: str) -> None:
        """Stops a job at its next article, or forgets one that failed."""
        with self._lock:
            if id in self._jobs and self._jobs[id].owner == owner:
                del self._jobs[id]

    def close(self) -> None:
        """Drops what waits; what is being made ends by itself."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _change(self, id: str, **what: Any) -> None:
        with self._lock:
            if id in self._jobs:
                self._jobs[id] = replace(self._jobs[id], **what)

    def _run(self, id: str) -> None:
        with self._lock:
            job = self._jobs.get(id)
        if job is None:
            return
        self._change(id, state="running")
        try:
            made = content(self._qa, job.order, lambda done, all: self._report_progress(id, done, all))
            if job.keep is None:
                self._change(id, state="done", made=finished(made, job.order))
                return
            with self._lock:
                wanted = id in self._jobs
            if wanted:
                job.keep(id, made)
                self.drop(job.owner or "", id)
        except _StoppedError:
            return
        except (GuanchaoError, ValueError) as error:
            self._change(id, state="failed", error=str(error))
        except Exception as error:  # the thread's boundary: the caller gets the error, the next one is made
            _log.exception("a deliverable failed")
            self._change(id, state="failed", error=f"出错了（{type(error).__name__}），请查看 serve 的日志。")

    def _report_progress(self, id: str, done: int, all: int) -> None:
        with self._lock:
            if id not in self._jobs:
                raise _StoppedError
            self._jobs[id] = replace(self._jobs[id], done=done, all=all)
