"""文号: the numbers of official documents."""

from __future__ import annotations

import re

from ingest.documents.document_kinds import document_kinds

_YEAR = r"[〔\[［【﹝(（]\s*(?:19|20)\d{2}\s*年?\s*[〕\]］】﹞)）]"
OF_YEAR = rf"{_YEAR}\s*(?:第\s*)?\d{{1,5}}\s*号"
"""A regular expression for a number in the count of a year: 〔2025〕3号."""
NTH = r"(?:(?:19|20)\d{2}\s*年?)?\s*第\s*[\d一二三四五六七八九十百]{1,5}\s*号"
"""The same for one of orders and announcements: 第37号, 2026年第三号."""
_BRACKETED = rf"[\u4e00-\u9fffA-Z]{{1,14}}[ \t]*{OF_YEAR}"
_ORDER = r"(?:[\u4e00-\u9fff]{2,16}[ 　、]+){0,8}[\u4e00-\u9fff]{0,24}(?:公告|令)\s*" rf"[(（]?{NTH}[)）]?"
NUMBER = re.compile(
    rf"{_BRACKETED}|[\u4e00-\u9fff]{{2,20}}(?:公告|令)\s*(?:(?:19|20)\d{{2}}年?)?第\s*\d{{1,4}}\s*号"
)
"""A number anywhere in a text; one that is cited is not the document's own."""
_LINE = re.compile(
    rf"[(（【\[]?\s*(?:发文字号|文号|文件编号)?\s*[:：]?\s*({_BRACKETED}|{_ORDER}|第\s*\d{{1,5}}\s*号)\s*[)）】\]]?"
)
_FOLLOWS_NAME = re.compile(
    rf"\S{{0,24}}关于[^。；]{{4,80}}?(?:{document_kinds('official')})\s*([\u4e00-\u9fff]{{1,8}}{OF_YEAR})"
)
"""Where a page lost its line breaks, a document's number follows its name at the very beginning."""
_NAME_END = re.compile(r"^[\u4e00-\u9fff]*(?:通知|意见|办法|方案|规定|批复|决定)(?=[\u4e00-\u9fff])")
_STATUS = re.compile(r"\s+[^。，；]{1,40}")
"""What may follow a number on its line: 全文有效 成文日期：2026-03-02."""
_TEXT_BEGINS = re.compile(r"[。；：:]$")
_LINE_CHARS = 160
_FIGURES = str.maketrans("０１２３４５６７８９", "0123456789")
_STATED = re.compile(r"[\u4e00-\u9fffA-Z〔〕\[\]［］【】﹝﹞()（）\d\s-]{2,40}号")


def is_number_line(line: str) -> bool:
    """True for a line that is a document's number and nothing else."""
    return _line(line) is not None


def number_of_line(line: str) -> str | None:
    """The number on such a line, without spaces; None for any other line."""
    match = _line(line)
    return "".join(match.group(1).split()) if match else None


def _line(line: str) -> re.Match[str] | None:
    bare = line.strip()
    return _LINE.fullmatch(bare.translate(_FIGURES)) if len(bare) <= _LINE_CHARS else None


def stated_number(value: str) -> str | None:
    """The number that a page's own table states, such as 国令第707号; None where the value is none (无, —)."""
    bare = "".join(value[:_LINE_CHARS].split()).translate(_FIGURES)
    return bare if _STATED.fullmatch(bare) else None


def own_number(title: str, head: str) -> str | None:
    """The article's own number: in its title, or on a line of its own above its text; a cited one is not its own."""
    if match := NUMBER.search(title):
        return _NAME_END.sub("", "".join(match.group().split()))
    for line in head.split("\n"):
        if found := number_of_line(line):
            return found
        bare = line.strip()
        if _TEXT_BEGINS.search(bare):
            break
        if (match := NUMBER.search(bare)) and (
            len(bare) <= len(match.group()) + 8
            or (not match.start() and _STATUS.fullmatch(bare[match.end() :]))
        ):
            return "".join(match.group().split())
    own = _FOLLOWS_NAME.match(head.lstrip())
    return "".join(own.group(1).split()) if own else None
