"""Asks a file of questions and scores the answers and the retrieval; no judge model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from docs_store.models import Hit
from rag.assistant import PolicyQA
from rag.evaluation import summary
from rag.evaluation.questions import GoldQuestion, load_questions, save_questions
from rag.evaluation.verdict import QuestionVerdict, judge
from rag.models import Answer
from rag.query import follow_up
from rag.query.framing import unframe

_DEEP = 50  # passages searched for the ranking figures: ten articles may hide in many passages


@dataclass(frozen=True, slots=True)
class EvalRow:
    """A question with its verdict; `answer` is None for a row taken over from an earlier run, or when not asked."""

    question: GoldQuestion
    verdict: QuestionVerdict
    answer: Answer | None

    @property
    def right(self) -> bool:
        """Answered with every expected fact, or refused when there was nothing to find."""
        return self.verdict.right

    @property
    def cited(self) -> bool:
        """Some quote holds each piece of the expected evidence (by two thirds of its tokens)."""
        return self.verdict.cited


@dataclass(slots=True)
class EvalReport:
    """All rows and their figures."""

    rows: list[EvalRow] = field(default_factory=list)
    run: dict[str, Any] = field(default_factory=dict)
    """Under which conditions: configuration, models, index."""

    @property
    def verdicts(self) -> list[QuestionVerdict]:
        """One a row."""
        return [row.verdict for row in self.rows]

    def to_dict(self) -> dict[str, Any]:
        """Counts, figures with intervals, slices, times, and one entry a question."""
        return describe(self.verdicts, self.run)


def describe(verdicts: Sequence[QuestionVerdict], run: Mapping[str, Any]) -> dict[str, Any]:
    """The report's JSON: counts, figures with 95% intervals, slices, times, and one entry a question."""
    there = [v for v in verdicts if v.answerable and v.outcome]
    asked = [v for v in there if v.points is None]
    hopeless = [v for v in verdicts if not v.answerable and v.outcome]
    return {
        "answerable": len(asked),
        "right": sum(v.right for v in asked),
        "cited": sum(v.right and v.cited for v in asked),
        "refused_wrongly": sum(v.outcome == "refused_wrongly" for v in there),
        "open": len(there) - len(asked),
        "unanswerable": len(hopeless),
        "refused": sum(v.right for v in hopeless),
        "run": dict(run),
        "figures": {name: figure.to_dict() for name, figure in summary.figures(verdicts).items()},
        "slices": summary.slices(verdicts),
        "timings_ms": summary.stage_times(verdicts),
        "rows": [_flat(v) for v in verdicts],
    }


def _flat(verdict: QuestionVerdict) -> dict[str, Any]:
    """A row with the answer's keys beside the verdict's, as docs/reference.md names them."""
    row = verdict.model_dump(mode="json", exclude={"answer"})
    return row | {k: v for k, v in verdict.answer.items() if k != "question"}


def verdict_of(row: Mapping[str, Any]) -> QuestionVerdict:
    """The verdict of a row of a report's JSON. Raises ValueError (pydantic) when the row is not one."""
    own = set(QuestionVerdict.model_fields) - {"answer"}
    answer = {k: v for k, v in row.items() if k not in own}
    answer_text = {"question": row.get("question"), **answer, "answer": row.get("answer", "")}
    return QuestionVerdict.model_validate(
        {k: row[k] for k in own if k in row} | {"answer": answer and answer_text}
    )


def evaluate(
    qa: PolicyQA,
    questions: Sequence[GoldQuestion],
    progress: Callable[[int, int], None] | None = None,
    *,
    done: Mapping[str, QuestionVerdict] | None = None,
    on_row: Callable[[QuestionVerdict], None] | None = None,
    retrieval_only: bool = False,
    run: Mapping[str, Any] | None = None,
) -> EvalReport:
    """Asks every question and judges the answers.

    Args:
        qa: an open assistant.
        questions: what to ask.
        progress: called with (done, of all) after each question.
        done: verdicts of an earlier run by question id; these are not asked again.
        on_row: called with each new verdict at once, so that it can be kept.
        retrieval_only: search, but do not answer.
        run: conditions to keep in the report.
    """
    report = EvalReport(run=dict(run or {}))
    for number, question in enumerate(questions, start=1):
        if done and question.id in done:
            row = EvalRow(question, done[question.id], None)
        else:
            row = _asked(qa, question, retrieval_only)
            if on_row:
                on_row(row.verdict)
        report.rows.append(row)
        if progress:
            progress(number, len(questions))
    return report


def _asked(qa: PolicyQA, question: GoldQuestion, retrieval_only: bool) -> EvalRow:
    hits: Sequence[Hit] = ()
    if question.passages is None:
        alone = follow_up.readings(unframe(question.question), question.history)[0].text
        hits = qa.search(alone, _DEEP) if alone.strip() else ()
    answer = None
    if not retrieval_only:
        if question.passages is None:
            answer = qa.ask(question.question, question.history)
        else:
            answer = qa.answer_from(question.question, question.passages, question.history)
            hits = answer.hits
    verdict = judge(question, answer, hits)
    if question.passages is not None:  # nothing was searched, so nothing is ranked
        verdict = verdict.model_copy(update={"rank": None, "ranked": False, "ndcg": None})
    return EvalRow(question, verdict, answer)


__all__ = [
    "EvalReport",
    "EvalRow",
    "GoldQuestion",
    "describe",
    "evaluate",
    "judge",
    "load_questions",
    "save_questions",
    "verdict_of",
]
