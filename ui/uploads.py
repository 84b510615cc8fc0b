"""Where uploaded articles are kept: in a folder of their own, under names that the server chooses."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import BinaryIO

from docs_store.errors import GuanchaoError, os_reason
from docs_store.settings import Settings
from ingest.readers import READERS
from ingest.sources import KINDS

_PIECE = 1 << 20  # bytes copied at once


class UploadRefusedError(GuanchaoError):
    """The upload is of no known kind, empty or too large."""


def folder(settings: Settings) -> Path:
    """The folder of uploads; `guanchao ingest` reads it besides that of the articles."""
    return settings.uploads_path


def save(settings: Settings, name: str, content: BinaryIO) -> Path:
    """Keeps one upload and returns its path. The same name and bytes give the same path, so a repeat changes nothing.

    Of the given name only letters, digits and the suffix survive: it can choose no folder.

    Raises:
        UploadRefusedError: not to be kept; the message says why.
    """
    plain = PureWindowsPath(PurePosixPath(name).name).name
    suffix = Path(plain).suffix.lower()
    if suffix not in READERS:
        raise UploadRefusedError(f"不支持 {suffix or '没有后缀的'} 文件，请另存为 {KINDS} 之一再上传。")
    stem = re.sub(r"[^\w]+", "-", Path(plain).stem).strip("-_")[:60].encode()[:150].decode(errors="ignore")
    target = folder(settings)
    try:
        target.mkdir(parents=True, exist_ok=True)
        handle, draft_name = tempfile.mkstemp(dir=target, prefix=".")
        try:
            with os.fdopen(handle, "wb") as draft:
                digest = _copy(content, draft, settings.ingest.max_file_mb * 1e6)
            path = target / f"{stem or 'article'}-{digest[:12]}{suffix}"
            os.replace(draft_name, path)  # closed by now: Windows moves no open file
        except BaseException:
            Path(draft_name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UploadRefusedError(
            f"存不下上传的文件（{os_reason(error)}），请检查 {target} 的权限与磁盘空间。"
        ) from error
    return path


def _copy(content: BinaryIO, draft: BinaryIO, limit: float) -> str:
    digest, size = hashlib.sha256(), 0
    while piece := content.read(_PIECE):
        size += len(piece)
        if size > limit:
            raise UploadRefusedError(f"文件超过 {limit / 1e6:g} MB，请拆分，或调大 ingest.max_file_mb。")
        digest.update(piece)
        draft.write(piece)
    if not size:
        raise UploadRefusedError("文件是空的，请检查后再上传。")
    return digest.hexdigest()


def shown_name(source: str) -> str:
    """The name of a source's file as people know it: without its folders, and without what `save` put to it."""
    name = PurePosixPath(source.partition("#")[0].replace("\\", "/")).name
    return re.sub(r"-[0-9a-f]{12}(?=\.\w+$)", "", name)


def remove(settings: Settings, sources: list[str]) -> None:
    """Deletes the uploaded files among these sources; the user's other files are never touched."""
    root = folder(settings).resolve()
    for source in sources:
        path = settings.resolve(Path(source.partition("#")[0]))
        if path.parent.resolve() == root and path.is_file():
            path.unlink(missing_ok=True)
