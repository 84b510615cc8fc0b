"""Quantities (value, unit, bound) and stated dates of a sentence, by which articles of different dates are compared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from docs_store.text.numerals import figured

_SCALES = {
    "万亿": 10**12,
    "千亿": 10**11,
    "百亿": 10**10,
    "亿": 10**8,
    "千万": 10**7,
    "百万": 10**6,
    "万": 10**4,
    "千": 10**3,
}
_UNITS = (
    "平方公里|平方千米|平方米|立方米|公里|千米|公顷|毫米|厘米|千瓦时|吉瓦时|千瓦|摄氏度|美元|欧元|港元|日元|英镑|卢布|元|"
    "人次|吨|度|天|小时|分钟|秒|周|个|名|位|家|项|岁|次|条|座|所|只|台|辆|架|艘|枚|种|类|人|倍|届|期|亩|米|户|件|起|"
    "成(?![立为功果员就本交绩长都])|年|月|日|号|级"
)
_QUANTITY = re.compile(
    r"(?:(?P<before>不超过|不少于|不低于|不高于|超过|接近|将近|不足|不到|未满|少于|低于|高于|大于|小于|至少|最多|突破|大约|大概|"
    r"超|近|逾|约)[了有]?)?\s*(?P<value>\d+(?:\.\d+)?)(?P<more>多|余)?(?:(?P<percent>个?百分点|%)|"
    r"(?P<scale>万亿|千亿|百亿|千万|百万|亿|万|千)?(?P<more2>多|余)?(?P<unit>" + _UNITS + r")?)"
    r"(?P<after>以上|以下|以内|左右|上下|多(?!个|家|名|次|种|项)|余(?!个|家|名|次|种|项))?"
)
_ABOVE = {"超过", "超", "逾", "突破", "高于", "大于", "多", "余"}
_AT_LEAST = {"至少", "不少于", "不低于", "以上"}
_BELOW = {"近", "接近", "将近", "不足", "不到", "未满", "少于", "低于", "小于"}
_AT_MOST = {"最多", "不超过", "不高于", "以下", "以内"}
_ABOUT = {"约", "大约", "大概", "左右", "上下"}
_PERCENT_OF = re.compile(r"百分之(\d+(?:\.\d+)?|[零一二两三四五六七八九十百点]+)")


_DATE = re.compile(
    r"(?:(?P<y>(?:19|20)\d{2})年(?:度)?)?(?:(?P<m>1[0-2]|0?[1-9])月(?:份|底|初|中旬|上旬|下旬)?)?"
    r"(?:(?P<d>3[01]|[12]\d|0?[1-9])[日号])?"
)
_ISO = re.compile(r"((?:19|20)\d{2})[-/.](1[0-2]|0?[1-9])[-/.](3[01]|[12]\d|0?[1-9])")
_YEAR_OF = re.compile(r"(?:19|20)\d{2}年(?=(\d{1,2}月|上半年|下半年|[一二三四]季度|底|初))")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of a text: its value in the base unit, the unit ('' for none), and the bound."""

    value: Decimal
    unit: str
    bound: str
    """'' exact, > above, ≥ at least, < below, ≤ at most, ~ about."""
    text: str


@dataclass(frozen=True, slots=True)
class Day:
    """A date as far as it is stated: any of year, month and day may be None."""

    year: int | None = None
    month: int | None = None
    day: int | None = None


def quantities(text: str) -> list[Quantity]:
    """Every number of `text` but the parts of dates, in order."""
    folded = _fold(text)
    dates = [m.span() for m in _date_matches(folded)] + [m.span() for m in _ISO.finditer(folded)]
    found = []
    for match in _QUANTITY.finditer(folded):
        if any(a <= match.start("value") < b for a, b in dates):
            continue
        value = Decimal(match["value"]) * _SCALES.get(match["scale"] or "", 1)
        unit = (match["percent"] or match["unit"] or "").replace("个百分点", "百分点")
        if unit == "成":
            value, unit = value * 10, "%"
        marks = {match["before"], match["more"], match["more2"], match["after"]} - {None}
        found.append(Quantity(value, unit, _bound(marks), match.group().strip()))
    return found


def drop_unstated_years(claim: str, passage: str) -> str:
    """`claim` without the years that `passage`, of an article without a date, leaves open.

    2023年9月底前 becomes 今年9月底前, or 9月底前, whichever it says. A year that it does state stays, right or wrong.
    """

    def as_stated(match: re.Match[str]) -> str:
        written = _fold(passage)
        if re.search(r"(?:19|20)\d{2}年\s*" + match[1], written) or match[1] not in written:
            return match.group()
        return "今年" if "今年" + match[1] in written else ""

    return _YEAR_OF.sub(as_stated, claim)


def stated_days(text: str) -> list[Day]:
    """Every date of `text` with nothing added to it."""
    folded = _fold(text)
    plain = [
        Day(*(int(part) if part else None for part in m.group("y", "m", "d"))) for m in _date_matches(folded)
    ]
    return plain + [Day(int(y), int(m), int(d)) for y, m, d in _ISO.findall(folded)]


def _fold(text: str) -> str:
    return figured(_PERCENT_OF.sub(lambda m: _percent(m[1]), text))


def _percent(numeral: str) -> str:
    return f"{figured(numeral)}%"


def _bound(marks: set[str]) -> str:
    for sign, words in ((">", _ABOVE), ("≥", _AT_LEAST), ("<", _BELOW), ("≤", _AT_MOST), ("~", _ABOUT)):
        if marks & words:
            return sign
    return ""


def _date_matches(folded: str) -> Iterator[re.Match[str]]:
    for match in _DATE.finditer(folded):
        if match["y"] or match["m"] or match["d"]:
            yield match
