"""All candidates laid end to end in one folded text, so that each term of a question is looked for once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from docs_store.local.lexical import lead_of, short_names
from docs_store.models import Hit
from docs_store.text.normal import fold
from docs_store.text.sentences import sentence_spans
from rag.query.question import Question

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_HEAD = 600  # characters of an article in which its lead is looked for


@lru_cache(maxsize=20_000)
def _sentences(text: str) -> tuple[str, ...]:
    # no sentence holds a line break, so that all are folded at once
    return tuple(fold("\n".join(text[a:b] for a, b in sentence_spans(text))).split("\n"))


@lru_cache(maxsize=8_000)
def _head(title: str, text: str, names: str) -> tuple[str, str]:
    return fold(title), fold(f"{lead_of(text)} {names}")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything lies. Rows are the sentences of the passages; then the articles' titles; then their leads."""

    text: str
    starts: Integers
    """Where each row begins in `text`."""
    lengths: Integers
    first: Integers
    """The first row of each passage."""
    body: int
    """Rows of passages come before this one."""
    article: Integers
    """The number of each passage's article."""
    articles: int

    @property
    def passage_of_row(self) -> Integers:
        """The passage of each sentence."""
        return np.repeat(np.arange(len(self.first)), np.diff(np.append(self.first, self.body)))

    def row(self, places: Integers) -> Integers:
        """The row of each place in `text`."""
        return np.searchsorted(self.starts, places, side="right") - 1

    def paired(self, rows: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """What a sentence or the one after it in the same passage has."""
        both = rows[: self.body].copy()
        both[:-1] |= rows[1 : self.body]
        last = self.first[1:] - 1
        both[last] = rows[last]
        return both

    def showing(self, pattern: re.Pattern[str] | None) -> NDArray[np.bool_]:
        """True for each row in which the pattern stands; for none when there is no pattern."""
        if pattern is None:
            return np.zeros(len(self.starts), bool)
        ends = (self.starts + self.lengths).tolist()
        rows = zip(self.starts.tolist(), ends, strict=True)
        return np.array([pattern.search(self.text, start, end) is not None for start, end in rows], bool)


def lay_out(hits: Sequence[Hit]) -> Layout:
    """Lays the hits' passages, titles and leads end to end. There must be at least one hit."""
    numbers: dict[str, int] = {}
    parts: list[str] = []
    first, article = [], []
    heads: list[tuple[str, str]] = []
    for hit in hits:
        first.append(len(parts))
        number = numbers.setdefault(hit.article.id, len(numbers))
        if number == len(heads):
            names = " ".join(short_names(hit.article.text))
            heads.append(_head(hit.article.title, hit.article.text[:_HEAD], names))
        article.append(number)
        parts += _sentences(hit.passage.text)
    body = len(parts)
    parts += [title for title, _ in heads]
    parts += [lead for _, lead in heads]
    lengths = np.fromiter(map(len, parts), np.int64, len(parts))
    starts = np.concatenate(([0], np.cumsum(lengths + 1)[:-1]))
    return Layout(
        "\n".join(parts), starts, lengths, np.array(first), body, np.array(article, np.int64), len(heads)
    )


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Every place where a term of the question stands."""

    terms: Integers
    places: Integers
    rows: Integers

    def counts(self, rows: int, width: int) -> Floats:
        """How often each term stands in each row, shape (rows, width)."""
        flat = np.bincount(self.rows * width + self.terms, minlength=rows * width)
        return flat.reshape(rows, width).astype(np.float64)


def find(question: Question, layout: Layout) -> Occurrences:
    """Looks for the terms of the question, and for other names as for the terms that they stand for."""
    text = layout.text
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    terms: list[Integers] = []
    places: list[Integers] = []
    for number, term in enumerate(question.terms):
        at = _places_alone(text, term) if term[0].isascii() else _places(codes, term)
        terms.append(np.full(len(at), number))
        places.append(at)
    for name, stands_for in question.other_names:
        if name not in text:
            continue
        at = _places(codes, name)
        terms.append(np.tile(np.array(stands_for, np.int64), len(at)))
        places.append(np.repeat(at, len(stands_for)))
    found = np.concatenate(places)
    return Occurrences(np.concatenate(terms), found, layout.row(found))


def _places(codes: NDArray[np.uint32], word: str) -> Integers:
    """Where a word begins in a text of these code points."""
    count = max(0, len(codes) - len(word) + 1)
    begins = codes[:count] == ord(word[0])
    for i in range(1, len(word)):
        begins &= codes[i : i + count] == ord(word[i])
    return np.flatnonzero(begins)


def _places_alone(text: str, word: str) -> Integers:
    """The same of a number or Latin word, where it is not a part of a longer one."""
    places = []
    at = text.find(word)
    while at >= 0:
        if _stands_alone(text, at, at + len(word)):
            places.append(at)
        at = text.find(word, at + 1)
    return np.array(places, np.int64)


def _stands_alone(text: str, start: int, end: int) -> bool:
    """True unless a number or Latin word goes on before or after: 3 does not stand in 300, nor in 3.5."""
    before, after = text[start - 1 : start], text[end : end + 2]
    if before.isascii() and (before.isalnum() or before == "."):
        return False
    if not text[end - 1].isascii():  # 2023年: what follows is another word
        return True
    last = after[:1]
    return not (last.isascii() and last.isalnum()) and not (last == "." and after[1:].isdigit())


def chain(
    question: Question, found: Occurrences, weight: Floats
) -> tuple[Occurrences, Integers, NDArray[np.bool_]]:
    """Occurrences of terms with a weight, ordered so that words in the question's order follow one another.

    Returns:
        The occurrences; each one's place in the question; whether each continues the one before.
    """
    where = np.array(question.positions, np.int64)[found.terms]
    keep = weight[found.terms] > 0
    terms, places, rows, where = found.terms[keep], found.places[keep], found.rows[keep], where[keep]
    order = np.lexsort((places, places - where))
    terms, places, rows, where = terms[order], places[order], rows[order], where[order]
    follows = np.zeros(len(terms), bool)
    shift = places - where
    follows[1:] = (shift[1:] == shift[:-1]) & (rows[1:] == rows[:-1])
    return Occurrences(terms, places, rows), where, follows
