"""What stands before the first words of a report: headline, dateline, reporters, who took the picture. No fact stands on it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from docs_store.text.agencies import agencies
from docs_store.text.segment import Word, words
from rag.lexicon import cues
from rag.lexicon.tables import lines

_AGENCY = "|".join(agencies())
_SPEAKS = "表示|指出|介绍|强调|认为|透露"
_NAMES = r"[\u4e00-\u9fff·]{2,4}(?:[、 \u3000]{1,2}[\u4e00-\u9fff·]{2,4}){0,3}"
_NOT_PICTURE = "(?![为书片像形纸表案册文景画谱])"  # behind 图: the word goes on
_SURNAME = "|".join(
    sorted((name for line in lines("surnames.txt") for name in line.split()), key=len, reverse=True)
)
_FRAMES = (
    re.compile(rf"^.{{0,80}}?(?:{_AGENCY})[\u4e00-\u9fff]{{0,8}}\s*(?:\d{{4}}年)?(?:\d{{1,2}}月\d{{1,2}}日)?\s*(?:电|讯|消息|报道)\s*[:：]?\s*(?:[（(][^（）()]{{2,50}}[）)])?\s*"),
    re.compile(r"^[^，。]{0,40}?\d{1,2}月\d{1,2}日(?:电|讯|报道|消息)\s*[:：]?\s*(?:[（(][^（）()]{2,50}[）)])?\s*"),
    re.compile(r"^[^，。]{0,40}?[（(][^（）()]{0,16}(?:记者|通讯员)[^（）()]{1,40}[）)]\s*"),
    re.compile(r"^[^，。]{2,10}记者[ \u3000]?[\u4e00-\u9fff·]{2,4}?[ \u3000]?(?=\d{1,2}月\d{1,2}日|当前|近日|日前|今[天日年]|昨[天日]|记者)"),
    re.compile(rf"^(?:.{{0,80}}?(?:{_AGENCY})(?:客户端)?)?[|｜丨 \u3000]*(?:见习)?记者[ \u3000]?(?:{_SURNAME})[\u4e00-\u9fff·]{{1,3}}?(?:[、 \u3000]{{1,2}}(?:{_SURNAME})[\u4e00-\u9fff·]{{1,3}}?){{0,3}}[ \u3000]?(?:\d{{1,2}}月\d{{1,2}}日(?:报道|讯|电)\s*[:：]\s*|(?=\d{{1,2}}月\d{{1,2}}日|当前|近日|日前|今[天日年]|昨[天日]))"),
    re.compile(rf"^.{{0,60}}?(?:记者|通讯员)[ \u3000]?{_NAMES}[ \u3000]?(?:摄影|摄|文/图)\s*"),
    re.compile(rf"^(?:[^，。]{{0,24}}[ \u3000])?(?:{_SURNAME})[\u4e00-\u9fff]{{1,2}}(?<!拍)(?<!航)[ \u3000]?/?摄(?![影制像])\s*"),
    re.compile(r"^图说[:：][^，。]{0,24}?(?=其中|据|近日|此次|当前|目前)"),
    re.compile(r"^图片说明[:：][^，。（(]{0,12}[（(][^（()）]{1,12}[）)]\s*"),
    re.compile(r"^(?:见习)?记者[ \u3000]?[\u4e00-\u9fff·、 \u3000]{2,40}?(?:报道|摄影报道)[:：]\s*"),
    re.compile(rf"^(?:见习)?记者[ \u3000]?{_NAMES}[ \u3000]+通讯员[ \u3000]?[\u4e00-\u9fff、]{{2,12}}[ \u3000]+"),
    re.compile(r"^[（(](?:资料图|[^（）()]{1,20}(?:供图|[摄图]))[）)]\s*"),
    re.compile(rf"^[^，。]{{0,12}}?[\u4e00-\u9fff]{{2,12}}[ \u3000]?供图{_NOT_PICTURE}(?:[ \u3000]图{_NOT_PICTURE})?[）)]?\s*"),
    re.compile(rf"^[^，。]{{0,24}}?(?:记者|通讯员)[ \u3000]?{_NAMES}[ \u3000]+图{_NOT_PICTURE}\s*"),
    re.compile(r"^[\u4e00-\u9fff· \u3000]{0,12}?资料图片?(?=[ \u3000])\s*"),
    re.compile(r"^本文图(?:片)?均?[为由来][^，。]{0,24}?[ \u3000]图\s*"),
    re.compile(r"^广告[ \u3000][^×]{2,90}?×\s*"),
    re.compile(r"^[，。、；：,.;:×●■◆▲·\s]+"),
    re.compile(r"^(?:原标题|来源|标题)[:：]\s?\S{2,30}[ \u3000]"),
    re.compile(rf"^[^，。]{{0,24}}?(?:{_AGENCY})(?:客户端)?(?:消息|讯)[:：|]\s*"),
    re.compile(r"^[\u4e00-\u9fff]{2,8}(?:消息|讯)[:：]\s*"),
    re.compile(rf"^(?:并|还|也)(?:{_SPEAKS}|提出)[，,：:]?"),
    re.compile(r"^(?:据悉|据了解|据介绍|据统计|原标题)[，,：:]\s*"),
)  # fmt: skip
_SPEAKER = re.compile(rf"^[^，。：“]{{2,40}}?(?:说|称|{_SPEAKS})[，：:]\s?[“‘]?")
_NOTICES = re.compile(
    rf"^《\s*(?:{_AGENCY})\s*》|^(?:来源|作者|编辑|责编|图源|供稿|摄影|校对|监制|记者)\s*[:：丨|]|^[（(]?完[）)]?$"
    r"|^现(?:将|就|予|印发|转发)[^。；]{0,120}(?:印发|转发|下达|公布|发布|如下)[^。；]{0,30}[。：:]?$|(?:知识产权|版权)(?:为|归|均归|属于)[^，。]{0,60}(?:所有|持有)|转载(?:请|须|时)?注明|^特此(?:通知|公告|通报)[。！]?$"
)


_LEADS_ON = frozenset(
    [
        "后",
        "之后",
        "以后",
        "时",
        "之时",
        "之际",
        "之余",
        "期间",
        "过程中",
        "途中",
        "中",
        "以来",
        "的同时",
        "外",
        "以外",
        "之外",
        "说",
    ]
)
"""Words at the end of a clause that only leads up to the next one."""
_ANNOUNCES = frozenset(
    [
        "提出",
        "提到",
        "建议",
        "要求",
        "宣布",
        "规定",
        "明确",
        "明确提出",
        "强调指出",
        "包括",
        "如下",
        "即",
        "称",
    ]
)
"""Words that do so behind who or what speaks (《行动方案》提出, 报告还建议): 由会长提出, 符合要求 are whole."""
_ON_OCCASION = frozenset(["上", "会上", "大会上", "发布会上", "论坛上", "仪式上", "活动上"])
"""Words that do so behind 在: 在当天召开的新闻发布会上."""
_AT = "在"
_LAST = frozenset(word[-1] for word in (*_LEADS_ON, *_ANNOUNCES, *_ON_OCCASION, *cues.classes()["speech"]))
_BEGINS = ("除了", "随着", "为了", "作为")
_FROM = "从"
_BY = ("由", "被", "经", "按")
_NAMES_SPEAKER = ("n", "r", "j")  # parts of speech
_DOES = ("v", "i", "l")
_ALSO = ("还", "也", "同时", "并", "中")
_CLOSES = ("》", "）", ")", "”")
_BEFORE_PHRASE = (
    "d",
    "c",
    "t",
    "x",
    "m",
    "q",
)  # parts of speech before a phrase that opens a clause: 此外，近年来，今年


def breaks_off(clause: str) -> bool:
    """True for a clause that says nothing without the one behind it: who speaks (董事长李天涛说), when, besides what (除了讨论环节).

    So does one that announces (包括：, ——), and a phrase without a verb: 按照统一原则; 分别从3年前的2.5万人次.
    """
    plain = clause.rstrip("，,：:；;—“‘ 　")
    if plain.startswith(_BEGINS) or clause.rstrip().endswith(("：", ":", "——")) or _is_phrase(plain):
        return True
    if plain[-1:] not in _LAST:
        return False
    cut = words(plain)
    last = cut[-1].text
    if last in _LEADS_ON or last in cues.classes()["speech"]:
        return True
    if last in _ON_OCCASION:
        return any(word.text == _AT and word.pos == "p" for word in cut)
    return last in _ANNOUNCES and _is_speaker(cut[:-1])


def _is_speaker(cut: Sequence[Word]) -> bool:
    """True for who or what speaks, without a verb, or words that end in a title; 还 or 也 may stand behind."""
    kept = [word for word in cut if word.text not in _ALSO]
    if not kept or any(word.text in _BY for word in kept):
        return False
    if kept[-1].text in _CLOSES:
        return True
    return kept[-1].pos.startswith(_NAMES_SPEAKER) and not any(
        word.pos.startswith(_DOES) and word.pos != "vn" for word in kept
    )


def _is_phrase(clause: str) -> bool:
    """True for a clause without a verb that a preposition opens, or that tells from what."""
    cut = words(clause)
    if any(word.pos.startswith("v") and word.pos != "vn" for word in cut):
        return False
    opening = next((word for word in cut if not word.pos.startswith(_BEFORE_PHRASE)), None)
    if opening is not None and opening.pos == "p":
        return True
    return any(word.text == _FROM and word.pos == "p" for word in cut)


def opens(text: str) -> int:
    """Where the telling words of a sentence begin; 0 where nothing stands before them."""
    at = 0
    for frame in _FRAMES:
        match = frame.match(text[at:])
        if match and len(text) - at - match.end() > 8:
            at += match.end()
    return at


def spoken(text: str) -> int:
    """Where the words begin that somebody is quoted with (王伟说：“我们不断…); 0 where nobody speaks, or only a mark opens."""
    match = _SPEAKER.match(text)
    if match and len(text) - match.end() > 8:
        return match.end()
    return (
        1 if text[:1] in "“‘" and text.count("“") + text.count("‘") > text.count("”") + text.count("’") else 0
    )


def is_notice(text: str) -> bool:
    """True for a line that only says who wrote, printed or drew something, or that a document is handed on."""
    return _NOTICES.search(text) is not None
