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
from ingest.readers import wechat
from ingest.readers.encoding import decode
from ingest.readers.html_lines import is_hidden, lines_of, plain

_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_EDITORS = (
    "//*[@id='UCAP-CONTENT' or @id='zoom' or @id='Zoom' or @id='ozoom' or @id='js_content']"
    " | //*[contains(concat(' ', @class, ' '), ' TRS_Editor ') or contains(@class, 'trs_editor_view')]"
)
"""Where the content systems of government and news sites put the body; trafilatura loses its headings there."""
BESIDE = "网页正文之外（导航、页脚等）"
_LABELLED_CELLS = "//td|//th|//li|//dt|//p|//div|//span|//b|//strong|//label|//em|//h4|//h5"
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
_LETTERS = re.compile(r"[\W_]+")
_LABELLED_LINES = frozenset(("li", "p", "td", "dd", "h4", "h5"))
_BARE_LABELS = frozenset(("td", "th", "dt", "li", "b", "strong", "span", "label"))
_SOME_LABELS = 3
_BOX_CHARS = 300
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
    body = next(iter(tree.xpath("//body")), tree)
    whole = lines_of(body)
    title = page_title(tree)
    no_article.check_page(title or "", whole, body)
    editor = _editor(tree)
    if editor is not None:
        lines, beside = lines_of(editor), lines_of(body, [editor])
    else:
        lines, beside = _by_trafilatura(page, whole)
    if not lines:
        raise UnreadableArticleError("网页里没有找到正文，请另存为 .txt 后再试。")
    values = stated(_labelled(tree, editor, beside + lines[:_FRONT]))
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
        dropped=[(BOX if _is_box(line) else BESIDE, plain(line)) for line in beside],
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


def _labelled(tree: Any, editor: Any | None, lines: list[str]) -> list[tuple[str, str]]:
    """(field, value) pairs of a page's own box of metadata: labelled cells with what follows them, labelled lines.

    A label without its colon counts where its table or list has some of them.
    """
    inside = set(editor.iter()) if editor is not None else set()
    pairs: list[tuple[str, str]] = []
    bare: dict[Any, list[tuple[str, Any]]] = {}
    for element in tree.xpath(_LABELLED_CELLS):
        if element in inside:
            continue
        text = " ".join(str(element.text_content()).split())
        if not text or len(text) > _BOX_CHARS:
            continue
        if field := field_of(text):
            if value := _value_after(element):
                pairs.append((field, value))
        elif element.tag in _BARE_LABELS and (field := field_of(text, bare=True)):
            box = next((a for a in element.iterancestors() if a.tag in ("table", "ul", "dl")), None)
            if box is not None:
                bare.setdefault(box, []).append((field, element))
        elif element.tag in _LABELLED_LINES:
            pairs += pairs_of_line(text) or []
    for line in lines:
        pairs += pairs_of_line(line) or []
    for labels in bare.values():
        if len(labels) >= _SOME_LABELS:
            pairs += [(field, value) for field, element in labels if (value := _value_after(element))]
    return [(field, value) for field, value in pairs if field != "day"]


def _value_after(element: Any) -> str | None:
    """The text beside a label: of the element after it, or after the one that holds it alone; else what follows it."""
    label = " ".join(str(element.text_content()).split())
    for _ in range(3):
        if element.tail and element.tail.strip():
            return str(element.tail).strip()
        beside = element.getnext()
        while beside is not None and not isinstance(beside.tag, str):
            beside = beside.getnext()
        if beside is not None:
            value = " ".join(str(beside.text_content()).split())
            return None if field_of(value) else value
        parent = element.getparent()
        if parent is None or " ".join(str(parent.text_content()).split()) != label:
            return None
        element = parent
    return None


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
    """The title that a page shows or names, without its site's name."""
    for element in tree.xpath("//h1"):
        text = " ".join(str(element.text_content()).split())
        if len(text) >= 4 and not is_hidden(element):
            return text
    given = meta(tree, "og:title") or next(
        (" ".join(str(e.text_content()).split()) for e in tree.xpath("//title")), None
    )
    if not given:
        return None
    return _SITE_SUFFIX.split(given)[0].strip() or given


def meta(tree: Any, name: str) -> str | None:
    """The content of a meta element by name or property, whatever its case."""
    low = name.lower()
    for element in tree.iter("meta"):
        if (element.get("name") or element.get("property") or element.get("itemprop") or "").lower() == low:
            return (element.get("content") or "").strip() or None
    return None


def _canonical(tree: Any) -> str | None:
    return next((str(e.get("href")) for e in tree.xpath("//link[@rel='canonical'][@href]")), None)
