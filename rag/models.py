"""What goes into and comes out of the assistant: turns, citations, answers, events."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Literal

from docs_store.models import Hit

Mode = Literal["generated", "extractive"]
QUESTION_CHARS = 2000
"""Characters of a question. Doors tell a longer one; `PolicyQA` itself does not read what follows."""


class Refusal(StrEnum):
    """Why there is no answer. Never a phrase to match: the page words it."""

    NO_EVIDENCE = "no_evidence"
    """No passage carries what the question asks for."""
    UNSUPPORTED = "unsupported"
    """The model wrote something, but no sentence of it was supported by a passage."""
    EMPTY_QUESTION = "empty_question"
    """There was nothing to look for in the question."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier question and its answer, as the user saw them."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class OtherArticle:
    """An article that tells the same as the one cited."""

    article_id: str
    title: str
    issuer: str | None
    published_on: date | None

    def to_dict(self) -> dict[str, Any]:
        """JSON."""
        day = self.published_on.isoformat() if self.published_on else None
        return {
            "article_id": self.article_id,
            "title": self.title,
            "issuer": self.issuer,
            "published_on": day,
        }


MARKER = re.compile(r"\[(\d{1,3})\]")
"""A marker of an answer with its number: [1]. A year in brackets is none."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote and everything needed to show it; ``article.text[start:end] == quote``.

    `passage` is the passage text around the quote. Complete in itself, so that `ui` never opens the store.
    """

    marker: int
    passage_id: str
    article_id: str
    title: str
    issuer: str | None
    published_on: date | None
    url: str | None
    heading_path: tuple[str, ...]
    quote: str
    start: int
    end: int
    passage: str
    passage_start: int
    page: int | None = None
    """The page of a paged source, from 1."""
    also: tuple[OtherArticle, ...] = ()
    """Other articles that tell the same; the answer was written from this one."""
    written_on: date | None = None
    """成文日期, by which offices cite an official document."""

    @property
    def cited_on(self) -> date | None:
        """The day that offices cite it by: that of writing where it is stated, else that of publication."""
        return self.written_on or self.published_on

    def to_dict(self) -> dict[str, Any]:
        """The JSON of docs/reference.md."""
        return {
            "marker": self.marker,
            "passage_id": self.passage_id,
            "article_id": self.article_id,
            "title": self.title,
            "issuer": self.issuer,
            "published_on": self.published_on.isoformat() if self.published_on else None,
            "written_on": self.written_on.isoformat() if self.written_on else None,
            "url": self.url,
            "heading_path": list(self.heading_path),
            "quote": self.quote,
            "start": self.start,
            "end": self.end,
            "passage": self.passage,
            "page": self.page,
            "also": [other.to_dict() for other in self.also],
        }


@dataclass(frozen=True, slots=True)
class AnswerItem:
    """One point of an answer, without markers. `verbatim` means that `text` stands so in what the markers cite."""

    text: str
    markers: tuple[int, ...]
    verbatim: bool

    def to_dict(self) -> dict[str, Any]:
        """JSON."""
        return {"text": self.text, "markers": list(self.markers), "verbatim": self.verbatim}


@dataclass(frozen=True, slots=True)
class AnswerSection:
    """Items under a heading; None for none."""

    heading: str | None
    items: tuple[AnswerItem, ...]

    def to_dict(self) -> dict[str, Any]:
        """JSON."""
        return {"heading": self.heading, "items": [item.to_dict() for item in self.items]}


@dataclass(frozen=True, slots=True)
class Answer:
    """A cited answer or a refusal. `text` carries markers [1], [2]…; each has its citation and vice versa."""

    question: str
    text: str
    citations: Sequence[Citation] = ()
    refusal: Refusal | None = None
    mode: Mode = "generated"
    unsupported: Sequence[str] = ()
    """Sentences the model wrote that no passage supported; the reader does not see them in `text`."""
    hits: Sequence[Hit] = ()
    """The passages that were considered, best first; with a refusal, the nearest ones."""
    timings_ms: dict[str, float] = field(default_factory=dict)
    notice: str | None = None
    """A sentence for the user when something was not as usual (model down: extractive fallback)."""
    remarks: Sequence[str] = ()
    """Sentences on what is cited: a document that has expired or was repealed."""
    evidence_score: float | None = None
    """Probability, 0 to 1, that the passages hold the answer, judged before any model spoke."""
    opinion: float | None = None
    """The model's own log odds that they do; None where it was not asked or could not tell."""
    task: str = "fact"
    """What the question wanted done, the value of a `Task`."""
    sections: Sequence[AnswerSection] = ()
    """The content of `text`, taken apart."""
    truncated: bool = False
    """True when the model was cut off before its end."""

    @property
    def refused(self) -> bool:
        """True when the articles do not hold an answer."""
        return self.refusal is not None

    def to_dict(self, id: str | None = None) -> dict[str, Any]:
        """The JSON of docs/reference.md."""
        head = {} if id is None else {"id": id}
        return head | {
            "question": self.question,
            "answer": self.text,
            "refused": self.refused,
            "refusal": self.refusal.value if self.refusal else None,
            "mode": self.mode,
            "task": self.task,
            "sections": [section.to_dict() for section in self.sections],
            "truncated": self.truncated,
            "citations": [citation.to_dict() for citation in self.citations],
            "unsupported": list(self.unsupported),
            "notice": self.notice,
            "remarks": list(self.remarks),
            "evidence_score": self.evidence_score,
            "timings_ms": self.timings_ms,
        }


@dataclass(frozen=True, slots=True)
class AnswerEvent:
    """One step of a streamed answer, in this order: retrieving, reading, quick, delta…, checking, final.

    - retrieving: the question is being searched.
    - reading: `hits` holds the passages; the model has not begun.
    - quick: `answer` quotes the passages; it is shown at once, and `final` replaces it. Only where a model goes on.
    - delta: `text` is a further piece of the draft, not yet checked.
    - checking: the draft is complete and is being verified.
    - final: `answer` is the checked answer; it replaces the draft.
    """

    stage: Literal["retrieving", "reading", "quick", "delta", "checking", "final"]
    text: str = ""
    hits: Sequence[Hit] = ()
    answer: Answer | None = None
