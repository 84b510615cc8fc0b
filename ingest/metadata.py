"""What an article says about itself: document number, dates, issuer, people, regions. Nothing is guessed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from docs_store.text.agencies import agencies
from docs_store.text.dates import parse_date
from docs_store.text.places import places
from ingest.draft import Draft

_DAY = r"(?:\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日|\d{4}-\d{1,2}-\d{1,2}|[〇零○一二三四五六七八九]{4}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日)"
_NUMBER = re.compile(
    r"[\u4e00-\u9fff]{1,12}[〔\[［【(（]\s*(?:19|20)\d{2}\s*[〕\]］】)）]\s*(?:第\s*)?\d{1,5}\s*号|"
    r"[\u4e00-\u9fff]{2,20}(?:公告|令)\s*(?:(?:19|20)\d{2}年)?第\s*\d{1,4}\s*号"
)
_EFFECTIVE = re.compile(
    rf"自\s*({_DAY}|发布之日|印发之日|公布之日)起?\s*(?:正式)?(?:施行|实施|执行|生效|试行)"
)
_EXPIRES = re.compile(
    rf"有效期(?:限)?(?:自\s*{_DAY}\s*)?(?:截?至|到)\s*({_DAY})|(?:执行|实施|施行)(?:期限)?至\s*({_DAY})(?:止)?"
)
_VALID_YEARS = re.compile(r"有效期(?:限)?为?\s*(\d{1,2}|[一二三四五六七八九十])\s*年")
_PUBLISHED = re.compile(
    rf"(?:发布(?:日期|时间)|发文日期|成文日期|印发日期|公布日期|刊发时间|发表时间|日期|时间)\s*[:：|]\s*({_DAY}|\d{{4}}[/.]\d{{1,2}}[/.]\d{{1,2}})"
)
_SIGNED = re.compile(rf"(?m)^\s*({_DAY})\s*$")
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
_ISSUED_BY = re.compile(
    r"(?m)^\s*((?:[\u4e00-\u9fff]{2,24}(?:人民政府|办公厅|办公室|委员会|管委会|发展改革委|财政局|财政厅|科技局|科技厅|"
    r"工业和信息化局|商务局|商务厅|生态环境局|生态环境厅|人力资源和社会保障局))(?:[\s、]*[\u4e00-\u9fff]{2,24}(?:局|厅|委|办|部))*)\s*$"
)
_NUMBER_AFTER_NAME = re.compile(
    r"\S{0,24}关于[^。；]{4,80}?(?:通知|意见|办法|公告|方案|规定|批复|决定|函)\s*"
    r"([\u4e00-\u9fff]{1,8}[〔\[［]\s*(?:19|20)\d{2}\s*[〕\]］]\s*\d{1,5}\s*号)"
)
"""Where a page lost its line breaks, a document's number follows its name at the very beginning."""
_NAME_END = re.compile(r"^[\u4e00-\u9fff]*(?:通知|意见|办法|方案|规定|批复|决定)(?=[\u4e00-\u9fff])")
_HEAD, _FOOT = 600, 400  # characters at either end where an article states such things


def fill(draft: Draft) -> Draft:
    """The draft with what its text states added; what it brought with it stays."""
    text = draft.text
    head, foot = text[:_HEAD], text[-_FOOT:]
    effective = draft.effective_on
    published = draft.published_on or _stated_day(head, foot)
    if effective is None and (match := _EFFECTIVE.search(text)):
        effective = parse_date(match.group(1)) or published
    return replace(
        draft,
        published_on=published,
        issuer=draft.issuer or _issuer(head, foot),
        roles=[*draft.roles, *(pair for pair in _people(head, foot) if pair not in draft.roles)],
        document_number=draft.document_number or _document_number(draft.title or "", head, foot),
        effective_on=effective,
        expires_on=draft.expires_on or _expiry(text, effective),
    )


def _stated_day(head: str, foot: str) -> date | None:
    """A day that is stated as that of publication, or that stands alone on a line near the end (a signature)."""
    for match in _PUBLISHED.finditer(head + "\n" + foot):
        if found := parse_date(match.group(1)):
            return found
    if printed := _PRINTED.search(foot):
        return parse_date(printed.group(2))
    signed = _SIGNED.findall(foot)
    return parse_date(signed[-1]) if signed else None


def _issuer(head: str, foot: str) -> str | None:
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
            return next(group for group in match.groups() if group)
    signed = _ISSUED_BY.findall(foot)
    return " ".join(signed[0].split()) if signed else None


def _document_number(title: str, head: str, foot: str) -> str | None:
    """The article's own 文号: in its title or on a line of its own near the top; a cited one is not its own."""
    if match := _NUMBER.search(title):
        return _NAME_END.sub("", match.group())
    for line in head.split("\n"):
        if (match := _NUMBER.search(line)) and len(line.strip()) <= len(match.group()) + 8:
            return "".join(match.group().split())
    own = _NUMBER_AFTER_NAME.match(head.lstrip())
    return "".join(own.group(1).split()) if own else None


def _expiry(text: str, effective: date | None) -> date | None:
    if match := _EXPIRES.search(text):
        return parse_date(match.group(1) or match.group(2))
    if effective and (match := _VALID_YEARS.search(text)):
        years = match.group(1)
        count = int(years) if years.isdigit() else "一二三四五六七八九十".index(years) + 1
        try:
            return effective.replace(year=effective.year + count)
        except ValueError:  # 29 February
            return effective.replace(year=effective.year + count, day=28)
    return None


def _people(head: str, foot: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for text in (head[:200], foot):
        for match in _BYLINE.finditer(text):
            found.append(
                (match.group(1).removeprefix("本报"), "、".join(match.group(2).replace("、", " ").split()))
            )
    if editor := _EDITOR.search(foot.strip()):
        found.append((editor.group(1), editor.group(2)))
    return list(dict.fromkeys(found))


def regions(title: str, text: str, most: int = 8) -> tuple[str, ...]:
    """Provinces, cities and regional plans that the article names, the most often named first; at most `most`."""
    counts: dict[str, int] = {}
    for weight, part in ((3, title), (1, text)):
        for place in places(part):
            counts[place.name] = counts.get(place.name, 0) + weight
    return tuple(sorted(counts, key=lambda name: -counts[name])[:most])
