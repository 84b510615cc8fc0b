"""A conversation as Markdown and as a Word document, with every citation as a footnote."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import date
from xml.sax.saxutils import escape

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from docx.text.paragraph import Paragraph

from ui import strings
from ui.page.exchange import Exchange, origin

_MARKER = re.compile(r"\[(\d{1,3})\]")
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_FOOTNOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_FONT = "宋体"


def file_name(title: str, kind: str) -> str:
    """A name for the file that every system accepts."""
    kept = re.sub(r"[^\w-]+", "", title)[:40]
    return f"{kept or strings.TITLE}.{kind}"


def markdown(title: str, exchanges: Sequence[Exchange], day: date) -> str:
    """Markdown with footnotes; what came from outside is escaped, so that it shows as it was written."""
    lines = [f"# {_plain(title)}", "", f"> {strings.EXPORT_NOTE.format(day=day)}", ""]
    notes: list[str] = []
    for number, exchange in enumerate(exchanges, start=1):
        known = {f"[{s.marker}]": s for s in exchange.sources if s.marker}
        lines += [f"## {_plain(exchange.question)}", ""]
        if exchange.narrowed:
            lines += [f"*{_plain(exchange.narrowed)}*", ""]
        pieces = re.split(r"(\[\d{1,3}\])", exchange.outcome)
        lines += ["".join(f"[^{number}-{p[1:-1]}]" if p in known else _plain(p) for p in pieces), ""]
        notes += [f"[^{number}-{s.marker}]: {_plain(origin(s))}：“{_plain(s.quote)}”" for s in known.values()]
    return "\n".join([*lines, *notes, ""])


def _plain(text: str) -> str:
    """Text on one line in which Markdown and HTML mean nothing."""
    flat = " ".join(text.split())
    return re.sub(r"([\\`*_{}\[\]()<>#+!|~&$-])", r"\\\1", flat)


def docx(title: str, exchanges: Sequence[Exchange], day: date) -> bytes:
    """A Word document with real footnotes."""
    document = Document()
    style = document.styles["Normal"]
    style.font.size = Pt(11)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _FONT)
    document.add_heading(_clean(title), level=1)
    note = document.add_paragraph(strings.EXPORT_NOTE.format(day=day))
    note.runs[0].font.color.rgb = RGBColor(0x55, 0x55, 0x55)
    notes: list[str] = []
    for exchange in exchanges:
        document.add_heading(_clean(exchange.question), level=2)
        if exchange.narrowed:
            document.add_paragraph().add_run(_clean(exchange.narrowed)).italic = True
        known = {s.marker: s for s in exchange.sources if s.marker}
        paragraph = document.add_paragraph()
        for piece in re.split(r"(\[\d{1,3}\])", exchange.outcome):
            match = _MARKER.fullmatch(piece)
            source = known.get(int(match[1])) if match else None
            if source:
                notes.append(f"{origin(source)}：“{source.quote.strip()}”")
                _refer(paragraph, len(notes))
            elif piece:
                paragraph.add_run(_clean(piece))
    part = Part(
        PackURI("/word/footnotes.xml"), _FOOTNOTES, _footnotes_xml(notes).encode(), document.part.package
    )
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _clean(text: str) -> str:
    """Without characters that XML cannot hold."""
    return re.sub(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)


def _refer(paragraph: Paragraph, number: int) -> None:
    run = paragraph.add_run()
    run.font.superscript = True
    reference = OxmlElement("w:footnoteReference")
    reference.set(qn("w:id"), str(number))
    run._r.append(reference)


def _footnotes_xml(notes: Sequence[str]) -> str:
    """The part with the footnotes; ids -1 and 0 are the lines that Word wants to part them from the text."""
    rules = "".join(
        f'<w:footnote w:type="{kind}" w:id="{id}"><w:p><w:r><w:{kind}/></w:r></w:p></w:footnote>'
        for id, kind in ((-1, "separator"), (0, "continuationSeparator"))
    )
    written = "".join(
        f'<w:footnote w:id="{id}"><w:p><w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteRef/></w:r>'
        f'<w:r><w:rPr><w:rFonts w:eastAsia="{_FONT}"/><w:sz w:val="18"/></w:rPr>'
        f'<w:t xml:space="preserve"> {escape(_clean(note))}</w:t></w:r></w:p></w:footnote>'
        for id, note in enumerate(notes, start=1)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:footnotes xmlns:w="{_W}">{rules}{written}'
        "</w:footnotes>"
    )
