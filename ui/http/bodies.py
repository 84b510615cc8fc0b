"""Response models of /api."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from docs_store.models import Article, Hit
from ui.editing import source_values


class CitationBody(BaseModel):
    """A quote: `article.text[start:end] == quote`."""

    model_config = ConfigDict(extra="allow")

    marker: int
    passage_id: str
    article_id: str
    title: str
    issuer: str | None
    published_on: str | None
    written_on: str | None
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
    task: str
    """What the question wanted done: fact, list, summary, comparison …"""
    sections: list[dict[str, Any]]
    """The content of `answer`, taken apart: headings with items of text, markers and verbatim."""
    truncated: bool
    """True when the model was cut off before its end."""
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
    written_on: str | None
    url: str | None
    source: str
    sources: list[str]
    chars: int
    tags: list[str]
    collections: list[str]
    """专题"""
    corrected: dict[str, Any]
    """What the source says of each field that a user corrected."""

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
        "written_on": article.written_on.isoformat() if article.written_on else None,
        "url": article.url,
        "source": article.source,
        "sources": list(article.sources or (article.source,)),
        "chars": len(article.text),
        "tags": list(article.tags),
        "collections": list(article.collections),
        "corrected": source_values(article),
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


class Progressed(BaseModel):
    """`done` of `all` articles have been read; both 0 before it is known how many there are."""

    done: int
    all: int


class MakingBody(BaseModel):
    """A deliverable in the making. `state` ends as done or failed; `file` is the name of the file."""

    id: str
    kind: Literal["table", "check", "brief", "timeline", "compare", "points", "digest"]
    topic: str
    state: Literal["queued", "running", "done", "failed"]
    created_at: str
    progress: Progressed
    file: str | None
    result: dict[str, Any] | None
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
