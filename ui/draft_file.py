"""A draft that is to be checked, read from the file in which somebody has it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from docs_store.errors import GuanchaoError, os_reason
from docs_store.settings import IngestSettings
from ingest.errors import UnreadableArticleError
from ingest.readers.docx import check_archive
from ingest.readers.encoding import decode
from ui import strings


def read_draft(path: Path, limits: IngestSettings, name: str = "") -> str:
    """The text of a .txt, .md or .docx, a paragraph a line.

    Args:
        path: the file.
        limits: how large it may be.
        name: what its user calls it, where that is not its own name.

    Raises:
        GuanchaoError: of another kind, unreadable, or without text; the message says what to do.
    """
    name = name or path.name
    kind = path.suffix.lower()
    if kind not in strings.DRAFT_KINDS:
        raise GuanchaoError(strings.DRAFT_BAD_KIND)
    try:
        if kind == ".docx":
            check_archive(path, limits.max_expansion, limits.max_file_mb)
            text = "\n".join(_paragraphs(path))
        else:
            text = decode(path.read_bytes()).text
    except UnreadableArticleError as error:
        raise GuanchaoError(f"{name}：{error}") from error
    except OSError as error:
        raise GuanchaoError(f"读不了 {name}（{os_reason(error)}），请检查路径。") from error
    except Exception as error:  # python-docx raises many kinds for what is no .docx
        raise GuanchaoError(strings.DRAFT_UNREADABLE.format(name=name)) from error
    if not any(char.isalnum() for char in text):
        raise GuanchaoError(strings.DRAFT_EMPTY.format(name=name))
    return text


def decoded_draft(data: bytes, name: str = strings.STANDARD_INPUT) -> str:
    """The text of a draft that came as bytes, in whichever encoding; none for nothing. Raises GuanchaoError."""
    try:
        return decode(data).text if data.strip() else ""
    except UnreadableArticleError as error:
        raise GuanchaoError(f"{name}：{error}") from error


def _paragraphs(path: Path) -> Iterator[str]:
    """The paragraphs of a Word file, those in tables where they stand."""
    from docx import Document
    from docx.text.paragraph import Paragraph

    for block in Document(str(path)).iter_inner_content():
        if isinstance(block, Paragraph):
            yield block.text
        else:
            for row in block.rows:
                yield from dict.fromkeys(cell.text for cell in row.cells)
