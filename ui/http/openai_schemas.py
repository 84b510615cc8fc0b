"""OpenAI's chat completions as far as we answer them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from rag import Turn
from ui.http.schemas import QUESTION_CHARS

MODELS = ("guanchao", "guanchao-extractive")


class _Given(BaseModel):
    # OpenAI's clients send many settings that mean nothing here: they are accepted and ignored.
    model_config = ConfigDict(extra="allow", strict=True)


class TextPart(_Given):
    """A piece of a message; only text is read."""

    type: Literal["text"]
    text: str = Field(max_length=100_000)


class Message(_Given):
    """One message."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: (
        Annotated[str, Field(max_length=100_000)] | Annotated[list[TextPart], Field(max_length=50)] | None
    ) = None

    def text(self) -> str:
        """Its words."""
        if isinstance(self.content, list):
            return "".join(part.text for part in self.content)
        return self.content or ""


class StreamOptions(_Given):
    """What a stream ends with."""

    include_usage: bool | None = None


class ChatBody(_Given):
    """A conversation; the last user message is the question."""

    model_config = ConfigDict(
        extra="allow",
        strict=True,
        json_schema_extra={
            "example": {
                "model": "guanchao",
                "messages": [{"role": "user", "content": "如皋建设了几个科创飞地？"}],
            }
        },
    )

    model: str = Field(max_length=200)
    messages: list[Message] = Field(min_length=1, max_length=500)
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: Annotated[int, Field(ge=1, le=1)] | None = None

    def question(self) -> tuple[str, list[Turn]]:
        """The last user message, and the turns before it; '' when there is no user message."""
        turns: list[Turn] = []
        asked: str | None = None
        for message in self.messages:
            if message.role == "user":
                asked = message.text().strip()[:QUESTION_CHARS]
            elif message.role == "assistant" and asked is not None:
                turns.append(Turn(asked, message.text()))
                asked = None
        return asked or "", turns


class UrlCitation(BaseModel):
    """Where a marker in the text leads."""

    start_index: int
    end_index: int
    title: str
    url: str


class Annotation(BaseModel):
    """A citation; `guanchao` holds the quote and its place, as under /api/ask."""

    type: Literal["url_citation"] = "url_citation"
    url_citation: UrlCitation
    guanchao: dict[str, Any]


class Reply(BaseModel):
    """What the assistant says."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: str | None
    annotations: list[Annotation]


class Choice(BaseModel):
    """The one choice."""

    index: int = 0
    message: Reply
    finish_reason: Literal["stop"] = "stop"
    logprobs: None = None


class Usage(BaseModel):
    """Characters of question and answer: tokens are not counted here."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class Completion(BaseModel):
    """A whole answer."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str
    choices: list[Choice]
    usage: Usage


class Model(BaseModel):
    """A model that can be asked for."""

    id: str
    object: Literal["model"] = "model"
    created: int = 0
    owned_by: Literal["guanchao"] = "guanchao"


class ModelList(BaseModel):
    """The models."""

    object: Literal["list"] = "list"
    data: list[Model]


class OpenAIErrorDetail(BaseModel):
    """OpenAI's form of an error."""

    message: str
    type: str
    param: str | None
    code: str | None


class OpenAIErrorBody(BaseModel):
    """What every error under /v1 looks like."""

    error: OpenAIErrorDetail
