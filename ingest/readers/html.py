"""Web pages: WeChat posts and the common editors of Chinese sites from their own elements, others by trafilatura.

What a page shows beside its article (menus, boxes, feet) is handed on as left out, so that nothing is lost unseen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docs_store.text.dates import DAY, parse_date
from ingest.documents import no_article
from ingest.documents.head import BOX
from ingest.documents.labels import field_of, issuer, pairs_of_line, stated
from ingest.draft import PAGE_BREAK, Draft, Item, ReadContext
from ingest.errors import UnreadableArticleError
from ingest.readers import html_boxes, wechat
from ingest.readers.encoding import decode
from ingest.readers.html_lines import is_hidden, lines_of, plain

_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_EDITORS = (
    "//*[@id='UCAP-CONTENT' or @id='zoom' or @id='Zoom' or @id='ozoom' or @id='js_content']"
    " | //*[contains(concat(' ', @class, ' '), ' TRS_Editor ') or contains(@class, 'trs_editor_view')]"
)
"""Where the content systems of government and news sites put the body; trafilatura loses its headings there."""
OUTSIDE_ARTICLE = "网页正文之外（导航、页脚等）"
_PUBLISHED_META = (
    "PubDate",
    "publishdate",
    "article:published_time",
    "og:published_time",
    "datePublished",
    "pubdate",
)
_LINKED_DATE = re.compile(r'"datePublished"\s*:\s*"([^"]{8,40})"')
_MOMENT = re.compile(rf"({DAY})\s+\d{{1,2}}:\d{{2}}")
_SITE_SUFFIX = re.compile(
    r"\s*[_|｜]\s*|\s+[-—–]+\s+|[-—–](?=[^-—–]{2,16}(?:网|网站|政府|门户|官网|公开|频道|专栏)$)"
)
_SITE = re.compile(r"(?:网|网站|政府|门户|官网|首页|平台|信息公开|政务公开|频道|专栏|栏目)$")
"""A window's title that names the site, or a part of it, and no article."""
_HEADLINES = "//h2|//h3|//h4|//*[contains(@class, 'title') or contains(@id, 'title')]"
_HEADLINE = re.compile(r"[^。；：]{10,100}")
_LETTERS = re.compile(r"[\W_]+")
_FRONT = 12  # lines of the article itself that may belong to the box of metadata
_SHORT = 8  # letters; so short a line counts as the article's only where trafilatura has it as a line
_COVERED = 0.8  # of trafilatura's letters that the page's own lines must have, to be used in its place


def read_html(path: Path, context: ReadContext) -> Iterator[Item]:
    """One article a page; tables stay as Markdown tables."""
    yield parse_page(path.read_bytes())


