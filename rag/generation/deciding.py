"""Yes, no or in part: what a question asks to be checked, laid as a statement beside the sentences that may decide it.

A word of judgement is said only where the checker finds that a sentence supports the statement, or contradicts it; where
no sentence does, the sentences speak for themselves.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from docs_store.models import Hit
from docs_store.text.numerals import figured
from rag.evidence.selection import Span
from rag.lexicon.not_same import not_same
from rag.verification import Source, Standing, check, facts

_TAG = re.compile(r"[，,]?(?:对吗|是吗|对不对|是不是|可以吗|行吗|行不行|对吧|是吧)[？?]?$")
_WHETHER = re.compile(r"是否|是不是")
_A_NOT_A = re.compile(r"([\u4e00-\u9fff])[不没]\1")
_HAS = re.compile(r"有没有|有无")
_ENDS = re.compile(r"(?:了?吗|么|呢|没有|没)?[？?。！!]*$")
_CLAUSE = re.compile(r"[，,；;]")  # not at ？: what stands before it is another question
_LEAST_CLAUSE = 6  # characters of a clause that states something by itself
_OPPOSITE = (
    "direction",
    "status",
)  # pairs of which one denies the other; another place or party denies nothing
_LOOKED_AT = 8  # sentences laid beside the statement
_SURE = 0.9  # support from which on a statement is taken for said; an answer of our own needs less
_NEARLY_ALL = 0.75  # share of the statement's wording that the deciding sentence, with its title, must have
YES, NO, IN_PART = "是", "否", "部分是"


@dataclass(frozen=True, slots=True)
class Decision:
    """The word of judgement, and the span that decides."""

    word: str
    span: Span


def statement(question: str) -> str:
    """What a yes/no question would state if the answer were yes: 前海是不是已经实施…？ states 前海已经实施…."""
    plain = _TAG.sub("", question.strip()).strip("？?。！! ")
    plain = _HAS.sub("有", _WHETHER.sub("", plain))
    return _ENDS.sub("", _A_NOT_A.sub(r"\1", plain))


def decide(question: str, spans: Sequence[Span], hits: Sequence[Hit]) -> Decision | None:
    """The judgement that the first spans allow; None where none of them supports or contradicts the statement.

    Args:
        question: standing alone.
        spans: what an answer would quote, the most relevant first.
        hits: what the spans point into.
    """
    said = statement(question)
    if len(said) < _LEAST_CLAUSE:
        return None
    looked = [(span, _source(span, hits)) for span in spans[:_LOOKED_AT]]
    if found := _word(said, looked):
        return found
    clauses = [part for part in _CLAUSE.split(said) if len(part) >= _LEAST_CLAUSE]
    judged = [_word(clause, looked) for clause in clauses] if len(clauses) > 1 else []
    if {each.word if each else None for each in judged} == {YES, NO}:
        return Decision(IN_PART, next(each.span for each in judged if each and each.word == NO))
    return None


def nearest(question: str, spans: Sequence[Span]) -> Span | None:
    """The span that has most of what is to be checked: it is shown first where nothing is decided.

    What few of the spans say weighs more: of ten on one train the one on 退票 is meant. None where no span has any of it.
    """
    texts = [figured(span.text) for span in spans]
    shares = [0.0] * len(spans)
    for gram in facts.content_bigrams(statement(question)):
        there = [gram in text for text in texts]
        if any(there):
            shares = [share + has / sum(there) for share, has in zip(shares, there, strict=True)]
    best = max(shares, default=0.0)
    return spans[shares.index(best)] if best > 0.0 else None


def _word(said: str, looked: Sequence[tuple[Span, Source]]) -> Decision | None:
    """Yes or no where the sentences agree on it: one that says nearly all of it, or all of it but for an opposite."""
    yes: list[tuple[float, Span]] = []
    no: list[tuple[float, Span]] = []
    for span, source in looked:
        verdict = check(said, [source])
        known = f"{source.text}\n{source.title}"
        if (
            verdict.standing is Standing.SUPPORTED
            and verdict.score >= _SURE
            and _coverage(said, known) >= _NEARLY_ALL
        ):
            yes.append((verdict.score, span))
        elif verdict.standing is Standing.CONTRADICTED and len({c.start for c in verdict.clashes}) == 1:
            clash = verdict.clashes[0]
            rest = said[: clash.start] + said[clash.end :]
            opposite = any(
                other == clash.there and kind in _OPPOSITE for other, kind in not_same(clash.claim)
            )
            if opposite and _coverage(rest, known) >= _NEARLY_ALL:
                no.append((_coverage(rest, known), span))
    if bool(yes) == bool(no):
        return None
    _, span = max(yes or no, key=lambda found: found[0])
    return Decision(YES if yes else NO, span)


def _coverage(said: str, known: str) -> float:
    """Share of the wording of `said` that stands in `known`."""
    grams = facts.content_bigrams(said)
    folded = figured(known)
    return sum(gram in folded for gram in grams) / len(grams) if grams else 0.0


def _source(span: Span, hits: Sequence[Hit]) -> Source:
    """The span with what its article and headings say of it."""
    article, passage = hits[span.hit_index].article, hits[span.hit_index].passage
    return Source(span.text, article.title, article.published_on, article.issuer, passage.heading_path)
