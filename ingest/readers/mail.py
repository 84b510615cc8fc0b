"""Mail (.eml) with what is attached, and pages saved as one file (.mhtml)."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from email.message import EmailMessage, MIMEPart
from pathlib import Path

from docs_store.text.dates import parse_date
from ingest.draft import PAGE_BREAK, Draft, Item, ReadContext
from ingest.errors import UnreadableArticleError
from ingest.readers.archive_members import read_inside
from ingest.readers.encoding import decode
from ingest.readers.html import parse_page
from ingest.readers.html_unseen import lines_and_unseen

_EMPTY = "邮件里没有正文，请检查文件内容。"


def read_mail(path: Path, context: ReadContext) -> Iterator[Item]:
    """The mail as an article, and each of its attachments that can be read as one of its own."""
    message = _message(path)
    body = message.get_body(preferencelist=("plain", "html"))
    subject = str(message["subject"] or "").strip()
    unseen: list[tuple[str, str]] = []
    text = _content(body).strip() if body is not None else ""
    if body is not None and body.get_content_subtype() == "html" and text:
        lines, unseen = lines_and_unseen(text)
        text = "\n\n".join(lines)
    sender = message["from"]
    if text:
        yield Draft(
            text,
            title=subject or None,
            published_on=parse_date(str(message["date"] or "")),
            roles=[("发件人", str(sender))] if sender else [],
            part="",
            dropped=unseen,
        )
    attached = [
        (part.get_filename() or "", part.get_payload(decode=True)) for part in message.iter_attachments()
    ]
    files = [(name, data) for name, data in attached if name and isinstance(data, bytes)]
    if not text and not files:
        raise UnreadableArticleError(_EMPTY)
    yield from read_inside(files, context)


def read_mhtml(path: Path, context: ReadContext) -> Iterator[Item]:
    """One article: the page, without the pictures and styles that were saved with it."""
    message = _message(path)
    pages = [part for part in message.walk() if part.get_content_type() == "text/html"]
    if not pages:
        raise UnreadableArticleError("这份 .mhtml 里没有网页，请在浏览器里重新保存。")
    data = pages[0].get_payload(decode=True)
    draft = parse_page(data if isinstance(data, bytes) else b"")
    where = str(message["snapshot-content-location"] or pages[0]["content-location"] or "")
    draft.url = draft.url or (where if where.startswith("http") else None)
    yield draft


def _message(path: Path) -> EmailMessage:
    with path.open("rb") as file:
        message = email.message_from_binary_file(file, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def _content(part: MIMEPart) -> str:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes) or not data.strip():
        return ""
    charset = part.get_content_charset()
    try:
        text = data.decode("gb18030" if charset in ("gb2312", "gbk") else charset or "utf-8")
    except (UnicodeDecodeError, LookupError):
        text = decode(data).text
    return text.replace("\r\n", "\n").replace(PAGE_BREAK, "\n")
