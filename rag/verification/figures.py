"""Numbers and dates of a text as the checker compares them: value, unit, bound; year, month, day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

_CN = "零〇一二两三四五六七八九十百千万亿"
_DIGIT = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SCALE = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_UNITS = (
    "平方公里|平方千米|平方米|立方米|公里|千米|公顷|毫米|厘米|千瓦时|千瓦|兆瓦|吉瓦|摄氏度|美元|欧元|港元|港币|日元|英镑|卢布|人民币|元|"
    "人次|人|吨|小时|分钟|秒|周岁|岁|天|周|个月|个|名|位|家|项|条|座|所|只|台|辆|架|艘|枚|种|类|倍|届|期|亩|米|户|件|起|宗|处|套|株|头|"
    "场|批|例|份|张|部|级|成|度|班|列|趟|款|幅|本|支|对|组|团|间|栋|片|块|尾|匹|羽|口|城|县|市|省|区|镇|村|国|地|方面|大|步"
)
_VALUE = rf"(?:\d+(?:\.\d+)?|[{_CN}]+(?:点[零〇一二三四五六七八九]+)?)"
_NUMBER = re.compile(
    r"(?P<before>不超过|不少于|不低于|不高于|超过|接近|将近|不足|不到|未满|少于|低于|高于|大于|多于|小于|至少|最多|最高|突破|大约|大概|约为|"
    r"超|近|逾|约|达)?[了有]?(?P<whole>百分之)?(?P<fraction>[一二三四五六七八九十]+分之)?"
    rf"(?P<value>{_VALUE})(?P<more>[多余几])?"
    r"(?P<scale>万亿|千亿|百亿|十亿|千万|百万|十万|亿|万|千(?!瓦|米|克)|百)?(?P<more2>[多余])?"
    rf"(?P<unit>个?百分点|%|‰|(?:平方|立方)?(?:{_UNITS}))?"
    r"(?P<after>以上|以下|以内|左右|上下|有余)?"
)
_HALF = re.compile(r"(?P<before>近|约|超过|超|过|不到|逾)?(?:一半|半数|半壁江山)(?P<after>以上|左右)?")
_DOUBLE = re.compile(r"翻(?P<times>[一两二三])?番|翻了一番")
_DATE = re.compile(
    r"(?:(?P<y>(?:19|20)\d{2})年度?)?(?:(?P<m>1[0-2]|0?[1-9])月(?!球|亮|票|租|薪)份?)?(?:(?P<d>3[01]|[12]\d|0?[1-9])[日号](?!线|楼|机))?"
)
_ISO = re.compile(r"(?P<y>(?:19|20)\d{2})[-/.](?P<m>1[0-2]|0?[1-9])[-/.](?P<d>3[01]|[12]\d|0?[1-9])(?!\d)")
_BOUND = {
    ">": ("超过", "超", "逾", "突破", "高于", "大于", "多于", "多", "余", "有余", "过"),
    "≥": ("至少", "不少于", "不低于", "以上"),
    "<": ("近", "接近", "将近", "不足", "不到", "未满", "少于", "低于", "小于"),
    "≤": ("最多", "最高", "不超过", "不高于", "以下", "以内"),
    "~": ("约", "约为", "大约", "大概", "左右", "上下", "几"),
}
_MARK = {word: sign for sign, words in _BOUND.items() for word in words}
_LOOSE_UNITS = frozenset("个名位家项条座所只台辆种类户件起宗处套场批例份大方面地")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its place in the text. `bound`: '' exact, > above, ≥ at least, < below, ≤ at most, ~ about."""

    start: int
    end: int
    value: Fraction
    unit: str
    bound: str


@dataclass(frozen=True, slots=True)
class Day:
    """A date with its place in the text; what it leaves out is None."""

    start: int
    end: int
    year: int | None
    month: int | None
    day: int | None


