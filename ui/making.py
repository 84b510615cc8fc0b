"""Deliverables on request, for HTTP and MCP: what is asked for, made by the assistant, as JSON and as a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from docs_store.errors import GuanchaoError
from docs_store.models import SearchFilter
from rag import PolicyQA
from rag.generation.deliverables.digest import Basis
from rag.generation.deliverables.statements import Progress, Scope
from ui import strings
from ui.exports import check_report, files, lengths, reports
from ui.exports import columns as asked

Kind = Literal["table", "check", "brief", "timeline", "compare", "points", "digest"]
FORMATS: dict[Kind, tuple[str, ...]] = {
    "table": ("xlsx", "csv", "jsonl"),
    "check": ("docx", "html", "xlsx"),
    "brief": ("docx", "md", "html"),
    "timeline": ("docx", "md", "html", "xlsx", "svg"),
    "compare": ("docx", "md", "html", "xlsx"),
    "points": ("docx", "md", "html"),
    "digest": ("docx", "md", "html"),
}
"""The formats of each kind; the first where none is named."""


class NothingFoundError(GuanchaoError):
    """No article speaks of what was asked for."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for. `names` are the sides of a comparison, `topic` the article of 单篇要点.

    `text` is what is checked, against the library, or `against` an article of it, or an older `version` of the text.
    `length` is that of a brief as `ui.exports.lengths` reads it, or characters.
    """

    kind: Kind
    topic: str = ""
    where: SearchFilter = field(default_factory=SearchFilter)
    regions: tuple[str, ...] = ()
    columns: str | None = None
    length: int | str | None = None
    notes: Literal["footnotes", "annex"] = "footnotes"
    names: tuple[str, ...] = ()
    aspects: tuple[str, ...] = ()
    versions: bool = False
    questions: tuple[str, ...] = ()
    by: Basis = "arrival"
    model: bool = False
    text: str = ""
    against: str = ""
    version: str = ""
    format: str | None = None

    @property
    def ending(self) -> str:
        """The ending of the file, without its dot."""
        return self.format or FORMATS[self.kind][0]


@dataclass(frozen=True, slots=True)
class Made:
    """The deliverable: its JSON, its file, and a name for the file."""

    result: dict[str, Any]
    content: bytes
    name: str


def make(qa: PolicyQA, order: Order, progress: Progress | None = None) -> Made:
    """Makes what is asked for.

    Raises:
        NothingFoundError: nothing is on the topic.
        ValueError: the order cannot be filled as it is; its text is Chinese.
        GuanchaoError: an article that it names is not there.
    """
    scope = Scope(order.where, order.regions)
    if order.kind == "table":
        return _table(qa, order, scope, progress)
    if order.kind == "check":
        return _check(qa, order, progress)
    if order.kind == "timeline":
        return _timeline(qa, order, scope, progress)
    today = date.today()
    if order.kind == "brief":
        long = lengths.asked(order.length) if isinstance(order.length, str) else order.length
        brief = qa.brief(order.topic, scope, length=long, model=order.model, progress=progress)
        _something(brief.sources, order.topic)
        return _written(qa, order, brief.to_dict(), reports.brief(brief, today), order.topic)
    if order.kind == "points":
        points = qa.points(order.topic)
        return _written(qa, order, points.to_dict(), reports.points(points, today), points.article.title)
    if order.kind == "digest":
        if order.where.since is None:
            raise ValueError("请写明从哪一天起（since）。")
        digest = qa.digest(order.where.since, order.questions, scope, by=order.by)
        return _written(qa, order, digest.to_dict(), reports.digest(digest, today), strings.DIGEST_TITLE)
    if order.versions:
        if len(order.names) != 2:
            raise ValueError("逐条对照请写两篇：先旧版，后新版。")
        revision = qa.revision(*order.names)
        return _written(qa, order, revision.to_dict(), reports.revision(revision, today), revision.new.title)
    found = qa.compare(order.names, order.topic, scope, aspects=order.aspects or None, progress=progress)
    names = "、".join(order.names)
    _something([s for side in found.sides for s in side.statements], names)
    return _written(qa, order, found.to_dict(), reports.comparison(found, today), names)


def _table(qa: PolicyQA, order: Order, scope: Scope, progress: Progress | None) -> Made:
    table = qa.table(order.topic, scope, columns=asked.chosen(order.columns), progress=progress)
    _something(table.rows, order.topic)
    return _made(table.to_dict(), files.of_table(table, f".{order.ending}"), order, order.topic)


def _check(qa: PolicyQA, order: Order, progress: Progress | None) -> Made:
    if order.against or order.version:
        found = qa.check_against(order.text, article=order.against, version=order.version, progress=progress)
        claims, omitted, result = list(found.claims), found.omitted, found.to_dict()
    else:
        claims, omitted = qa.check(order.text, where=order.where or None), ()
        result = {"claims": [item.to_dict() for item in claims]}
    content = check_report.written(f".{order.ending}", order.text, claims, omitted)
    return _made(result, content, order, order.topic or strings.CHECK_TITLE)


def _timeline(qa: PolicyQA, order: Order, scope: Scope, progress: Progress | None) -> Made:
    found = qa.timeline(order.topic, scope, progress=progress)
    _something(found.events, order.topic)
    content = files.of_timeline(found, f".{order.ending}", qa.settings, order.notes)
    return _made(found.to_dict(), content, order, order.topic)


def _written(qa: PolicyQA, order: Order, result: dict[str, Any], report: Any, title: str) -> Made:
    return _made(result, files.content(report, f".{order.ending}", qa.settings, order.notes), order, title)


def _made(result: dict[str, Any], content: bytes | str, order: Order, title: str) -> Made:
    return Made(result, content.encode() if isinstance(content, str) else content, _name(title, order.ending))


def _something(found: Sequence[object], topic: str) -> None:
    if not found:
        raise NothingFoundError(strings.NOTHING_ON_TOPIC.format(topic=topic))


def _name(title: str, ending: str) -> str:
    """A name that every system accepts."""
    kept = "".join(c for c in title if c.isalnum() or c in "-_")[:40]
    return f"{kept or strings.TITLE}.{ending}"
