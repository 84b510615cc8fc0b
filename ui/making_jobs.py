"""Deliverables made by a running server: one after the other beside the answers, with progress; the last ones are kept."""

from __future__ import annotations

import logging
import uuid
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from threading import Lock
from typing import Any

from docs_store.errors import GuanchaoError
from rag import PolicyQA
from ui.jobs import State, TooManyJobsError
from ui.making import Made, Order, make

_log = logging.getLogger(__name__)
_WAITING = 200  # that may wait
_KEPT = 50  # finished ones that can still be fetched; a workbook is some 100 KB


@dataclass(frozen=True, slots=True)
class MakingJob:
    """One deliverable and how far it is: `done` of `all` articles read. `error` is a sentence for the user."""

    id: str
    order: Order
    state: State
    created_at: datetime
    done: int = 0
    all: int = 0
    made: Made | None = None
    error: str | None = None

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

    def submit(self, order: Order) -> MakingJob:
        """Queues an order. Raises TooManyJobsError."""
        job = MakingJob(uuid.uuid4().hex, order, "queued", datetime.now(UTC))
        with self._lock:
            if sum(other.state in ("queued", "running") for other in self._jobs.values()) >= _WAITING:
                raise TooManyJobsError("排队的材料太多，请稍后再试。")
            self._jobs[job.id] = job
            while len(self._jobs) > _KEPT + _WAITING:
                self._jobs.popitem(last=False)
        self._pool.submit(self._run, job.id)
        return job

    def get(self, id: str) -> MakingJob | None:
        """One job, or None when there never was one or it is long past."""
        with self._lock:
            return self._jobs.get(id)

    def close(self) -> None:
        """Drops what waits; what is being made ends by itself."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _change(self, id: str, **what: Any) -> None:
        with self._lock:
            if id in self._jobs:
                self._jobs[id] = replace(self._jobs[id], **what)

    def _run(self, id: str) -> None:
        job = self.get(id)
        if job is None:
            return
        self._change(id, state="running")
        try:
            made = make(self._qa, job.order, lambda done, all: self._change(id, done=done, all=all))
            self._change(id, state="done", made=made)
        except (GuanchaoError, ValueError) as error:
            self._change(id, state="failed", error=str(error))
        except Exception as error:  # the thread's boundary: the caller is told, the next one is made
            _log.exception("a deliverable failed")
            self._change(id, state="failed", error=f"出错了（{type(error).__name__}），请查看 serve 的日志。")
