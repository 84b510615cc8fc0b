"""Whether a text shows what is asked for exactly: a number, a time or a document's number that the question does not say itself.

Of our questions for a number or a time (training files and ours, weights by folds, at .59) 1,046 are answered rightly when only
such sentences are quoted (1,036 when any is), 195 wrongly (222), and of 1,284 near misses 232 are answered (262).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from docs_store.text.dates import amounts, dates
from docs_store.text.normal import fold
from docs_store.text.numerals import NumeralKind, numerals
from docs_store.text.units import units
from rag.evidence import frame
from rag.evidence.asked import Asked, understood
from rag.evidence.found import Evidence, Sentence
from rag.lexicon import answer_kinds, tables
from rag.query.question import DOCUMENT

_NEAR = 0.3  # share of the best sentence's score that the best one that shows it needs
_FROM_THEN = ("后", "内", "前")  # behind a length of time: 一年后
_RANK, _HOW_MANY = "第几", "多少"
_OF_ANOTHER = tuple("日天晚夜晨")  # the ends of 当日 and 昨晚, which count from a day that is told elsewhere


def quotable(question: str, evidence: Evidence) -> Evidence:
    """The evidence with the sentences that can be the answer, and none where all that are likely show nothing of what is asked for."""
    asked = understood(question)
    if asked.kind not in answer_kinds.EXACT or not evidence.sentences:
        return evidence
    least = _NEAR * evidence.sentences[0].score
    found = tuple(s for s in evidence.sentences if shows(asked, said(asked, s)))
    return replace(evidence, sentences=found if found and found[0].score >= least else ())


def said(asked: Asked, sentence: Sentence) -> str:
    """What of a sentence is quoted: its dateline only where it alone tells the time that is asked for."""
    bare = sentence.text[frame.opens(sentence.text) :]
    by_dateline = asked.kind == "date" and not shows(asked, bare) and shows(asked, sentence.text)
    return sentence.text if by_dateline else bare


def shows(asked: Asked, text: str) -> bool:
    """True when a text can hold the answer to how many, when, or under which number; of other questions any text can.

    A number that answers is no part of a date, no rank unless that is asked for, and in a unit of what is asked for; 当日 tells
    no time.
    """
    folded = fold(text)
    found: Iterator[str]
    if asked.kind == "number" or (asked.kind == "date" and _asks_how_long(asked)):
        found = _amounts(asked, folded)
    elif asked.kind == "date":
        found = _times(folded)
    elif asked.kind == "document" and any(w in asked.folded for w in tables.article_words()["number"]):
        found = (match[0] for match in DOCUMENT.finditer(folded))
    else:
        return True
    own = {asked.folded[slice(*number.core)] for number in numerals(asked.folded)}
    return any(each not in own and (each not in asked.folded or each.isdigit()) for each in found)


def _asks_how_long(asked: Asked) -> bool:
    """True for 用了几年时间."""
    unit = units().get(asked.unit or "")
    return unit is not None and unit.kind == "duration"


def _amounts(asked: Asked, folded: str) -> Iterator[str]:
    measure = asked.measure if asked.folded.count(_HOW_MANY) < 2 else None  # 多少个项目、多少钱: either
    for number in amounts(folded):
        is_rank = number.kind is NumeralKind.ORDINAL and _RANK not in asked.folded
        if not is_rank and (measure is None or number.measure in (measure, "")):
            yield folded[slice(*number.core)]


def _times(folded: str) -> Iterator[str]:
    for day in dates(folded):
        written = folded[day.start : day.end]
        if numerals(written) or not written.endswith(_OF_ANOTHER):
            yield written
    for number in numerals(folded):
        from_then = number.measure == "duration" and folded.startswith(_FROM_THEN, number.end)
        if from_then or number.measure == "calendar":
            yield folded[number.start : number.end]
