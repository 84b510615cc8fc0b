"""A conversation, or some exchanges of it, as Markdown and as a Word document in the layout of official documents."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from itertools import count
from pathlib import Path

from ui import strings
from ui.exports import plain, word
from ui.exports.report import Grid, Line, Origin, Report
from ui.exports.word import Notes
from ui.page.exchange import Exchange, Source

_MARKER = re.compile(r"\[(\d{1,3})\]")


def markdown(title: str, exchanges: Sequence[Exchange], day: date) -> str:
    """Markdown; what came from outside is escaped, so that it shows as it was written."""
    return plain.markdown(report(title, exchanges, day))


def docx(
    title: str,
    exchanges: Sequence[Exchange],
    day: date,
    *,
    notes: Notes = "footnotes",
    office: str = "",
    own: Path | None = None,
) -> bytes:
    """A Word document with real footnotes, or with the sources as 附件; arguments as `ui.exports.word.docx` has them."""
    return word.docx(report(title, exchanges, day), notes=notes, office=office, own=own)


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
        marks: dict[str, int] = {}
        for source in exchange.sources:
            if source.marker:
                marks[f"[{source.marker}]"] = number = next(numbers)
                sources.append(_origin(number, source))
        blocks += [_line(line, marks) for line in exchange.outcome.split("\n") if line.strip()]
    return Report(title, blocks, sources, day, strings.EXPORT_NOTE.format(day=day))


def _line(text: str, marks: Mapping[str, int]) -> Line:
    """A line of an answer with its markers as numbers of the report; a number in brackets that marks nothing stays text."""

    def numbered(match: re.Match[str]) -> str:
        return f"[{marks[match.group()]}]" if match.group() in marks else f"［{match[1]}］"

    shown = _MARKER.sub(numbered, text)
    return Line(shown.removeprefix("- "), "bullet") if shown.startswith("- ") else Line(shown)


def _origin(number: int, source: Source) -> Origin:
    day = "，".join((source.day or strings.NO_DATE, *source.place))
    return Origin(number, source.title, source.issuer or strings.NO_ISSUER, day, source.quote)
