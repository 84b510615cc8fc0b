"""A written deliverable as the file that its ending names."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from settings import Settings
from ui.exports import plain, word
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


def ending_of(path: Path) -> str:
    """The ending in lower case."""
    return path.suffix.lower()
