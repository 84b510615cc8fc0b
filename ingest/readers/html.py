"""Web pages: WeChat articles and the common editors of Chinese sites from their own elements, others by trafilatura."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from docs_store.text.dates import parse_date
from ingest.draft import PAGE_BREAK, Draft, Item, ReadContext
from ingest.errors import UnreadableArticleError
from ingest.readers.encoding import decode
from ingest.readers.tables import markdown_table

_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_BLOCKS = frozenset(
    [
        "p",
        "section",
        "div",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "li",
        "ul",
        "ol",
        "blockquote",
        "article",
        "header",
        "footer",
        "tr",
        "pre",
    ]
)
_SKIPPED = frozenset(
    ["script", "style", "noscript", "template", "svg", "iframe", "video", "audio", "mp-common-profile"]
)
_EDITORS = (
    "//*[@id='UCAP-CONTENT' or @id='zoom' or @id='Zoom' or @id='ozoom']"
    " | //*[contains(concat(' ', @class, ' '), ' TRS_Editor ') or contains(@class, 'trs_editor_view')]"
)
"""Where the content systems of government and news sites put the body; trafilatura loses its headings there."""
_CHINA = timezone(timedelta(hours=8))
_HIDDEN = re.compile(r"display\s*:\s*none")
_TABLE = re.compile(r"(?:^\|.*\|[ ]*(?:\n|$))+", re.MULTILINE)
_SCRIPT_TIME = re.compile(
    r"\b(?:publish_time|createTime|create_time|oriCreateTime|ct)\b\s*[=:]\s*[\"']?([\d-]{8,10}(?: [\d:]+)?)[\"']?"
)
_SCRIPT_URL = re.compile(r"\bmsg_link\s*=\s*[\"']([^\"']+)[\"']")


def read_html(path: Path, context: ReadContext) -> Iterator[Item]:
    """One article a page; tables stay as Markdown tables."""
    yield parse_page(path.read_bytes())


def parse_page(data: bytes) -> Draft:
    """The article of a page.

    Raises:
        UnreadableArticleError: there is none.
    """
    from lxml import etree, html

    page, notes = _decode(data)
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        tree = html.fromstring(page.encode(), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise UnreadableArticleError("网页是空的或已损坏，请重新保存网页后再试。") from error
    body = tree.xpath("//*[@id='js_content']")
    draft = _wechat(tree, body[0], page) if body else _other(tree, page)
    draft.notes += notes
    return draft


def _decode(data: bytes) -> tuple[str, list[str]]:
    """The page in the encoding that it declares where that fits, else in the one that is detected."""
    declared = _CHARSET.search(data[:4096])
    if declared and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        name = declared.group(1).decode().lower()
        try:
            text = data.decode("gb18030" if name in ("gb2312", "gbk") else name)
            return text.replace("\r\n", "\n").replace("\0", "").replace(PAGE_BREAK, "\n"), []
        except (UnicodeDecodeError, LookupError):
            pass
    found = decode(data)
    return found.text.replace(PAGE_BREAK, "\n"), list(found.notes)


def _wechat(tree: Any, body: Any, page: str) -> Draft:
    lines = _text(body)
    if not lines:
        raise UnreadableArticleError("微信文章的正文是空的（可能要登录或已被删除），请在微信里重新保存。")
    author = _first(tree, "//*[@id='js_author_name_text'] | //*[@id='js_author_name']") or _meta(
        tree, "author"
    )
    link = _SCRIPT_URL.search(page)
    account = _first(tree, "//*[@id='js_name']")
    return Draft(
        "\n\n".join(lines),
        title=_first(tree, "//*[@id='activity-name']") or _meta(tree, "og:title"),
        issuer=account,
        published_on=parse_date(_first(tree, "//*[@id='publish_time']")) or _script_date(page),
        url=_meta(tree, "og:url") or (link.group(1).replace("\\x26amp;", "&") if link else None),
        roles=[("作者", author)] if author and author != account else [],
    )


def _script_date(page: str) -> date | None:
    """The day in China that the page's script states, as a date or as seconds since 1970."""
    for match in _SCRIPT_TIME.finditer(page):
        value = match.group(1)
        if value.isdigit() and len(value) == 10:
            return datetime.fromtimestamp(int(value), UTC).astimezone(_CHINA).date()
        if found := parse_date(value):
            return found
    return None


def _other(tree: Any, page: str) -> Draft:
    import trafilatura

    editors = tree.xpath(_EDITORS)
    text = "\n\n".join(_text(editors[0])) if editors else ""
    if not text:
        found = trafilatura.extract(page, include_tables=True, output_format="markdown", favor_recall=True)
        text = _TABLE.sub(_ruled, found or "")
    if not text:
        raise UnreadableArticleError("网页里没有找到正文，请另存为 .txt 后再试。")
    about = trafilatura.extract_metadata(page)
    # Chinese government sites state these in meta elements of their own standard (GB/T 政府网站发展指引).
    author = _meta(tree, "Author")
    return Draft(
        text,
        title=_meta(tree, "ArticleTitle") or about.title,
        issuer=_meta(tree, "ContentSource") or _meta(tree, "SiteName") or about.sitename,
        column=_meta(tree, "ColumnName"),
        published_on=parse_date(_meta(tree, "PubDate")) or parse_date(about.date),
        url=_meta(tree, "Url") or about.url,
        roles=[("作者", author)] if author else [],
    )


def _ruled(match: re.Match[str]) -> str:
    """A run of table lines with the rule under its header that Markdown wants and trafilatura leaves out."""
    rows = [line.strip() for line in match.group().strip("\n").split("\n")]
    if len(rows) > 1 and not re.fullmatch(r"[|\s:-]+", rows[1]):
        rows.insert(1, "|" + " --- |" * (rows[0].count("|") - 1))
    return "\n".join(rows) + "\n"


def _meta(tree: Any, name: str) -> str | None:
    low = name.lower()
    for element in tree.iter("meta"):
        if (element.get("name") or element.get("property") or "").lower() == low:
            return (element.get("content") or "").strip() or None
    return None


def _first(tree: Any, path: str) -> str | None:
    for element in tree.xpath(path):
        if text := " ".join(str(element.text_content()).split()):
            return text
    return None


def _text(root: Any) -> list[str]:
    """The lines of an element as a reader sees them; tables as Markdown. Walks without recursion."""
    lines: list[str] = []
    current: list[str] = []

    def flush() -> None:
        line = " ".join("".join(current).split())
        if line:
            lines.append(line)
        current.clear()

    stack: list[tuple[Any, bool]] = [(root, False)]
    while stack:
        element, closing = stack.pop()
        tag = element.tag if isinstance(element.tag, str) else ""
        if closing:
            if tag in _BLOCKS:
                flush()
            if element is not root and element.tail:
                current.append(element.tail)
            continue
        stack.append((element, True))
        if not tag or tag in _SKIPPED or (_HIDDEN.search(element.get("style") or "") and element is not root):
            continue
        if tag == "table":
            flush()
            if not element.xpath(".//table"):
                rows = [
                    [cell.text_content() for cell in row.xpath("./td|./th")] for row in element.iter("tr")
                ]
                if max((len(row) for row in rows), default=0) > 1:
                    lines.append(markdown_table(rows))
                    continue
        if tag == "br":
            flush()
        elif tag in _BLOCKS:
            flush()
            if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
                current.append("#" * int(tag[1]) + " ")
        if element.text:
            current.append(element.text)
        stack += [(child, False) for child in reversed(element)]
    flush()
    return [line for line in lines if line.strip("# ")]
