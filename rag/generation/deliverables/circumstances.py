"""What a clause, or the sentence before it, says of a fact besides itself: its day, place, document, status and office."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Literal

from docs_store.text.dates import Period, Stated
from docs_store.text.normal import fold_in_place
from docs_store.text.places import Level, Place, places
from docs_store.text.segment import Word
from rag.evidence.statements import Statement
from rag.generation.deliverables.cells import Cell, moved
from rag.generation.deliverables.figures import clauses, trim
from rag.lexicon.fact_words import role
from rag.lexicon.tables import statuses
from rag.query.question import DOCUMENT

Status = Literal["planned", "ongoing", "done"]
_OPEN = (
    "planned",
    "proposed",
    "required",
    "allowed",
)  # classes of words that leave open whether a thing is done
_NAME = 20  # characters: a longer quotation with a mark in it is speech
_DAYS_AFTER = re.compile(r"\d{1,2}日?[至到—–~-]{1,2}\d{1,2}日")  # 7月|22至29日
_THIRD = re.compile(r"[上中下]旬|[初底末]")  # 本月|下旬
_PLAN_OF = re.compile(r"[”’]?(?:时期|期间|末|以来|中期|初|开局|，|、|。)")
_DAYS_BEFORE = re.compile(r"(?:\d{1,2}月)?\d{1,2}[日]?[至到—–~-]{1,2}$")
_TIMES_OF = re.compile(r"(?:同期)?的?[约近超]{0,2}[\d.一二三四五六七八九十百两]+(?:倍|%|％|成)")
_NUMBER_HEAD = 8  # characters before the year of a document number
_LONGEST_BODY = 40
_FEW_PLACES = 2  # more are a list of where people come from


# --- days ---------------------------------------------------------------------------------------------------------------


def day(
    statement: Statement, stated: Sequence[Stated], start: int, end: int, number: int | None = None
) -> tuple[Cell | None, Period | None]:
    """The date of the clause, else the one that opens an earlier clause; not those that something is compared with.

    Of several in the clause it is the last before the figure at `number`, and a day before a year that stands in a name.
    """
    text = statement.text
    fit = [d for d in stated if not _compares(text, d) and not _titled(text, d.start)]
    own = [d for d in fit if start <= d.start < end]
    openings = {_opening(text, *span) for span in clauses(text)}
    before = [d for d in fit if d.end <= start and _leads(text, d.start, openings)]
    if own and (days := _in_a_row(text, own, number)) is not None:
        return moved(statement, *trim(text, days[0].start, days[-1].end)), _whole(days)  # 7月22日和23日
    chosen = _of(own, number) if own else before[-1] if before else None
    if (
        chosen is not None
        and chosen in own
        and number is None
        and _year_alone(text, chosen)
        and before
        and before[-1].month is not None
    ):
        chosen = before[-1]  # 7月25日，2023年京津冀职业健康联席会议举行
    if chosen is None:
        return None, None
    first, last = trim(text, chosen.start, chosen.end)
    if first == last:
        return None, None
    if (
        chosen.day is None
        and chosen.month is not None
        and (tail := _DAYS_AFTER.match(text, last)) is not None
    ):
        return moved(statement, first, tail.end()), chosen.period
    if chosen.month is not None and chosen.day is None and (tail := _THIRD.match(text, last)) is not None:
        return moved(statement, first, tail.end()), chosen.period
    if (span := _DAYS_BEFORE.search(text[:first])) is not None:
        return moved(statement, span.start(), last), chosen.period  # 11月10至19日
    period = _meant(statement, stated, chosen)
    value = period.since if chosen.day is not None and period is not None else None
    cell = moved(statement, first, last)
    return (replace(cell, value=value) if value else cell), period


def _of(own: Sequence[Stated], number: int | None) -> Stated:
    """The date that a fact of the clause is of."""
    if any(d.month is not None for d in own):
        own = [d for d in own if d.month is not None]  # 2023年粤港澳大湾区…大赛14日举行
    if number is not None:
        return next((d for d in reversed(own) if d.end <= number), own[0])
    return own[0]


def _in_a_row(text: str, own: Sequence[Stated], number: int | None) -> list[Stated] | None:
    """The days that stand in a row with the one that a fact is of; None where it stands alone."""
    last = own.index(_of(own, number))
    first = last
    while first and text[own[first - 1].end : own[first].start].strip() in ("、", "和", "与"):
        first -= 1
    while last + 1 < len(own) and text[own[last].end : own[last + 1].start].strip() in ("、", "和", "与"):
        last += 1
    return list(own[first : last + 1]) if last > first else None


def _whole(days: Sequence[Stated]) -> Period | None:
    periods = [d.period for d in days if d.period is not None]
    if not periods:
        return None
    return Period(min(p.since for p in periods), max(p.until for p in periods))


def _year_alone(text: str, stated: Stated) -> bool:
    return stated.month is None and text[stated.start : stated.end].rstrip().endswith("年")


def _meant(statement: Statement, stated: Sequence[Stated], chosen: Stated) -> Period | None:
    """The days of a date; one without a year is of the article's year where the year before it was told as 去年 or 明年."""
    today = statement.article.cited_on
    years = [d for d in stated if d.end <= chosen.start and d.year is not None and not d.filled]
    relative = bool(years) and not statement.text[years[-1].start].isdigit()
    if chosen.filled and relative and today is not None and chosen.period is not None:
        try:
            moved_to = [d.replace(year=today.year) for d in (chosen.period.since, chosen.period.until)]
        except ValueError:  # 29 February
            return None
        return Period(*moved_to)
    return chosen.period


