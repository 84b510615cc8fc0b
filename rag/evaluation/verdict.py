"""The verdict on one answer, by code alone: expected facts, evidence in the quotes, ranks of the right articles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from docs_store.models import Hit
from docs_store.text.analyser import tokens
from docs_store.text.numerals import figured
from docs_store.text.sentences import sentence_spans
from rag.evaluation import ranking
from rag.evaluation.points import covered
from rag.evaluation.questions import GoldQuestion, question_type
from rag.models import MARKER, Answer
from rag.verification import facts

Outcome = Literal["right", "wrong", "refused_wrongly", "refused_rightly", "answered_wrongly"]
_COVERED = 2 / 3  # share of the evidence's tokens that a quote must hold
_SHOWN = 10  # passages kept in the report


class RetrievedPassage(BaseModel):
    """A passage that the search found."""

    article_id: str
    title: str
    score: float
    text: str
    holds_answer: bool


class QuestionVerdict(BaseModel):
    """A question, its answer and what was judged of it; a line of a run's file.

    An open question is right when the answer states all its key points; `points` says how many.
    """

    model_config = ConfigDict(frozen=True)
    id: str
    question: str
    type: str
    answerable: bool
    must_contain: list[list[str]]
    evidence: list[str]
    overlap: float | None
    """Share of the question's content that stands in the evidence; None where no evidence is given."""
    outcome: Outcome | None
    """None when only retrieval was run."""
    right: bool
    cited: bool
    """Some quote holds each piece of expected evidence (by two thirds of its tokens)."""
    citation_precision: float | None
    citation_recall: float | None
    uncited_sentences: int
    length: int
    """Characters of the answer, without markers."""
    rank: int | None
    """Of the first article that holds the answer, among the found ones, from 1."""
    ranked: bool
    """Whether the question says what is to be found."""
    ndcg: float | None
    """None without gold ids."""
    found: list[RetrievedPassage]
    key_points: list[list[list[str]]] = []
    points: float | None = None
    """Of an open question: the share of its key points that the answer states, 0 when it was refused."""
    answer: dict[str, Any]
    """The answer's JSON of docs/reference.md; empty when only retrieval was run."""

    @property
    def score(self) -> float:
        """What the answer is worth: the share of key points of an open question, else 1 where it is right."""
        return float(self.right) if self.points is None else self.points


def judge(question: GoldQuestion, answer: Answer | None, hits: Sequence[Hit] = ()) -> QuestionVerdict:
    """The verdict on an answer and on the passages that a search found for the question, best first."""
    ranked = ranking.articles_in_order(hits)
    right_articles = question.right_articles or _by_evidence(question, hits)
    searched = bool(hits) and bool(question.right_articles or question.evidence) and question.answerable
    outcome = _outcome(question, answer) if answer is not None else None
    precision, recall = _citations(question, answer)
    text = answer.text if answer else ""
    points = (
        covered(text, question.key_points) if answer and question.answerable and question.key_points else None
    )
    return QuestionVerdict(
        id=question.id,
        question=question.question,
        type=question.type or question_type(question.question),
        answerable=question.answerable,
        must_contain=[list(group) for group in question.must_contain],
        evidence=list(question.evidence),
        overlap=_overlap(question),
        outcome=outcome,
        right=outcome in ("right", "refused_rightly"),
        cited=bool(answer) and (recall is None or recall == 1.0)
        if question.answerable
        else outcome == "refused_rightly",
        citation_precision=precision,
        citation_recall=recall,
        uncited_sentences=sum(not MARKER.search(text[a:b]) for a, b in sentence_spans(text)),
        length=len(MARKER.sub("", text)),
        rank=ranking.first_rank(ranked, right_articles) if searched else None,
        ranked=searched,
        ndcg=ranking.ndcg(ranked, question.right_articles) if searched and question.right_articles else None,
        found=[_found(hit, right_articles) for hit in hits[:_SHOWN]],
        key_points=[[list(group) for group in point] for point in question.key_points],
        points=points,
        answer=answer.to_dict() if answer else {},
    )


def _outcome(question: GoldQuestion, answer: Answer) -> Outcome:
    if not question.answerable:
        return "refused_rightly" if answer.refused else "answered_wrongly"
    if answer.refused:
        return "refused_wrongly"
    right = all(any(s in answer.text for s in group) for group in question.must_contain)
    right = right and (not question.key_points or covered(answer.text, question.key_points) == 1)
    return "right" if right else "wrong"


def _citations(question: GoldQuestion, answer: Answer | None) -> tuple[float | None, float | None]:
    """(precision, recall) of the quotes against the evidence; None where there is nothing to compare."""
    if answer is None or not question.evidence or not question.answerable:
        return None, None
    quotes = [set(tokens(citation.quote)) for citation in answer.citations]
    wanted = [set(tokens(piece)) for piece in question.evidence]
    together = set().union(*quotes)
    recall = sum(_holds(together, piece) for piece in wanted) / len(wanted)
    if not quotes:
        return None, recall
    to_the_point = sum(any(_holds(q, piece) or _holds(piece, q) for piece in wanted) for q in quotes)
    return to_the_point / len(quotes), recall


def _holds(have: set[str], wanted: set[str]) -> bool:
    return len(have & wanted) >= len(wanted) * _COVERED


def _by_evidence(question: GoldQuestion, hits: Sequence[Hit]) -> frozenset[str]:
    """The articles of those hits whose passage holds a piece of the evidence."""
    wanted = [set(tokens(piece)) for piece in question.evidence]
    return frozenset(
        hit.article.id
        for hit in hits
        if any(_holds(set(tokens(hit.passage.text)), piece) for piece in wanted)
    )


def _overlap(question: GoldQuestion) -> float | None:
    wanted = facts.content_bigrams(question.question)
    if not question.evidence or not wanted:
        return None
    text = figured("\n".join(question.evidence))
    return round(sum(gram in text for gram in wanted) / len(wanted), 4)


def _found(hit: Hit, right: frozenset[str]) -> RetrievedPassage:
    return RetrievedPassage(
        article_id=hit.article.id,
        title=hit.article.title,
        score=round(hit.score, 4),
        text=hit.passage.text,
        holds_answer=hit.article.id in right,
    )
