"""A written deliverable as the file that its ending names."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from docs_store.settings import Settings
from rag.generation.deliverables.table import Table
from rag.generation.deliverables.timeline import Timeline
from ui.exports import plain, reports, table_file, timeline_svg, word
from ui.exports.report import Report
from ui.exports.word import Notes
from ui.exports.workbook import workbook

TEXTS = (".docx", ".md", ".html")
TABLES = (*TEXTS, ".xlsx")


def content(report: Report, ending: str, settings: Settings, notes: Notes = "footnotes") -> bytes | str:
    """The file: .docx, .md, .html, or the tables alone as .xlsx.

    Raises:
        GuanchaoError: the office's Word template cannot be used.
    """
    if ending == ".docx":
        own = settings.export.template
        template = settings.resolve(own) if own else None
        return word.docx(report, notes=notes, office=settings.export.office, own=template)
    if ending == ".xlsx":
        return workbook(report, datetime.now())
    return plain.markdown(report) if ending == ".md" else plain.html(report)


def of_table(found: Table, ending: str) -> bytes | str:
    """The facts of a table as .xlsx, .csv or .jsonl."""
    if ending == ".xlsx":
        return table_file.as_xlsx(found, datetime.now())
    return table_file.as_csv(found) if ending == ".csv" else table_file.as_jsonl(found)


def of_timeline(found: Timeline, ending: str, settings: Settings, notes: Notes) -> bytes | str:
    """A timeline as a drawing (.svg), or as `content` writes its report."""
    if ending == ".svg":
        return timeline_svg.svg(found, [reports.when(event) for event in found.events])
    return content(reports.timeline(found, date.today()), ending, settings, notes)


def ending_of(path: Path) -> str:
    """The ending in lower case."""
    return path.suffix.lower()
