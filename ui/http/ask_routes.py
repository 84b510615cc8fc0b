"""/api/ask and /api/search."""

from __future__ import annotations

import time
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from docs_store.models import SearchFilter
from rag import AnswerEvent
from ui.http.answering import EventStream, last, server_sent, sse, steps
from ui.http.bodies import AnswerBody, HitBody, SearchResult
from ui.http.depends import Reader, ServiceHere
from ui.http.errors import responses
from ui.http.schemas import (
    SSE,
    AskBody,
    Collection,
    Day,
    Issuers,
    Question,
    SearchBody,
    Source,
    Tag,
    narrowing,
)
from ui.http.service import Service

router = APIRouter(prefix="/api", tags=["问答"])

_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "答案；stream 为 true 时是 server-sent events：retrieving、reading、quick（先摘录原文的答案，final 会取代它）、delta（未核对的草稿）、checking、final（答案），出错时最后一个事件是 error",
        "content": {"text/event-stream": {"schema": SSE}},
    }
}


@router.post("/ask", response_model=AnswerBody, responses=responses(504) | _STREAM, summary="提问")
async def ask(body: AskBody, request: Request, service: ServiceHere, _: Reader) -> Any:
    """一个有出处的答案，或拒答。请求头 `Accept: text/event-stream` 等同于 `stream: true`。"""
    request.scope["question"] = body.question
    history = [turn.turn() for turn in body.history]
    ticket = await service.answers.enter()
    events = steps(
        service,
        body.question,
        history,
        extractive=body.extractive,
        where=body.where(),
        length=body.length,
        passages=body.passages,
    )
    if body.stream or request.headers.get("accept", "").startswith("text/event-stream"):
        return EventStream(server_sent(request, service, events, _event), ticket)
    return (await last(request, service, ticket, events)).to_dict()


def _event(event: AnswerEvent) -> list[str]:
    if event.answer:
        return [sse(event.answer.to_dict(), event.stage)]
    if event.stage == "reading":
        return [sse({"hits": [HitBody.of(hit).model_dump() for hit in event.hits]}, "reading")]
    return [sse({"text": event.text} if event.stage == "delta" else {}, event.stage)]


@router.post("/search", responses=responses(), summary="检索")
async def search(body: SearchBody, request: Request, service: ServiceHere, _: Reader) -> SearchResult:
    """最相关的段落，不回答。"""
    return await _search(request, service, body.question, body.k, body.where())


@router.get("/search", responses=responses(), summary="检索（GET）")
async def search_by_url(
    request: Request,
    service: ServiceHere,
    _: Reader,
    q: Question,
    k: Annotated[int, Query(ge=1, le=100)] = 10,
    since: Annotated[Day, Query()] = None,
    until: Annotated[Day, Query()] = None,
    source: Annotated[Source, Query()] = None,
    issuer: Annotated[Issuers, Query()] = None,
    tag: Annotated[Tag, Query()] = None,
    collection: Annotated[Collection, Query()] = None,
) -> SearchResult:
    """同上，问题写在网址里。"""
    return await _search(request, service, q, k, narrowing(since, until, source, issuer, tag, collection))


async def _search(
    request: Request, service: Service, question: str, k: int, where: SearchFilter
) -> SearchResult:
    request.scope["question"] = question
    began = time.monotonic()
    hits = await service.searches.run(lambda: service.qa.search(question, k, where))
    ms = round((time.monotonic() - began) * 1000, 2)
    return SearchResult(hits=[HitBody.of(hit) for hit in hits], ms=ms)
