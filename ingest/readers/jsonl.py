"""Articles as JSON, one object a line; read as a stream, so that memory does not grow with the file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docs_store.text.dates import parse_date
from ingest.draft import PAGE_BREAK, Draft, Item, ReadContext
from ingest.errors import UnreadableArticleError
from ingest.readers.encoding import decode_lines


def read_jsonl(path: Path, context: ReadContext) -> Iterator[Item]:
    """Articles: id, title, text, and optionally date, source, url, column."""
    size = path.stat().st_size
    if not size:
        raise UnreadableArticleError("文件是空的，请删除它或补上内容。")
    read = 0
    with path.open("rb") as file:

        def counted() -> Iterator[bytes]:
            nonlocal read
            for line in file:
                read += len(line)
                yield line

        for number, line in enumerate(decode_lines(counted()), start=1):
            if line.strip():
                yield _article(line, number, read / size)


def _article(line: str, number: int, position: float) -> Item:
    try:
        row = json.loads(line)
        return Draft(
            _text(row["text"]).replace(PAGE_BREAK, "\n"),
            title=_text(row["title"]).strip() or None,
            issuer=_optional(row, "issuer") or _optional(row, "source"),
            column=_optional(row, "column"),
            published_on=parse_date(row.get("date")),
            url=_optional(row, "url"),
            key=str(row["id"]),
            position=position,
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        return UnreadableArticleError(f"第 {number} 行不是完整的文章（需要 id、title、text），请改正这一行。")


def _text(value: Any) -> str:
    """A string with well-formed characters: JSON may spell half of a surrogate pair, which no store takes."""
    if not isinstance(value, str):
        raise TypeError
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "")


def _optional(row: dict[str, Any], name: str) -> str | None:
    return str(row[name]).strip() or None if row.get(name) else None
