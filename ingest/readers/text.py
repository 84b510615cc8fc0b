"""Plain text and Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from docs_store.text.dates import parse_date
from ingest.draft import PAGE_BREAK, Draft, Item, ReadContext
from ingest.errors import UnreadableArticleError
from ingest.readers.encoding import decode


def read_text(path: Path, context: ReadContext) -> Iterator[Item]:
    """A .txt file: one article."""
    found = decode(path.read_bytes())
    yield Draft(found.text.replace(PAGE_BREAK, "\n"), notes=list(found.notes))


def read_markdown(path: Path, context: ReadContext) -> Iterator[Item]:
    """A .md file with optional YAML front matter (title, issuer, date, column, url)."""
    found = decode(path.read_bytes())
    text = found.text.replace(PAGE_BREAK, "\n")
    matter: dict[str, Any] = {}
    match = re.match(r"---\n(.*?)\n---(?:\n|$)", text, re.DOTALL)
    if match:
        try:
            loaded = yaml.safe_load(match.group(1))
        except yaml.YAMLError as error:
            raise UnreadableArticleError(
                "开头 --- 之间的元数据不是合法的 YAML，请检查冒号与引号。"
            ) from error
        matter = loaded if isinstance(loaded, dict) else {}
        text = text[match.end() :]

    def said(*names: str) -> str | None:
        return next((str(matter[name]) for name in names if matter.get(name)), None)

    yield Draft(
        text,
        title=said("title"),
        issuer=said("issuer", "source"),
        column=said("column"),
        published_on=parse_date(matter.get("date") or matter.get("published_on")),
        url=said("url"),
        document_number=said("document_number"),
        effective_on=parse_date(matter.get("effective_on")),
        expires_on=parse_date(matter.get("expires_on")),
        notes=list(found.notes),
    )
