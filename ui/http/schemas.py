"""Request models of /api, with examples for the OpenAPI page."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from docs_store.models import SearchFilter
from rag import Turn
from rag.models import QUESTION_CHARS
from ui.editing import Edit

_QUESTION = "如皋建设了几个科创飞地？"


def _or_none(value: Any) -> Any:
    """None for "": agents and forms fill with it what they do not know."""
    return None if value == "" else value


def _day(value: Any) -> Any:
    value = _or_none(value)
    if value is None or isinstance(value, date):
        return value
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        return date.fromisoformat(value)
    raise ValueError("日期请写成 2025-01-20 这样")


def _whole(value: Any) -> Any:
    """To JSON, 5.0 is an integer."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _no_nul(value: str | None) -> str | None:
    if value and "\0" in value:
        raise ValueError("不能含有空字符")
    return value


Day = Annotated[
    date | None,
    BeforeValidator(_day),
    WithJsonSchema({"anyOf": [{"type": "string", "format": "date"}, {"const": ""}, {"type": "null"}]}),
]
"""A day as 2025-01-20."""
Question = Annotated[
    str, Field(min_length=1, max_length=QUESTION_CHARS, description="问题", examples=[_QUESTION])
]
Source = Annotated[
    str | None,
    Field(max_length=500, description="只要这个文件、文件夹或发布机构的文章"),
    BeforeValidator(_or_none),
    AfterValidator(_no_nul),
]
_Issuer = Annotated[str, Field(max_length=500), AfterValidator(_no_nul)]
Issuer = Annotated[
    _Issuer | Annotated[list[_Issuer], Field(max_length=20)] | None,
    Field(description="只要这个发布机构的文章；可以是几个，有一个对得上就要"),
    BeforeValidator(_or_none),
]
Issuers = Annotated[
    list[_Issuer] | None,
    Field(max_length=20, description="只要这个发布机构的文章；可写多次，有一个对得上就要"),
    BeforeValidator(lambda value: [name for name in value or () if name] or None),
]
"""The same in an address, where a name that is written again is one more."""
Tag = Annotated[
    str | None,
    Field(max_length=200, description="只要有这个标签的文章"),
    BeforeValidator(_or_none),
    AfterValidator(_no_nul),
]
Collection = Annotated[
    str | None,
    Field(max_length=200, description="只要这个专题的文章"),
    BeforeValidator(_or_none),
    AfterValidator(_no_nul),
]

SSE = {
    "type": "object",
    "properties": {"event": {"type": "string"}, "data": {"type": "string", "description": "JSON"}},
    "required": ["data"],
}
"""One server-sent event, for OpenAPI."""


class _Given(BaseModel):
    # Strict: what the schema forbids, such as "3" for 3, is refused and not guessed at.
    model_config = ConfigDict(extra="forbid", strict=True)


class Narrowed(_Given):
    """Which articles are looked at."""

    since: Day = Field(None, description="只要这一天及以后发布的")
    until: Day = Field(None, description="只要这一天及以前发布的")
    source: Source = None
    issuer: Issuer = None
    tag: Tag = None
    collection: Collection = None

    def where(self) -> SearchFilter:
        """The narrowing asked for."""
        return narrowing(self.since, self.until, self.source, self.issuer, self.tag, self.collection)


def narrowing(
    since: date | None,
    until: date | None,
    source: str | None,
    issuer: str | list[str] | None,
    tag: str | None,
    collection: str | None,
) -> SearchFilter:
    """The filter of what came over the wire; a list without names narrows nothing."""
    names = [issuer] if isinstance(issuer, str) else issuer or []
    return SearchFilter(since, until, source, None, tag, collection, tuple(filter(None, names)))


class TurnBody(_Given):
    """An earlier question and its answer."""

    question: str = Field(max_length=QUESTION_CHARS)
    answer: str = Field(max_length=20_000)

    def turn(self) -> Turn:
        """The same for the assistant."""
        return Turn(self.question, self.answer)


class AskBody(Narrowed):
    """A question. With `passages` nothing is searched: the answer uses just those."""

    model_config = ConfigDict(
        extra="forbid", strict=True, json_schema_extra={"example": {"question": _QUESTION}}
    )

    question: Question
    history: list[TurnBody] = Field([], max_length=20, description="此前的问答，最早的在前")
    extractive: bool | None = Field(None, description="true 为直接摘录原文，不用语言模型")
    length: Literal["short", "normal", "long"] | None = Field(
        None, description="答多长；不写则看问题里有没有要求，再看 answer.length"
    )
    passages: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=8000)]] | None, BeforeValidator(_or_none)
    ] = Field(None, min_length=1, max_length=20, description="只用这些段落回答")
    stream: bool = Field(False, description="true 时以 server-sent events 逐步返回")


class SearchBody(Narrowed):
    """What to find."""

    model_config = ConfigDict(
        extra="forbid", strict=True, json_schema_extra={"example": {"question": _QUESTION, "k": 5}}
    )

    question: Question
    k: Annotated[int, BeforeValidator(_whole)] = Field(10, ge=1, le=100, description="返回多少段")


class UrlBody(_Given):
    """A public page to fetch and ingest."""

    model_config = ConfigDict(
        extra="forbid", strict=True, json_schema_extra={"example": {"url": "https://www.nantong.gov.cn/"}}
    )

    url: str = Field(min_length=8, max_length=2000, pattern=r"^https?://[!-~]+$")


class IngestBody(_Given):
    """Re-reads the articles folder of the configuration."""

    prune: bool = Field(False, description="删去来源文件已不存在的文章")


Kept = Annotated[str, Field(max_length=200), AfterValidator(_no_nul)]
Name = Annotated[str, Field(max_length=40), AfterValidator(_no_nul)]


Correctable = Literal[
    "title",
    "issuer",
    "document_number",
    "written_on",
    "published_on",
    "effective_on",
    "expires_on",
    "tags",
    "collections",
    "all",
]
"""A field that can be corrected, or all that are."""


class EditBody(_Given):
    """Corrections of an article's own data. What is not written stays; null or "" says that the article has none."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={
            "example": {"issuer": "江海市人民政府", "written_on": "2025-01-20", "tags": ["飞地"]},
            "minProperties": 1,
        },
    )

    title: Kept = Field("", min_length=1, pattern=r"\S", description="标题")
    issuer: Kept | None = Field(None, description="发布机构")
    document_number: Kept | None = Field(None, description="文号")
    written_on: Day = Field(None, description="成文日期")
    published_on: Day = Field(None, description="发布日期")
    effective_on: Day = Field(None, description="施行日期")
    expires_on: Day = Field(None, description="失效日期")
    tags: list[Name] | None = Field(None, max_length=50, description="标签，全部写上")
    collections: list[Name] | None = Field(None, max_length=50, description="专题，全部写上")
    undo: list[Correctable] = Field(
        [], min_length=1, max_length=10, description="撤销更正的项，恢复来源所写的"
    )

    def edit(self, id: str) -> Edit:
        """The same as work for whoever writes the index."""
        given = self.model_dump(mode="json", exclude_unset=True, exclude={"undo"})
        return Edit([id], given, undo=list(self.undo))