def days(text: str) -> list[Day]:
    """Every date of `text` that names a year, a month or a day of the month."""
    found = []
    for pattern in (_ISO, _DATE):
        for match in pattern.finditer(text):
            y, m, d = (int(p) if p else None for p in match.group("y", "m", "d"))
            if y or m or d:
                found.append(Day(match.start(), match.end(), y, m, d))
    return sorted(found, key=lambda day: day.start)


def figures(text: str, taken: list[tuple[int, int]]) -> list[Figure]:
    """Every number of `text` outside the spans `taken` (its dates)."""
    return list(_figures(text, taken))


def _figures(text: str, taken: list[tuple[int, int]]) -> Iterator[Figure]:
    for match in _NUMBER.finditer(text):
        start = match.start("value")
        if any(a <= start < b for a, b in taken):
            continue
        spelled = not match["value"][0].isdigit()
        unit = match["unit"] or ""
        if (
            spelled
            and not (unit or match["whole"] or match["fraction"] or match["scale"])
            and not (len(match["value"]) > 1 and any(c in "百千万亿" for c in match["value"]))
        ):
            continue
        value = _value(match["value"])
        if value is None:
            continue
        if match["fraction"]:
            below = _value(match["fraction"][:-2])
            if not below:
                continue
            value, unit = value / below * 100, "%"
        for char in match["scale"] or "":
            value *= _SCALE[char]
        if match["whole"]:
            unit = "%"
        if unit == "成":
            value, unit = value * 10, "%"
        unit = {
            "个百分点": "百分点",
            "千米": "公里",
            "平方千米": "平方公里",
            "名": "人",
            "位": "人",
            "港币": "港元",
        }.get(unit, unit)
        marks = [match["before"], match["more"], match["more2"], match["after"]]
        bound = next((_MARK[m] for m in marks if m in _MARK), "")
        yield Figure(match.start(), match.end(), value, unit, bound)
    for match in _HALF.finditer(text):
        yield Figure(
            match.start(),
            match.end(),
            Fraction(50),
            "%",
            _MARK.get(match["before"] or match["after"] or "", ""),
        )
    for match in _DOUBLE.finditer(text):
        yield Figure(
            match.start(), match.end(), Fraction(2 ** _DIGIT.get(match["times"] or "一", 1)), "倍", ""
        )


def _value(numeral: str) -> Fraction | None:
    if numeral[0].isdigit():
        return Fraction(numeral)
    whole, _, rest = numeral.partition("点")
    if not any(c in _SCALE for c in whole):
        value = Fraction(int("".join(str(_DIGIT[c]) for c in whole)))
    else:
        total = section = digit = 0
        for char in whole:
            if char in _DIGIT:
                digit = _DIGIT[char]
            elif char in "万亿":
                total = (total + section + digit) * _SCALE[char]
                section = digit = 0
            else:
                section += (digit or 1) * _SCALE[char]
                digit = 0
        value = Fraction(total + section + digit)
    for place, char in enumerate(rest, start=1):
        value += Fraction(_DIGIT[char], 10**place)
    return value


def alike(one: Figure, other: Figure) -> float:
    """How well two figures agree, 0 to 1: value, unit, bound."""
    same_unit = (
        one.unit == other.unit
        or (not one.unit or not other.unit)
        or (one.unit in _LOOSE_UNITS and other.unit in _LOOSE_UNITS)
    )
    if one.value == other.value:
        if not same_unit:
            return 0.3
        return 1.0 if one.bound == other.bound else 0.7
    if same_unit and one.bound and rounded(one, other):
        return 0.9
    if not one.bound and same_unit and one.value and abs(one.value - other.value) < abs(other.value) / 200:
        return 0.6
    return 0.0


def rounded(claim: Figure, stated: Figure) -> bool:
    """True when `claim`, with its bound, is a fair rounding of `stated`: 近四分之三 for 74.7%, 超过13亿 for 13.22亿."""
    low, value, high = sorted((claim.value, stated.value))[0], stated.value, claim.value
    if not value or abs(high - value) > abs(value) / 6:
        return False
    return {"<": value < high, "≤": value <= high, ">": value > high, "≥": value >= high, "~": True}.get(
        claim.bound, low == high
    )