def _compares(text: str, stated: Stated) -> bool:
    """True for a date that something is compared with, or was so long ago: 较去年同期, 由2008年的118公里, 2012年的3.2倍."""
    before, after = text[: stated.start].rstrip(), text[stated.end :].lstrip()
    return (
        before.endswith(tuple("比较同由从继"))
        or before.endswith("与")
        or after.startswith(("同期", "以来同期", "版", "《"))
        or _TIMES_OF.match(after) is not None
        or (text[stated.start : stated.end].endswith("五") and _PLAN_OF.match(after) is None)
        or (after.startswith("的") and before.endswith(("到", "至")))
    )


def _titled(text: str, at: int) -> bool:
    """True inside 《…》: the years of a plan in its title."""
    return text.rfind("《", 0, at) > text.rfind("》", 0, at)


def _opening(text: str, start: int, end: int) -> int:
    """Where the words of a clause begin."""
    first, _ = trim(text, start, end)
    while first < end and text[first] in "“‘（(":
        first += 1
    return first


def _leads(text: str, at: int, openings: set[int]) -> bool:
    """True where a date opens its clause, but for a word such as 截至."""
    return any(0 <= at - o <= 2 and (at == o or text[o:at] in role("before_day")) for o in openings)


# --- places -------------------------------------------------------------------------------------------------------------


def place(
    statement: Statement, cut: Sequence[Word], start: int, end: int, number: int | None = None
) -> Cell | None:
    """Where the clause says that it is, else the places that it names, in a row; else the first that opens the sentence.

    A place inside a name says not where a thing is (华为上海研究所), and what the clause before says counts no longer where
    the clause names a place of its own, known or not.
    """
    text = statement.text
    found = [p for p in places(text) if not _in_title(text, p.start) and not _in_name(text, cut, p)]
    own = [p for p in found if start <= p.start < end]
    own = _of_part(text, own, start, number)
    here = [p for p in own if text[: p.start].endswith(tuple(role("located")))]
    away = any(text[: p.start].endswith(tuple(role("not_there"))) for p in own)
    if not here and (away or _of_a_list(text, own)):
        return None
    if not own:
        if _elsewhere(cut, start, end):
            return None
        first = _before(text, found, start)
        return moved(statement, first.start, first.end) if first else None
    located = own.index(here[0]) if here else 0
    last = own[located]
    for other in own[located + 1 :]:
        if text[last.end : other.start] not in ("", "、", "和", "与", "，", "及"):
            break
        last = other
    return moved(statement, own[located].start, last.end)


