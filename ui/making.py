"""Deliverables on request, for the page, HTTP and MCP: what is asked for, made by the assistant, and as files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from docs_store.errors import GuanchaoError
from docs_store.models import SearchFilter
from rag import PolicyQA
from rag.evidence.statements import Progress, Scope, Statement
from rag.generation.deliverables.digest import Basis
from rag.verification.documents import CheckedClaim
from ui import strings
from ui.exports import check_report, files, lengths, reports, table_report
from ui.exports import columns as asked
from ui.exports.report import Report

Kind = Literal["table", "check", "brief", "compare", "timeline", "points", "digest"]
FORMATS: dict[Kind, tuple[str, ...]] = {
    "table": ("xlsx", "csv", "jsonl"),
    "check": ("docx", "html", "xlsx"),
    "brief": ("docx", "md", "html"),
    "compare": ("docx", "md", "html", "xlsx"),
    "timeline": ("docx", "md", "html", "xlsx", "svg"),
    "points": ("docx", "md", "html"),
    "digest": ("docx", "md", "html"),
}
"""The formats of each kind; the first where none is named."""
WHOLE: dict[Kind, tuple[str, ...]] = {
    "table": FORMATS["table"],
    "check": FORMATS["check"],
    "timeline": ("svg",),
}
"""The formats that only the whole deliverable gives, not its report."""

FILE_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/x-ndjson",
    "md": "text/markdown; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "svg": "image/svg+xml",
}
"""Media types by ending."""


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
class Content:
    """A deliverable that is no file yet."""

    title: str
    """What it is about; for the name of the file."""
    result: Callable[[], dict[str, Any]]
    """Its JSON."""
    write: Callable[[str], bytes | str]
    """Its file, by the ending with its dot."""
    report: Report | None
    """How it reads; None for a 口径核对, which is `checked`."""
    checked: Sequence[CheckedClaim] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """The deliverable: its JSON, its file, and a name for the file."""

    result: dict[str, Any]
    content: bytes
    name: str


def make(qa: PolicyQA, order: Order, progress: Progress | None = None) -> Made:
    """Makes what is asked for, as JSON and as a file. Raises as `content` does."""
    return finished(content(qa, order, progress), order)


def finished(found: Content, order: Order) -> Made:
    """What was made, in the format that is asked for."""
    return Made(found.result(), written(found, order.ending), file_name(found.title, order.ending))


def written(found: Content, ending: str) -> bytes:
    """The file of an ending, given without its dot."""
    made = found.write(f".{ending}")
    return made.encode() if isinstance(made, str) else made


def content(qa: PolicyQA, order: Order, progress: Progress | None = None) -> Content:
    """Makes what is asked for.

    Raises:
        NothingFoundError: nothing is on the topic.
        ValueError: the order cannot be filled as it is; its text is Chinese.
        GuanchaoError: an article that it names is not there.
    """
    scope = Scope(order.where, order.regions)
    today = date.today()
    if order.kind == "table":
        return _table(qa, order, scope, today, progress)
    if order.kind == "check":
        return _check(qa, order, progress)
    if order.kind == "timeline":
        return _timeline(qa, order, scope, today, progress)
    if order.kind == "brief":
        long = lengths.asked(order.length) if isinstance(order.length, str) else order.length
        brief = qa.brief(order.topic, scope, length=long, model=order.model, progress=progress)
        _something(brief.sources, order.topic)
        return _read(qa, order, brief.to_dict, reports.brief(brief, today), order.topic)
    if order.kind == "points":
        points = qa.points(order.topic)
        return _read(qa, order, points.to_dict, reports.points(points, today), points.article.title)
    if order.kind == "digest":
        if order.where.since is None:
            raise ValueError("请写明从哪一天起（since）。")
        digest = qa.digest(order.where.since, order.questions, scope, by=order.by)
        return _read(qa, order, digest.to_dict, reports.digest(digest, today), strings.DIGEST_TITLE)
    if order.versions:
        if len(order.names) != 2:
            raise ValueError("逐条对照请写两篇：先旧版，后新版。")
        revision = qa.revision(*order.names)
        return _read(qa, order, revision.to_dict, reports.revision(revision, today), revision.new.title)
    found = qa.compare(order.names, order.topic, scope, aspects=order.aspects or None, progress=progress)
    names = "、".join(order.names)
    _something([s for side in found.sides for s in side.statements], names)
    return _read(qa, order, found.to_dict, reports.comparison(found, today), names)


def _table(qa: PolicyQA, order: Order, scope: Scope, today: date, progress: Progress | None) -> Content:
    table = qa.table(order.topic, scope, columns=asked.chosen(order.columns), progress=progress)
    _something(table.rows, order.topic)
    shown = table_report.report(table, today)
    return Content(order.topic, table.to_dict, lambda ending: files.of_table(table, ending), shown)


def _check(qa: PolicyQA, order: Order, progress: Progress | None) -> Content:
    omitted: Sequence[Statement] = ()
    if order.against or order.version:
        found = qa.check_against(order.text, article=order.against, version=order.version, progress=progress)
        claims, omitted, result = list(found.claims), found.omitted, found.to_dict
    else:
        claims = qa.check(order.text, where=order.where or None, progress=progress)

        def result() -> dict[str, Any]:
            return {"claims": [item.to_dict() for item in claims]}

    return Content(
        order.topic or strings.CHECK_TITLE,
        result,
        lambda ending: check_report.written(ending, order.text, claims, omitted),
        None,
        claims,
    )


def _timeline(qa: PolicyQA, order: Order, scope: Scope, today: date, progress: Progress | None) -> Content:
    found = qa.timeline(order.topic, scope, progress=progress)
    _something(found.events, order.topic)
    return Content(
        order.topic,
        found.to_dict,
        lambda ending: files.of_timeline(found, ending, qa.settings, order.notes),
        reports.timeline(found, today),
    )


def _read(
    qa: PolicyQA, order: Order, result: Callable[[], dict[str, Any]], report: Report, title: str
) -> Content:
    return Content(
        title, result, lambda ending: files.content(report, ending, qa.settings, order.notes), report
    )


def _something(found: Sequence[object], topic: str) -> None:
    if not found:
        raise NothingFoundError(strings.NOTHING_ON_TOPIC.format(topic=topic))


def file_name(title: str, ending: str) -> str:
    """A name for the file that every system accepts."""
    kept = "".join(c for c in title if c.isalnum() or c in "-_")[:40]
    return f"{kept or strings.TITLE}.{ending}"
