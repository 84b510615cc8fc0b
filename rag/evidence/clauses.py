"""The clauses that an answer may quote: every sentence of the passages cut at its commas, with where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from docs_store.models import Article, Hit, Passage
from docs_store.text.dates import spelled
from docs_store.text.normal import fold
from docs_store.text.sentences import clause_spans, sentence_spans
from docs_store.text.table_rows import is_head, is_row
from rag.evidence import frame
from rag.lexicon import injection, unquotable

_SHORT = 9  # characters: a shorter clause is read with the next one
_TAIL = 6  # characters: a shorter end of a sentence is read with what stands before it


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: ``hits[hit_index].article.text[start:end] == text``.

    `sentence` numbers the sentences of all hits; `sentence_start` and `sentence_end` are the sentence's own offsets;
    `place` is the number of the clause in its sentence.
    """

    hit_index: int
    sentence: int
    place: int
    start: int
    end: int
    sentence_start: int
    sentence_end: int
    text: str


def cut(hits: Sequence[Hit]) -> list[Clause]:
    """The clauses of all hits, in order; orders to a machine, advertisements and headings by themselves are left out."""
    found: list[Clause] = []
    number = 0
    for index, hit in enumerate(hits):
        passage = hit.passage
        for start, end in quotable(hit.article, passage):
            sentence = passage.text[start:end]
            first, last = passage.start + start, passage.start + end
            for place, (a, b) in enumerate(_joined(sentence)):
                found.append(Clause(index, number, place, first + a, first + b, first, last, sentence[a:b]))
            number += 1
    return found


def quotable(article: Article, passage: Passage) -> Iterator[tuple[int, int]]:
    """The spans in `passage.text` of the sentences that inform of something, each from its first words on, behind a dateline.

    Not: orders to a machine, advertisements, questions, headings, notes on who wrote or issues the text, and lines that hold
    the article's own data alone.
    """
    days = {day for day in (article.written_on, article.published_on) if day}
    data = {fold(text) for text in (article.document_number, article.issuer, *map(spelled, days)) if text}
    for start, end in sentence_spans(passage.text):
        sentence = passage.text[start:end]
        if injection.speaks_to_machine(sentence) or unquotable.tells_nothing(sentence):
            continue
        if frame.is_notice(sentence):
            continue
        if is_head(article.text, passage.start + start, passage.start + end):
            continue
        # A heading names what follows, and is no point of its own; a citation tells number, issuer and day.
        if sentence not in passage.heading_path and fold(sentence).strip() not in data:
            yield start + frame.opens(sentence), end


def _joined(sentence: str) -> list[tuple[int, int]]:
    """The clauses of one sentence; fragments too short to say anything are read with their neighbour, a row is whole."""
    if is_row(sentence):
        return [(0, len(sentence))]
    spans: list[tuple[int, int]] = []
    depth = 0
    opened: int | None = None
    for start, end in clause_spans(sentence):
        first = start if opened is None else opened
        depth += sum(sentence.count(mark, start, end) for mark in "“（(《")
        depth -= sum(sentence.count(mark, start, end) for mark in "”）)》")
        if end - first < _SHORT or depth > 0:
            opened = first
            continue
        spans.append((first, end))
        opened, depth = None, 0
    if opened is not None:
        spans.append((opened, len(sentence)))
    if len(spans) > 1 and spans[-1][1] - spans[-1][0] < _TAIL:
        spans[-2:] = [(spans[-2][0], spans[-1][1])]
    return spans


def whole(article: Article, passages: Sequence[Passage], score: float, known: Sequence[Hit]) -> list[Hit]:
    """Further passages of `article`, those that `known` lacks, as hits that no search ranked."""
    there = {hit.passage.id for hit in known}
    return [Hit(passage, article, score) for passage in passages if passage.id not in there]
