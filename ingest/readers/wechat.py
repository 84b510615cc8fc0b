"""WeChat posts as saved pages: ordinary ones, and text or picture posts, whose text lies in the page's script."""

from __future__ import annotations

import html as entities
import re
from datetime import date
from typing import Any

from docs_store.text.dates import parse_date
from ingest.documents import no_article
from ingest.draft import Draft
from ingest.errors import UnreadableArticleError
from ingest.readers.html_head import meta
from ingest.readers.html_lines import lines_of, plain

_SCRIPT_TIME = re.compile(
    r"\b(?:publish_time|createTime|create_time|oriCreateTime|ori_create_time|ct)\b\s*[=:]\s*[\"']?([\d-]{8,10}(?: [\d:]+)?)[\"']?"
)
_SCRIPT_URL = re.compile(r"\bmsg_link\s*=\s*[\"']([^\"']+)[\"']")
_SCRIPT_TEXT = re.compile(
    r"\b(?:content_noencode|content|desc)\s*[:=]\s*(?:JsDecode|htmlDecode)?\(?\s*'((?:[^'\\]|\\.){2,})'"
    r"|\b(?:content_noencode|content)\s*[:=]\s*(?:JsDecode|htmlDecode)?\(?\s*\"((?:[^\"\\]|\\.){2,})\""
)
_SCRIPT_NAME = re.compile(
    r"\b(?:nick_name|nickname)\s*[:=]\s*(?:JsDecode|htmlDecode)?\(?\s*[\"']([^\"']{1,40})[\"']"
)
_ESCAPE = re.compile(r"\\x([0-9a-fA-F]{2})|\\u([0-9a-fA-F]{4})|\\([nrt'\"\\/])")
_PLAIN = {"n": "\n", "r": "", "t": " ", "'": "'", '"': '"', "\\": "\\", "/": "/"}
_SCRIPT = re.compile(r"<script[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)
_TAGS = re.compile(r"<br\s*/?>|</p>|</div>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]{1,400}>")
_PLATFORM = frozenset({"微信公众平台", "微信公众号平台"})
OUTSIDE_ARTICLE = "微信页面的按钮与提示"


def is_post(tree: Any, page: str) -> bool:
    """True for a post's page, also where the post is gone."""
    return bool(
        tree.xpath("//*[@id='js_content' or @id='js_text_desc' or contains(@class, 'weui-msg__title')]")
        or ("mp.weixin.qq.com" in page[:20_000] and "text_page_info" in page)
    )


def read(tree: Any, page: str) -> Draft:
    """The post. Raises UnreadableArticleError where it is deleted, blocked or empty."""
    body = next(iter(tree.xpath("//body")), tree)
    whole = lines_of(body)
    no_article.check_wechat(whole)
    content = next(iter(tree.xpath("//*[@id='js_content']")), None)
    lines = lines_of(content) if content is not None else []
    short_post = (
        "text_page_info" in page or "picture_page_info" in page or bool(tree.xpath("//*[@id='js_text_desc']"))
    )
    if (short_post or not lines) and (said := _script_text(tree, page)):
        lines, content = said, None
    if not lines:
        raise UnreadableArticleError("微信文章的正文是空的（可能要登录或已被删除），请在微信里重新保存。")
    account = _first(tree, "//*[@id='js_name' or @id='js_wx_follow_nickname']") or _name(page)
    if account is None and short_post:
        account = _first(tree, "//*[@id='js_content']//strong | //*[contains(@class, 'wx_follow_nickname')]")
    account = None if account in _PLATFORM else account
    author = _first(tree, "//*[@id='js_author_name_text'] | //*[@id='js_author_name']") or meta(
        tree, "author"
    )
    link = _SCRIPT_URL.search(page)
    title = _first(tree, "//*[@id='activity-name']") or meta(tree, "og:title")
    kept = {"".join(line.split()) for line in lines}
    beside = whole if content is None else lines_of(body, [content])
    return Draft(
        "\n\n".join(lines),
        title=title,
        issuer=account,
        published_on=parse_date(_first(tree, "//*[@id='publish_time']")) or _script_date(page),
        url=meta(tree, "og:url") or (link.group(1).replace("\\x26amp;", "&") if link else None),
        roles=[("作者", author)] if author and author != account else [],
        dropped=[(OUTSIDE_ARTICLE, plain(line)) for line in beside if "".join(line.split()) not in kept],
    )


def _script_text(tree: Any, page: str) -> list[str]:
    """The lines of a text or picture post, out of the script that draws it: the longest that it holds."""
    scripts = "\n".join(_SCRIPT.findall(page))
    found = [_decoded(one or other) for one, other in _SCRIPT_TEXT.findall(scripts)]
    text = max(found, key=len, default="") or _decoded(meta(tree, "og:description") or "")
    return [" ".join(line.split()) for line in text.split("\n") if line.strip()]


def _decoded(text: str) -> str:
    def one(match: re.Match[str]) -> str:
        two, four, plain = match.groups()
        return chr(int(two or four, 16)) if two or four else _PLAIN[plain]

    shown = entities.unescape(_ESCAPE.sub(one, text))
    return _TAG.sub("", _TAGS.sub("\n", shown))


def _name(page: str) -> str | None:
    match = _SCRIPT_NAME.search(page)
    return _decoded(match.group(1)).strip() or None if match else None


def _script_date(page: str) -> date | None:
    """The day in China that the page's script states, as a date or as seconds since 1970."""
    for match in _SCRIPT_TIME.finditer(page):
        if found := parse_date(match.group(1)):
            return found
    return None


def _first(tree: Any, path: str) -> str | None:
    for element in tree.xpath(path):
        if text := " ".join(str(element.text_content()).split()):
            return text
    return None