def parse_page(data: bytes) -> Draft:
    """The article of a page.

    Raises:
        UnreadableArticleError: there is none, or it is an error page, a wall, a list of links.
    """
    from lxml import etree, html

    page, notes = _decode(data)
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        tree = html.fromstring(page.encode(), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise UnreadableArticleError("网页是空的或已损坏，请重新保存网页后再试。") from error
    draft = wechat.read(tree, page) if wechat.is_post(tree, page) else _other(tree, page)
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


def _other(tree: Any, page: str) -> Draft:
    from lxml import html

    body = next(iter(tree.xpath("//body")), tree)
    whole = lines_of(body)
    title = page_title(tree)
    no_article.check_page(title or "", whole, body)
    editor = _editor(tree)
    if editor is not None:
        lines, beside = lines_of(editor), lines_of(body, [editor])
        boxes = html_boxes.find(tree, editor, beside + lines[:_FRONT])
        boxed: list[str] = []
    else:
        boxes = html_boxes.find(tree, None, whole[:_FRONT])
        boxed = [line for box in boxes.elements for line in lines_of(box)]
        if boxed:
            for box in boxes.elements:
                box.drop_tree()
            page, whole = html.tostring(tree, encoding="unicode"), lines_of(body)
        lines, beside = _by_trafilatura(page, whole)
    if not lines:
        raise UnreadableArticleError("网页里没有找到正文，请另存为 .txt 后再试。")
    values = stated(boxes.pairs)
    author = meta(tree, "Author")
    draft = Draft(
        "\n\n".join(lines),
        title=meta(tree, "ArticleTitle") or values.title or title,
        issuer=values.issuer,
        origin=next(filter(None, map(issuer, _said_by(tree, values.source))), None),
        column=meta(tree, "ColumnName"),
        published_on=_published(tree, page) or values.published_on or _beside_title(beside),
        url=meta(tree, "Url") or meta(tree, "og:url") or _canonical(tree),
        roles=[("作者", author)] if author else [],
        dropped=[
            *((BOX, plain(line)) for line in boxed),
            *((BOX if _is_box(line) else OUTSIDE_ARTICLE, plain(line)) for line in beside),
        ],
    )
    return values.fill(draft)


def _said_by(tree: Any, labelled: str | None) -> list[str]:
    """Who may have had the article first, the likeliest first."""
    given = (meta(tree, "ContentSource"), labelled, meta(tree, "SiteName"), meta(tree, "og:site_name"))
    return [name for name in given if name]


def _editor(tree: Any) -> Any | None:
    """The element that holds the body: of several one that holds the others, else the longest."""
    found = [element for element in tree.xpath(_EDITORS) if lines_of(element)]
    return max(found, key=lambda element: len(str(element.text_content())), default=None)


def _by_trafilatura(page: str, whole: list[str]) -> tuple[list[str], list[str]]:
    """(lines of the article, lines beside it): what trafilatura takes for the article, in the page's own lines."""
    import trafilatura

    found = trafilatura.extract(page, include_tables=True, output_format="markdown", favor_recall=True) or ""
    rows = [line for line in found.split("\n") if line.strip()]
    letters, alone = _letters(found), {_letters(row) for row in rows}

    def belongs(line: str) -> bool:
        if line.startswith("|"):
            cells = [_letters(cell) for cell in line.split("|") if _letters(cell)]
            return sum(cell in letters for cell in cells) * 2 >= max(1, len(cells))
        bare = _letters(line)
        return bare in alone if len(bare) < _SHORT else bare in letters

    own = [belongs(line) for line in whole]
    if any(own):
        first, last = own.index(True), len(own) - 1 - own[::-1].index(True)
        for i in range(first, last):
            own[i] = own[i] or whole[i].startswith("#")  # trafilatura drops headings now and then
    kept = [line for line, mine in zip(whole, own, strict=True) if mine]
    beside = [line for line, mine in zip(whole, own, strict=True) if not mine]
    if len(_letters("".join(kept))) < _COVERED * len(letters):
        return rows, beside
    return kept, beside


def _letters(text: str) -> str:
    return _LETTERS.sub("", text)


def _is_box(line: str) -> bool:
    if line.startswith("|"):
        return any(field_of(cell) for cell in line.split("|"))
    return pairs_of_line(line) is not None


def _published(tree: Any, page: str) -> Any:
    """The day that the page states in its head, for machines."""
    for name in _PUBLISHED_META:
        if found := parse_date(meta(tree, name)):
            return found
    linked = _LINKED_DATE.search(page)
    if linked and (found := parse_date(linked.group(1))):
        return found
    for element in tree.xpath("//time[@datetime]")[:1]:
        return parse_date(element.get("datetime"))
    return None


def _beside_title(beside: list[str]) -> Any:
    """A day with its time (2026-04-02 10:30), if the lines around the article state just one."""
    found = {
        parse_date(match.group(1))
        for line in beside
        if len(line) < 80
        for match in [_MOMENT.search(line)]
        if match
    }
    return found.pop() if len(found) == 1 else None


def page_title(tree: Any) -> str | None:
    """The title that a page shows or names, without its site's name; None where it names the site alone."""
    for element in tree.xpath("//h1"):
        text = " ".join(str(element.text_content()).split())
        if len(text) >= 4 and not is_hidden(element):
            return text
    given = meta(tree, "og:title") or next(
        (" ".join(str(e.text_content()).split()) for e in tree.xpath("//title")), None
    )
    name = _SITE_SUFFIX.split(given)[0].strip() or given if given else None
    own = bool(name) and not _SITE.search(name or "")
    if name and own and _shows(tree, name):
        return name
    return _headline(tree) or (name if own else None)


def _headline(tree: Any) -> str | None:
    """What a page sets as its title below the first rank of headings, or in an element that is called so."""
    for element in tree.xpath(_HEADLINES):
        text = " ".join(str(element.text_content()).split())
        if _HEADLINE.fullmatch(text) and not is_hidden(element) and not element.xpath(".//a|ancestor::a"):
            return text
    return None


def _shows(tree: Any, name: str) -> bool:
    body = next(iter(tree.xpath("//body")), tree)
    return _letters(name) in _letters(str(body.text_content()))


def meta(tree: Any, name: str) -> str | None:
    """The content of a meta element by name or property, whatever its case."""
    low = name.lower()
    for element in tree.iter("meta"):
        if (element.get("name") or element.get("property") or element.get("itemprop") or "").lower() == low:
            return (element.get("content") or "").strip() or None
    return None


def _canonical(tree: Any) -> str | None:
    return next((str(e.get("href")) for e in tree.xpath("//link[@rel='canonical'][@href]")), None)
