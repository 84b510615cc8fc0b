"""Cleaning: boilerplate goes, what the text says about itself becomes metadata, the body stays whole."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from docs_store.models import Removed
from docs_store.text.data_files import data_lines
from ingest.documents.head import read_head
from ingest.documents.metadata import fill
from ingest.draft import Draft
from ingest.lines import DraftLine, is_contents_entry, lay, lines_of
from ingest.radicals import without_radicals
from ingest.statements import ORIGIN, statement

_FOLLOW = re.compile(
    r"[\s>▲▼↑↓☝👆👇★☆·•*“”\"【】\[\]（）()|｜—-]*(?:请?点击?(?:上方|下方|右上角|右下角|左下角|↑)*的?(?:[“\"].{1,16}[”\"])?(?:蓝色?字体?|关注|在看|阅读原文|名片).{0,24}|"
    r"(?:欢迎|记得|快来|敬请|请)?(?:长按|扫描|识别|扫码|扫一扫).{0,24}|微信扫一扫.{0,20}|"
    r"请?点击?[“\"].{1,16}[”\"][，,]?\s*(?:获取|关注|了解|查看|阅读).{0,16}|"
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
_PROSE = re.compile(r"[，；。？][^。]|[。；？]$")
"""What an appeal to follow an account never has, and a sentence of the body nearly always."""
_SENTENCE = re.compile(r"[。！？；，,!?;|]")
_MAX_ADS = (
    8  # lines after the last 来源|… that may be the account's advertisement; more are a list of the body
)
_BLANKS = (("\u3000", " "), ("\xa0", " "), *((mark, "") for mark in "\u200b\ufeff\u200e\u200f"))
_CONTENTS_HEAD = re.compile(r"目\s*[录次]")
_LEAST_CONTENTS = 3  # entries
_ENTRY_CHARS = 60
AT_END = "署名与来源（存为元数据）"


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The draft after cleaning, where its pages and headings are, and what no passage may hold."""

    draft: Draft
    page_starts: tuple[int, ...]
    outline: tuple[tuple[int, int], ...]
    removed: tuple[Removed, ...]


def clean(draft: Draft, name: str = "") -> Cleaned:
    """The draft with boilerplate lines gone and its metadata lines read.

    Statements such as 来源|南通发布 stay at the end of the text, so that a citation can quote them. Lines that follow
    them are the account's own advertisement and go, as long as none is a sentence.

    Args:
        draft: as it was read.
        name: of its file without the ending; the title where neither source nor text gives a better one.
    """
    text = draft.text
    for blank, plain in _BLANKS:  # many times as quick as str.translate
        text = text.replace(blank, plain)
    text = without_radicals(text)
    tail = _TAIL.search(text[-80:])
    if tail:
        text = text[: len(text) - len(text[-80:]) + tail.start()]
    lines = lines_of(text)
    _take_out_fragments(lines)
    _take_out_boilerplate(lines)
    _take_out_contents(lines)
    draft = _read_statements(draft, lines)
    draft = read_head(draft, lines, name)
    laid = lay(lines, AT_END)
    removed = [Removed(0, 0, text, why) for why, text in draft.dropped]
    removed += laid.removed
    if tail:
        removed.append(Removed(len(laid.text), len(laid.text), tail.group().strip(), "网站尾注"))
    draft = fill(replace(draft, text=laid.text, dropped=[]))
    return Cleaned(draft, laid.page_starts, laid.outline, tuple(removed))


@cache
def _advertisement() -> re.Pattern[str]:
    """Lines that are advertisement whatever their punctuation (`advertisements.txt`)."""
    return re.compile("|".join(data_lines(files("ingest") / "advertisements.txt")))


@cache
def _fragments() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """(why, pattern) of what sites put into the text itself (`inline_advertisements.txt`)."""
    rows = (line.split("\t") for line in data_lines(files("ingest") / "inline_advertisements.txt"))
    return tuple((why, re.compile(pattern)) for why, pattern in rows)


def _take_out_fragments(lines: list[DraftLine]) -> None:
    for line in lines:
        for why, pattern in _fragments():
            while line.stays and (match := pattern.search(line.text)):
                if match.group() == line.bare:
                    line.why = why
                else:
                    line.take_out(match.start(), match.end(), why)


def _take_out_boilerplate(lines: list[DraftLine]) -> None:
    for line in lines:
        bare = line.bare
        if not bare or len(bare) > 120:
            continue
        if _advertisement().fullmatch(bare):
            line.why = "广告"
        elif not _PROSE.search(bare):
            line.why = (
                "关注引导" if _FOLLOW.fullmatch(bare) else "页面按钮" if _SHARE.fullmatch(bare) else None
            )
        elif bare[0] in "👆👇☝▲▼↑↓" and _FOLLOW.fullmatch(bare):
            line.why = "关注引导"


def _take_out_contents(lines: list[DraftLine]) -> None:
    """Takes out a list of contents, and 目录 above it: lines that end in dots and a page's number, or that all come again
    as lines of the text."""
    filled = [line for line in lines if line.stays]
    entries = [i for i, line in enumerate(filled) if is_contents_entry(line.bare)]
    if len(entries) < _LEAST_CONTENTS:
        entries = _repeated_below(filled)
    if len(entries) < _LEAST_CONTENTS:
        return
    for i in entries:
        filled[i].why = "目录"
    if entries[0] and _CONTENTS_HEAD.fullmatch(filled[entries[0] - 1].bare):
        filled[entries[0] - 1].why = "目录"


def _repeated_below(filled: list[DraftLine]) -> list[int]:
    """The lines after a line 目录 that stand once more further down, up to the first of them that comes again."""
    head = next((i for i, line in enumerate(filled) if _CONTENTS_HEAD.fullmatch(line.bare)), None)
    if head is None:
        return []
    names = ["".join(line.bare.split()) for line in filled]
    for end in range(head + 1, len(filled)):
        if names[end] in names[head + 1 : end]:
            below = set(names[end:])
            return list(range(head + 1, end)) if below.issuperset(names[head + 1 : end]) else []
        if len(names[end]) > _ENTRY_CHARS:
            return []
    return []


def _read_statements(draft: Draft, lines: list[DraftLine]) -> Draft:
    """Moves 来源|… lines to the end, and takes out the advertisement that follows the last of them."""
    body = 0  # index after the last line that is text
    for index, line in enumerate(lines):
        if (
            line.stays
            and statement(line.text) is None
            and (len(line.bare) > 40 or _SENTENCE.search(line.bare))
        ):
            body = index + 1
    ads: list[DraftLine] = []
    seen = False
    for index, line in enumerate(lines):
        if not line.stays:
            continue
        if found := statement(line.text):
            line.last = True
            seen = seen or index >= body
            role, name = found
            if role in ORIGIN:
                draft = replace(draft, origin=draft.origin or name)
            elif (role, name) not in draft.roles:
                draft = replace(draft, roles=[*draft.roles, (role, name)])
        elif seen and index >= body:
            ads.append(line)
    if len(ads) <= _MAX_ADS:
        for line in ads:
            line.why = "文末推广"
    return draft
