"""Word files: headings, paragraphs and tables in order."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from ingest.draft import Draft, Item, ReadContext
from ingest.errors import UnreadableArticleError
from ingest.readers.tables import markdown_table

_BROKEN = "Word 文件打不开（已加密或已损坏），请用 Word 或 WPS 另存为 .docx 后再试。"
_LEVEL = re.compile(r"(?:heading|标题)\s*(\d)", re.IGNORECASE)


def read_docx(path: Path, context: ReadContext) -> Iterator[Item]:
    """One article; headings become Markdown headings, tables Markdown tables."""
    import docx
    from docx.table import Table

    check_archive(path, context.settings.max_expansion, context.settings.max_file_mb)
    try:
        document = docx.Document(str(path))
        blocks = list(document.iter_inner_content())
    except Exception as error:  # python-docx raises whatever its zip and XML layers raise
        raise UnreadableArticleError(_BROKEN) from error
    title: str | None = None
    lines: list[str] = []
    for block in blocks:
        if isinstance(block, Table):
            lines.append(markdown_table([[cell.text for cell in row.cells] for row in block.rows]))
            continue
        text = block.text.strip()
        style = (block.style.name if block.style is not None else "") or ""
        if not text:
            continue
        if style in ("Title", "标题") and title is None:
            title = " ".join(text.split())
        elif match := _LEVEL.match(style):
            lines.append(f"{'#' * min(6, int(match.group(1)) + 1)} {' '.join(text.split())}")
        else:
            lines.append(text)
    yield Draft("\n\n".join(line for line in lines if line), title=title)


def check_archive(path: Path, most: float, file_mb: float) -> None:
    """Refuses a zip that would unpack to more than `most` times its size (a zip bomb).

    Small files may always unpack to 1 MB: a page of repeated markup compresses that well.

    Raises:
        UnreadableArticleError: it would, or it is not a zip.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise UnreadableArticleError(_BROKEN) from error
    packed = path.stat().st_size
    if unpacked > max(1e6, packed * most) or unpacked > file_mb * 10e6:
        raise UnreadableArticleError(
            f"解压后有 {unpacked / 1e6:.0f} MB，是文件的 {unpacked / max(1, packed):.0f} 倍，疑似压缩炸弹，"
            "未读取；若确认可信，请调大 ingest.max_expansion 或 ingest.max_file_mb。"
        )
