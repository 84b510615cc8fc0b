"""A conversation, or some exchanges of it, as a report that becomes a file."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from itertools import count

from docs_store.text.dates import spelled
from rag.models import MARKER
from ui import strings
from ui.exports.report import Grid, Line, Origin, Report
from ui.page.exchange import Exchange, Source


def chosen(exchanges: Sequence[Exchange], only: str) -> list[Exchange]:
    """The exchanges whose numbers, from 1, or ids `only` lists with commas between; all of them for "".

    A number that there is not is passed over.
    """
    wanted: Collection[str] = {part.strip() for part in only.split(",") if part.strip()}
    if not wanted:
        return list(exchanges)
    return [e for number, e in enumerate(exchanges, start=1) if str(number) in wanted or e.id in wanted]


def report(title: str, exchanges: Sequence[Exchange], day: date) -> Report:
    """The exchanges as a report: a question a chapter, its answer, and the sources of all, numbered through."""
    numbers = count(1)
    blocks: list[Line | Grid] = []
    sources: list[Origin] = []
    for exchange in exchanges:
        if len(exchanges) > 1 or exchange.question != title:
            blocks.append(Line(exchange.question, "chapter"))
        if exchange.narrowed:
            blocks.append(Line(exchange.narrowed, "note"))
        lines, own = numbered(exchange.outcome, exchange.sources, numbers)
        blocks += lines
        sources += own
    if (
        len(exchanges) > 1 and title == exchanges[0].question
    ):  # nobody gave it a name: not the same line twice
        title = strings.EXPORT_TITLE.format(title=title, count=len(exchanges))
    return Report(title, blocks, sources, day, strings.EXPORT_NOTE.format(day=spelled(day)))


def numbered(text: str, cited: Sequence[Source], numbers: Iterator[int]) -> tuple[list[Line], list[Origin]]:
    """The lines of a text with its markers numbered on from `numbers`, and the sources that they stand for."""
    marks: dict[str, int] = {}
    origins = []
    for source in cited:
        if source.marker:
            marks[f"[{source.marker}]"] = number = next(numbers)
            origins.append(_origin(number, source))
    return [_line(line, marks) for line in text.split("\n") if line.strip()], origins


def _line(text: str, marks: Mapping[str, int]) -> Line:
    """A line of an answer with its markers as numbers of the report; a number in brackets that marks nothing stays text."""

    def numbered(match: re.Match[str]) -> str:
        return f"[{marks[match.group()]}]" if match.group() in marks else f"［{match[1]}］"

    shown = MARKER.sub(numbered, text)
    return Line(shown.removeprefix("- "), "bullet") if shown.startswith("- ") else Line(shown)


def _origin(number: int, source: Source) -> Origin:
    day = "，".join((source.day or strings.NO_DATE, *source.place))
    return Origin(number, source.title, source.issuer or strings.NO_ISSUER, day, source.quote)
