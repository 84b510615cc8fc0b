"""/v1: the same answers for OpenAI's clients. Only checked text is ever sent as content, a sentence at a time."""

from __future__ import annotations

import re
import time
import uuid
from typing import Any

from fastapi import APIRouter, Request

from docs_store.models import SearchFilter
from rag import Answer, AnswerEvent
from ui import strings
from ui.http.answering import EventStream, last, server_sent, sse, steps
from ui.http.depends import Reader, ServiceHere
from ui.http.errors import ApiError, responses
from ui.http.openai_schemas import (
    MODELS,
    Annotation,
    ChatBody,
    Choice,
    Completion,
    Model,
    ModelList,
    OpenAIErrorBody,
    Reply,
    UrlCitation,
    Usage,
)
from ui.http.schemas import SSE

router = APIRouter(prefix="/v1", tags=["OpenAI 兼容"])


def _errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return responses(*statuses, body=OpenAIErrorBody)


_ASK = _errors(404, 504) | {
    200: {
        "description": "答案；stream 为 true 时是 chat.completion.chunk 的 server-sent events",
        "content": {"text/event-stream": {"schema": SSE}},
    }
}


@router.get("/models", responses=_errors(), summary="可用的模型名")
async def models(_: Reader) -> ModelList:
    """guanchao 用配置的语言模型回答；guanchao-extractive 直接摘录原文。"""
    return ModelList(data=[Model(id=name) for name in MODELS])


@router.get("/models/{name}", responses=_errors(404), summary="一个模型名")
async def model(name: str, _: Reader) -> Model:
    """同上。"""
    _known(name)
    return Model(id=name)


@router.post("/chat/completions", response_model=Completion, responses=_ASK, summary="对话")
async def chat(body: ChatBody, request: Request, service: ServiceHere, _: Reader) -> Any:
    """最后一条用户消息是问题，此前的是历史。引文在正文里是 [1]，在 annotations 里有原文与位置。"""
    _known(body.model)
    question, history = body.question()
    request.scope["question"] = question
    extractive = True if body.model == "guanchao-extractive" else None
    ticket = await service.answers.enter()
    events = steps(service, question, history, extractive=extractive, where=SearchFilter(), passages=None)
    id, created = f"chatcmpl-{uuid.uuid4().hex}", int(time.time())
    articles = f"{request.base_url}api/articles"
    if body.stream:
        usage = bool(body.stream_options and body.stream_options.include_usage)
        chunks = _Chunks(id, created, body.model, question, articles, with_usage=usage)
        stream = server_sent(request, service, events, chunks.write, ["data: [DONE]\n\n"])
        return EventStream(stream, ticket)
    answer = await last(request, service, ticket, events)
    choice = Choice(message=_reply(answer, articles))
    return Completion(
        id=id,
        created=created,
        model=body.model,
        choices=[choice],
        usage=_usage(question, choice.message.content),
    )


def _known(name: str) -> None:
    if name not in MODELS:
        raise ApiError(404, "model_not_found", f"没有模型 {name[:60]}，可用的是 {'、'.join(MODELS)}。")


def _usage(question: str, content: str) -> Usage:
    return Usage(
        prompt_tokens=len(question), completion_tokens=len(content), total_tokens=len(question) + len(content)
    )


def _reply(answer: Answer, articles: str) -> Reply:
    """The answer as a message. A refusal is content too: clients show that, and may not know `refusal`."""
    if answer.refusal:
        said = strings.REFUSALS[answer.refusal]
        return Reply(content=said, refusal=said, annotations=[])
    by_marker = {str(citation.marker): citation for citation in answer.citations}
    found = []
    for match in re.finditer(r"\[(\d+)\]", answer.text):
        if citation := by_marker.get(match[1]):
            where = UrlCitation(
                start_index=match.start(),
                end_index=match.end(),
                title=citation.title,
                url=citation.url or f"{articles}/{citation.article_id}",
            )
            found.append(Annotation(url_citation=where, guanchao=citation.to_dict()))
    return Reply(content=answer.text, refusal=None, annotations=found)


class _Chunks:
    """Writes one answer as chunks."""

    def __init__(
        self, id: str, created: int, model: str, question: str, articles: str, *, with_usage: bool
    ) -> None:
        self._head = {"id": id, "object": "chat.completion.chunk", "created": created, "model": model}
        self._question, self._articles, self._with_usage = question, articles, with_usage

    def write(self, event: AnswerEvent) -> list[str]:
        """The chunks of an event: the role first, nothing of the unchecked draft, all of the answer at the end."""
        if event.stage == "retrieving":
            return [self._chunk({"role": "assistant", "content": ""})]
        if event.stage != "final" or event.answer is None:
            return [f": {event.stage}\n\n"]
        reply = _reply(event.answer, self._articles)
        pieces = [
            self._chunk({"content": piece})
            for piece in re.findall(r"[^。！？\n]*[。！？\n]?", reply.content)
            if piece
        ]
        end: dict[str, Any] = {"annotations": [item.model_dump() for item in reply.annotations]}
        if reply.refusal:
            end["refusal"] = reply.refusal
        pieces.append(self._chunk(end))
        pieces.append(self._chunk({}, finish="stop"))
        if self._with_usage:
            usage = _usage(self._question, reply.content).model_dump()
            pieces.append(sse({**self._head, "choices": [], "usage": usage}))
        return pieces

    def _chunk(self, delta: dict[str, Any], finish: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return sse({**self._head, "choices": [choice]})
