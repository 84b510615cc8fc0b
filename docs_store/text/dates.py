"""Dates and times of year as Chinese text writes them, each as the days that it covers.

2025年1月20日, 2025/1/20 and 二〇二五年一月二十日 are one day; 2023年上半年, 去年三季度, 8月上旬, 十四五 are periods. What a date
leaves out comes from the date before it, else from the day that is given (an article's, or today).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any

from docs_store.text.normal import fold_in_place
from docs_store.text.numbers import DIGITS
from docs_store.text.numerals import Numeral, numerals, value_of

CHINA = timezone(timedelta(hours=8))
_REPORTED = timedelta(days=120)  # what a period brought is reported for some time after it
_DIGIT = "".join(DIGITS)
_YEAR = rf"(?P<year>(?:19|20)[0-9]{{2}}|[一二][{_DIGIT}]{{3}})"
_SMALL = rf"(?:[0-9]{{1,2}}|[{_DIGIT}十廿卅]{{1,3}})"
_DAY_IN_FIGURES = re.compile(
    r"(?<![0-9.])(?P<year>(?:19|20)[0-9]{2})\s*[-/.]\s*(?P<month>1[0-2]|0?[1-9])(?:\s*[-/.]\s*(?P<day>3[01]|[12][0-9]|0?[1-9]))(?![0-9])"
)
_MONTH_IN_FIGURES = re.compile(
    r"(?<![0-9.-])(?P<year>(?:19|20)[0-9]{2})[-/](?P<month>1[0-2]|0[1-9])(?![0-9/-])"
)
_PARTS = {
    "上半年": (1, 6),
    "下半年": (7, 12),
    "年初": (1, 3),
    "年中": (6, 7),
    "年底": (10, 12),
    "年末": (10, 12),
    "岁末": (10, 12),
    "初": (1, 3),
    "底": (10, 12),
    "末": (10, 12),
    "前三季度": (1, 9),
    "前两季度": (1, 6),
    "全年": (1, 12),
}
_PARTS |= {
    f"{written}季度": (3 * i + 1, 3 * i + 3)
    for i, numeral in enumerate("一二三四")
    for written in (numeral, f"第{numeral}", str(i + 1), f"第{i + 1}")
}
_NEEDS_YEAR = {"初", "底", "末", "年中"}  # parts that say nothing without 2023年 before them
_PART = "|".join(sorted(_PARTS, key=len, reverse=True))
_DECADES = {
    "上旬": (1, 10),
    "中旬": (11, 20),
    "下旬": (21, 31),
    "初": (1, 10),
    "中": (11, 20),
    "底": (21, 31),
    "末": (21, 31),
}
RELATIVE_YEARS = {
    "大前年": -3, "前年": -2, "去年": -1, "上年": -1, "上一年": -1, "去岁": -1, "今年": 0, "本年": 0, "当年": 0, "本年度": 0, "今岁": 0, "明年": 1,
    "下一年": 1, "后年": 2,
}  # fmt: skip
_MONTHS_AGO = {"上月": -1, "上个月": -1, "本月": 0, "这个月": 0, "当月": 0, "下月": 1, "下个月": 1}
_WEEKS_AGO = {"上周": -1, "上星期": -1, "本周": 0, "这周": 0, "下周": 1, "下星期": 1}
_DAYS_AGO = {
    "大前天": -3, "前天": -2, "前日": -2, "昨天": -1, "昨日": -1, "昨晚": -1, "昨夜": -1, "今天": 0, "今日": 0, "今晚": 0, "当日": 0, "当天": 0,
    "今晨": 0, "明天": 1, "明日": 1, "后天": 2,
}  # fmt: skip
_RELATIVE_YEAR = "|".join(sorted(RELATIVE_YEARS, key=len, reverse=True))
_WRITTEN = re.compile(
    rf"(?:{_YEAR}\s*年度?|(?P<relative>{_RELATIVE_YEAR}))?\s*"
    rf"(?:(?P<part>{_PART})|(?P<month>{_SMALL})\s*月(?!前|个)份?(?:(?P<third>[上中下]旬|初|中(?!旬|下)|底|末)|\s*(?P<day>{_SMALL})\s*[日号](?!线|楼|院|文))?)?"
)
_MONTHS = re.compile(
    rf"(?:{_YEAR}\s*年|(?P<relative>{_RELATIVE_YEAR}))?\s*(?:前(?P<first>{_SMALL})个?月|(?P<from>{_SMALL})\s*(?:月\s*)?[-—–~至到]\s*(?P<to>{_SMALL})\s*月(?!\s*{_SMALL}\s*[日号]))份?"
)
_YEARS = re.compile(
    r"(?<![0-9])(?P<since>(?:19|20)[0-9]{2})\s*年?\s*[-—–~至到]\s*(?P<until>(?:19|20)[0-9]{2})\s*年"
)
# Not 前一日, 上一日, 次日: those count from another day; 目前5日, 会上12日 are days of the month.
_LONE_DAY = re.compile(
    rf"(?<![0-9第年月次同每])(?<!(?<![目会])前)(?<!(?<![会晚早])上)(?P<day>{_SMALL})日(?!均|前|本)"
)
_PLAN = re.compile(rf"(?<![{_DIGIT}百千万])十(?P<number>[一二三四五六七])五(?![成%个家项名岁天人次万])")
_NEAR = re.compile(
    rf"(?:(?P<month>{'|'.join(sorted(_MONTHS_AGO, key=len, reverse=True))})(?:(?P<day>{_SMALL})[日号])?"
    rf"|(?P<week>{'|'.join(_WEEKS_AGO)})|(?P<near>{'|'.join(sorted(_DAYS_AGO, key=len, reverse=True))}))"
)
_ROUND = f"{_DIGIT}OＯ"  # figures of a year; offices write the letter O for 〇
_LETTER = re.compile(rf"(?<=[{_ROUND}])[OＯ](?=[{_ROUND}])")
_COMPACT = re.compile(r"((?:19|20)[0-9]{2})([01][0-9])([0-3][0-9])")
_MAIL = re.compile(r"(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})")
DAY = (
    r"(?:(?<!\d)\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日|(?<!\d)\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)|"
    rf"[{_ROUND}]{{4}}\s*年\s*[{_DIGIT}十]{{1,2}}\s*月\s*[{_DIGIT}十]{{1,3}}\s*日)"
)
"""A regular expression without groups for a whole day in any of the spellings that texts use."""
_ONLY_DAY = re.compile(rf"\s*[_*]*{DAY}[_*]*\s*")
_LATEST = re.compile(r"最新|最近|近期|近日|目前|当前|当下|眼下|现在|现行|如今|现今|截至目前|截止目前|现阶段")


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `since` to `until`, both inclusive."""

    since: date
    until: date

    def fits(self, published_on: date | None) -> bool:
        """True when an article of that day may report on the period."""
        return published_on is not None and self.since <= published_on <= self.until + _REPORTED


