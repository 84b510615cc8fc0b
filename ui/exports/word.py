"""A report as a Word document in the layout of official documents, or in an office's own template."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from xml.sax.saxutils import escape

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph

from docs_store.errors import GuanchaoError
from docs_store.text.dates import spelled
from ui import strings
from ui.exports import layout
from ui.exports.report import Grid, Line, Origin, Report

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

Notes = Literal["footnotes", "annex"]
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_FOOTNOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_STYLES = {"chapter": "Heading 1", "section": "Heading 2"}
_WIDTH = Mm(156)  # of the text: 210 less 28 and 26
_TABLE_LINE = Pt(16)
_AFTER_TABLE = Pt(10)
_BODY_MARK = "〔guanchao 正文〕"  # where the text goes in a filled template


def template() -> bytes:
    """The default template: the layout of the standard with {{ 标题 }}, {{ 说明 }}, {{ 正文 }}, {{ 单位 }} and {{ 日期 }}.

    An office may change everything in it but these, and name its own in `export.template`.
    """
    document = layout.blank()
    layout.written(document.add_paragraph(style="Title"), "{{ 标题 }}", layout.TITLE)
    note = document.add_paragraph()
    note.alignment = WD_ALIGN_PARAGRAPH.CENTER
    layout.written(note, "{{ 说明 }}", layout.KAI)
    document.add_paragraph()
    layout.written(document.add_paragraph(), "{{ 正文 }}")
    document.add_paragraph()
    for field in ("{{ 单位 }}", "{{ 日期 }}"):
        signed = document.add_paragraph()
        signed.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        indent = OxmlElement("w:ind")
        indent.set(qn("w:rightChars"), "400")
        indent.set(qn("w:right"), "1280")
        signed._p.get_or_add_pPr().append(indent)
        layout.written(signed, field)
    return _bytes(document)


def docx(report: Report, *, notes: Notes = "footnotes", office: str = "", own: Path | None = None) -> bytes:
    """The report as a .docx.

    Args:
        report: what is written.
        notes: sources at the foot of the page, or as 附件《出处表》.
        office: who signs, and the document's author; "" signs nothing.
        own: an office's template; None for the layout of the standard.

    Raises:
        GuanchaoError: the template cannot be read, or has no {{ 正文 }}.
    """
    document = _filled(report, office, own)
    place = next((p for p in document.paragraphs if _BODY_MARK in p.text), None)
    if place is None:
        raise GuanchaoError(strings.TEMPLATE_WITHOUT_BODY.format(path=own))
    writer = _Writer(document, place, report, notes)
    for block in report.blocks:
        writer.block(block)
    place._p.getparent().remove(place._p)
    if notes == "annex" and report.sources:
        _annex(document, report.sources)
    if writer.notes:
        _add_footnotes(document, writer.notes)
    _drop_empty_signature(document, office)
    _describe(document, report, office)
    return _bytes(document)


def _filled(report: Report, office: str, own: Path | None) -> WordDocument:
    """The template with its fields filled."""
    from docxtpl import DocxTemplate
    from jinja2 import TemplateError

    try:
        found = DocxTemplate(str(own) if own else io.BytesIO(template()))
        found.render(
            {
                "标题": escape(layout.clean(report.title)),
                "说明": escape(layout.clean(report.subtitle)),
                "正文": _BODY_MARK,
                "单位": escape(office),
                "日期": spelled(report.made),
            }
        )
        out = io.BytesIO()
        found.save(out)
    except (OSError, KeyError, ValueError, TemplateError) as error:
        raise GuanchaoError(strings.TEMPLATE_UNREADABLE.format(path=own, why=error)) from error
    except Exception as error:  # python-docx raises its own for what is no .docx
        if type(error).__name__ not in ("PackageNotFoundError", "BadZipFile"):
            raise
        raise GuanchaoError(strings.TEMPLATE_UNREADABLE.format(path=own, why=strings.NO_DOCX)) from error
    return Document(io.BytesIO(out.getvalue()))


class _Writer:
    """Puts blocks before one paragraph of a document."""

    def __init__(self, document: WordDocument, place: Paragraph, report: Report, kind: Notes) -> None:
        self._document, self._place, self._report, self._kind = document, place, report, kind
        self.notes: list[str] = []

    def block(self, block: Line | Grid) -> None:
        if isinstance(block, Grid):
            table = grid(self._document, block)
            self._place._p.addprevious(table._tbl)
            after = self._place.insert_paragraph_before("").paragraph_format
            after.line_spacing_rule, after.line_spacing = WD_LINE_SPACING.EXACTLY, _AFTER_TABLE
            return
        paragraph = self._place.insert_paragraph_before("")
        if (style := _STYLES.get(block.kind)) and style in {s.name for s in self._document.styles}:
            paragraph.style = style
            layout.written(paragraph, block.text, layout.BLACK if block.kind == "chapter" else layout.KAI)
            return
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        layout.two_characters(paragraph._p.get_or_add_pPr())
        font = layout.KAI if block.kind == "note" else layout.BODY
        if block.head:
            layout.written(paragraph, block.head, layout.KAI)
        for text, marker in block.pieces():
            if marker is None:
                layout.written(paragraph, text, font)
            else:
                self._mark(paragraph, marker)

    def _mark(self, paragraph: Paragraph, marker: int) -> None:
        source = self._report.source(marker)
        if source is None or self._kind == "annex":
            layout.written(paragraph, f"[{marker}]").font.superscript = True
            return
        self.notes.append(source.line())
        run = paragraph.add_run()
        run.font.superscript = True
        reference = OxmlElement("w:footnoteReference")
        reference.set(qn("w:id"), str(len(self.notes)))
        run._r.append(reference)


def grid(document: WordDocument, block: Grid) -> WordTable:
    """A table with lines, its head repeated on every page, at the end of the document."""
    table: WordTable = document.add_table(rows=1, cols=len(block.heads))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    total = sum(block.widths)
    widths = [int(_WIDTH * width / total) for width in block.widths]
    for cell, head in zip(table.rows[0].cells, block.heads, strict=True):
        _fill(cell.paragraphs[0], head, centred=True)
    repeated = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
    for row in block.rows:
        added = table.add_row()  # type: ignore[no-untyped-call]
        for cell, text in zip(added.cells, row, strict=True):
            _fill(cell.paragraphs[0], text, centred=False)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for row_of in table.rows:
        for cell, width in zip(row_of.cells, widths, strict=True):
            cell.width = width
        whole = OxmlElement("w:cantSplit")
        row_of._tr.get_or_add_trPr().append(whole)
    return table


def _fill(paragraph: Paragraph, text: str, *, centred: bool) -> None:
    shape = paragraph.paragraph_format
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, _TABLE_LINE
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.LEFT
    for piece, marker in Line(text).pieces():
        run = layout.small(piece if marker is None else f"[{marker}]", paragraph)
        run.font.superscript = marker is not None
        run.font.bold = centred


def _annex(document: WordDocument, sources: Sequence[Origin]) -> None:
    """附件《出处表》 on a page of its own."""
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    layout.annex_heading(document.add_paragraph(), strings.ANNEX)
    layout.written(document.add_paragraph(style="Title"), strings.ANNEX_TITLE, layout.TITLE)
    rows = [
        (f"{s.marker}", f"《{s.title}》", "，".join(filter(None, (s.issuer, s.day))), s.quote.strip())
        for s in sources
    ]
    grid(document, Grid(strings.ANNEX_COLUMNS, rows, (9, 34, 33, 80)))


def _drop_empty_signature(document: WordDocument, office: str) -> None:
    """Without an office, its empty line goes."""
    if office:
        return
    for paragraph in document.paragraphs:
        right = paragraph.alignment == WD_ALIGN_PARAGRAPH.RIGHT
        if right and not paragraph.text.strip():
            paragraph._p.getparent().remove(paragraph._p)


def _describe(document: WordDocument, report: Report, office: str) -> None:
    """The document's own title, author and day, not python-docx's."""
    now = datetime.now(UTC).replace(tzinfo=None)
    own = document.core_properties
    own.title, own.author, own.last_modified_by = (
        layout.clean(report.title)[:255],
        office or strings.TITLE,
        office or strings.TITLE,
    )
    own.created = own.modified = now
    own.language, own.comments, own.revision = "zh-CN", "", 1


def _add_footnotes(document: WordDocument, notes: Sequence[str]) -> None:
    written = _footnotes_xml(notes, layout.note_style(document)).encode()
    part = Part(PackURI("/word/footnotes.xml"), _FOOTNOTES, written, document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)


def _footnotes_xml(notes: Sequence[str], style: str) -> str:
    """The part with the footnotes in a style; ids -1 and 0 are the lines that Word wants to part them from the text."""
    rules = "".join(
        f'<w:footnote w:type="{kind}" w:id="{id}"><w:p><w:r><w:{kind}/></w:r></w:p></w:footnote>'
        for id, kind in ((-1, "separator"), (0, "continuationSeparator"))
    )
    face = f'<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="{layout.SONG}" w:hint="eastAsia"/>'
    written = "".join(
        f'<w:footnote w:id="{id}"><w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>'
        '<w:r><w:rPr><w:sz w:val="18"/><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteRef/></w:r>'
        f'<w:r><w:rPr>{face}<w:sz w:val="18"/></w:rPr>'
        f'<w:t xml:space="preserve"> {escape(layout.clean(note))}</w:t></w:r></w:p></w:footnote>'
        for id, note in enumerate(notes, start=1)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:footnotes xmlns:w="{_W}">{rules}{written}'
        "</w:footnotes>"
    )


def _bytes(document: WordDocument) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
