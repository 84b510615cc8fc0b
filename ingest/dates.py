"""Dates as Chinese articles write them. A day that is stated, else none: nothing is made of a year alone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Any

CHINA = timezone(timedelta(hours=8))
_DIGITS = "〇零一二三四五六七八九"
_NUMERIC = re.compile(r"(?<!\d)(\d{4})\s*[-年/.]\s*(\d{1,2})\s*[-月/.]\s*(\d{1,2})(?!\d)")
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d{2})([01]\d)([0-3]\d)(?!\d)")
_CHINESE = re.compile(
    r"([〇○Ｏ零一二三四五六七八九]{4})\s*年\s*([一二三四五六七八九十]{1,2})\s*月\s*([一二三四五六七八九十]{1,3})\s*日"
)
_MAIL = re.compile(r"(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})")
DAY = (
    r"(?:(?<!\d)\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日|(?<!\d)\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)|"
    r"[〇○Ｏ零一二三四五六七八九]{4}\s*年\s*[一二三四五六七八九十]{1,2}\s*月\s*[一二三四五六七八九十]{1,3}\s*日)"
)
"""A regular expression for a day in any of the spellings that texts use."""
_ONLY_DAY = re.compile(rf"\s*[_*]*{DAY}[_*]*\s*")


def parse_date(value: Any) -> date | None:
    """The first day of YAML, JSON or text; else None.

    2025-01-20, 2025年1月20日, 2025/1/20, 20250120, 二〇二五年一月二十日, RFC 2822 and ISO moments and seconds since 1970; a
    moment with a zone is the day that it was in China.
    """
    if isinstance(value, datetime):
        return value.astimezone(CHINA).date() if value.tzinfo else value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _epoch(value) or (_compact(str(value)) if isinstance(value, int) else None)
    text = str(value or "").strip()
    if not text:
        return None
    if match := _MOMENT.search(text):
        return datetime.fromisoformat(match.group().replace("Z", "+00:00")).astimezone(CHINA).date()
    if match := _NUMERIC.search(text):
        return _date(*map(int, match.groups()))
    if match := _CHINESE.search(text):
        year, month, day = match.groups()
        digits = "".join(str(_DIGITS.index(c) - 1 if c not in "〇零○Ｏ" else 0) for c in year)
        return _date(int(digits), _number(month), _number(day))
    if _MAIL.search(text):
        return _mail(text)
    return _compact(text) or (_epoch(int(text)) if text.isascii() and text.isdigit() else None)


def is_day(line: str) -> bool:
    """True for a line that is a day and nothing else."""
    return len(line) < 30 and _ONLY_DAY.fullmatch(line) is not None


def _compact(text: str) -> date | None:
    match = _COMPACT.fullmatch(text)
    return _date(*map(int, match.groups())) if match else None


def _mail(text: str) -> date | None:
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    return moment.astimezone(CHINA).date() if moment.tzinfo else moment.date()


def _epoch(seconds: float) -> date | None:
    """The day in China of seconds (or milliseconds) since 1970, for such as lie between 2001 and 2100."""
    if seconds > 1e12:
        seconds /= 1000
    if not 1e9 <= seconds < 4.1e9:
        return None
    return datetime.fromtimestamp(seconds, UTC).astimezone(CHINA).date()


def _number(text: str) -> int:
    """一 to 三十一 as a number."""
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return _DIGITS.index(text) - 1
    return (_DIGITS.index(tens) - 1 if tens else 1) * 10 + (_DIGITS.index(ones) - 1 if ones else 0)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
