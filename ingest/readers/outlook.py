"""Mail as Outlook saves it (.msg), with what is attached."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from docs_store.text.dates import CHINA
from ingest.draft import PAGE_BREAK, Draft, Item, ReadContext
from ingest.errors import UnreadableArticleError
from ingest.readers.archive_members import read_inside
from ingest.readers.compound import Compound, CompoundError
from ingest.readers.encoding import decode
from ingest.readers.html_unseen import lines_and_unseen

_BROKEN = "这份 .msg 邮件打不开（已损坏），请在 Outlook 里另存为 .eml 后再试。"
_EMPTY = "邮件里没有正文，请检查文件内容。"
_SUBJECT, _BODY, _HTML, _SENDER, _FILE, _SHORT, _CONTENT = (
    "0037",
    "1000",
    "1013",
    "0C1A",
    "3707",
    "3704",
    "3701",
)
_SENT = (0x0039, 0x0E06)  # when it was handed in, when it arrived
_TIME, _HEAD, _ROW = 0x0040, 32, 16
_ATTACHED = "__attach_version1.0_"
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_Path = tuple[str, ...]


def read_msg(path: Path, context: ReadContext) -> Iterator[Item]:
    """The mail as an article, and each of its attachments that can be read as one of its own."""
    try:
        streams = Compound(path.read_bytes()).streams
    except CompoundError as error:
        raise UnreadableArticleError(_BROKEN) from error
    unseen: list[tuple[str, str]] = []
    text = _text(streams, (), _BODY).replace("\r\n", "\n").strip()
    if not text:
        lines, unseen = lines_and_unseen(_text(streams, (), _HTML))
        text = "\n\n".join(lines)
    sender = _text(streams, (), _SENDER)
    if text:
        yield Draft(
            text.replace(PAGE_BREAK, "\n"),
            title=_text(streams, (), _SUBJECT) or None,
            published_on=_sent(streams),
            roles=[("发件人", sender)] if sender else [],
            part="",
            dropped=unseen,
        )
    folders = sorted({key[0] for key in streams if len(key) == 2 and key[0].startswith(_ATTACHED)})
    files = [
        (_text(streams, (folder,), _FILE) or _text(streams, (folder,), _SHORT), streams[folder, name])
        for folder in folders
        if (folder, name := _named(_CONTENT, "0102")) in streams
    ]
    files = [(name, content) for name, content in files if name]
    if not text and not files:
        raise UnreadableArticleError(_EMPTY)
    yield from read_inside(files, context)


def _named(property: str, kind: str) -> str:
    return f"__substg1.0_{property}{kind}"


def _text(streams: dict[_Path, bytes], folder: _Path, property: str) -> str:
    """A property that is text, in whichever way it is kept."""
    if (wide := streams.get((*folder, _named(property, "001F")))) is not None:
        return wide.decode("utf-16-le", "replace").strip("\0 \r\n")
    for kind in ("001E", "0102"):
        if (narrow := streams.get((*folder, _named(property, kind)))) is not None:
            return decode(narrow.rstrip(b"\0")).text.strip() if narrow.strip(b"\0") else ""
    return ""


def _sent(streams: dict[_Path, bytes]) -> date | None:
    """The day in China on which the mail was sent."""
    table = streams.get(("__properties_version1.0",), b"")
    found: dict[int, int] = {}
    for at in range(_HEAD, len(table) - _ROW + 1, _ROW):
        kind, property, _, value = struct.unpack_from("<HHIQ", table, at)
        if kind == _TIME:
            found[property] = value
    value = next((found[property] for property in _SENT if found.get(property)), 0)
    try:
        return (_EPOCH + timedelta(microseconds=value // 10)).astimezone(CHINA).date() if value else None
    except OverflowError:
        return None
