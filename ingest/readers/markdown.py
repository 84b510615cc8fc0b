"""Markdown: front matter of many programs, text without marks, HTML among it."""

from __future__ import annotations

import html
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
from ingest.readers.html_lines import table_rows
from ingest.readers.tables import markdown_table

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
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_UNSEEN = re.compile(r"<(style|script|svg|noscript)\b[^>]*>.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_TABLE = re.compile(r"<table\b.*?</table\s*>", re.DOTALL | re.IGNORECASE)
_BLOCK = "p|div|section|article|center|blockquote|ul|ol|li|h[1-6]|tr|td|th|thead|tbody|table|hr|br|figure|figcaption|header|footer|main|pre|details|summary"
_INLINE = "span|strong|b|i|em|u|a|font|sup|sub|small|big|mark|img|code|del|ins|s|mp-common-profile|iframe|video|audio|source|input|label"
_ATTRIBUTES = r"(?:\s+[A-Za-z_:@][A-Za-z0-9_:@.-]*(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'<>]+))?)*\s*"
_BLOCK_TAG = re.compile(rf"</?(?:{_BLOCK}){_ATTRIBUTES}/?>", re.IGNORECASE)
_INLINE_TAG = re.compile(rf"</?(?:{_INLINE}){_ATTRIBUTES}/?>", re.IGNORECASE)
_IMAGE = re.compile(r"!\[([^\]\n]*)\]\(([^()\s]*(?:\([^()]*\))?[^()]*)\)|!\[\[([^\]\n]+)\]\]")
_LINK = re.compile(
    r"(?<!!)\[([^\[\]\n]*)\]\(<?([^()\s<>]*(?:\([^()\s]*\)[^()\s]*)?)>?(?:\s+[\"'][^\n]*?[\"'])?\)"
)
_WIKI_LINK = re.compile(r"\[\[(?:[^\]|\n]*\|)?([^\]|\n]+)\]\]")
_STRONG = re.compile(r"(\*\*|__)(?=\S)([^\n]+?)(?<=\S)\1")
_EMPHASIS = re.compile(
    r"(?<![\w*])\*(?=[^\s*])([^*\n]+?)(?<=[^\s*])\*(?![\w*])|(?<![\w_])_(?=[^\s_])([^_\n]+?)(?<=[^\s_])_(?![\w_])"
)
_QUOTE = re.compile(r"(?m)^[ \t]{0,3}(?:>[ \t]?)+")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!~>-])")
PICTURE, TARGET = "图片", "链接地址"


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
    plain = _plain(text, dropped)
    labelled = [(field_of(str(name), bare=True), str(value)) for name, value in matter.items() if value]
    draft = stated((field, value) for field, value in labelled if field and field != "author").fill(
        _about(matter)
    )
    return _with_rest(draft, matter, plain, dropped)


def _about(matter: dict[str, Any]) -> Draft:
    """What front matter states."""

    def said(kind: str) -> str | None:
        for name in _NAMES[kind]:
            value = matter.get(name)
            value = value[0] if isinstance(value, list) and value else value
            if value and (bare := _WIKI_LINK.sub(r"\1", str(value)).strip()):
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


def _plain(text: str, dropped: list[tuple[str, str]]) -> str:
    """The text as a reader sees it: without comments, tags, marks of emphasis, pictures and addresses behind links.

    Headings, tables and list marks stay as they are.
    """

    def without_picture(match: re.Match[str]) -> str:
        dropped.append((PICTURE, " ".join(part for part in match.groups() if part)))
        return ""

    def without_target(match: re.Match[str]) -> str:
        if match.group(2) and match.group(2) != match.group(1):
            dropped.append((TARGET, match.group(2)))
        return match.group(1)

    if "<" in text:
        text = _without_tags(text)
    text = _IMAGE.sub(without_picture, text)
    text = _LINK.sub(without_target, text)
    text = _WIKI_LINK.sub(r"\1", text)
    text = _STRONG.sub(r"\2", text)
    text = _EMPHASIS.sub(lambda match: match.group(1) or match.group(2), text)
    return _ESCAPED.sub(r"\1", _QUOTE.sub("", text))


def _without_tags(text: str) -> str:
    """Known elements of HTML go, their text stays; <词项> and the like are text."""
    text = _UNSEEN.sub("\n", _COMMENT.sub("", text))
    text = _TABLE.sub(_table, text)
    if _BLOCK_TAG.search(text) or _INLINE_TAG.search(text):
        text = html.unescape(_INLINE_TAG.sub("", _BLOCK_TAG.sub("\n", text)))
    return text


def _table(match: re.Match[str]) -> str:
    from lxml import html as parser

    element = parser.fragment_fromstring(match.group(), create_parent="div")
    rows = [table_rows(table) for table in element.iter("table")]
    if len(rows) != 1 or rows[0] is None:
        return match.group()  # its tags go with the others, its cells stay line by line
    return f"\n\n{markdown_table(rows[0])}\n\n"