@dataclass(frozen=True, slots=True)
class Stated:
    """A date at `text[start:end]`, as far as it is stated: `year`, `month` and `day` may be None.

    `period` is what it means, None where the year is not known. `filled` is True where a part of it came from another
    date or from the given day.
    """

    start: int
    end: int
    year: int | None
    month: int | None
    day: int | None
    period: Period | None
    filled: bool = False


def dates(text: str, given: date | None = None) -> list[Stated]:
    """Every date of `text`, in order; without `given`, relative ones and those without a year have no period."""
    return list(_remembered(text, given)) if len(text) <= 1_000 else list(_dates(text, given))


def amounts(text: str) -> list[Numeral]:
    """The numbers of `text` that are no part of a date."""
    spans = [(found.start, found.end) for found in dates(text)]
    return [n for n in numerals(text) if not any(a <= n.core[0] < b for a, b in spans)]


def parse_date(value: Any) -> date | None:
    """The first day of YAML, JSON or text that is stated with year, month and day; else None.

    Besides what `dates` reads: 20250120, RFC 2822 and ISO moments, and seconds or milliseconds since 1970. A moment with
    a zone is the day that it was in China.
    """
    if isinstance(value, datetime):
        return _in_china(value)
    if isinstance(value, date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _since_1970(value) or (_compact(str(value)) if isinstance(value, int) else None)
    text = str(value or "").strip()
    if match := _MOMENT.search(text):
        return _moment(match.group())
    days = (
        found for found in _dates(_LETTER.sub("〇", text), None) if found.year and found.month and found.day
    )
    first = next((found for found in days if not found.filled), None)
    if first:
        return first.period.since if first.period else None
    if _MAIL.search(text):
        return _mail(text)
    return _compact(text) or (_since_1970(int(text)) if text.isascii() and text.isdigit() else None)


def is_day(line: str) -> bool:
    """True for a line that is a day and nothing else."""
    return len(line) < 30 and _ONLY_DAY.fullmatch(line) is not None


def period_of(text: str, today: date) -> Period | None:
    """The first period that `text` names, a bare year (2023) included; relative ones count from `today`.

    A month without its year names none.
    """
    for found in dates(text, today):
        if found.period and not found.filled:
            return found.period
    for number in numerals(text):
        written = fold_in_place(text[number.start : number.end])
        if re.fullmatch(r"(?:19|20)[0-9]{2}", written) and text[number.start - 1 : number.start] not in tuple(
            "〔[（("
        ):
            return _months(int(written), 1, 12)
    return None


def spelled(day: date) -> str:
    """A day as Chinese text writes it: 2025年1月20日."""
    return f"{day.year}年{day.month}月{day.day}日"


def wants_latest(text: str) -> bool:
    """True when `text` asks for the newest state."""
    return _LATEST.search(text) is not None


def without_latest(text: str) -> str:
    """`text` without the word for the newest state that it begins with: 进展 of 最新进展."""
    return _LATEST.sub("", text, count=1) if _LATEST.match(text) else text


@lru_cache(maxsize=4096)
def _remembered(text: str, given: date | None) -> tuple[Stated, ...]:
    return tuple(_dates(text, given))


def _dates(text: str, given: date | None) -> Iterator[Stated]:
    plain = fold_in_place(text)
    year, month, day = (given.year, given.month, given.day) if given else (None, None, None)
    for match in _matches(plain):
        stated = (
            _plan(match) or _row(match, year) or _near(match, given) or _written(match, given, year, month)
        )
        if stated is None:
            continue
        if stated.year is not None:
            year, month = stated.year, stated.month or month
            day = stated.day or day
        elif stated.month is not None:
            month = stated.month
        yield stated


def _matches(plain: str) -> list[re.Match[str]]:
    """What looks like a date, in order; where two overlap, the one of the pattern that is named first."""
    found: list[re.Match[str]] = []
    for pattern in (_DAY_IN_FIGURES, _MONTH_IN_FIGURES, _YEARS, _PLAN, _MONTHS, _WRITTEN, _NEAR, _LONE_DAY):
        for match in pattern.finditer(plain):
            if match.group().strip() and not any(
                m.start() < match.end() and match.start() < m.end() for m in found
            ):
                found.append(match)
    return sorted(found, key=lambda match: match.start())


def _in_china(moment: datetime) -> date:
    return moment.astimezone(CHINA).date() if moment.tzinfo else moment.date()


def _moment(text: str) -> date | None:
    try:
        return _in_china(datetime.fromisoformat(text))
    except ValueError:
        return None


def _mail(text: str) -> date | None:
    try:
        return _in_china(parsedate_to_datetime(text))
    except (TypeError, ValueError):
        return None


def _compact(text: str) -> date | None:
    match = _COMPACT.fullmatch(text)
    found = _period(*map(int, match.groups())) if match else None
    return found.since if found else None


def _since_1970(seconds: float) -> date | None:
    """The day in China of seconds (or milliseconds) since 1970, for such as lie between 2001 and 2100."""
    if seconds > 1e12:
        seconds /= 1000
    if not 1e9 <= seconds < 4.1e9:
        return None
    return datetime.fromtimestamp(seconds, UTC).astimezone(CHINA).date()


def _plan(match: re.Match[str]) -> Stated | None:
    """A five-year plan: the fourteenth is that of 2021 to 2025."""
    if match.re is not _PLAN:
        return None
    first = 2021 + 5 * (DIGITS[match["number"]] - 4)
    return Stated(*match.span(), None, None, None, Period(date(first, 1, 1), date(first + 4, 12, 31)))


def _row(match: re.Match[str], last: int | None) -> Stated | None:
    """Years or months in a row: 2021—2025年, 1-7月, 前7个月."""
    if match.re is _YEARS:
        since, until = int(match["since"]), int(match["until"])
        period = Period(date(since, 1, 1), date(until, 12, 31)) if since <= until else None
        return Stated(*match.span(), since, None, None, period)
    if match.re is not _MONTHS:
        return None
    year, filled = _year(match, last, last)
    first = 1 if match["first"] else _small(match["from"], 12)
    until_month = _small(match["first"] or match["to"], 12)
    if first is None or until_month is None or until_month < first:
        return None
    period = _months(year, first, until_month) if year else None
    return Stated(*match.span(), year, None, None, period, filled)


def _near(match: re.Match[str], given: date | None) -> Stated | None:
    """A month, week or day counted from the given one."""
    if match.re is not _NEAR:
        return None
    if given is None:
        return Stated(*match.span(), None, None, None, None)
    if match["month"]:
        at = given.year * 12 + given.month - 1 + _MONTHS_AGO[match["month"]]
        day = _small(match["day"], 31) if match["day"] else None
        return Stated(*match.span(), at // 12, at % 12 + 1, day, _period(at // 12, at % 12 + 1, day))
    if match["week"]:
        monday = given - timedelta(days=given.weekday()) + timedelta(weeks=_WEEKS_AGO[match["week"]])
        return Stated(*match.span(), None, None, None, Period(monday, monday + timedelta(days=6)))
    found = given + timedelta(days=_DAYS_AGO[match["near"]])
    return Stated(*match.span(), found.year, found.month, found.day, Period(found, found))


def _written(match: re.Match[str], given: date | None, year: int | None, month: int | None) -> Stated | None:
    """A date with year, part of the year, month and day as far as they are written."""
    groups = match.groupdict()
    if match.re is _LONE_DAY:
        number = _small(match["day"], 31)
        if number is None:
            return None
        return Stated(*match.span(), year, month, number, _period(year, month, number), filled=True)
    if "month" not in groups:  # 前24个月: a row of months that is none
        return None
    part = groups.get("part")
    if part in _NEEDS_YEAR and not (match["year"] or match["relative"]):
        return None
    found, filled = _year(match, given.year if given else None, year)
    if part:
        return Stated(
            *match.span(), found, None, None, _months(found, *_PARTS[part]) if found else None, filled
        )
    stated_month = _small(groups["month"], 12) if groups["month"] else None
    stated_day = _small(groups["day"], 31) if groups.get("day") else None
    if (groups["month"] and stated_month is None) or (groups.get("day") and stated_day is None):
        return None
    if third := groups.get("third"):
        period = _third(found, stated_month, third)
    else:
        period = _period(found, stated_month, stated_day)
    return Stated(*match.span(), found, stated_month, stated_day, period, filled)


def _year(match: re.Match[str], given: int | None, last: int | None) -> tuple[int | None, bool]:
    """The year of a match, and whether it was filled in."""
    groups = match.groupdict()
    if written := groups.get("year"):
        return int("".join(str(DIGITS.get(c, c)) for c in written)), False
    if relative := groups.get("relative"):
        base = last if relative == "当年" else given
        return (base + RELATIVE_YEARS[relative] if base else None), False
    return last, True


def _small(written: str, most: int) -> int | None:
    value = value_of(written.replace("廿", "二十").replace("卅", "三十"))
    return int(value) if value is not None and 1 <= value <= most and value.denominator == 1 else None


def _period(year: int | None, month: int | None, day: int | None) -> Period | None:
    if year is None:
        return None
    if day is None:
        return _months(year, month or 1, month or 12)
    try:
        found = date(year, month or 0, day)
    except ValueError:
        return None
    return Period(found, found)


def _third(year: int | None, month: int | None, third: str) -> Period | None:
    if year is None or month is None:
        return None
    whole = _months(year, month, month)
    first, last = _DECADES[third]
    return Period(whole.since.replace(day=first), whole.since.replace(day=min(last, whole.until.day)))


def _months(year: int, first: int, last: int) -> Period:
    end = date(year + last // 12, last % 12 + 1, 1) - timedelta(days=1)
    return Period(date(year, first, 1), end)
