"""Articles as JSON, one object a line; read as a stream, so that memory does not grow with the file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docs_store.text.dates import parse_date
from docs_store.text.normal import well_formed
from ingest.documents.labels import field_of, issuer, stated
from ingest.draft import PAGE_BREAK, Draft, Item, ReadContext
from ingest.errors import UnreadableArticleError
from ingest.readers.encoding import decode_lines
from ingest.readers.html_unseen import lines_and_unseen

_NAMES: dict[str, tuple[str, ...]] = {
    "id": ("id", "article_id", "_id", "uuid", "guid", "docid", "doc_id", "pid", "news_id", "aid", "编号"),
    "title": ("title", "标题", "name", "headline", "article_title", "news_title", "doc_title"),
    "text": ("text", "content", "正文", "body", "article", "content_text", "maintext", "内容", "fulltext", "full_text", "main_text", "article_content", "news_content", "articleBody"),
    "issuer": ("issuer", "puborg", "pub_org", "publisher", "issuing_agency", "issuing_authority", "agency", "发文机关", "发布机构"),
    "source": ("source", "来源", "site", "sitename", "source_name", "account", "nickname", "media", "mp_name"),
    "column": ("column", "栏目", "channel", "category"),
    "published_on": (
        "published_on", "date", "pub_date", "pubdate", "pubDate", "publish_date", "publishdate", "publish_time",
        "publishTime", "published", "published_at", "pub_time", "datetime", "posted_at", "release_date", "news_time", "发布日期", "发布时间", "日期",
    ),
    "written_on": ("written_on", "write_date", "writtendate", "sign_date", "doc_date", "cwrq", "成文日期", "发文日期"),
    "effective_on": ("effective_on", "施行日期", "实施日期"),
    "expires_on": ("expires_on", "失效日期"),
    "document_number": ("document_number", "pcode", "doc_number", "doc_no", "docno", "fileno", "wenhao", "文号", "发文字号"),
    "url": ("url", "link", "source_url", "链接", "网址"),
}  # fmt: skip
"""What crawlers call the fields of an article, the project's own name first."""
_NESTED = ("meta", "metadata", "info", "extra")
"""Objects inside a line that may hold what the line itself does not."""
_ELEMENTS = re.compile(r"<(?:p|div|br|section|table|span|h[1-6])\b[^<>]*>", re.IGNORECASE)
_REQUIRED = ("id", "title", "text")


def read_jsonl(path: Path, context: ReadContext) -> Iterator[Item]:
    """Articles: id, title, text, and optionally date, source, url and more, by any of their usual names.

    Fields that all lines lack are named once, not line by line.
    """
    size = path.stat().st_size
    if not size:
        raise UnreadableArticleError("文件是空的，请删除它或补上内容。")
    read = 0
    reported: set[str] = set()
    with path.open("rb") as file:

        def counted() -> Iterator[bytes]:
            nonlocal read
            for line in file:
                read += len(line)
                yield line

        for number, line in enumerate(decode_lines(counted()), start=1):
            if not line.strip():
                continue
            item = _article(line, number, read / size)
            if isinstance(item, UnreadableArticleError):
                kind = str(item).partition("行")[2]
                if kind in reported:
                    continue
                reported.add(kind)
            yield item


def _article(line: str, number: int, position: float) -> Item:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return UnreadableArticleError(f"第 {number} 行不是完整的 JSON，请改正这一行以及同样的行。")
    if not isinstance(row, dict):
        return UnreadableArticleError(f"第 {number} 行不是一个对象（{{…}}），请改正这一行以及同样的行。")
    nested = [value for name in _NESTED if isinstance(value := row.get(name), dict)]
    row = {name: value for part in (*nested, row) for name, value in part.items()}
    found = {field: value for field in _NAMES if (value := _value(row, field)) is not None}
    lacking = [field for field in _REQUIRED if field not in found]
    if lacking == ["id"] and "url" in found:
        found["id"], lacking = found["url"], []
    if lacking:
        return UnreadableArticleError(
            f"第 {number} 行缺 {'、'.join(lacking)}（有 {'、'.join(list(row)[:12])}），请补上，或改用这些名字；"
            "同样的行都没有收录。"
        )
    if isinstance(found["text"], list) and all(isinstance(part, str) for part in found["text"]):
        found["text"] = "\n\n".join(found["text"])
    if not isinstance(found["text"], str) or not isinstance(found["title"], str):
        return UnreadableArticleError(f"第 {number} 行的 title 或 text 不是文字，请改正这一行以及同样的行。")
    url = _text(found["url"]) if "url" in found else None
    labelled = [(field_of(name, bare=True), value) for name, value in row.items() if isinstance(value, str)]
    body, unseen = _body(_text(found["text"]).replace(PAGE_BREAK, "\n"))
    draft = Draft(
        body,
        title=_text(found["title"]).strip() or None,
        issuer=_name(found, "issuer") or _name(found, "source"),
        column=_plain(found, "column"),
        published_on=parse_date(found.get("published_on")),
        written_on=parse_date(found.get("written_on")),
        effective_on=parse_date(found.get("effective_on")),
        expires_on=parse_date(found.get("expires_on")),
        document_number=_plain(found, "document_number"),
        url=url,
        key=_text(str(found["id"])),
        dropped=unseen,
        position=position,
    )
    return stated((field, _text(value)) for field, value in labelled if field).fill(draft)


def _body(text: str) -> tuple[str, list[tuple[str, str]]]:
    """The text without the elements of the page that a crawler took it from, and what that page did not show."""
    if not _ELEMENTS.search(text):
        return text, []
    lines, unseen = lines_and_unseen(text)
    return "\n\n".join(lines), unseen


def _value(row: dict[str, Any], field: str) -> Any:
    for name in _NAMES[field]:
        value = row.get(name)
        if value is not None and value != "" and value != []:
            return value
    # An empty text is an article without text, reported as such; a missing one is a mistake in the file.
    return next((row[name] for name in _NAMES[field] if isinstance(row.get(name), str)), None)


def _text(value: Any) -> str:
    """A string that every store takes."""
    return well_formed(str(value)).replace("\0", "")


def _plain(found: dict[str, Any], field: str) -> str | None:
    return _text(found[field]).strip() or None if field in found else None


def _name(found: dict[str, Any], field: str) -> str | None:
    name = _plain(found, field)
    return issuer(name) if name else None
