"""/v1: the same answers for OpenAI's clients. Only checked text is ever sent as content, a sentence at a time."""

from __future__ import annotations

import json
import re
import time
import uuid
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import StreamingResponse

from docs_store.models import SearchFilter
from docs_store.text.sentences import sentence_spans
from rag import Answer, AnswerEvent
from rag.models import MARKER, QUESTION_CHARS
from ui import strings
from ui.http import client_tasks
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
from ui.http.public import PublicPlace
from ui.http.schemas import SSE

_LINE_CHARS = 200  # a last line no longer than this, behind a long text, is what is asked of it
_DONE = "data: [DONE]\n\n"
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
    """最后一条用户消息是问题，此前的是历史。引文在正文里是 [1]，在 annotations 里有原文与位置。

    response_format 为 json_object 时，正文是一个 JSON 对象：answer、refused、citations、notes。图片和文件不读，会说明。
    """
    _known(body.model)
    _answerable(body)
    id, created = f"chatcmpl-{uuid.uuid4().hex}", int(time.time())
    place = PublicPlace.of(service.settings.serve.root_path)
    shape = _Shape(place.url(request, "/api/articles"), as_json=body.wants_json)
    usage = bool(body.stream_options and body.stream_options.include_usage)
    chunks = _Chunks(id, created, body.model, shape, with_usage=usage)
    if (said := _said_at_once(body)) is not None:
        if body.stream:
            return StreamingResponse(
                iter([chunks.begin(), *chunks.end("", said), _DONE]), media_type="text/event-stream"
            )
        return _completion(id, created, body.model, "", said)
    question, notes = _question(body)
    request.scope["question"] = question
    shape.notes = notes
    extractive = True if body.model == "guanchao-extractive" else None
    ticket = await service.answers.enter()
    events = steps(
        service, question, body.asked().history, extractive=extractive, where=SearchFilter(), passages=None
    )
    if body.stream:
        return EventStream(server_sent(request, service, events, chunks.write, [_DONE]), ticket)
    answer = await last(request, service, ticket, events)
    return _completion(id, created, body.model, question, shape.reply(answer))


def _question_within(text: str) -> str | None:
    """The question that a long message ends or begins with: a sentence that asks, or a short last line."""
    sentences = [text[start:end] for start, end in sentence_spans(text)]
    for sentence in (sentences[-1], sentences[0]):
        if sentence.endswith(("？", "?")) and len(sentence) <= QUESTION_CHARS:
            return sentence
    line = text.splitlines()[-1].strip()
    return line if len(line) <= _LINE_CHARS else None


def _completion(id: str, created: int, model: str, question: str, reply: Reply) -> Completion:
    usage = _usage(question, reply.content)
    return Completion(id=id, created=created, model=model, choices=[Choice(message=reply)], usage=usage)


def _answerable(body: ChatBody) -> None:
    """Refuses what a client would take for fulfilled if it were ignored. Raises ApiError."""
    if body.response_format and body.response_format.type not in ("text", "json_object"):
        raise ApiError(400, "unsupported_parameter", strings.NO_JSON_SCHEMA, param="response_format")
    if body.tool_choice not in (None, "none", "auto"):
        raise ApiError(400, "unsupported_parameter", strings.NO_TOOLS, param="tool_choice")


def _said_at_once(body: ChatBody) -> Reply | None:
    """What needs no search: a client's own task, or a message without words; None for a question."""
    said = client_tasks.answer([(m.role, m.text()) for m in body.messages])
    asked = body.asked()
    if said is None and not asked.text and asked.unread:
        said = strings.ONLY_TEXT
    return None if said is None else Reply(content=said, refusal=None, annotations=[])


def _question(body: ChatBody) -> tuple[str, list[str]]:
    """The question, and what the reader should know of how it was read. Raises ApiError."""
    asked = body.asked()
    notes = [strings.NOT_READ] if asked.unread else []
    if len(asked.text) <= QUESTION_CHARS:
        return asked.text, notes
    if found := _question_within(asked.text):
        return found, [*notes, strings.QUESTION_FOUND.format(question=found)]
    message = strings.MESSAGE_TOO_LONG.format(chars=len(asked.text), most=QUESTION_CHARS)
    raise ApiError(400, "context_length_exceeded", message, param="messages")


def _known(name: str) -> None:
    if name not in MODELS:
        raise ApiError(404, "model_not_found", f"没有模型 {name[:60]}，可用的是 {'、'.join(MODELS)}。")


def _usage(question: str, content: str) -> Usage:
    return Usage(
        prompt_tokens=len(question), completion_tokens=len(content), total_tokens=len(question) + len(content)
    )


class _Shape:
    """How an answer is put: as text with annotations, or as one JSON object."""

    def __init__(self, articles: str, *, as_json: bool) -> None:
        self._articles, self._as_json = articles, as_json
        self.notes: list[str] = []

    def reply(self, answer: Answer) -> Reply:
        """The answer as a message. A refusal is content too: clients show that, and may not know `refusal`."""
        said = strings.REFUSALS[answer.refusal] if answer.refusal else answer.text
        refusal = said if answer.refusal else None
        if self._as_json:
            body = {"answer": said, "refused": answer.refused, "notes": self.notes}
            citations = [citation.to_dict() for citation in answer.citations]
            content = json.dumps({**body, "citations": citations}, ensure_ascii=False)
            return Reply(content=content, refusal=refusal, annotations=[])
        content = "\n\n".join([said, *(f"（{note}）" for note in self.notes)])
        return Reply(content=content, refusal=refusal, annotations=self._annotations(answer))

    def _annotations(self, answer: Answer) -> list[Annotation]:
        by_marker = {str(citation.marker): citation for citation in answer.citations}
        found = []
        for match in MARKER.finditer(answer.text):
            if citation := by_marker.get(match[1]):
                where = UrlCitation(
                    start_index=match.start(),
                    end_index=match.end(),
                    title=citation.title,
                    url=citation.url or f"{self._articles}/{citation.article_id}",
                )
                found.append(Annotation(url_citation=where, guanchao=citation.to_dict()))
        return found


class _Chunks:
    """Writes one answer as chunks."""

    def __init__(self, id: str, created: int, model: str, shape: _Shape, *, with_usage: bool) -> None:
        self._head = {"id": id, "object": "chat.completion.chunk", "created": created, "model": model}
        self._shape, self._with_usage = shape, with_usage

    def write(self, event: AnswerEvent) -> list[str]:
        """The chunks of an event: the role first, nothing of the unchecked draft, all of the answer at the end."""
        if event.stage == "retrieving":
            return [self.begin()]
        if event.stage != "final" or event.answer is None:
            return [f": {event.stage}\n\n"]
        return self.end(event.answer.question, self._shape.reply(event.answer))

    def begin(self) -> str:
        """The first chunk."""
        return self._chunk({"role": "assistant", "content": ""})

    def end(self, question: str, reply: Reply) -> list[str]:
        """The whole reply, a sentence a chunk."""
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
            usage = _usage(question, reply.content).model_dump()
            pieces.append(sse({**self._head, "choices": [], "usage": usage}))
        return pieces

    def _chunk(self, delta: dict[str, Any], finish: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return sse({**self._head, "choices": [choice]})
