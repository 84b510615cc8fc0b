"""Scores answers against a file of questions with expected facts; no judge model."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from docs_store.analyser import tokens
from rag.assistant import PolicyQA
from rag.errors import QuestionFileError
from rag.models import Answer, Turn


@dataclass(frozen=True, slots=True)
class Question:
    """One line of a question file; `must_contain` lists groups, one spelling of each must be in the answer."""

    id: str
    question: str
    answerable: bool
    must_contain: Sequence[Sequence[str]] = ()
    evidence: Sequence[str] = ()
    history: Sequence[Turn] = ()


@dataclass(frozen=True, slots=True)
class EvalRow:
    """A question, its answer, and the verdict."""

    question: Question
    answer: Answer
    right: bool
    """Answered with every expected fact, or refused when there was nothing to find."""
    cited: bool
    """Some quote holds the expected evidence (by two thirds of its tokens)."""


@dataclass(slots=True)
class EvalReport:
    """All rows and their counts."""

    rows: list[EvalRow] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Counts, and one entry a question."""
        asked = [r for r in self.rows if r.question.answerable]
        hopeless = [r for r in self.rows if not r.question.answerable]
        return {
            "answerable": len(asked),
            "right": sum(r.right for r in asked),
            "cited": sum(r.right and r.cited for r in asked),
            "refused_wrongly": sum(r.answer.refused for r in asked),
            "unanswerable": len(hopeless),
            "refused": sum(r.right for r in hopeless),
            "rows": [
                {"id": r.question.id, "right": r.right, "cited": r.cited, **r.answer.to_dict()}
                for r in self.rows
            ],
        }


def load_questions(path: Path) -> list[Question]:
    """The questions of a .jsonl file. Raises QuestionFileError naming the line."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionFileError(f"读不了问题文件 {path}，请检查路径与编码（UTF-8）。") from error
    found = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            history = [Turn(t["question"], t["answer"]) for t in row.get("history", [])]
            found.append(
                Question(
                    str(row["id"]),
                    row["question"],
                    bool(row["answerable"]),
                    row.get("must_contain", []),
                    row.get("evidence", []),
                    history,
                )
            )
        except (ValueError, KeyError, TypeError) as error:
            raise QuestionFileError(
                f"{path} 第 {number} 行不合格式，需要 id、question、answerable（及 must_contain），请改正。"
            ) from error
    if not found:
        raise QuestionFileError(f"{path} 里没有问题，请至少写一行。")
    return found


def evaluate(
    qa: PolicyQA, questions: Sequence[Question], progress: Callable[[int, int], None] | None = None
) -> EvalReport:
    """Asks every question and judges the answers."""
    report = EvalReport()
    for number, question in enumerate(questions, start=1):
        report.rows.append(judge(question, qa.ask(question.question, question.history)))
        if progress:
            progress(number, len(questions))
    return report


def judge(question: Question, answer: Answer) -> EvalRow:
    """The verdict on one answer."""
    if not question.answerable:
        return EvalRow(question, answer, answer.refused, answer.refused)
    held = all(any(s in answer.text for s in group) for group in question.must_contain)
    quotes = "".join(citation.quote for citation in answer.citations)
    have = set(tokens(quotes))
    cited = all(len(have & set(tokens(e))) >= len(set(tokens(e))) * 2 / 3 for e in question.evidence)
    return EvalRow(question, answer, held and not answer.refused, cited)
