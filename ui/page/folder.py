"""材料夹: what is put aside, out of an answer, a passage or an article, and the memo that comes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from docs_store.errors import GuanchaoError
from docs_store.journal.folders import FolderItem
from ui import making, strings
from ui.exports import files
from ui.exports.report import Grid, Line, Origin, Report
from ui.exports.word import Notes
from ui.page import export
from ui.page.context import PageContext
from ui.page.exchange import Exchange, Source
from ui.page.people import Person

_LONGEST_QUOTE = 2000  # characters
FILES = ("docx", "md")


class NothingToPutError(GuanchaoError):
    """What should be put aside is not there (any more)."""


class Clipping(BaseModel):
    """Something put aside; markers [1] in `text` name its sources."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["answer", "sentence", "quote", "article"]
    text: str
    question: str = ""
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Put:
    """Where something was put; `known` when it was there already."""

    folder: str
    title: str
    known: bool


def put(context: PageContext, person: Person, given: Mapping[str, Any]) -> Put:
    """Puts what the page names into the folder used last, or into a first one; once.

    Args:
        context: where everything is.
        person: whose folder.
        given: `what` (answer, sentence, quote, article), `id` of the exchange or article, and `number` of the
            sentence or `start` and `end` of the quote.

    Raises:
        NothingToPutError: it is not there.
        StoreWriteError: it cannot be stored.
        GuanchaoError: the folder is full.
    """
    material = _material(context, person, given)
    folders = context.folders.list(person.name)
    if folders:
        id, title = folders[0].id, folders[0].title
    else:
        title = strings.FOLDER_FIRST
        id = context.folders.begin(person.name, title)
    body = material.model_dump(mode="json")
    known = any(item.body == body for item in context.folders.items(person.name, id))
    if not known:
        context.folders.add(person.name, id, body)
    return Put(id, title, known)


def _material(context: PageContext, person: Person, given: Mapping[str, Any]) -> Clipping:
    what, id = str(given.get("what", "")), str(given.get("id", ""))
    found: Clipping | None = None
    if what in ("answer", "sentence"):
        said = context.conversations.exchange(person.name, id)
        exchange = Exchange.model_validate(said.body) if said else None
        if exchange is not None and exchange.text:
            found = _of_exchange(exchange, _number(given.get("number")) if what == "sentence" else None)
    elif what == "quote":
        found = _of_quote(context, id, _number(given.get("start")), _number(given.get("end")))
    elif what == "article":
        found = _of_article(context, id)
    if found is None:
        raise NothingToPutError(strings.PUT_GONE)
    return found


def _number(given: Any) -> int:
    try:
        return int(given)
    except (TypeError, ValueError):
        return -1


def _of_exchange(exchange: Exchange, number: int | None) -> Clipping | None:
    cited = tuple(source for source in exchange.sources if source.marker)
    if number is None:
        return Clipping(kind="answer", text=exchange.text, question=exchange.question, sources=cited)
    every = exchange.sentences
    if not 0 <= number < len(every):
        return None
    text = every[number]
    own = tuple(source for source in cited if f"[{source.marker}]" in text)
    return Clipping(kind="sentence", text=text, question=exchange.question, sources=own)


def _of_quote(context: PageContext, id: str, start: int, end: int) -> Clipping | None:
    article = context.store.article(id)
    if article is None or not 0 <= start < end <= len(article.text) or end - start > _LONGEST_QUOTE:
        return None
    around = (p for p in context.store.passages(id) if p.start <= start and end <= p.end)
    source = Source.of_span(article, next(around, None), start, end, 1)
    return Clipping(kind="quote", text=f"“{source.quote.strip()}”[1]", sources=(source,))


def _of_article(context: PageContext, id: str) -> Clipping | None:
    article = context.store.article(id)
    if article is None:
        return None
    lead = context.qa.points(id).summary
    if lead is None:
        return Clipping(kind="article", text=f"《{article.title}》")
    around = (p for p in context.store.passages(id) if p.start <= lead.start and lead.end <= p.end)
    source = Source.of_span(article, next(around, None), lead.start, lead.end, 1)
    return Clipping(kind="article", text=f"《{article.title}》：{source.quote.strip()}[1]", sources=(source,))


# --- the memo -----------------------------------------------------------------------------------------------------------


def report(title: str, items: Sequence[FolderItem], day: date) -> Report:
    """The items in their order, numbered, each with its comment; their sources are numbered through."""
    numbers = count(1)
    blocks: list[Line | Grid] = []
    sources: list[Origin] = []
    for position, item in enumerate(items, start=1):
        material = Clipping.model_validate(item.body)
        lines, own = export.numbered(material.text, material.sources, numbers)
        if material.question:
            lines.insert(0, Line(strings.ITEM_ASKED.format(question=material.question)))
        blocks += [Line(f"{position}.{lines[0].text}"), *lines[1:]]
        if item.comment:
            blocks.append(Line(strings.ITEM_COMMENTED.format(text=item.comment), "note"))
        sources += own
    return Report(title, blocks, sources, day, strings.EXPORT_NOTE.format(day=day))


def memo(context: PageContext, owner: str, id: str, ending: str, notes: Notes) -> tuple[str, bytes] | None:
    """Name and bytes of a folder as a file; None where the owner has no such folder, or nothing is in it."""
    title, items = context.folders.title(owner, id), context.folders.items(owner, id)
    if title is None or not items or ending not in FILES:
        return None
    made = files.content(report(title, items, date.today()), f".{ending}", context.settings, notes)
    return making.file_name(title, ending), made.encode() if isinstance(made, str) else made
