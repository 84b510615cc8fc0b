"""Markdown: front matter of many programs, and the text as it is shown (`markdown_marks`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from docs_store.text.dates import parse_date
from ingest.documents.agencies import is_agencies
from ingest.documents.labels import field_of, issuer, stated
from ingest.documents.news import is_account
from ingest.documents.numbers import stated_number
from ingest.draft import PAGE_BREAK, Draft, Item, ReadContext
from ingest.errors import UnreadableArticleError
from ingest.readers.encoding import decode
from ingest.readers.markdown_marks import WIKI_LINK, plain

_MATTER = re.compile(r"\s*---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_NAMES = {
    "title": ("title", "标题"),
    "issuer": ("issuer", "puborg", "publisher", "account", "公众号", "nickname", "mp_name", "site"),
    "origin": ("source", "来源"),
    "author": ("author", "authors", "作者"),
    "column": ("column", "栏目"),
    "published": (
        "published_on", "published", "date", "pubDate", "pub_date", "publish_date", "publish_time", "publishTime",
        "datePublished", "create_time", "发布日期", "发布时间", "日期",
    ),
    "created": ("created",),
    "written": ("written_on", "成文日期"),
    "url": ("url", "link", "original_url", "source_url", "permalink", "原文链接", "source"),
    "number": ("document_number", "文号", "发文字号"),
    "effective": ("effective_on", "施行日期"),
    "expires": ("expires_on", "失效日期"),
}  # fmt: skip


def read_markdown(path: Path, context: ReadContext) -> Iterator[Item]:
    """A .md file with optional YAML front matter, as Hexo, RSSHub, Obsidian and WeChat exporters write it."""
    found = decode(path.read_bytes())
    draft = parse(found.text.replace(PAGE_BREAK, "\n"))
    draft.notes += found.notes
    yield draft


def parse(text: str) -> Draft:
    """The article of a Markdown text. Raises UnreadableArticleError where its front matter is no YAML."""
    matter: dict[str, Any] = {}
    if match := _MATTER.match(text):
        try:
            loaded = yaml.safe_load(match.group(1))
        except yaml.YAMLError as error:
            raise UnreadableArticleError(
                "开头 --- 之间的元数据不是合法的 YAML，请检查冒号与引号。"
            ) from error
        if isinstance(loaded, dict):
            matter = loaded
            text = text[match.end() :]
    dropped: list[tuple[str, str]] = []
    shown = plain(text, dropped)
    labelled = [(field_of(str(name), bare=True), str(value)) for name, value in matter.items() if value]
    draft = stated((field, value) for field, value in labelled if field and field != "author").fill(
        _about(matter)
    )
    return _with_rest(draft, matter, shown, dropped)


def _about(matter: dict[str, Any]) -> Draft:
    """What front matter states."""

    def said(kind: str) -> str | None:
        for name in _NAMES[kind]:
            value = matter.get(name)
            value = value[0] if isinstance(value, list) and value else value
            if value and (bare := WIKI_LINK.sub(r"\1", str(value)).strip()):
                return bare
        return None

    def day(kind: str) -> Any:
        return next((d for name in _NAMES[kind] if (d := parse_date(matter.get(name)))), None)

    author = said("author")
    publisher = issuer(said("issuer") or "")
    if author and publisher is None and (is_account(author) or is_agencies(author)):
        publisher, author = issuer(author), None
    url = next((v for n in _NAMES["url"] if (v := str(matter.get(n) or "")).startswith("http")), None)
    # The day on which a clipper made its file is that of nothing else.
    clipped = url is not None or any(name in matter for name in _NAMES["published"])
    return Draft(
        "",
        title=said("title"),
        issuer=publisher,
        origin=issuer(said("origin") or ""),
        column=said("column"),
        published_on=day("published") or (None if clipped else day("created")),
        written_on=day("written"),
        url=url,
        roles=[("作者", author)] if author and author != publisher else [],
        document_number=stated_number(said("number") or ""),
        effective_on=day("effective"),
        expires_on=day("expires"),
    )


def _with_rest(draft: Draft, matter: dict[str, Any], text: str, dropped: list[tuple[str, str]]) -> Draft:
    known = {name for names in _NAMES.values() for name in names}
    for name, value in matter.items():
        if name not in known and field_of(str(name), bare=True) is None and value not in (None, "", [], {}):
            dropped.append(("其他元数据", f"{name}: {value}"))
    draft.text, draft.dropped = text, dropped
    return draft
