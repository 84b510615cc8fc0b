"""OFD, the national format of fixed pages (GB/T 33190): the text of its pages by where it stands on them."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingest.draft import Draft, Item, ReadContext
from ingest.errors import UnreadableArticleError
from ingest.readers import ocr
from ingest.readers.docx import check_archive
from ingest.readers.page_layout import paragraphs, without_running_lines
from ingest.readers.pdf import RUNNING

_BROKEN = "OFD 打不开（已加密或已损坏），请导出为 PDF 后再试。"
_LINE = 0.5  # of a text's height: pieces whose feet differ by less stand on one line
_GAP = 0.8  # of a text's height: a wider gap between pieces is a space


def read_ofd(path: Path, context: ReadContext) -> Iterator[Item]:
    """One article; `PAGE_BREAK` stands where a page begins."""
    from lxml import etree

    check_archive(path, context.settings.max_expansion, context.settings.max_file_mb)
    try:
        with zipfile.ZipFile(path) as archive:
            yield _article(archive, context)
    except (
        KeyError,
        ValueError,
        etree.XMLSyntaxError,
        zipfile.BadZipFile,
        RuntimeError,
        StopIteration,
    ) as error:
        raise UnreadableArticleError(_BROKEN) from error


def _article(archive: zipfile.ZipFile, context: ReadContext) -> Draft:
    root = _xml(archive, "OFD.xml")
    title = next((e.text for e in root.iter("{*}Title") if e.text and e.text.strip()), None)
    pages: list[list[str]] = []
    pictures = 0
    for body in root.iter("{*}DocRoot"):
        document_place = (body.text or "").strip().lstrip("/")
        document = _xml(archive, document_place)
        base = posixpath.dirname(document_place)
        images = _images(archive, document, base)
        for page in document.iter("{*}Page"):
            place = posixpath.normpath(posixpath.join(base, (page.get("BaseLoc") or "").lstrip("/")))
            if place not in archive.namelist():
                place = (page.get("BaseLoc") or "").lstrip("/")
            content = _xml(archive, place)
            lines = _lines(content)
            if not lines and context.settings.ocr:
                for image in content.iter("{*}ImageObject"):
                    lines += ocr.picture_lines(images.get(image.get("ResourceID") or "", b""))
                    pictures += 1
            pages.append(lines)
            context.alive()
    kept, removed = without_running_lines(pages)
    text = paragraphs(kept)
    if not text.strip():
        raise UnreadableArticleError("OFD 里没有文字（空白页，或识别不出），请导出为 PDF 后再试。")
    notes = [f"{pictures} 页的文字识别得来。"] if pictures else []
    return Draft(text, fallback_title=title, dropped=[(RUNNING, line) for line in removed], notes=notes)


def _xml(archive: zipfile.ZipFile, place: str) -> Any:
    from lxml import etree

    return etree.fromstring(archive.read(place), etree.XMLParser(resolve_entities=False, no_network=True))


def _images(archive: zipfile.ZipFile, document: Any, base: str) -> dict[str, bytes]:
    """Pictures by their id in the document's resources."""
    found: dict[str, bytes] = {}
    for listed in (*document.iter("{*}DocumentRes"), *document.iter("{*}PublicRes")):
        place = posixpath.normpath(posixpath.join(base, (listed.text or "").strip()))
        resources = _xml(archive, place)
        folder = posixpath.join(posixpath.dirname(place), resources.get("BaseLoc") or "")
        for media in resources.iter("{*}MultiMedia"):
            file = next((e.text for e in media.iter("{*}MediaFile") if e.text), None)
            name = posixpath.normpath(posixpath.join(folder, (file or "").strip()))
            if name in archive.namelist():
                found[media.get("ID") or ""] = archive.read(name)
    return found


def _lines(content: Any) -> list[str]:
    """The lines of a page from top to bottom, each from left to right."""
    pieces: list[tuple[float, float, float, float, str]] = []  # foot, left, height, right, text
    for item in content.iter("{*}TextObject"):
        box = [float(v) for v in (item.get("Boundary") or "0 0 0 0").split()]
        height = float(item.get("Size") or box[3] or 1)
        for code in item.iter("{*}TextCode"):
            text = (code.text or "").strip("\n")
            if text.strip():
                left, foot = box[0] + float(code.get("X") or 0), box[1] + float(code.get("Y") or height)
                pieces.append((foot, left, height, left + height * len(text), text))
    rows: list[list[tuple[float, float, float, float, str]]] = []
    for piece in sorted(pieces):
        if rows and piece[0] - rows[-1][0][0] < _LINE * piece[2]:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [_row(sorted(row, key=lambda piece: piece[1])) for row in rows]


def _row(pieces: list[tuple[float, float, float, float, str]]) -> str:
    text = ""
    end: float | None = None
    for _, left, height, right, piece in pieces:
        text += (" " if end is not None and left - end > _GAP * height else "") + piece
        end = right
    return text
