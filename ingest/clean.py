"""Cleaning: boilerplate goes, what the text says about itself becomes metadata, the body stays whole."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from docs_store.text.dates import parse_date
from ingest.draft import PAGE_BREAK, Draft
from ingest.metadata import fill

_FOLLOW = re.compile(
    r"[\s>▲▼↑↓☝👆👇★☆·•*“”\"【】\[\]（）()|｜—-]*(?:请?点击?(?:上方|下方|右上角|右下角|左下角|↑)*的?(?:[“\"].{1,16}[”\"])?(?:蓝色?字体?|关注|在看|阅读原文|名片).{0,24}|"
    r"(?:欢迎|记得|快来|敬请|请)?(?:长按|扫描|识别|扫码|扫一扫).{0,24}|微信扫一扫.{0,20}|"
    r"(?:欢迎|敬请|请)?(?:关注|订阅|加入)(?:我们|本?公众号|官方微信|本号).{0,12}|"
    r"预览时标签不可点|继续滑动看下一个|轻触阅读原文|向上滑动看下一个|"
    r"(?:.{1,16}(?:公众号|视频号|客户端)[\s|｜:：]*(?:.{0,16}))?(?:二维码|关注公众号))[\s>▲▼↑↓☝👆👇★☆·•*“”\"【】\[\]（）()|｜!！。~～—-]*"
)
_SHARE = re.compile(
    r"[\s\W]*(?:(?:点个?|求|一键|请|个|记得|分享|点赞|点亮|收藏|在看|转发|留言|评论|喜欢此内容的人还喜欢|赞|写留言|"
    r"投诉|微信号|功能介绍|阅读原文|阅读全文|最新文章|往期回顾|往期推荐|往期精彩|推荐阅读|相关阅读|延伸阅读|精选留言|"
    r"热点推荐|猜你喜欢|相关链接|打印|关闭窗口|返回顶部|【?字体[:：]?|大|中|小|】)[\s、|｜/>:：]*)+[\s\W]*"
)
_TAIL = re.compile(
    r"(?:返回搜狐，查看更多|举报/反馈|分享让更多人看到)\s*(?:责任编辑[:：]\s*[\u4e00-\u9fff]{0,4}\s*)?$"
)
_STATEMENT = re.compile(
    r"^\s*[(（【]?\s*(来源|文章来源|信息来源|稿件来源|发布机构|审核|审签|终审|复审|初审|校对|责编|责任编辑|编辑|主编|"
    r"值班编辑|值班主任|作者|记者|通讯员|文字|摄影|图片|排版|监制|供稿)\s*[|｜:：/丨]\s*(\S.{0,40}?)\s*[)）】]?\s*$"
)
_ORIGIN = frozenset({"来源", "文章来源", "信息来源", "稿件来源", "发布机构"})
_HEADER = re.compile(
    r"^\s*(?:原创\s+)?(?:\S{1,16}\s+){0,3}\d{4}[-年/.]\d{1,2}[-月/.]\d{1,2}日?(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?(?:\s+\S{1,8})?\s*$"
)
_PROSE = re.compile(r"[，；。？][^。]|[。；？]$")
"""What an appeal to follow an account never has, and a sentence of the body nearly always."""
_SENTENCE = re.compile(r"[。！？；，,!?;]")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The draft after cleaning, where its pages begin, and what was taken out: (why, line), in order."""

    draft: Draft
    page_starts: tuple[int, ...]
    removed: tuple[tuple[str, str], ...]