def _of_part(text: str, own: Sequence[Place], start: int, number: int | None) -> list[Place]:
    """Of places that have a figure each (和平区有109幢、河北区33幢) the one of the figure."""
    if number is None or not own:
        return list(own)
    first = max(text.rfind(mark, start, number) for mark in "、，")
    if first < 0 or not any(c.isdigit() for c in text[start:first]) or own[-1].start < first:
        return list(own)
    return [p for p in own if first < p.start < number]


def _before(text: str, found: Sequence[Place], start: int) -> Place | None:
    """The place that opens a clause before, the nearest; else the first of the sentence's opening, where it names no list."""
    spans = [span for span in clauses(text) if span[1] <= start]
    for first, last in reversed(spans[-2:]):
        opens = next((p for p in found if first <= p.start < last), None)
        if opens is not None and text[_opening(text, first, last) : opens.start] in role("before_place") | {
            ""
        }:
            return opens
    opening = [p for p in found if spans and p.end <= spans[0][1]]
    return opening[0] if opening and len({p.name for p in opening}) <= _FEW_PLACES else None


def _of_a_list(text: str, own: Sequence[Place]) -> bool:
    """True for areas in the names of strategies that stand in a list: 京津冀协同发展、粤港澳大湾区建设、…."""
    areas = [p for p in own if p.level is Level.REGION]
    return any(
        len(between := text[one.end : other.start]) > 1 and "、" in between and "，" not in between
        for one, other in pairwise(areas)
    )


def _elsewhere(cut: Sequence[Word], start: int, end: int) -> bool:
    """True where a clause names a place that is not listed, a foreign one for example."""
    return any(
        start <= w.start < end and w.pos == "ns" and len(w.text) > 1 and w.text not in role("no_place")
        for w in cut
    )


def _in_name(text: str, cut: Sequence[Word], found: Place) -> bool:
    """True for a place within the name of a body or a thing: 河北|大学, 华为|上海|研究所, 2023|广东|推介会."""
    if text[: found.start].endswith(tuple(role("located"))):
        return False
    if text.startswith(tuple(role("named_after") | role("origins")), found.end):
        return True
    after = [w for w in cut if w.start >= found.end]
    tail = found.end
    for word in after:
        if word.start != tail or not (
            word.pos[:1] in "njb" or word.pos == "vn" or word.text in role("nominal")
        ):
            break
        tail = word.end
    name = text[found.end : tail]
    if name.endswith(tuple(role("names"))):
        return True
    before = next((w for w in reversed(cut) if w.end == found.start), None)
    named = before is not None and (before.pos in ("nz", "nr", "nt", "eng") or before.text.isdigit())
    return bool(name) and named


def _in_title(text: str, at: int) -> bool:
    """True inside 《…》 or “…”: a place in a name says not where a thing is."""
    for opens, closes in ("《》", "“”"):
        first = text.rfind(opens, 0, at)
        if first > text.rfind(closes, 0, at):
            name, _, rest = text[first:].partition(closes)
            if len(text[at:].partition(closes)[0]) < _NAME or not (set(name) & set("，。；") or not rest):
                return True
    return False


# --- documents, status, offices -----------------------------------------------------------------------------------------


def document(statement: Statement, cut: Sequence[Word]) -> Cell | None:
    """The number of a document that the sentence names, with the letters before its year."""
    match = DOCUMENT.search(fold_in_place(statement.text).replace("（", "(").replace("）", ")"))
    if match is None:
        return None
    start = match.start()
    for word in reversed([w for w in cut if w.end <= match.start()]):
        if word.end != start or match.start() - word.start > _NUMBER_HEAD or word.pos[0] in "vpcxdru":
            break
        start = word.start
    return moved(statement, start, match.end()) if start < match.start() else None


