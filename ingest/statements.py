"""Lines in which an article says who wrote, checked or first published it: 来源|南通发布, 责编：陈某."""

from __future__ import annotations

import re

_STATEMENT = re.compile(
    r"^\s*[(（【]?\s*(来源|文章来源|信息来源|稿件来源|发布机构|审核|审签|终审|复审|初审|校对|责编|责任编辑|编辑|主编|"
    r"值班编辑|值班主任|作者|记者|通讯员|文字|摄影|图片|排版|监制|供稿)\s*[|｜:：/丨]\s*([^\s。？！，；][^。？！，；:：]{0,40}?)\s*[)）】]?\s*$"
)
ORIGIN = frozenset({"来源", "文章来源", "信息来源", "稿件来源", "发布机构"})
"""Roles that name who published the article first."""


def statement(line: str) -> tuple[str, str] | None:
    """(role, name) of such a line; None for any other."""
    match = _STATEMENT.match(line)
    return (match.group(1), match.group(2)) if match else None


def is_statement(line: str) -> bool:
    """True for a line such as 来源|南通发布, which is metadata and no passage."""
    return len(line) < 80 and _STATEMENT.match(line) is not None
