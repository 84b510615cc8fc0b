"""What goes over the wire under /api, with examples for the OpenAPI page."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from docs_store.models import Article, Hit, SearchFilter
from rag import Turn

QUESTION_CHARS = 2000
_QUESTION = "如皋建设了几个科创飞地？"


def _day(value: Any) -> Any:
    if value is None or isinstance(value, date):
        return value
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        return date.fromisoformat(value)
    raise ValueError("日期请写成 2025-01-20 这样")


def _no_nul(value: str | None) -> str | None:
    if value and "\0" in value:
        raise ValueError("不能含有空字符")
    return value


Day = Annotated[
    date | None,
    BeforeValidator(_day),
    WithJsonSchema({"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]}),
]
"""A day as 2025-01-20."""
Question = Annotated[
    str, Field(min_length=1, max_length=QUESTION_CHARS, description="问题", examples=[_QUESTION])
]
Source = Annotated[
    str | None,
    Field(max_length=500, description="只要这个文件、文件夹或发布机构的文章"),
    AfterValidator(_no_nul),
]
Issuer = Annotated[
    str | None, Field(max_length=500, description="只要这个发布机构的文章"), AfterValidator(_no_nul)
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


class TurnBody(_Given):
    """An earlier question and its answer."""

    question: str = Field(max_length=QUESTION_CHARS)
    answer: str = Field(max_length=20_000)

    def turn(self) -> Turn:
        """The same for the assistant."""
        return Turn(self.question, self.answer)


class AskBody(_Given):
    """A question. With `passages` nothing is searched: the answer uses just those."""

    model_config = ConfigDict(
        extra="forbid", strict=True, json_schema_extra={"example": {"question": _QUESTION}}
    )

    question: Question
    history: list[TurnBody] = Field([], max_length=20, description="此前的问答，最早的在前")
    since: Day = Field(None, description="只要这一天及以后发布的")
    until: Day = Field(None, description="只要这一天及以前发布的")
    source: Source = None
    issuer: Issuer = None
    extractive: bool | None = Field(None, description="true 为直接摘录原文，不用语言模型")
    passages: list[Annotated[str, Field(min_length=1, max_length=8000)]] | None = Field(
        None, min_length=1, max_length=20, description="只用这些段落回答"
    )
    stream: bool = Field(False, description="true 时以 server-sent events 逐步返回")

    def where(self) -> SearchFilter:
        """The narrowing asked for."""
        return SearchFilter(self.since, self.until, self.source, self.issuer)


class SearchBody(_Given):
    """What to find."""

    model_config = ConfigDict(
        extra="forbid", strict=True, json_schema_extra={"example": {"question": _QUESTION, "k": 5}}
    )

    question: Question
    k: int = Field(10, ge=1, le=100, description="返回多少段")
    since: Day = None
    until: Day = None
    source: Source = None
    issuer: Issuer = None

    def where(self) -> SearchFilter:
        """The narrowing asked for."""
        return SearchFilter(self.since, self.until, self.source, self.issuer)


class CitationBody(BaseModel):
    """A quote: `article.text[start:end] == quote`."""

    model_config = ConfigDict(extra="allow")

    marker: int
    passage_id: str
    article_id: str
    title: str
    issuer: str | None
    published_on: str | None
    url: str | None
    heading_path: list[str]
    quote: str
    start: int
    end: int
    passage: str
    page: int | None


class AnswerBody(BaseModel):
    """A cited answer, or a refusal with its reason."""

    model_config = ConfigDict(extra="allow")

    question: str
    answer: str
    refused: bool
    refusal: str | None
    mode: Literal["generated", "extractive"]
    citations: list[CitationBody]
    unsupported: list[str]
    notice: str | None
    remarks: list[str]
    """On what is cited: a document that has expired or was repealed."""
    evidence_score: float | None
    """Probability that the passages hold the answer."""
    timings_ms: dict[str, float]


class HitBody(BaseModel):
    """A passage that was found."""

    article_id: str
    passage_id: str
    score: float
    title: str
    text: str
    issuer: str | None
    published_on: str | None
    url: str | None
    heading_path: list[str]
    start: int
    end: int

    @classmethod
    def of(cls, hit: Hit) -> HitBody:
        """The body of a hit."""
        article, passage = hit.article, hit.passage
        return cls(
            article_id=article.id,
            passage_id=passage.id,
            score=round(hit.score, 5),
            title=article.title,
            text=passage.text,
            issuer=article.issuer,
            published_on=article.published_on.isoformat() if article.published_on else None,
            url=article.url,
            heading_path=list(passage.heading_path),
            start=passage.start,
            end=passage.end,
        )


class SearchResult(BaseModel):
    """Passages, best first."""

    hits: list[HitBody]
    ms: float


class ArticleHead(BaseModel):
    """An article without its text."""

    id: str
    title: str
    issuer: str | None
    published_on: str | None
    url: str | None
    source: str
    sources: list[str]
    chars: int

    @classmethod
    def of(cls, article: Article) -> ArticleHead:
        """The head of an article."""
        return cls(**_head(article))


class ArticleBody(ArticleHead):
    """An article with its text, into which the offsets of citations point."""

    text: str
    document_number: str | None

    @classmethod
    def whole(cls, article: Article) -> ArticleBody:
        """The body of an article."""
        return cls(**_head(article), text=article.text, document_number=article.document_number)


def _head(article: Article) -> dict[str, Any]:
    return {
        "id": article.id,
        "title": article.title,
        "issuer": article.issuer,
        "published_on": article.published_on.isoformat() if article.published_on else None,
        "url": article.url,
        "source": article.source,
        "sources": list(article.sources or (article.source,)),
        "chars": len(article.text),
    }


class ArticleList(BaseModel):
    """Some articles, the latest ingested first."""

    total: int
    articles: list[ArticleHead]


class JobBody(BaseModel):
    """A piece of ingest work. `state` ends as done or failed."""

    id: str
    state: Literal["queued", "running", "done", "failed"]
    created_at: str
    progress: dict[str, Any] | None
    report: dict[str, Any] | None
    error: str | None


class JobList(BaseModel):
    """The jobs that are remembered, the latest first."""

    jobs: list[JobBody]


class RefusedFile(BaseModel):
    """A file that was not taken, and why."""

    name: str
    reason: str


class UploadResult(BaseModel):
    """The job that reads the accepted files, none if there are none; `refused` ones were not kept."""

    job: JobBody | None
    accepted: list[str]
    refused: list[RefusedFile]


class UrlBody(_Given):
    """A public page to fetch and ingest."""

    model_config = ConfigDict(
        extra="forbid", strict=True, json_schema_extra={"example": {"url": "https://www.nantong.gov.cn/"}}
    )

    url: str = Field(min_length=8, max_length=2000, pattern=r"^https?://[!-~]+$")


class IngestBody(_Given):
    """Re-reads the articles folder of the configuration."""

    prune: bool = Field(False, description="删去来源文件已不存在的文章")


class Health(BaseModel):
    """That it runs, and over how much."""

    status: Literal["ok"]
    version: str
    articles: int
    passages: int


class ErrorDetail(BaseModel):
    """`code` is for programs, `message` a Chinese sentence with the next step."""

    code: str
    message: str
    request_id: str


class ErrorBody(BaseModel):
    """What every error under /api looks like."""

    error: ErrorDetail
