"""A draft's claims: its sentences with their markers, without lead-ins, and what 它 and 该项目 stand for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from docs_store.text.section_numbers import SECOND_RANK
from docs_store.text.segment import words
from docs_store.text.sentences import sentence_spans

_NUMBERS = r"(?:\^|ID\s*[:：]\s*|资料|来源|参考)?\s*\d{1,2}(?:\s*[,，、\-–—~～至]\s*\d{1,2})*"
_MARKER = re.compile(rf"\s*(?:\[{_NUMBERS}\]|【{_NUMBERS}】|［{_NUMBERS}］|\(\[{_NUMBERS}\]\))")
_BLANK = "\ue000"  # stands for the characters of a marker, so that offsets stay
_BULLET = re.compile(
    rf"^(?:[-•·●▪]|\*(?!\*)|\d{{1,2}}[.、)）](?!\d)|{SECOND_RANK}|[（(]\d{{1,3}}[)）]|#{{1,6}}|>)\s*"
)
_LEAD = re.compile(
    r"^(?:\*\*|__)([^*_\n]{1,40}?)(?:\*\*|__)[：:]?\s*|^(?:\*\*|__)([^*_\n]{1,40}?)[：:](?:\*\*|__)\s*"
)
_HEADING = re.compile(r"^#{1,6}\s")
_OPENS = re.compile(
    r"^(?:综上(?:所述|来看)?|总之|总的来说|总体来看|总体而言|综合来看|换句话说|具体来说|此外|另外|同时)[，,：:]\s*"
)
_INTRODUCES = re.compile(
    r"(?:如下|以下(?:[几\d一二三四五六七八九十]+)?(?:个|项|点|方面|内容|措施|举措|几)?[^，。]{0,8})[：:。]?$"
)
_SAYS_NOTHING = re.compile(
    r"^关于[^，。]{2,40}的[^，。]{0,8}(?:汇报|报告|通知|通报|方案|意见|讲话|发言|函|请示|说明|总结|纪要|批复|建议)$|"
    r"^(?:希望|祝|以上(?:是|为|内容|信息)|如(?:需|有|果您)|欢迎|请注意|请(?:参考|查阅)|谢谢|感谢|您好|好的|根据(?:您|你)?(?:提供)?的?资料[，,]?(?:回答|整理|总结)?(?:如下)?[：:。]?$|"
    r"(?:资料|文中|文章|材料|所给资料)(?:中)?(?:没有|未|并未|均未)[^，。]{0,12}(?:提及|提到|说明|给出|涉及|相关信息))"
)
_REFERS = re.compile(
    r"(?:(?P<it>它们|它)|(?P<this>该|上述|这一|这个|此)(?P<noun>项目|公司|企业|工程|园区|政策|文件|方案|规划|平台|机构|中心|计划|基地|铁路|高速|大桥|行动|意见|办法|会议|活动|市|省|县|区|地区|产业|系统|线路|机场|港口|集团|银行|学校|医院))"
)
_NAME = r"[\u4e00-\u9fffA-Za-z0-9“”《》·—]{2,20}?"


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence or bullet of a text: `text[start:end]` holds it with its markers."""

    text: str
    """Without markers, bullet and bold lead-in."""
    start: int
    end: int
    markers: tuple[int, ...] = ()
    """The numbers of the passages that it names, from 1, in order."""
    no_claim: bool = False
    """True for headings, introductions, questions and courtesies: nothing to check."""
    resolved: str = ""
    """The text with 它 and 该项目 replaced by what they stand for; the text itself where nothing is."""


def claims(text: str) -> list[Claim]:
    """The sentences of `text` in order, each with its markers."""
    found: list[Claim] = []
    masked = _MARKER.sub(lambda m: _BLANK * len(m.group()), text)
    for start, end in _spans(masked):
        piece = masked[start:end]
        markers = tuple(
            dict.fromkeys(n for m in _MARKER.finditer(text, start, end) for n in _numbers(m.group()))
        )
        plain = piece.replace(_BLANK, "").strip()
        heading = bool(_HEADING.match(plain))
        plain = _BULLET.sub("", plain)
        bare = _LEAD.sub("", plain).strip()
        heading = heading or (not re.search(r"\w", bare) and not markers)
        bare = (bare or plain).replace("**", "").replace("__", "").strip()
        if not re.search(r"\w", bare):
            continue
        nothing = heading or _claims_nothing(bare)
        found.append(Claim(bare, start, end, markers, nothing, bare if nothing else _resolved(bare, found)))
    return found


def _spans(masked: str) -> list[tuple[int, int]]:
    """Sentences; a marker behind the stop belongs to the sentence before it, and ； ends one only beside a marker."""
    spans: list[tuple[int, int]] = []
    for start, end in sentence_spans(masked):
        lead = len(masked[start:end]) - len(masked[start:end].lstrip(_BLANK + " "))
        if spans and lead and "\n" not in masked[spans[-1][1] : start]:
            spans[-1] = (spans[-1][0], start + lead)
            start += lead
            if start >= end:
                continue
        previous = masked[spans[-1][0] : spans[-1][1]] if spans else ""
        joined = spans and "\n" not in masked[spans[-1][1] : start]
        if joined and re.search(r"[；;]$", previous) and not re.search(_BLANK + r"\s*[；;]$", previous):
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans


def _numbers(marker: str) -> list[int]:
    """[1, 3] → 1, 3; [1-3] → 1, 2, 3; [ID:0], which counts from 0, → 1."""
    found: list[int] = []
    for first, last in re.findall(r"(\d{1,2})(?:\s*[\-–—~～至]\s*(\d{1,2}))?", marker):
        found += range(int(first), int(last or first) + 1)
    return [n + 1 for n in found] if "ID" in marker else found


def _claims_nothing(sentence: str) -> bool:
    body = _OPENS.sub("", sentence)
    if not re.search(r"\w{2}", body) or sentence.endswith(("？", "?")):
        return True
    if _SAYS_NOTHING.search(body):
        return True
    if body.endswith(("：", ":")) or _INTRODUCES.search(body):
        return not re.search(r"\d(?!\s*个?(?:方面|点|项|条))", body) and len(body) < 60
    return set(re.findall(r"\S", sentence)) <= set("|-:—*=_# ")


def _resolved(sentence: str, before: list[Claim]) -> str:
    """The sentence with its first back-reference replaced from the claims before it, the nearest first."""
    match = _REFERS.search(sentence)
    if not match:
        return sentence
    for claim in reversed(before[-3:]):
        if claim.no_claim:
            continue
        if noun := match["noun"]:
            named: list[str] = re.findall(
                rf"(?:^|[，。、：；“《（在由对向为是和与]|建成|推进|启动|实施)({_NAME}{noun})", claim.resolved
            )
            named = [str(n) for n in named if not n.startswith(("该", "这", "此", "上述"))]
            if named:
                return sentence[: match.start()] + named[-1] + sentence[match.end() :]
        elif subject := _subject(claim.resolved):
            return sentence[: match.start()] + subject + sentence[match.end() :]
    return sentence


def _subject(sentence: str) -> str:
    """What a sentence begins with, up to its first verb."""
    out = ""
    for word in words(sentence):
        if word.pos[:1] in "vpdcuxt":
            break
        out += word.text
    return out if 2 <= len(out) <= 20 else ""
