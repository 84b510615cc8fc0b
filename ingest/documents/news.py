"""How news agencies and papers sign what they print, in texts that may have lost their line breaks."""

from __future__ import annotations

import re
from datetime import date

from docs_store.text.agencies import agencies
from docs_store.text.dates import DAY, parse_date
from ingest.documents.labels import issuer

_AGENCY = "|".join(agencies())
_DATELINE = re.compile(
    rf"({_AGENCY})(?:客户端|记者|广东新闻|[\u4e00-\u9fff]{{0,8}}?)\s*(?:\d{{4}}年)?\d{{1,2}}月\d{{1,2}}日"
    r"(?:电|讯|报道|消息|专电)"
)
_OPENING = re.compile(
    rf"(?:^|[【\s])({_AGENCY})(?:客户端)?(?:消息|讯|报道|[|（(\s]{{0,3}}(?:全媒体|见习)?(?:记者|通讯员))"
)
_WRITER = re.compile(rf"文\s*[/／|]\s*({_AGENCY})(?:全媒体)?(?:见习)?记者")
_PAPER = r"[\u4e00-\u9fff]{2,8}(?:日报|晚报|早报|晨报|商报|导报|时报|都市报|特区报|新闻网|新闻|在线)"
_REPORTER = re.compile(
    rf"(?:^|原标题[^。]{{0,60}}?\s|[（(【丨|▍■：:])(?:作者|来源)?[:：]?\s*({_PAPER}|{_AGENCY}|[\u4e00-\u9fff]{{2,4}}网)"
    r"(?:客户端)?(?:全媒体|融媒体|见习|首席)?(?:记者\s*[\u4e00-\u9fff]{2,4}|\d{1,2}月\d{1,2}日(?:电|讯))"
)
_PRINTED = re.compile(
    r"《\s*([\u4e00-\u9fff]{2,12})\s*》\s*[（(]\s*(\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日)\s*,?，?\s*第?\s*[A-Z]?\d{1,3}\s*版"
)
"""How a newspaper marks what it printed: 《人民日报》（2023年07月21日 14 版）."""
_MASTHEAD = re.compile(
    rf"(?m)^\s*《?({_PAPER}|{_AGENCY})》?\s*({DAY})\s*(?:星期[一二三四五六日天]|\d{{1,2}}:\d{{2}})"
)
"""The line above what a newspaper has on the web: 江海日报 2026年03月09日 星期一 第01版：要闻, 江海日报 2026-03-09 06:58."""
_ACCOUNT = re.compile(
    r"[\u4e00-\u9fffA-Za-z0-9·]{1,14}(?:报|网|社|发布|观察|新闻|资讯|频道|在线|头条|视点|客|政务|政府|局|委|厅|院|会|中心)"
)
_REPRINTED = re.compile(
    r"(?:转自|转载自|摘自)\s*[:：]?\s*[【“《「]?\s*([\u4e00-\u9fffA-Za-z0-9·]{2,14}?)(?:微信公众号|公众号|客户端|官网)?\s*[】”》」）)；;\n]"
)
_ORIGIN = re.compile(
    r"(?<![图片数据资料])(?:文章|稿件|信息|新闻)?来源\s*[:：丨|]\s*[“\"《]?"
    rf"(?:(人民网－[\u4e00-\u9fff]{{2,4}}频道|{_AGENCY})|(?!原创)([\u4e00-\u9fffA-Za-z0-9·－-]{{2,14}}?)"
    r"(?:客户端|微信公众号|公众号|官网|网站)?(?=[\s”\"》）)。；;|丨]|流程编辑|责任编辑|编辑|作者|记者|$))"
)
_BYLINE = re.compile(
    r"[（(](?:[\u4e00-\u9fff]{2,8}(?:日报|晚报|社|网|报|新闻)(?:全媒体)?)?(本报记者|见习记者|记者|通讯员)[:：\s]*([\u4e00-\u9fff]{2,4}(?:[、\s][\u4e00-\u9fff]{2,4}){0,3})[）)]"
)
_EDITOR = re.compile(
    r"[【（(]?(责任编辑|责编|流程编辑|编辑|校对|审核)[:：/]\s*([\u4e00-\u9fff]{2,4})\s*[】）)]?\s*$"
)
_PUBLISHED = re.compile(
    rf"(?<![\u4e00-\u9fff])(?:发布(?:日期|时间)|公布日期|刊发时间|发表时间)\s*[:：|]\s*({DAY})"
)


def is_account(name: str) -> bool:
    """True for a name that sounds as accounts and sites call themselves, and no person."""
    return _ACCOUNT.fullmatch(name) is not None


def printed_by(head: str, foot: str) -> str | None:
    """Who printed an article first, by its beginning and its end; None where neither says."""
    tried = (
        (_ORIGIN, head[:200]),
        (_ORIGIN, foot),
        (_DATELINE, head[:300]),
        (_OPENING, head[:120]),
        (_WRITER, foot),
        (_PRINTED, foot),
        (_REPRINTED, head[:60]),
        (_REPRINTED, foot[-60:] + "\n"),
        (_REPORTER, head[:120]),
        (_REPORTER, foot[-80:]),
    )
    for pattern, text in tried:
        if match := pattern.search(text.strip()):
            name = next(group for group in match.groups() if group)
            if usable := issuer(name):
                return usable
    return None


def printed_on(head: str, foot: str) -> date | None:
    """The day that an article states as that of its publication."""
    for match in _PUBLISHED.finditer(head + "\n" + foot):
        if found := parse_date(match.group(1)):
            return found
    printed = _PRINTED.search(foot)
    return parse_date(printed.group(2)) if printed else None


def masthead(text: str) -> tuple[str | None, date | None]:
    """(paper, day) of the edition that something stands in, as the lines around it say."""
    found = _PRINTED.search(text) or _MASTHEAD.search(text)
    return (issuer(found.group(1)), parse_date(found.group(2))) if found else (None, None)


def people(head: str, foot: str) -> list[tuple[str, str]]:
    """(role, name) of the reporters and editors that its ends name."""
    found: list[tuple[str, str]] = []
    for text in (head[:200], foot):
        for match in _BYLINE.finditer(text):
            found.append(
                (match.group(1).removeprefix("本报"), "、".join(match.group(2).replace("、", " ").split()))
            )
    if editor := _EDITOR.search(foot.strip()):
        found.append((editor.group(1), editor.group(2)))
    return list(dict.fromkeys(found))
