"""What every route needs, built once at start."""

from __future__ import annotations

from dataclasses import dataclass

from docs_store.settings import Settings
from docs_store.store import DocsStore
from rag import PolicyQA
from ui.http.access import Access
from ui.http.admission import Lane
from ui.http.metrics import Metrics
from ui.jobs import IngestJobs
from ui.making_jobs import MakingJobs


@dataclass(frozen=True, slots=True)
class Service:
    """The open assistant and what guards it."""

    settings: Settings
    qa: PolicyQA
    store: DocsStore
    jobs: IngestJobs
    access: Access
    searches: Lane
    answers: Lane
    metrics: Metrics
    making: MakingJobs

    @classmethod
    def build(cls, qa: PolicyQA, store: DocsStore, jobs: IngestJobs, access: Access) -> Service:
        """The service over an assistant and its store, both open."""
        section = qa.settings.serve
        searches = Lane("search", section.search_workers, section.search_queue, section.queue_seconds)
        answers = Lane("answer", section.answer_workers, section.answer_queue, section.queue_seconds)
        metrics = Metrics((searches, answers), store.counts)
        return cls(qa.settings, qa, store, jobs, access, searches, answers, metrics, MakingJobs(qa))
