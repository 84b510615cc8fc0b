"""Web pages: WeChat posts and the common editors of Chinese sites from their own elements, others by trafilatura.

What a page shows beside its article (menus, boxes, feet) is handed on as left out, so that nothing is lost unseen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from docs_store.text.dates import DAY, parse_date
from ingest.documents import news, no_article
from ingest.documents.agencies import is_agencies
from ingest.documents.head import BOX
from ingest.documents.labels import field_of, issuer, pairs_of_line, stated
from ingest.documents.numbers import own_number
from ingest.draft import PAGE_BREAK, Draft, Item, ReadContext
from ingest.errors import UnreadableArticleError
from ingest.lines import letters
from ingest.readers import html_bodies, html_boxes, wechat
from ingest.readers.encoding import decode
from ingest.readers.html_head import canonical, meta, published_on
from ingest.readers.html_lines import is_hidden, lines_of, plain
from ingest.readers.html_unseen import take_unseen

_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|meta|body|table|div)\b", re.IGNORECASE)
OUTSIDE_ARTICLE = "网页正文之外（导航、页脚等）"
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,40}>")
_MOMENT = re.compile(rf"({DAY})\s*\d{{1,2}}:\d{{2}}")
_SITE_SUFFIX = re.compile(
    r"\s*[_|｜]\s*|\s+[-—–]+\s+|--+|[-—–](?=[^-—–]{2,16}(?:网|网站|政府|门户|官网|公开|频道|专栏)$)"
)
_ANY_SUFFIX = re.compile(r"\s*[_|｜—–-]+\s*")
_NAMED = 8  # characters of a part of a window's title that may be the article's
_SITE = re.compile(r"(?:网|网站|政府|门户|官网|首页|平台|信息公开|政务公开|频道|专栏|栏目|目录)$")
"""A window's title that names the site, or a part of it, and no article."""
_HEADLINES = "//h2|//h3|//h4|//*[contains(@class, 'title') or contains(@id, 'title')]"
_HEADLINE = re.compile(r"[^。；：]{10,100}")
_BELOW = 3  # lines below a title that may state the document's number
_FRONT = 12  # lines of the article itself that may belong to the box of metadata


def read_html(path: Path, context: ReadContext) -> Iterator[Item]:
    """One article a page; tables stay as Markdown tables."""
    yield parse_page(path.read_bytes())


def looks_like_page(head: bytes) -> bool:
    """True for the beginning of a web page, whatever its file is called."""
    return _PAGE.match(head.lstrip(b"\xef\xbb\xbf \t\r\n")) is not None


def read_html_document(path: Path, context: ReadContext) -> Iterator[Item]:
    """One article: a document that a program saved as HTML, all that it shows."""
    page, notes = _decode(path.read_bytes())
    tree = _parsed(page)
    unseen = take_unseen(tree)
    lines = lines_of(next(iter(tree.xpath("//body")), tree))
    if not lines:
        raise UnreadableArticleError("文件里没有文字，请检查文件内容。")
    yield Draft("\n\n".join(lines), fallback_title=page_title(tree)[1], dropped=unseen, notes=notes)


def parse_page(data: bytes) -> Draft:
    """The article of a page.

    Raises:
        UnreadableArticleError: there is none, or it is an error page, a wall, a list of links.
    """
    page, notes = _decode(data)
    tree = _parsed(page)
    unseen = take_unseen(tree)
    draft = wechat.read(tree, page) if wechat.is_post(tree, page) else _other(tree, page)
    draft.dropped += unseen
    draft.notes += notes
    return draft


