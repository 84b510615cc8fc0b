"""Figures of the running server, in Prometheus' format."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from rag import Answer
from ui.http.admission import Lane

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)


class Metrics:
    """A registry of its own, so that two servers in one process do not mix."""

    def __init__(self, lanes: Iterable[Lane], counts: Callable[[], tuple[int, int]]) -> None:
        """`counts` gives articles and passages."""
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "guanchao_requests", "Requests", ["method", "route", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "guanchao_request_seconds", "Time to the end of the response", ["route"],
            buckets=_SECONDS, registry=self.registry,
        )  # fmt: skip
        self.answers = Counter("guanchao_answers", "Answers by outcome", ["outcome"], registry=self.registry)
        self.first_token = Histogram(
            "guanchao_first_token_seconds", "Time to the model's first word",
            buckets=_SECONDS, registry=self.registry,
        )  # fmt: skip
        running = Gauge("guanchao_running", "Being worked on", ["lane"], registry=self.registry)
        waiting = Gauge("guanchao_waiting", "Waiting for a place", ["lane"], registry=self.registry)
        refused = Gauge("guanchao_refused", "Turned away so far", ["lane"], registry=self.registry)
        for lane in lanes:
            running.labels(lane.name).set_function(partial(getattr, lane, "running"))
            waiting.labels(lane.name).set_function(partial(getattr, lane, "waiting"))
            refused.labels(lane.name).set_function(partial(getattr, lane, "refused"))
        Gauge("guanchao_articles", "Articles indexed", registry=self.registry).set_function(
            lambda: counts()[0]
        )
        Gauge("guanchao_passages", "Passages indexed", registry=self.registry).set_function(
            lambda: counts()[1]
        )

    def answered(self, answer: Answer) -> None:
        """Counts an answer by what it was."""
        self.answers.labels(answer.refusal.value if answer.refusal else answer.mode).inc()
        if answer.mode == "generated" and "first_token" in answer.timings_ms:
            self.first_token.observe(answer.timings_ms["first_token"] / 1000)

    def text(self) -> bytes:
        """The exposition."""
        return generate_latest(self.registry)
