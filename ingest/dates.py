"""Dates as Chinese articles write them."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

_DIGITS = "〇零一二三四五六七八九"
_NUMERIC = re.compile(r"(\d{4})\s*[-年/.]\s*(\d{1,2})\s*[-月/.]\s*(\d{1,2})")
_CHINESE = re.compile(
    r"([〇零○一二三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)


def parse_date(value: Any) -> date | None:
    """The first date of YAML, JSON or text: 2025-01-20, 2025年1月20日, 2025/1/20, 二〇二五年一月二十日; else None."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = str(value or "")
    if match := _NUMERIC.search(text):
        return _date(*map(int, match.groups()))
    if match := _CHINESE.search(text):
        year, month, day = match.groups()
        digits = "".join(str(_DIGITS.index(c) - 1 if c not in "〇零○" else 0) for c in year)
        return _date(int(digits), _number(month), _number(day))
    return None


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
