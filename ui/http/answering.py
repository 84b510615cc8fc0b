"""One answer for a caller of the API: admitted, timed, stopped when the caller goes away."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing
from typing import Any

from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from docs_store.errors import GuanchaoError
from docs_store.models import SearchFilter
from rag import Answer, AnswerEvent, Turn
from ui import strings
from ui.http.admission import Ticket
from ui.http.errors import ApiError, error_body, status_and_code
from ui.http.service import Service

_PULSE = 10.0  # seconds of silence after which a stream says that it lives
_LOOK = 0.5  # seconds between two looks whether the caller is still there


async def steps(
    service: Service,
    question: str,
    history: Sequence[Turn],
    *,
    extractive: bool | None,
    where: SearchFilter,
    length: str | None = None,
    passages: Sequence[str] | None,
) -> AsyncIterator[AnswerEvent]:
    """The steps of an answer, counted."""
    if passages is not None:
        answer = await asyncio.to_thread(service.qa.answer_from, question, passages, history)
        service.metrics.answered(answer)
        yield AnswerEvent("final", answer=answer)
        return
    async for event in service.qa.astream(
        question, history, extractive=extractive, where=where or None, length=length
    ):
        if event.stage == "final" and event.answer:
            service.metrics.answered(event.answer)
        yield event


async def last(
    request: Request, service: Service, ticket: Ticket, events: AsyncIterator[AnswerEvent]
) -> Answer:
    """The answer at the end of the steps; gives up when the caller has gone, or it takes too long. Raises ApiError."""
    try:
        async for event in pulsed(events, _LOOK, service.settings.serve.answer_seconds):
            if event is None:
                if await request.is_disconnected():
                    raise ApiError(499, "gone", "调用方已断开。")
            elif event.stage == "final" and event.answer:
                return event.answer
        raise AssertionError("an answer always ends in one")
    finally:
        ticket.release()


async def pulsed(
    events: AsyncIterator[AnswerEvent], every: float, longest: float
) -> AsyncIterator[AnswerEvent | None]:
    """The events, and None after each `every` seconds of silence. Raises ApiError (504) after `longest` seconds."""
    end = time.monotonic() + longest
    async with aclosing(events) as open_events:  # type: ignore[type-var]
        while True:
            step = asyncio.ensure_future(anext(open_events, None))
            try:
                while not (await asyncio.wait({step}, timeout=every))[0]:
                    if time.monotonic() > end:
                        raise ApiError(
                            504, "timeout", f"{longest:g} 秒内没有答完，请稍后再试，或把问题问得更具体。"
                        )
                    yield None
            except BaseException:
                step.cancel()
                await asyncio.wait({step})
                raise
            event = step.result()
            if event is None:
                return
            yield event


class EventStream(StreamingResponse):
    """Server-sent events; the place in the queue is given back however the stream ends."""

    def __init__(self, content: AsyncIterator[str], ticket: Ticket) -> None:
        """`content` yields whole events."""
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__(content, media_type="text/event-stream", headers=headers)
        self._ticket = ticket

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends it."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._ticket.release()


Write = Callable[[AnswerEvent], list[str]]


async def server_sent(
    request: Request,
    service: Service,
    events: AsyncIterator[AnswerEvent],
    write: Write,
    end: Sequence[str] = (),
) -> AsyncIterator[str]:
    """The stream's text: each event as `write` puts it, a comment in long silences, an error as its last event."""
    try:
        async for event in pulsed(events, _PULSE, service.settings.serve.answer_seconds):
            for piece in [": …\n\n"] if event is None else write(event):
                yield piece
    except GuanchaoError as error:
        status, code, _ = status_and_code(error)
        yield _failure(request, status, code, str(error))
        return
    except Exception:
        yield _failure(request, 500, "internal_error", strings.BROKEN)
        raise
    for piece in end:
        yield piece


def sse(data: Mapping[str, Any], event: str | None = None) -> str:
    """One server-sent event."""
    head = f"event: {event}\n" if event else ""
    return f"{head}data: {json.dumps(data, ensure_ascii=False)}\n\n"


def _failure(request: Request, status: int, code: str, message: str) -> str:
    path = request.url.path
    body = error_body(path, status, code, message, request.scope.get("request_id", ""))
    return sse(body, None if path.startswith("/v1") else "error")
