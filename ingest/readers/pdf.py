"""PDF: text layer, tables, and recognition of scanned pages; page numbers are kept."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingest.draft import Draft, Item, ReadContext
from ingest.errors import UnreadableArticleError
from ingest.readers import ocr
from ingest.readers.page_layout import paragraphs, tables_joined, without_running_lines
from ingest.readers.printed import without_print_marks
from ingest.readers.tables import laid_out

_SCANNED_BELOW_CHARS = (
    10  # characters; a page with fewer and with a picture, or with so many drawn lines, has its text in them
)
_OUTLINES = 30
_DRAWN = 500  # drawn lines of a page whose text, but for a head or foot, is drawn: that many, and more than 20 a character
_DRAWN_BELOW_CHARS = 100
_RUBBISH = re.compile(
    r"[\ue000-\uf8ff\ufffd\x00-\x08\x0b\x0e-\x1f]|[\u0250-\u02ff\u0400-\u1fff\ua000-\uabff]"
)
_RULES = 6  # drawn lines that a page needs before a table is looked for: that takes a slower library
RUNNING, REPEATED = "页眉、页脚与页码", "下一页重复的表头"
_Box = tuple[float, float, float, float]
_PATH, _IMAGE = 2, 3  # FPDF_PAGEOBJ_PATH, FPDF_PAGEOBJ_IMAGE


def read_pdf(path: Path, context: ReadContext) -> Iterator[Item]:
    """One article; `PAGE_BREAK` stands where a page begins."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise UnreadableArticleError(_why(error)) from error
    try:
        yield _article(document, path, context)
    finally:
        document.close()


def _why(error: Exception) -> str:
    if "password" in str(error).lower() or "security" in str(error).lower():
        return "PDF 已加密，请解除密码后再试。"
    return "PDF 打不开（已损坏或不是 PDF），请重新导出后再试。"


def _article(document: Any, path: Path, context: ReadContext) -> Draft:
    count = len(document)
    most = context.settings.max_pages
    if count > most:
        raise UnreadableArticleError(
            f"PDF 有 {count} 页，超过上限 {most} 页，请拆分，或调大 ingest.max_pages。"
        )
    pages: list[list[str]] = []
    scanned: list[int] = []
    for number in range(count):
        page = document[number]
        try:
            kinds = [item.type for item in page.get_objects(max_depth=3)]
            drawn = kinds.count(_PATH)
            lines = _lines(page, path, number, with_tables=drawn >= _RULES)
            if _is_scan("".join(lines), has_image=_IMAGE in kinds, drawn=drawn):
                scanned.append(number + 1)
                lines = ocr.page_lines(page) if context.settings.ocr else []
                context.alive()
        finally:
            page.close()
        pages.append(lines)
    unmarked, marks, url = without_print_marks(pages)
    kept, removed = without_running_lines(unmarked)
    kept, heads = tables_joined(kept)
    text = paragraphs(kept)
    if not text.strip():
        raise UnreadableArticleError(_no_text(context, bool(scanned)))
    notes = []
    if scanned:
        what = "文字识别得来" if context.settings.ocr else "是扫描件，没有识别（ingest.ocr 已关闭）"
        notes.append(f"第 {'、'.join(map(str, scanned))} 页{what}。")
    if removed:
        notes.append(f"去掉了 {len(removed)} 行页眉、页脚与页码。")
    if empty := [number for number, page in enumerate(pages, start=1) if not page]:
        notes.append(f"第 {'、'.join(map(str, empty))} 页没有文字（空白页，或识别不出）。")
    title = str(document.get_metadata_value("Title") or "").strip()
    dropped = [(RUNNING, line) for line in marks + removed] + [(REPEATED, line.strip("| ")) for line in heads]
    known = title if _is_title(title, path) else None
    stands = known is not None and "".join(known.split()) in "".join(text.split())
    return Draft(
        text,
        title=known if stands else None,
        fallback_title=known,
        url=url,
        dropped=dropped,
        notes=notes,
    )


def _no_text(context: ReadContext, scanned: bool) -> str:
    if scanned and not context.settings.ocr:
        return "PDF 是扫描件，而 ingest.ocr 已关闭，请打开它再试。"
    return "PDF 里没有文字（空白页，或识别不出），请换一份清晰的文件。"


def _is_title(title: str, path: Path) -> bool:
    """Programs fill the title with a file name or a URL as often as with a title."""
    return (
        bool(re.search(r"[\u4e00-\u9fff]", title))
        and path.stem not in title
        and not re.search(r"\.(docx?|wps|pdf|html?)$|^Microsoft|^https?:", title, re.IGNORECASE)
    )


def _is_scan(text: str, *, has_image: bool, drawn: int) -> bool:
    """True when the text layer is missing behind a picture or drawn outlines, or holds characters that no Chinese
    article uses."""
    shown = "".join(text.split())
    if len(shown) < _SCANNED_BELOW_CHARS:
        return has_image or drawn >= _OUTLINES
    if len(shown) < _DRAWN_BELOW_CHARS and drawn >= max(_DRAWN, 20 * len(shown)):
        return True
    return len(_RUBBISH.findall(shown)) > len(shown) * 0.2


def _lines(page: Any, path: Path, number: int, *, with_tables: bool) -> list[str]:
    """The page's lines from top to bottom, each table as Markdown lines at its place."""
    textpage = page.get_textpage()
    try:
        tables = _tables(path, number) if with_tables else []
        if not tables:
            return _split(textpage.get_text_bounded())
        left, bottom, right, top = page.get_bbox()
        lines: list[str] = []
        upper = top  # what lies above is done; PDF heights grow upwards, pdfplumber's downwards
        for box, rows in tables:
            lines += _split(textpage.get_text_bounded(left, top - box[1], right, upper))
            cells = [
                [
                    _cell(textpage.get_text_bounded(c[0], top - c[3], c[2], top - c[1])) if c else []
                    for c in row
                ]
                for row in rows
            ]
            lines += [line for block in laid_out(cells) for line in block.split("\n")]
            upper = top - box[3]
        return lines + _split(textpage.get_text_bounded(left, bottom, right, upper))
    finally:
        textpage.close()


def _tables(path: Path, number: int) -> list[tuple[_Box, list[list[_Box | None]]]]:
    """(box, cells' boxes row by row) of the page's tables, top first.

    pdfplumber finds them; their text is read by pypdfium2, because pdfplumber turns common characters into radicals.
    """
    import pdfplumber

    logging.getLogger("pdfminer").setLevel(logging.ERROR)  # it warns of every font that it finds odd
    try:
        with pdfplumber.open(path, pages=[number + 1]) as document:
            found = document.pages[0].find_tables()
            tables = [(table.bbox, [list(row.cells) for row in table.rows]) for table in found]
    except (
        Exception
    ):  # pdfminer raises whatever a hostile file makes it raise; the text is read without tables
        return []
    real = [t for t in tables if len(t[1]) > 1 and max(len(row) for row in t[1]) > 1]
    real.sort(key=lambda table: table[0][1])
    apart: list[tuple[_Box, list[list[_Box | None]]]] = []
    for table in real:
        if not apart or table[0][1] >= apart[-1][0][3]:
            apart.append(table)
    return apart


def _cell(text: str) -> list[str]:
    """The paragraphs of a cell."""
    return [line for line in paragraphs([_split(text)]).split("\n") if line]


def _split(text: str) -> list[str]:
    return [line for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if line.strip()]