def clean(draft: Draft) -> Cleaned:
    """The draft with boilerplate lines gone and its metadata lines read.

    Statements such as 来源|南通发布 stay at the end of the text, so that a citation can quote them. Lines that follow
    them are the account's own advertisement and go, as long as none is a sentence.
    """
    removed: list[tuple[str, str]] = []
    text = draft.text.replace("\u3000", " ").replace("\xa0", " ").replace("\u200b", "").replace("\ufeff", "")
    if tail := _TAIL.search(text):
        removed.append(("网站尾注", tail.group().strip()))
        text = text[: tail.start()]
    lines = _without_boilerplate([line.rstrip(" \t") for line in text.split("\n")], removed)
    draft = _header(draft, lines, removed)
    kept: list[str] = []
    statements: list[str] = []
    pages = ""  # page breaks of lines that went: they belong to the next that stays
    for line in lines:
        bare = line.replace(PAGE_BREAK, "")
        if match := _STATEMENT.match(bare):
            role, name = match.groups()
            statements.append(bare.strip())
            if role in _ORIGIN:
                draft = replace(draft, issuer=draft.issuer or name)
            elif (role, name) not in draft.roles:
                draft = replace(draft, roles=[*draft.roles, (role, name)])
        elif statements and bare.strip() and not _SENTENCE.search(bare) and len(bare) <= 40:
            removed.append(("文末推广", bare.strip()))
        else:
            kept.append(pages + line)
            pages = ""
            continue
        pages += PAGE_BREAK * line.count(PAGE_BREAK)
    body = re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip(" \t\n")
    if statements:
        body += "\n\n" + "\n".join(statements)
    text, starts = _pages(body.lstrip("\n"))
    return Cleaned(fill(replace(draft, text=text)), starts, tuple(removed))


def is_statement(line: str) -> bool:
    """True for a line such as 来源|南通发布, which is metadata and no passage."""
    return _STATEMENT.match(line) is not None


def _without_boilerplate(lines: list[str], removed: list[tuple[str, str]]) -> list[str]:
    kept = []
    pages = ""
    for line in lines:
        bare = line.replace(PAGE_BREAK, "")
        why = None
        if bare.strip() and not _PROSE.search(bare):
            why = "关注引导" if _FOLLOW.fullmatch(bare) else "页面按钮" if _SHARE.fullmatch(bare) else None
        if why is None:
            kept.append(pages + line)
            pages = ""
        else:
            removed.append((why, bare.strip()))
            pages += PAGE_BREAK * line.count(PAGE_BREAK)
    return kept


def _pages(text: str) -> tuple[str, tuple[int, ...]]:
    """The text without page breaks, and the offsets where pages begin; () when it has no pages."""
    parts = text.split(PAGE_BREAK)
    if len(parts) == 1:
        return text, ()
    starts, length = [], 0
    for part in parts:
        starts.append(length)
        length += len(part)
    return "".join(parts), tuple(starts)


def _header(draft: Draft, lines: list[str], removed: list[tuple[str, str]]) -> Draft:
    """Title and date line of a WeChat post pasted as text; else the first short line as title."""
    filled = [i for i, line in enumerate(lines) if line.strip()]
    if not filled:
        return draft
    first = lines[filled[0]].strip().lstrip("# ")
    header = next((i for i in filled[1:4] if _HEADER.match(lines[i])), None)
    if header is not None and len(first) <= 80 and not first.endswith("。"):
        column, _, title = first.replace("｜", "|").rpartition("|")
        draft = replace(
            draft,
            title=draft.title or title.strip(),
            column=draft.column or column.strip() or None,
            published_on=draft.published_on or parse_date(lines[header]),
        )
        removed.append(("标题行（存为元数据）", first))
        removed.append(("日期行（存为元数据）", lines[header].strip()))
        lines[filled[0]] = lines[header] = ""
    elif draft.title is None:
        title = first.replace(PAGE_BREAK, "")
        draft = replace(draft, title=title[:60])
        if len(title) <= 60 and not re.search(r"[。；]", title) and len(filled) > 1:
            removed.append(("标题行（存为元数据）", title))
            lines[filled[0]] = ""
    elif first.replace(PAGE_BREAK, "") == draft.title and len(filled) > 1:
        removed.append(("标题行（存为元数据）", first))
        lines[filled[0]] = ""
    return draft
