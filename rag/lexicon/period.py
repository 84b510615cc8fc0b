"""Times that a question speaks of: years, months, five-year plans, and "the latest"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

_PLANS = {"十三五": (2016, 2020), "十四五": (2021, 2025), "十五五": (2026, 2030)}
RELATIVE_YEARS = {"前年": -2, "去年": -1, "上年": -1, "今年": 0, "本年": 0, "明年": 1}
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})年?(?:(\d{1,2})月|(上半年|下半年|年?底|末|初|[一二三四]季度))?")
_LATEST = re.compile(r"最新|最近|目前|当前|现在|现行|如今|截至目前|截止目前")
_AFTER = timedelta(days=120)  # what a period brought is reported for some time after it
_PARTS = {"上半年": (1, 6), "下半年": (7, 12), "底": (10, 12), "年底": (10, 12), "末": (10, 12), "初": (1, 3)}
_PARTS |= {f"{numeral}季度": (3 * i + 1, 3 * i + 3) for i, numeral in enumerate("一二三四")}


@dataclass(frozen=True, slots=True)
class Period:
    """Whole months from `since` to `until`, both inclusive."""

    since: date
    until: date

    def fits(self, published_on: date | None) -> bool:
        """True when an article of that day may report on the period."""
        return published_on is not None and self.since <= published_on <= self.until + _AFTER


def period_of(folded: str, today: date) -> Period | None:
    """The period that a folded question names, or None. Relative years count from `today`."""
    for name, (first, last) in _PLANS.items():
        if name in folded:
            return Period(date(first, 1, 1), date(last, 12, 31))
    if match := _YEAR.search(folded):
        year = int(match[1])
        if match[2] and 1 <= int(match[2]) <= 12:
            return _months(year, int(match[2]), int(match[2]))
        return _months(year, *_PARTS.get(match[3] or "", (1, 12)))
    for word, shift in RELATIVE_YEARS.items():
        at = folded.find(word)
        if at >= 0:
            rest = folded[at + len(word) :]
            part = next((months for name, months in _PARTS.items() if rest.startswith(name)), (1, 12))
            return _months(today.year + shift, *part)
    return None


def wants_latest(folded: str) -> bool:
    """True when a folded question asks for the newest state."""
    return _LATEST.search(folded) is not None


def _months(year: int, first: int, last: int) -> Period:
    end = date(year + last // 12, last % 12 + 1, 1) - timedelta(days=1)
    return Period(date(year, first, 1), end)
