"""What the page shows for one question, and keeps: an answer with its passages, in a form that is stored as JSON."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from docs_store.models import Article, Hit, Passage
from docs_store.text.sentences import sentence_spans
from rag import Answer, Citation, Refusal
from ui import strings

_NEAREST = 4  # passages shown where nothing is cited
_VERSIONS = 9  # earlier answers kept with the last one


class Source(BaseModel):
    """A passage with the part of it that is quoted (`quote` is '' where nothing is)."""

    model_config = ConfigDict(frozen=True)

    marker: int | None = None
    article_id: str
    title: str
    issuer: str = ""
    day: str = ""
    place: tuple[str, ...] = ()
    """Headings and page."""
    before: str = ""
    quote: str = ""
    after: str = ""
    start: int = 0
    end: int = 0
    """Offsets in the article of the quote, or of the passage where nothing is quoted."""
    page: int = 0
    """The page, from 1, of a PDF, whose pages can be shown; else 0."""

    @classmethod
    def of_citation(cls, citation: Citation, pictured: Collection[str] = ()) -> Source:
        """A cited passage; a quote that reaches out of its passage is shown whole.

        `pictured` holds the ids of articles whose pages can be shown.
        """
        start = citation.start - citation.passage_start
        end = citation.end - citation.passage_start
        inside = 0 <= start <= end <= len(citation.passage)
        page = [strings.PAGE.format(page=citation.page)] if citation.page else []
        return cls(
            marker=citation.marker,
            article_id=citation.article_id,
            title=citation.title,
            issuer=citation.issuer or "",
            day=citation.cited_on.isoformat() if citation.cited_on else "",
            place=(*citation.heading_path, *page),
            before=citation.passage[:start] if inside else "",
            quote=citation.quote,
            after=citation.passage[end:] if inside else "",
            start=citation.start,
            end=citation.end,
            page=citation.page or 1 if citation.article_id in pictured else 0,
        )

    @classmethod
    def of_span(cls, article: Article, passage: Passage | None, start: int, end: int, marker: int) -> Source:
        """`article.text[start:end]` as a quote inside its passage; alone where no passage is given."""
        first, last = (passage.start, passage.end) if passage else (start, end)
        page = article.page_of(start)
        return cls(
            marker=marker,
            article_id=article.id,
            title=article.title,
            issuer=article.issuer or "",
            day=article.cited_on.isoformat() if article.cited_on else "",
            place=(
                *(passage.heading_path if passage else ()),
                *([strings.PAGE.format(page=page)] if page else []),
            ),
            before=article.text[first:start],
            quote=article.text[start:end],
            after=article.text[end:last],
            start=start,
            end=end,
        )

    @classmethod
    def of_hit(cls, hit: Hit) -> Source:
        """A passage that was found."""
        article, passage = hit.article, hit.passage
        page = article.page_of(passage.start)
        return cls(
            article_id=article.id,
            title=article.title,
            issuer=article.issuer or "",
            day=article.cited_on.isoformat() if article.cited_on else "",
            place=(*passage.heading_path, *([strings.PAGE.format(page=page)] if page else [])),
            before=passage.text,
            start=passage.start,
            end=passage.end,
            page=page or 1 if is_pdf(article) else 0,
        )


class Exchange(BaseModel):
    """A question and what came of it. Either `text`, `refusal` or `trouble` says the outcome."""

    model_config = ConfigDict(frozen=True)

    id: str
    question: str
    text: str = ""
    refusal: Refusal | None = None
    trouble: str = ""
    """Why there is no answer though the articles may hold one: stopped, or something failed."""
    mode: str = "generated"
    notice: str = ""
    remarks: tuple[str, ...] = ()
    """On what is cited: a document that has expired or was repealed."""
    dropped: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    narrowed: str = ""
    """The filter that was on, in words."""
    next_questions: tuple[str, ...] = ()
    seconds: float = 0.0
    asked_on: str = Field(default_factory=lambda: date.today().isoformat())
    earlier: tuple[Exchange, ...] = ()
    """What was here before it was asked again or edited, oldest first; those have no earlier ones themselves."""

    def instead_of(self, old: Exchange) -> Exchange:
        """This one in the place of `old`, which is kept with what was kept before it."""
        earlier = (*old.earlier, old.model_copy(update={"earlier": ()}))
        return self.model_copy(update={"earlier": earlier[-_VERSIONS:]})

    @classmethod
    def of_answer(cls, id: str, answer: Answer, narrowed: str, next_questions: Sequence[str]) -> Exchange:
        """What is shown of an answer."""
        pictured = {hit.article.id for hit in answer.hits if is_pdf(hit.article)}
        cited = tuple(Source.of_citation(citation, pictured) for citation in answer.citations)
        return cls(
            id=id,
            question=answer.question,
            text=answer.text,
            refusal=answer.refusal,
            mode=answer.mode,
            notice=answer.notice or "",
            remarks=tuple(answer.remarks),
            dropped=tuple(answer.unsupported),
            sources=cited or found(answer.hits),
            narrowed=narrowed,
            next_questions=tuple(next_questions),
            seconds=answer.timings_ms.get("total", 0.0) / 1000,
        )

    @property
    def plain(self) -> str:
        """Plain text to paste elsewhere: the answer, and under it every citation."""
        if not self.text:
            return self.outcome
        lines = [self.text, ""]
        lines += [f"[{s.marker}] {origin(s)}：“{s.quote.strip()}”" for s in self.sources if s.marker]
        return "\n".join(lines)

    @property
    def sentences(self) -> list[str]:
        """The sentences of the answer in order, without bullets, with their markers."""
        lines = (line.removeprefix("- ") for line in self.text.split("\n"))
        return [line[start:end] for line in lines for start, end in sentence_spans(line)]

    @property
    def outcome(self) -> str:
        """The answer, or the sentence that stands for it."""
        if self.text:
            return self.text
        return strings.REFUSALS[self.refusal] if self.refusal else self.trouble


def is_pdf(article: Article) -> bool:
    """True for an article that a PDF holds alone."""
    return article.source.lower().endswith(".pdf")


def found(hits: Sequence[Hit]) -> tuple[Source, ...]:
    """The best passages of a search."""
    return tuple(Source.of_hit(hit) for hit in hits[:_NEAREST])


def origin(source: Source) -> str:
    """Title, issuer, date and place in a line."""
    parts = [source.issuer or strings.NO_ISSUER, source.day or strings.NO_DATE, *source.place]
    return f"《{source.title}》（{'，'.join(parts)}）"
