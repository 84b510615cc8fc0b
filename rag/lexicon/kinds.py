"""Kinds of answer that a question can want (how many, when, who, where, why, which document), and what shows one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

import yaml

from docs_store.text.dates import amounts, dates
from docs_store.text.places import places

_FILE = Path(__file__).parent / "kinds.yaml"


class AnswerKind(StrEnum):
    """The kind of answer that a question wants."""

    DOCUMENT = "document"
    DATE = "date"
    NUMBER = "number"
    PERSON = "person"
    PLACE = "place"
    REASON = "reason"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class KindEntry:
    """A kind of `kinds.yaml`: patterns over folded text, and examples of questions, of answers, and of what is none."""

    kind: AnswerKind
    asks: re.Pattern[str]
    shows: re.Pattern[str]
    questions: tuple[str, ...]
    answers: tuple[str, ...]
    others: tuple[str, ...]


@lru_cache(maxsize=1)
def kinds() -> tuple[KindEntry, ...]:
    """The kinds, in the order in which a question is tried."""
    rows = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return tuple(
        KindEntry(
            AnswerKind(row["name"]),
            re.compile(row["asks"]),
            re.compile(row["shows"]),
            tuple(row["questions"]),
            tuple(row["answers"]),
            tuple(row["others"]),
        )
        for row in rows
    )


def kind_asked(folded: str) -> AnswerKind | None:
    """The kind of answer that a folded question wants; None where its words do not tell."""
    return next((entry.kind for entry in kinds() if entry.asks.search(folded)), None)


def shows(kind: AnswerKind, sentence: str) -> bool:
    """True when a folded sentence has in it what an answer of the kind has: a number, a date, a name, a reason."""
    entry = next(entry for entry in kinds() if entry.kind is kind)
    if entry.shows.search(sentence):
        return True
    if kind is AnswerKind.NUMBER:
        return bool(amounts(sentence))
    if kind is AnswerKind.DATE:
        return bool(dates(sentence))
    return kind is AnswerKind.PLACE and bool(places(sentence))
