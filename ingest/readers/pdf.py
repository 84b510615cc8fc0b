"""PDF: text layer, tables, and recognition of scanned pages; page numbers are kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docs_store.text.chinese import has_chinese
from ingest.draft import Draft, Item, ReadContext
from ingest.errors import UnreadableArticleError
from ingest.readers import ocr
from ingest.readers.page_edges import margin_lines, set_largest
from ingest.readers.page_layout import paragraphs, tables_joined, without_running_lines
from ingest.readers.page_text import PageText, page_text
from ingest.readers.printed import without_print_marks

_SCANNED_BELOW_CHARS = (
    10  # characters; a page with fewer and with a picture, or with so many drawn lines, has its text in them
)
_OUTLINES = 30
_DRAWN = 500  # drawn lines of a page whose text, but for a head or foot, is drawn: that many, and more than 20 a character
_DRAWN_BELOW_CHARS = 100
_RUBBISH = re.compile(
    r"[\ue000-\uf8ff\ufffd\x00-\x08\x0b\x0e-\x1f]|[\u0250-\u02ff\u0400-\u1fff\ua000-\uabff]"
)
_TOLD = 40  # characters of what was not read that a note tells
_RULES = 6  # drawn lines that a page needs before a table is looked for: that takes a slower library
RUNNING, REPEATED = "页眉、页脚与页码", "下一页重复的表头"
OUTSIDE, UNREAD = "页面之外的文字", "没有读进正文的文字"
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
    texts: list[PageText] = []
    scanned: list[int] = []
    for number in range(count):
        page = document[number]
        try:
            kinds = [item.type for item in page.get_objects(max_depth=3)]
            drawn = kinds.count(_PATH)
            text = page_text(page, path, number, with_tables=drawn >= _RULES)
            lines = text.lines
            if _is_scan("".join(lines), has_image=_IMAGE in kinds, drawn=drawn):
                scanned.append(number + 1)
                lines = ocr.page_lines(page) if context.settings.ocr else []
                text = PageText()
                context.alive()
        finally:
            page.close()
        pages.append(lines)
        texts.append(text)
    unmarked, marks, url = without_print_marks(pages)
    kept, removed = without_running_lines(unmarked, margin_lines(unmarked))
    largest = set_largest(kept[0])
    kept, heads = tables_joined(kept)
    whole = paragraphs(kept)
    if not whole.strip():
        raise UnreadableArticleError(_no_text(context, bool(scanned)))
    notes = []
    if scanned:
        what = "文字识别得来" if context.settings.ocr else "是扫描件，没有识别（ingest.ocr 已关闭）"
        notes.append(f"第 {'、'.join(map(str, scanned))} 页{what}。")
    if removed:
        notes.append(f"去掉了 {len(removed)} 行页眉、页脚与页码。")
    if empty := [number for number, page in enumerate(pages, start=1) if not page]:
        notes.append(f"第 {'、'.join(map(str, empty))} 页没有文字（空白页，或识别不出）。")
    notes += _lost(texts)
    title = str(document.get_metadata_value("Title") or "").strip()
    dropped = [(RUNNING, line) for line in marks + removed] + [(REPEATED, line.strip("| ")) for line in heads]
    for text in texts:
        dropped += [(OUTSIDE, line) for line in text.outside]
        dropped += [(UNREAD, text.unread)] if text.unread else []
    known = title if _is_title(title, path) else None
    stands = known is not None and "".join(known.split()) in "".join(whole.split())
    return Draft(
        whole,
        title=known if stands else None,
        fallback_title=known or largest,
        url=url,
        dropped=dropped,
        notes=notes,
    )


def _lost(texts: list[PageText]) -> list[str]:
    """What to tell of pages whose text layer holds more than was read."""
    return [
        f"第 {number} 页有 {len(text.unread)} 个字没有读进正文，请对照原文：{_shortened(text.unread)}"
        for number, text in enumerate(texts, start=1)
        if text.unread
    ]


def _shortened(text: str) -> str:
    return text if len(text) <= _TOLD else text[:_TOLD] + "……"


def _no_text(context: ReadContext, scanned: bool) -> str:
    if scanned and not context.settings.ocr:
        return "PDF 是扫描件，而 ingest.ocr 已关闭，请打开它再试。"
    return "PDF 里没有文字（空白页，或识别不出），请换一份清晰的文件。"


def _is_title(title: str, path: Path) -> bool:
    """Programs fill the title with a file name or a URL as often as with a title."""
    return (
        has_chinese(title)
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
