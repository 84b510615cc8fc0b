"""OpenAI's chat completions as far as we answer them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from docs_store.text.normal import well_formed
from rag import Turn
from rag.models import QUESTION_CHARS

MODELS = ("guanchao", "guanchao-extractive")


_TEXTS = ("text", "input_text", "output_text", "refusal")


class _Given(BaseModel):
    # OpenAI's clients send many settings that mean nothing here: they are accepted and ignored.
    model_config = ConfigDict(extra="allow", strict=True)


class Part(_Given):
    """A piece of a message. Text is read; of all else (images, sound, files) only its kind is looked at."""

    type: str = Field(max_length=60)
    text: str | None = None


class Message(_Given):
    """One message."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None

    def text(self) -> str:
        """Its words."""
        if isinstance(self.content, list):
            return well_formed("".join(part.text or "" for part in self.content if part.type in _TEXTS))
        return well_formed(self.content or "")

    def unread(self) -> bool:
        """True when it holds something that is no text."""
        return isinstance(self.content, list) and any(part.type not in _TEXTS for part in self.content)


class StreamOptions(_Given):
    """What a stream ends with."""

    include_usage: bool | None = None


class ResponseFormat(_Given):
    """text, json_object or json_schema."""

    type: Annotated[str, WithJsonSchema({"enum": ["text", "json_object"]})]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a conversation asks."""

    text: str
    history: list[Turn]
    unread: bool
    """True when the question came with an image or a file."""


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
    messages: list[Message] = Field(min_length=1)
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: Annotated[int, Field(ge=1, le=1)] | None = None
    response_format: ResponseFormat | None = None
    tool_choice: Annotated[Any, WithJsonSchema({"enum": ["none", "auto", None]})] = None

    @property
    def wants_json(self) -> bool:
        """True when the content is to be one JSON object."""
        return self.response_format is not None and self.response_format.type == "json_object"

    def asked(self) -> Asked:
        """The last user message that has words, and the turns before it. What stands behind it is not looked at."""
        last = next((m for m in reversed(self.messages) if m.role == "user"), None)
        turns: list[Turn] = []
        asked: str | None = None
        for message in self.messages:
            if message is last:
                break
            if message.role == "user":
                asked = message.text().strip()[-QUESTION_CHARS:]
            elif message.role == "assistant" and asked and message.text():
                turns.append(Turn(asked, message.text()))
                asked = None
        text = last.text().strip() if last else ""
        return Asked(text, turns, bool(last and last.unread()))


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
