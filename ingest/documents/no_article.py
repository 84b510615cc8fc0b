"""What is no article: error pages, deleted posts, walls, lists of links, empty shells (`no_article.tsv`)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from docs_store.text.data_files import data_lines
from docs_store.text.sentences import CHINESE_ENDS
from ingest.documents.head import official_title
from ingest.errors import UnreadableArticleError
from ingest.lines import DraftLine

_SHORT = 400  # characters of all that a page shows, up to which a phrase of the list decides
_LINKS = 8  # links from which on a page may be a list of them
_LINKED = 0.6  # share of a page's characters that stand in links, in a list of them
_SENTENCE_END = re.compile(f"[{CHINESE_ENDS}]")
_PROSE = 3  # sentence ends that a list of links, and a page of an error or a wall, has less of


@cache
def _phrases() -> list[tuple[re.Pattern[str], str, str]]:
    """(pattern, kind, message) of each line of the list."""
    found = []
    for line in data_lines(files("ingest.documents") / "no_article.tsv"):
        kind, pattern, message = line.split("\t")
        found.append((re.compile(pattern, re.IGNORECASE), kind, message))
    return found


def _check(kind: str, text: str) -> None:
    for pattern, of, message in _phrases():
        if of == kind and pattern.search(text):
            raise UnreadableArticleError(message)


def check_wechat(lines: Sequence[str]) -> None:
    """Raises UnreadableArticleError for a post that is deleted, reported or blocked."""
    text = "\n".join(lines)
    if len(text) <= _SHORT:
        _check("wechat", text)


def check_page(title: str, lines: Sequence[str], body: Any) -> None:
    """Raises UnreadableArticleError for a page that holds no article.

    Args:
        title: of the page.
        lines: all that it shows.
        body: its lxml element, for the links in it.
    """
    text = "\n".join(lines)
    ends = len(_SENTENCE_END.findall(text))
    if (
        len(text) <= _SHORT
        and ends < _PROSE
        and official_title([DraftLine(title), *map(DraftLine, lines)]) is None
    ):
        _check("page", f"{title}\n{text}")
    links = [len("".join(str(a.text_content()).split())) for a in body.iter("a")]
    shown = len("".join(text.split()))
    if len(links) >= _LINKS and ends < _PROSE and sum(links) >= shown * _LINKED:
        raise UnreadableArticleError("网页是一列链接，不是文章，没有收录；请保存其中要用的文章页面。")
