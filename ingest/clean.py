"""Cleaning: boilerplate goes, what the text says about itself becomes metadata, the body stays whole."""

from __future__ import annotations

import re
from dataclasses import replace

from ingest.readers import Draft, parse_date

_BOILERPLATE = re.compile(
    r"^\s*(?:点击(?:上方|下方)?蓝字.*|关注我们|长按.{0,12}二维码.*|扫码.{0,12}|最新文章|阅读原文|微信扫一扫.*|"
    r"(?:点赞|在看|分享|收藏)[ 、]*)+\s*$"
)
_STATEMENT = re.compile(
    r"^\s*(来源|审核|校对|责编|责任编辑|编辑|作者|记者|监制)\s*[|｜:：/]\s*(\S.{0,40}?)\s*$"
)
_HEADER = re.compile(r"^\s*\S{0,8}\s+\d{4}-\d{1,2}-\d{1,2}(?:\s+\d{1,2}:\d{2})?(?:\s+\S{1,8})?\s*$")


def clean(draft: Draft) -> Draft:
    """The draft with boilerplate lines gone and its metadata lines read.

    Statements such as 来源|南通发布 stay at the end of the text, so that a citation can quote them. Lines that follow
    them are the account's own advertisement and go, as long as none is a sentence.
    """
    lines = [line.rstrip() for line in draft.text.replace("\u3000", " ").replace("\xa0", " ").split("\n")]
    lines = [line for line in lines if not _BOILERPLATE.match(line)]
    draft = _header(draft, lines)
    kept: list[str] = []
    statements: list[str] = []
    for line in lines:
        match = _STATEMENT.match(line)
        if match:
            role, name = match.groups()
            statements.append(line.strip())
            if role == "来源":
                draft = replace(draft, issuer=draft.issuer or name)
            else:
                draft = replace(draft, roles=[*draft.roles, (role, name)])
        elif not (statements and not re.search(r"[。！？；，,]", line)):
            kept.append(line)
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()
    if statements:
        text += "\n\n" + "\n".join(statements)
    return replace(draft, text=text)


def is_statement(line: str) -> bool:
    """True for a line such as 来源|南通发布, which is metadata and no passage."""
    return _STATEMENT.match(line) is not None


def _header(draft: Draft, lines: list[str]) -> Draft:
    """Title and date line of a WeChat post pasted as text; else the first short line as title."""
    filled = [i for i, line in enumerate(lines) if line.strip()]
    if not filled:
        return draft
    first = lines[filled[0]].strip().lstrip("# ")
    if len(filled) > 1 and _HEADER.match(lines[filled[1]]):
        column, _, title = first.rpartition("|")
        draft = replace(
            draft,
            title=draft.title or title.strip(),
            column=draft.column or column.strip() or None,
            published_on=draft.published_on or parse_date(lines[filled[1]]),
        )
        lines[filled[0]] = lines[filled[1]] = ""
    elif draft.title is None:
        draft = replace(draft, title=first[:60])
        if len(first) <= 60 and not re.search(r"[。；]", first) and len(filled) > 1:
            lines[filled[0]] = ""
    return draft
