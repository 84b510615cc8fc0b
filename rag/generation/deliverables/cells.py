"""Cells: a piece of an article as it is written, with where it stands and what it means."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rag.evidence.statements import Statement

Value = str | date | Fraction | None


@dataclass(frozen=True, slots=True)
class Cell:
    """``article.text[start:end] == text``; `value` is the day or the number that it states, else the text."""

    text: str
    start: int
    end: int
    value: Value = None

    def to_dict(self) -> dict[str, Any]:
        """JSON; a day in ISO form, a number as a float."""
        value: Any = self.value
        if isinstance(value, date):
            value = value.isoformat()
        elif isinstance(value, Fraction):
            value = int(value) if value.denominator == 1 else float(value)
        return {"text": self.text, "start": self.start, "end": self.end, "value": value}


def moved(statement: Statement, start: int, end: int) -> Cell:
    """A span of the statement as a cell of its article."""
    text = statement.text[start:end]
    return Cell(text, start + statement.start, end + statement.start, text)
