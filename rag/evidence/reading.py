"""A passage read once for matching: its sentences folded and cut into words, with their vectors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from docs_store.models import Hit
from docs_store.text.dates import RELATIVE_YEARS
from docs_store.text.normal import fold
from docs_store.text.numerals import Numeral, NumeralKind, numerals
from docs_store.text.segment import Word, words
from docs_store.text.sentences import clause_spans, sentence_spans
from docs_store.text.table_rows import head_of, is_head, is_row, spoken
from rag.evidence import word_vectors
from rag.lexicon import injection
from rag.verification import facts

Floats = NDArray[np.float64]
_REMEMBERED = 512  # passages; a question's own come again with its follow-ups
_RULE = "| --- |"
_OF_TIME = ("calendar", "duration")
_ARTICLE = 6_000  # characters of an article that are looked through for the question's words


@dataclass(frozen=True, slots=True)
class ReadClause:
    """A clause of a folded sentence, behind those that only open it (a day, a subject), with its words and numbers."""

    folded: str
    words: tuple[Word, ...]
    listed: frozenset[str]
    figures: tuple[str, ...]
    """Its numbers as written."""


@dataclass(frozen=True, slots=True)
class ReadSentence:
    """A sentence: its span in the passage, with the spans' neighbours as `window`, folded as said."""

    text: str
    start: int
    end: int
    window: str
    folded: str
    folded_window: str
    words: tuple[Word, ...]
    listed: frozenset[str]
    """The texts of its words, and the years it speaks of without figures."""
    places: frozenset[str]
    position: float
    """Where it stands in its passage, 0 (first) to 1."""
    figures: tuple[Numeral, ...]
    """Its numbers, however they are written."""
    clauses: tuple[ReadClause, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ReadPassage:
    """A passage with its article's title, number and headings (`head`), folded; vectors of its sentences, (sentences, dimensions)."""

    sentences: tuple[ReadSentence, ...]
    vectors: Floats
    head: str
    head_words: frozenset[str]
    head_vector: Floats
    passage: str
    """Head and text."""
    places: frozenset[str]


def read(hit: Hit) -> ReadPassage:
    """The passage of a hit, table rows with their heads.

    Left out: sentences that speak to machines, heads of tables, and the line of a document's own number, which the
    article's data tell.
    """
    passage = hit.passage
    before = f"{head}\n{_RULE}\n" if (head := _head_before(hit)) else ""
    number = hit.article.document_number or ""
    named = (hit.article.title, number) if number else (hit.article.title,)
    return _read(
        (*named, *passage.heading_path),
        before + passage.text,
        len(before),
        fold(number),
        hit.article.published_on,
    )


def _head_before(hit: Hit) -> str:
    """The head of the table in whose midst a passage begins; "" where it begins elsewhere."""
    if not is_row(hit.passage.text.split("\n", 1)[0]):
        return ""
    head = head_of(hit.article.text, hit.passage.start)
    return "" if hit.passage.text.startswith(head) else head


def article_of(hit: Hit) -> str:
    """The head, the passage and the beginning of the article, folded, and the years they speak of without figures."""
    folded = _folded_article(hit.article.text[:_ARTICLE])
    told = _years_told(folded, (word for word in RELATIVE_YEARS if word in folded), hit.article.published_on)
    return "\n".join((read(hit).passage, folded, *sorted(told)))


@lru_cache(maxsize=_REMEMBERED // 8)
def _folded_article(text: str) -> str:
    return fold(text)


def _years_told(folded: str, said: Iterable[str], published_on: date | None) -> frozenset[str]:
    """The years that a text speaks of without figures: last year's by 去年; its own where it names no other."""
    if published_on is None:
        return frozenset()
    told = {RELATIVE_YEARS[word] for word in said if word in RELATIVE_YEARS}
    if not told and not facts.years(folded):
        told = {0}
    return frozenset(str(published_on.year + apart) for apart in told)


@lru_cache(maxsize=_REMEMBERED)
def _read(
    headings: tuple[str, ...], text: str, before: int, number: str, published_on: date | None
) -> ReadPassage:
    head = fold("\n".join(headings))
    spans = sentence_spans(text)
    sentences = tuple(
        _sentence(headings, text, spans, i, before, published_on)
        for i, (start, end) in enumerate(spans)
        if not injection.speaks_to_machine(text[start:end])
        and not is_head(text, start, end)
        and (not number or fold(text[start:end]) != number)
    )
    vectors = word_vectors.of_texts([head, *(sentence.folded for sentence in sentences)]).astype(float)
    passage = f"{head}\n{fold(text)}"
    return ReadPassage(
        sentences,
        vectors[1:],
        head,
        frozenset(word.text for word in words(head)),
        vectors[0],
        passage,
        frozenset(facts.places(passage)),
    )


def _sentence(
    headings: tuple[str, ...],
    text: str,
    spans: list[tuple[int, int]],
    i: int,
    before: int,
    published_on: date | None,
) -> ReadSentence:
    start, end = spans[i]
    around = text[spans[max(0, i - 1)][0] : spans[min(len(spans) - 1, i + 1)][1]]
    window = " ".join((*headings, around))
    folded = fold(spoken(text, start, end))
    cut = words(folded)
    listed = frozenset(word.text for word in cut)
    told = _years_told(folded, listed, published_on)
    return ReadSentence(
        text[start:end],
        start - before,
        end - before,
        window,
        folded,
        fold(window),
        cut,
        listed | told,
        frozenset(facts.places(folded)),
        i / len(spans),
        (figures := tuple(numerals(folded))),
        tuple(_clauses(folded, cut, figures, told)),
    )


def _clauses(
    folded: str, cut: Sequence[Word], figures: Sequence[Numeral], told: frozenset[str]
) -> Iterator[ReadClause]:
    opened = None
    spans = clause_spans(folded)
    for start, end in spans:
        own = [word for word in cut if start <= word.start < end]
        counted = [figure for figure in figures if start <= figure.start < end]
        start = start if opened is None else opened
        if _opens(own, counted) and end != spans[-1][1]:
            opened = start
            continue
        opened = None
        said = tuple(word for word in cut if start <= word.start < end)
        yield ReadClause(
            folded[start:end],
            said,
            frozenset(word.text for word in said) | told,
            tuple(folded[f.start : f.end] for f in figures if start <= f.start < end),
        )


def _opens(said: Sequence[Word], figures: Sequence[Numeral]) -> bool:
    """True for a clause that tells nothing by itself but when, or of whom, the next one speaks: no verb, no amount."""
    return not any(word.pos.startswith("v") and word.pos != "vn" for word in said) and all(
        figure.measure in _OF_TIME or figure.kind is NumeralKind.ORDINAL for figure in figures
    )
