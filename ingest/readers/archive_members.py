"""Files that lie in another file: those of a .zip, those attached to a mail. Each is read by the reader of its ending."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from ingest.draft import Draft, Item, ReadContext
from ingest.errors import UnreadableArticleError
from ingest.readers.docx import check_archive

_MAX_FILES = 2_000  # files of one archive
_DEEP = frozenset(
    {".zip", ".urls", ".opml"}
)  # not opened within another file: no archives in archives, no addresses
_GB = 0x800  # the flag of a name in UTF-8; without it Chinese programs wrote GBK


def read_zip(path: Path, context: ReadContext) -> Iterator[Item]:
    """The articles of all files in an archive that can be read, each under its name there."""
    check_archive(path, context.settings.max_expansion, context.settings.max_file_mb)
    with zipfile.ZipFile(path) as archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir() and not _hidden(_name(entry))]
        if len(entries) > _MAX_FILES:
            raise UnreadableArticleError(
                f"压缩包里有 {len(entries)} 个文件，超过 {_MAX_FILES} 个，请解压后分批收录。"
            )
        if any(entry.flag_bits & 1 for entry in entries):
            raise UnreadableArticleError("压缩包有密码，请解压后再收录。")

        def files() -> Iterator[tuple[str, bytes]]:
            for entry in entries:
                yield _name(entry), archive.read(entry)

        try:
            yield from read_inside(files(), context)
        except (zipfile.BadZipFile, NotImplementedError, EOFError) as error:
            raise UnreadableArticleError("压缩包已损坏，请重新压缩后再试。") from error


def _name(entry: zipfile.ZipInfo) -> str:
    if entry.flag_bits & _GB:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return entry.filename


def _hidden(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return any((part.startswith((".", "~$")) and part != "..") or part == "__MACOSX" for part in parts)


def read_inside(files: Iterable[tuple[str, bytes]], context: ReadContext) -> Iterator[Item]:
    """The articles of files given as (name, content); what cannot be read is reported with its name."""
    from ingest.readers import READERS

    unread: list[str] = []
    for name, data in files:
        suffix = PurePosixPath(name).suffix.lower()
        if suffix not in READERS or suffix in _DEEP:
            unread.append(name)
            continue
        with tempfile.TemporaryDirectory(prefix="guanchao-inside-") as folder:
            stem = PurePosixPath(name).stem.encode()[:150].decode(errors="ignore")
            file = Path(folder) / f"{stem.replace('/', '-') or 'file'}{suffix}"
            file.write_bytes(data)
            try:
                for item in READERS[suffix](file, context):
                    yield _placed(item, name, file.stem)
            except UnreadableArticleError as error:
                yield UnreadableArticleError(f"{name}：{error}")
        context.alive()
    if unread:
        listed = "、".join(unread[:8]) + (" 等" if len(unread) > 8 else "")
        yield UnreadableArticleError(
            f"其中 {len(unread)} 个文件的格式没有读：{listed}。请转成支持的格式后再收录。"
        )


def _placed(item: Item, name: str, stem: str) -> Item:
    if isinstance(item, UnreadableArticleError):
        return UnreadableArticleError(f"{name}：{item}")
    inner = item.key or item.part
    assert isinstance(item, Draft)
    return replace(
        item,
        key=None,
        part=f"{name}#{inner}" if inner else name,
        fallback_title=item.fallback_title or stem,
    )