def status(
    statement: Statement, cut: Sequence[Word], stated: Sequence[Stated], start: int, end: int
) -> Cell | None:
    """The word that says whether it is planned, under way or done; None where none says so plainly."""
    known, weak, aims = statuses(), role("weak"), role("aims")
    own = [w for w in cut if start <= w.start < end]
    nouns = {w.end for w in cut if w.text in role("measures")}
    text = statement.text
    telling = [
        w
        for w in own
        if not any(w.end < end <= w.end + 2 for end in nouns)
        and "、" not in (text[w.start - 1 : w.start], text[w.end : w.end + 1])  # 施工、验收、运维
    ]
    kinds = [(w, known.get(w.text)) for w in telling if w.text not in weak]
    planned = next((w for w, kind in kinds if kind == "planned" and _plans(cut, w, end)), None)
    if planned is not None:
        return _told(statement, planned, "planned")
    today = statement.article.cited_on
    for d in stated:
        if today and start <= d.start < end and d.period and d.period.since > today and not d.filled:
            return replace(moved(statement, *trim(statement.text, d.start, d.end)), value="planned")
    if any(kind in _OPEN for _, kind in kinds):
        return None
    ongoing = next((w for w, kind in kinds if kind == "ongoing"), None)
    if ongoing is not None:
        return _told(statement, ongoing, "ongoing")
    for position, (word, kind) in enumerate(kinds):
        if kind == "done" and not any(w.text in aims for w, _ in kinds[:position]):
            return _told(statement, word, "done")
    return None


def _plans(cut: Sequence[Word], word: Word, end: int) -> bool:
    """True where a word of planning is a verb: 计划投资 and not 行动计划; 将建设 and not 将时间缩短."""
    after = [w for w in cut if word.end <= w.start < end and w.text.strip()]
    if not after:
        return False
    if word.text in role("undecided"):
        before = next((w for w in reversed(cut) if w.end == word.start), None)
        if before is not None and before.pos[:1] == "v":
            return False  # 合作出版|计划
        if len(after) == 1 and after[0].text in role("event"):
            return False  # 友好合作计划|发布
        return after[0].pos[:1] in "vtmpd" and after[0].text not in ("》", "”")
    if word.text == "将":
        if any(w.text in role("holds_for") for w in after):
            return False  # 将再制造产品认定为旧件
        modal = after[0].pos[:1] in "dp" or after[0].text in ("在", "于")
        return modal or (after[0].pos[:1] == "v" and not any(w.text in role("takes") for w in after))
    return True


def _told(statement: Statement, word: Word, value: Status) -> Cell:
    return replace(moved(statement, word.start, word.end), value=value)


def body(statement: Statement, cut: Sequence[Word], start: int, end: int) -> Cell | None:
    """The office or firm that the clause names right before what it did (市发展改革委牵头); not one with which it was done."""
    text = statement.text
    duties, endings = role("duty"), tuple(role("body"))
    approved: Cell | None = None
    for index, word in enumerate(cut):
        if not (start <= word.start < end) or word.text not in duties or not _acts(cut, index):
            continue
        last = index
        while last and cut[last - 1].pos in ("t", "m"):
            last -= 1  # 国家发改委|2021年2月|印发
        first = last
        while first and _names_body(cut[first - 1]):
            first -= 1
        while first < last and cut[first].text in (
            "、",
            "和",
            "与",
            "的",
            "等",
            "”",
            "及",
            "由",
            "经",
            "联合",
            "就",
        ):
            first += 1
        if first == last or (first and cut[first - 1].text in role("partners")):
            continue
        cut_at = next((i for i in range(last - 1, first, -1) if cut[i].text in role("before_body")), None)
        first = cut_at + 1 if cut_at is not None else first  # 现有经|国务院批准
        begin, stop = cut[first].start, cut[last - 1].end
        name = text[begin:stop].rstrip("联合等")
        if len(name) > 2 and name.endswith(endings) and len(name) <= _LONGEST_BODY:
            cell = moved(statement, begin, begin + len(name))
            if not text[:begin].endswith("经"):
                return cell
            approved = approved or cell  # 经国务院批复，国家发改委印发: it acts who issued
    return approved


def _acts(cut: Sequence[Word], index: int) -> bool:
    """True for a duty that is done; 组织 is a noun where nothing follows, and what stands in a list is one."""
    after = next((w.text for w in cut[index + 1 :] if w.text.strip()), "")
    if after in ("、", "和", "与", "及"):
        return False
    return cut[index].text != "组织" or after not in ("", "，", "。", "；", "”")


def _names_body(word: Word) -> bool:
    return (
        word.pos[:1] in "nj"
        or word.pos in ("vn", "b", "f", "s", "eng")
        or word.text in ("、", "和", "与", "联合", "及")
    )
