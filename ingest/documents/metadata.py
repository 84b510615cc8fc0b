"""What an article says about itself anywhere in its text: numbers, dates, issuer, people, regions. Nothing is guessed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from docs_store.text.dates import DAY, is_day, parse_date
from docs_store.text.places import places
from ingest.documents import law, news
from ingest.documents.agencies import AGENCIES, is_agencies, is_person, joined, one_name
from ingest.documents.document_kinds import ends_as
from ingest.documents.labels import issuer as usable_issuer
from ingest.documents.numbers import own_number
from ingest.draft import Draft
from ingest.lines import without_lone_spaces

_EFFECTIVE = re.compile(
    rf"自\s*({DAY}|发布之日|印发之日|公布之日)起?\s*(?:正式)?(?:施行|实施|执行|生效|试行)"
)
_EXPIRES = re.compile(
    rf"有效期(?:限)?(?:自\s*{DAY}\s*)?(?:截?至|到)\s*({DAY})|(?:执行|实施|施行)(?:期限)?至\s*({DAY})(?:止)?"
)
_VALID_YEARS = re.compile(r"有效期(?:限)?为?\s*(\d{1,2}|[一二三四五六七八九十])\s*年")
_DAY_LINE = re.compile(rf"(?m)^[ \t]*(?:([\u4e00-\u9fff][^\n。]{{2,60}}?)[ \t]+)?({DAY})[ \t]*$")
_SIGNERS = 24  # offices that sign one below the other
_UNKNOWN = 2  # of them in a row that no ending tells to be one
_NAME = re.compile(r"[\u4e00-\u9fff（）]{3,20}")
_OFFICIAL = re.compile(ends_as("official"))
_BY_TITLE = re.compile(
    rf"({AGENCIES}(?:[\s、]+[\u4e00-\u9fff]{{3,20}}?)*)(?:等[一二三四五六七八九十\d]{{1,3}}个?(?:部门|单位))?(?:关于|转发|批转|印发|公布|发布|对)"
)
_MINUTES = re.compile(r"(?:纪要|会议记录)(?:[（(].{1,20}[)）])?$")
_MEETING = re.compile(
    rf"(?m)^[ \t]*(?:[一1][、.．][ \t]*)?(?:会议|开会|召开)?(?:时间|日期)[ \t]*[:：][ \t]*({DAY})"
)
_MET = re.compile(rf"({DAY})[^，。\n]{{0,8}}，[^。\n]{{0,60}}(?:召开|召集|主持)")
_TABLE = re.compile(r"(?m)^\|.*$")
_HEAD, _FOOT = 600, 400  # characters at either end where an article states such things


def fill(draft: Draft) -> Draft:
    """The draft with what its text states added; what it brought with it stays."""
    text, title = draft.text, draft.title or ""
    head, foot = text[:_HEAD], text[-_FOOT:]
    if "|" in head or "|" in foot:
        head, foot = _TABLE.sub("", head), _TABLE.sub("", foot)
    signed_by, signed_on = signature(text) if "\n" in text else (None, None)
    about = law.read_beginning(title, text)
    official = _OFFICIAL.search(title.strip()) is not None
    alone = [line for line in foot.split("\n") if is_day(line)]
    written = draft.written_on or about.written_on or signed_on
    if written is None and official and alone:
        written = parse_date(alone[0])
    published = draft.published_on or about.published_on or news.printed_on(head, foot)
    if written is None and published is None and not alone and _MINUTES.search(title.strip()):
        written = _met_on(head)
    published = published or written
    if published is None and alone:
        published = parse_date(alone[-1])
    effective = draft.effective_on or about.effective_on
    if effective is None and (match := _EFFECTIVE.search(text)):
        effective = parse_date(match.group(1)) or written or published
    issuer = usable_issuer(draft.issuer) if draft.issuer else None
    issuer = issuer or about.issuer or signed_by
    if issuer is None and official and (match := _BY_TITLE.match(title.strip())):
        issuer = joined(match.group(1))
    issuer = issuer or usable_issuer(draft.origin or "") or news.printed_by(head, foot)
    return replace(
        draft,
        published_on=published,
        written_on=written,
        issuer=one_name(issuer) if issuer else None,
        roles=[*draft.roles, *(pair for pair in news.people(head, foot) if pair not in draft.roles)],
        document_number=draft.document_number or own_number(title, head) or about.document_number,
        effective_on=effective,
        expires_on=draft.expires_on or _expiry(text, effective),
    )


def _met_on(head: str) -> date | None:
    """The day of the meeting that minutes are of, by the label of its time or as their first words."""
    match = _MEETING.search(head) or _MET.match(head.lstrip())
    return parse_date(match.group(1)) if match else None


def signature(text: str) -> tuple[str | None, date | None]:
    """(offices, day) of the first signature: lines that name offices alone, and below or behind them a day.

    The first, because what is attached to a document comes after its signature and may be signed too.
    """
    for match in _DAY_LINE.finditer(text):
        if (before := match.group(1)) is not None:
            if is_agencies(before):
                return joined(before), parse_date(match.group(2))
            continue
        above = [
            line for line in text[max(0, match.start() - 800) : match.start()].split("\n") if line.strip()
        ]
        signers = _signers([without_lone_spaces(" ".join(line.split())) for line in above[-_SIGNERS:]])
        if signers:
            return "、".join(signers), parse_date(match.group(2))
        if above and is_person(above[-1]):
            return None, parse_date(match.group(2))
    return None, None


def _signers(lines: list[str]) -> list[str]:
    """The offices that end the lines; one that is not known as such counts where known ones stand around it."""
    found: list[str] = []
    waiting: list[str] = []
    for line in reversed(lines):
        if is_agencies(line):
            found = [joined(line), *waiting, *found]
            waiting = []
        elif found and _NAME.fullmatch(line) and len(waiting) < _UNKNOWN:
            waiting.insert(0, joined(line))
        else:
            break
    return found


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


def regions(title: str, text: str, most: int = 8) -> tuple[str, ...]:
    """Provinces, cities and regional plans that the article names, the most often named first; at most `most`."""
    counts: dict[str, int] = {}
    for weight, part in ((3, title), (1, text)):
        for place in places(part):
            counts[place.name] = counts.get(place.name, 0) + weight
    return tuple(sorted(counts, key=lambda name: -counts[name])[:most])
