"""Which files there are, what they are called in the ledger, and in which version they are."""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from docs_store.models import lies_under
from docs_store.settings import IngestSettings, Settings
from docs_store.text.data_files import data_lines
from ingest.errors import NothingToIngestError, UnreadableArticleError
from ingest.readers import ON_REQUEST, READERS
from ingest.readers.feeds import ENTRY

_CODE = "7"  # raise it when reading or cleaning changes, so that files are read again
KINDS = " ".join(READERS)
_LINE_BREAKS = {"\\n": "\n", "\\r": "\r"}  # how they are spelt in a source's name
_ESCAPED = re.compile(r"\\udc[89a-f][0-9a-f]|\\[nr]")
LINKED = "是链接的文件夹，没有进入；要收录请直接写它指向的位置。"
_OTHER = "不支持 {kind} 文件，请用能打开它的程序另存为 .docx、.pdf 或 .txt。"


@dataclass(frozen=True, slots=True)
class FoundFiles:
    """What lies under the given paths."""

    files: list[Path]
    """Files to read."""
    skipped: list[tuple[Path, str]]
    """(path, reason) of what is passed over."""
    lists: list[Path]
    """Files of addresses in the folders, which are read only when they are named."""


def find_files(paths: Sequence[Path]) -> FoundFiles:
    """Every file under `paths`, in order, once; links to folders are not followed, so there are no loops.

    Hidden files and the lock files of Word (~$…) are no articles of anybody and are not reported.

    Raises:
        NothingToIngestError: a path does not exist.
    """
    found: dict[Path, None] = {}
    skipped: dict[Path, str] = {}
    lists: list[Path] = []
    for path in paths:
        if path.is_dir():
            for folder, names, files in os.walk(path):
                names[:] = sorted(n for n in names if not n.startswith("."))
                skipped |= {link: LINKED for n in names if (link := Path(folder) / n).is_symlink()}
                for name in sorted(files):
                    file = Path(folder) / name
                    if name.startswith((".", "~$")):
                        continue
                    if reason := why_not(file):
                        skipped[file] = reason
                    elif file.suffix.lower() in ON_REQUEST:
                        lists.append(_whole(file))
                    else:
                        found[_whole(file)] = None
        elif os.path.lexists(path):
            found[_whole(path)] = None
        else:
            raise NothingToIngestError(f"找不到 {path}，请检查路径。")
    return FoundFiles(list(found), list(skipped.items()), lists)


def why_not(path: Path) -> str | None:
    """Why a file of its ending is not read and what to do, a Chinese sentence; None where it is."""
    suffix = path.suffix.lower()
    if suffix in READERS:
        return None
    return _advice().get(suffix, _OTHER.format(kind=suffix or "没有后缀的"))


@cache
def _advice() -> dict[str, str]:
    found: dict[str, str] = {}
    for line in data_lines(files("ingest") / "unread_formats.tsv"):
        suffixes, advice = line.split("\t")
        found |= dict.fromkeys(suffixes.split(), advice)
    return found


def _whole(path: Path) -> Path:
    try:
        return path.resolve(strict=True)
    except (OSError, RuntimeError):  # a link in a loop, or to nothing: it is reported when it is read
        return path.absolute()


def check_file(path: Path, settings: IngestSettings) -> None:
    """Refuses what no reader should touch.

    Raises:
        UnreadableArticleError: of no known kind, not a regular file, or too large.
        OSError: not to be read.
    """
    if path.name.startswith("~$"):
        raise UnreadableArticleError("这是 Word 打开文件时留下的锁文件，不是文章，请关闭 Word 后删除它。")
    if reason := why_not(path):
        raise UnreadableArticleError(reason)
    if not path.is_file():
        path.stat()  # raises for a loop or a dead link
        raise UnreadableArticleError("不是普通文件（可能是管道或设备），请换成文件。")
    if path.stat().st_size > settings.max_file_mb * 1e6:
        raise UnreadableArticleError(
            f"文件超过 {settings.max_file_mb:g} MB，请拆分，或调大 ingest.max_file_mb。"
        )


def file_version(path: Path, settings: IngestSettings) -> str:
    """Changes when the file's bytes, the reading code or a setting that reading depends on change; for a list of
    addresses, with every call."""
    if path.suffix.lower() in ON_REQUEST:
        return f"{_CODE}:{time.time_ns()}"
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return f"{_CODE}{'o' if settings.ocr else ''}:{digest[:40]}"


def source_name(path: Path, settings: Settings, *, follow: bool = True) -> str:
    """A file's source: relative to the folder of config.yaml when it lies in it, else absolute.

    Folders are set apart by / on every system. A name that is no valid Unicode, or holds line breaks, is spelt with
    escapes. Unless `follow`, a link is named itself, and not what it leads to.
    """
    root = settings.resolve(Path("."))
    path = _whole(path) if follow else _whole(path.parent) / path.name
    name = (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()
    name = name.encode("utf-8", "backslashreplace").decode()
    for escape, char in _LINE_BREAKS.items():
        name = name.replace(char, escape)
    return name


def file_at(name: str, settings: Settings) -> Path:
    """The file that `source_name` named."""
    path = settings.resolve(Path(name))
    if "\\" in name and not path.exists():
        spelt = _ESCAPED.sub(lambda found: _LINE_BREAKS.get(found[0]) or chr(int(found[0][2:], 16)), name)
        return settings.resolve(Path(spelt))
    return path


def is_under(source: str, roots: Sequence[str]) -> bool:
    """True when a source `lies_under` one of `roots`; "." is the folder of the configuration."""
    return any(not Path(source).is_absolute() if root == "." else lies_under(source, root) for root in roots)


def is_feed_entry(source: str) -> bool:
    """True for an entry of a feed, which is not gone when its feed holds only later ones."""
    return source.partition("#")[2].startswith(ENTRY)
