"""Old office formats (.doc, .wps, .rtf, .ppt): LibreOffice makes new ones of them, where it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from ingest.draft import Item, ReadContext
from ingest.errors import UnreadableArticleError
from ingest.readers.docx import OLE, read_docx
from ingest.readers.html import looks_like_page, read_html_document
from ingest.readers.mail import read_mhtml
from ingest.readers.slides import read_slides

_MISSING = (
    "读 {suffix} 文件要用 LibreOffice，这台机器上没有。请安装它（如 apt install libreoffice-writer-nogui），"
    "或用 Word、WPS 另存为 {target} 后再收录。"
)
_FAILED = "LibreOffice 转换不了这份文件（已加密或已损坏），请用 Word 或 WPS 另存为 {target} 后再试。"
_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.exe",
)
_SLIDES = frozenset({".ppt", ".odp", ".pps"})
_HEAD = 1024  # bytes by which a file is known
_MACROS_OFF = "-env:UserInstallation=file://{profile}"


def read_office(path: Path, context: ReadContext) -> Iterator[Item]:
    """What the converted file holds; one that is a page or a newer Word file by another ending is read as that."""
    suffix = path.suffix.lower()
    if (reader := disguised(path)) is not None:
        yield from reader(path, context)
        return
    target = ".pptx" if suffix in _SLIDES else ".docx"
    program = office_program()
    if program is None:
        raise UnreadableArticleError(_MISSING.format(suffix=suffix, target=target))
    with tempfile.TemporaryDirectory(prefix="guanchao-office-") as folder:
        made = converted(program, path, target, Path(folder), context.settings.max_file_seconds)
        context.alive()
        yield from (read_slides if target == ".pptx" else read_docx)(made, context)


def disguised(path: Path) -> Callable[[Path, ReadContext], Iterator[Item]] | None:
    """The reader of what a file really is, as programs of offices save pages as .doc; None where its ending is right."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head.startswith(b"PK") and path.suffix.lower() not in _SLIDES | {".odt"}:
        return read_docx
    if head.lstrip()[:12].lower() == b"mime-version":
        return read_mhtml
    return read_html_document if looks_like_page(head) else None


@cache
def office_program() -> str | None:
    """Where LibreOffice is; None where it is not."""
    named = shutil.which("soffice") or shutil.which("libreoffice")
    return named or next((place for place in _PLACES if os.path.exists(place)), None)


def converted(program: str, path: Path, target: str, folder: Path, seconds: float) -> Path:
    """The file in its new format, in `folder`. A profile of its own, so that a running LibreOffice does not take the work over, and
    that no setting or extension of the user's runs.

    Raises:
        UnreadableArticleError: LibreOffice cannot, or takes more than `seconds`.
    """
    suffix = path.suffix.lower()
    if suffix == ".wps" and path.open("rb").read(len(OLE)) == OLE:
        suffix = ".doc"  # WPS Writer's files are Word's; by their own ending LibreOffice takes them for Microsoft Works
    source = folder / f"source{suffix}"
    shutil.copyfile(path, source)
    command = [
        program,
        _MACROS_OFF.format(profile=(folder / "profile").as_posix()),
        "--headless",
        "--norestore",
        "--nolockcheck",
        "--convert-to",
        target[1:],
        "--outdir",
        str(folder / "made"),
        str(source),
    ]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=seconds)
    except (subprocess.SubprocessError, OSError) as error:
        raise UnreadableArticleError(_FAILED.format(target=target)) from error
    made = folder / "made" / f"source{target}"
    if not made.exists():
        raise UnreadableArticleError(_FAILED.format(target=target))
    return made
