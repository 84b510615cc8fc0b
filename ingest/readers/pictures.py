"""Pictures of text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ingest.draft import Draft, Item, ReadContext
from ingest.errors import UnreadableArticleError
from ingest.readers import ocr
from ingest.readers.page_layout import paragraphs


def read_picture(path: Path, context: ReadContext) -> Iterator[Item]:
    """One article: the text that is recognised."""
    if not context.settings.ocr:
        raise UnreadableArticleError("图片要识别文字才能收录，而 ingest.ocr 已关闭，请打开它再试。")
    lines = ocr.picture_lines(path.read_bytes())
    if not lines:
        raise UnreadableArticleError("图片里没有认出文字，请换一张清晰的，或确认它是图片文件。")
    yield Draft(paragraphs([lines]), notes=["全文由图片识别得来。"])
