"""口径核对 of a text against one article, or against an older version of itself: each sentence, and what the text leaves out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from docs_store.models import Article, Hit, Passage
from docs_store.text.normal import fold
from docs_store.text.sentences import sentence_spans
from rag.evidence.clauses import quotable
from rag.evidence.signals import share, telling
from rag.evidence.statements import Statement
from rag.generation.deliverables.table import source_of
from rag.verification.claims import claims
from rag.verification.documents import CheckedClaim, check_library

Progress = Callable[[int, int], None]
_PASSAGES = 6  # passages that a sentence is laid beside
_PASSAGE = 400  # characters of a passage of an older version
_THERE = 0.5  # share of a sentence's telling words in one of the text from which on it is there
_SHORTEST = 8  # characters of a sentence that can be left out


@dataclass(frozen=True, slots=True)
class Against:
    """The sentences of a text beside one article, and those of the article that the text does not tell."""

    article: Article
    claims: tuple[CheckedClaim, ...]
    omitted: tuple[Statement, ...]

    def to_dict(self) -> dict[str, Any]:
        """JSON; the claims as docs/reference.md has them."""
        return {
            "against": {"article_id": self.article.id or None, "title": self.article.title},
            "claims": [claim.to_dict() for claim in self.claims],
            "omitted": [source_of(statement) for statement in self.omitted],
        }


def against(
    text: str,
    article: Article,
    passages: Sequence[Passage],
    question: str = "",
    progress: Progress | None = None,
) -> Against:
    """Checks `text` against one article alone.

    Args:
        text: a memo, a speech, a newer version.
        article: what it is laid beside.
        passages: of the article.
        question: what the text answers, if anything.
        progress: called after each sentence.
    """
    hits = [Hit(passage, article, 1.0) for passage in passages]
    folded = [fold(hit.context) for hit in hits]
    count = sum(not claim.no_claim for claim in claims(text))
    steps = iter(range(1, count + 1))

    def nearest(claim: str) -> Sequence[Hit]:
        if progress:
            progress(next(steps, count), count)
        asked = telling(claim)
        order = sorted(range(len(hits)), key=lambda i: (-share(asked, folded[i]), i))
        return [hits[i] for i in order[:_PASSAGES]]

    checked = tuple(check_library(text, nearest, question))
    return Against(article, checked, tuple(_omitted(text, article, passages)))


def version(text: str, title: str) -> tuple[Article, list[Passage]]:
    """A text that is in no library as an article without an id, with its passages."""
    article = Article("", title, "", text)
    passages: list[Passage] = []
    start = end = 0
    for first, last in sentence_spans(text):
        if end > start and last - start > _PASSAGE:
            passages.append(_passage(text, len(passages), start, end))
            start = first
        elif end == start:
            start = first
        end = last
    if end > start:
        passages.append(_passage(text, len(passages), start, end))
    return article, passages


def _passage(text: str, ordinal: int, start: int, end: int) -> Passage:
    return Passage(str(ordinal), "", ordinal, start, end, text[start:end])


def _omitted(text: str, article: Article, passages: Sequence[Passage]) -> Iterator[Statement]:
    """The sentences of the article of which no sentence of the text has most telling words."""
    said = [fold(text[start:end]) for start, end in sentence_spans(text)]
    for passage in passages:
        for start, end in quotable(article, passage):
            words: Mapping[str, float] = telling(passage.text[start:end])
            if (
                end - start >= _SHORTEST
                and words
                and max((share(words, s) for s in said), default=0.0) < _THERE
            ):
                yield Statement(article, passage.start + start, passage.start + end, passage.heading_path)
