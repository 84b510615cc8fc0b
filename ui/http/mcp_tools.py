"""The agents' tools inside the server: they wait in the same queues as everyone."""

from __future__ import annotations

from docs_store.models import Article, Hit, SearchFilter
from rag import Answer
from ui.http.answering import pulsed, steps
from ui.http.errors import ApiError
from ui.http.service import Service
from ui.making import Made, Order, make


class ServiceTools:
    """Implements `ui.mcp_server.Tools` over a service."""

    def __init__(self, service: Service) -> None:
        """Over a running service."""
        self._service = service

    async def search(self, question: str, k: int, where: SearchFilter) -> list[Hit]:
        """Passages, best first. Raises BusyError."""
        return await self._service.searches.run(lambda: self._service.qa.search(question, k, where))

    async def ask(self, question: str, where: SearchFilter) -> Answer:
        """A checked answer. Raises BusyError, ApiError."""
        ticket = await self._service.answers.enter()
        events = steps(self._service, question, (), extractive=None, where=where, passages=None)
        try:
            async for event in pulsed(events, 10, self._service.settings.serve.answer_seconds):
                if event and event.stage == "final" and event.answer:
                    return event.answer
        finally:
            ticket.release()
        raise ApiError(504, "timeout", "没有答完，请稍后再试。")

    async def article(self, id: str) -> Article | None:
        """One article. Raises BusyError."""
        return await self._service.searches.run(lambda: self._service.store.article(id))

    async def make(self, order: Order) -> Made:
        """A deliverable, in the queue of the searches. Raises BusyError, GuanchaoError, ValueError."""
        return await self._service.searches.run(lambda: make(self._service.qa, order))