def _parsed(page: str) -> Any:
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        return html.fromstring(page.encode(), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise UnreadableArticleError("网页是空的或已损坏，请重新保存网页后再试。") from error


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
    shown, named = page_title(tree)
    no_article.check_page(shown or named or "", whole, body)
    editor = html_bodies.editor(tree)
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
            page = html.tostring(tree, encoding="unicode")
        lines, beside = html_bodies.by_trafilatura(page, body, stated(boxes.pairs).title or shown)
    if not lines or not whole:
        raise UnreadableArticleError("网页里没有找到正文，请另存为 .txt 后再试。")
    values = stated(boxes.pairs)
    title = _without_tags(meta(tree, "ArticleTitle")) or values.title or shown
    paper, printed = news.masthead("\n".join([*beside, *lines[:_BELOW]]))
    author = meta(tree, "Author")
    draft = Draft(
        "\n\n".join(lines),
        title=title,
        fallback_title=named,
        issuer=values.issuer,
        origin=next(filter(None, map(issuer, _said_by(tree, values.source))), None) or paper,
        column=meta(tree, "ColumnName"),
        document_number=values.document_number or own_number("", "\n".join(_below_title(title, beside))),
        published_on=values.published_on or published_on(tree, page) or printed or _beside_title(beside),
        url=meta(tree, "Url") or meta(tree, "og:url") or canonical(tree),
        roles=[("作者", author)] if author else [],
        dropped=[
            *((BOX, plain(line)) for line in boxed),
            *((BOX if _is_box(line) else OUTSIDE_ARTICLE, plain(line)) for line in beside),
        ],
    )
    return values.fill(draft)


def _below_title(title: str | None, beside: Sequence[str]) -> Sequence[str]:
    """The lines that a page shows right below its title, outside the body."""
    wanted = letters(title or "")
    places = [i for i, line in enumerate(beside) if wanted and letters(line) == wanted]
    return [plain(line) for line in beside[places[-1] + 1 :][:_BELOW]] if places else []


def _said_by(tree: Any, labelled: str | None) -> list[str]:
    """Who may have had the article first, the likeliest first."""
    given = (meta(tree, "ContentSource"), labelled, meta(tree, "SiteName"), meta(tree, "og:site_name"))
    return [name for name in given if name]


def _is_box(line: str) -> bool:
    if line.startswith("|"):
        return any(field_of(cell) for cell in line.split("|"))
    return pairs_of_line(line) is not None


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


def page_title(tree: Any) -> tuple[str | None, str | None]:
    """(title that a page shows, what its window is called), without its site's name; None where that is the site alone."""
    given = meta(tree, "og:title") or next(
        (" ".join(str(e.text_content()).split()) for e in tree.xpath("//title")), None
    )
    window = _without_tags(given) or ""
    name = _SITE_SUFFIX.split(window)[0].strip() or window
    if not _shows(tree, name):  # some sites put their own name first
        parts = [part.strip() for part in _ANY_SUFFIX.split(window) if len(part.strip()) >= _NAMED]
        name = next((part for part in sorted(parts, key=len, reverse=True) if _shows(tree, part)), name)
    name = "" if _SITE.search(name) or is_agencies(name) else name
    ranked = [" ".join(str(e.text_content()).split()) for e in tree.xpath("//h1") if not is_hidden(e)]
    ranked = [text for text in ranked if len(text) >= 4 and not _SITE.search(text)]
    cut = name.endswith(("…", "..."))  # a window's title that its site has cut short
    name = name.rstrip("….")
    said = letters(name)
    shown = next((text for text in ranked if said and _is_part(letters(text), said)), None)
    if shown is None and name and not cut and _shows(tree, name):
        shown = name
    if shown is None and not cut:
        shown = next(iter(ranked), None)
    return shown or _headline(tree), name or None


def _is_part(one: str, other: str) -> bool:
    return min(len(one), len(other)) >= _NAMED and (one in other or other in one)


def _without_tags(text: str | None) -> str | None:
    """A title that a head gives, without the marks of line breaks that some editors leave in it."""
    return " ".join(_TAG.sub("", text).split()) or None if text else None


def _headline(tree: Any) -> str | None:
    """What a page sets as its title below the first rank of headings, or in an element that is called so."""
    for element in tree.xpath(_HEADLINES):
        text = " ".join(str(element.text_content()).split())
        if _HEADLINE.fullmatch(text) and not is_hidden(element) and not element.xpath(".//a|ancestor::a"):
            return text
    return None


def _shows(tree: Any, name: str) -> bool:
    body = next(iter(tree.xpath("//body")), tree)
    wanted = letters(name)
    if len(wanted) < _NAMED:  # so short a name may stand in any sentence
        return any(letters(line) == wanted for line in lines_of(body))
    return wanted in letters(str(body.text_content()))
