"""Numbers and days as a spreadsheet shows them: by the format code of their cell, as Excel does on a Chinese system.

Only what is rendered exactly is rendered: a code with anything else in it (fractions, exponents, conditions, Chinese
numerals) leaves the value as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from importlib.resources import files

from docs_store.text.data_files import data_lines

Moment = datetime | date | time | timedelta
Token = tuple[str, str]
"""(kind, text), its kind a group of `_TOKEN`."""

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|[_*](?P<blank>.)|\[(?P<bracket>[^\]]*)\]|(?P<end>;)|(?P<general>General)'
    r"|(?P<half>AM/PM|上午/下午)|(?P<part>y+|m+|d+|h+|s+|aaaa?)|(?P<digit>[0#?])|(?P<mark>[.,%@])"
    r"|(?P<literal>[^A-Za-z\"\\])",
    re.IGNORECASE,
)
_COLOUR = re.compile(
    r"(?:black|blue|cyan|green|magenta|red|white|yellow|[黑蓝青绿红白黄]色?|洋红色?|(?:color|颜色)\s?\d+)",
    re.IGNORECASE,
)
_ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)
_SYSTEMS_DAY = "[$-F800]"  # a code with it leaves the form of a day to the system
_LONG_DAY = 'yyyy"年"m"月"d"日"'
_OF_TIME = frozenset(("part", "half", "elapsed"))
_WEEK = "一二三四五六日"
_EXACT = 15  # digits that a spreadsheet keeps of a number
_SHOWN = 10  # digits that it shows of one with decimals where no format is set
_TINY = Decimal("0.0001")  # from which down it shows an exponent where digits would be lost
_FIRST_DAY, _LAST_DAY = 61, 2_958_465  # before the first, spreadsheets count a 29 February 1900 that was none
_SINCE_1904 = 1462  # days


class _UnknownError(Exception):
    """The code has something that is not rendered here."""


@cache
def built_in() -> dict[int, str]:
    """Format code by the id that a cell may name without its workbook stating it (`number_formats.txt`)."""
    rows = (line.split("\t") for line in data_lines(files("ingest.readers") / "number_formats.txt"))
    return {int(id): code for id, code in rows}


def rendered(value: float | Moment, code: str, *, since_1904: bool = False) -> str | None:
    """The value as its cell shows it; None where the code is not known, or shows nothing.

    Args:
        value: of the cell.
        code: of its format, such as `#,##0.00` or `yyyy"年"m"月"d"日"`.
        since_1904: whether the workbook counts days from 1904.
    """
    try:
        sections = _sections(code)
        if isinstance(value, int | float):
            if not any(kind == "part" for kind, _ in sections[0]):
                return _number(_exact(value), sections).strip() or None
            value = _day_of(value, since_1904)
        return _moment(value, sections[0]).strip() or None
    except _UnknownError:
        return None


def general(value: float) -> str:
    """A number without a format: a whole one with all its digits, others with as many as a cell shows."""
    exact = _exact(value)
    if exact == exact.to_integral_value():
        return str(int(exact))
    shown = _rounded(exact, max(0, _SHOWN - len(str(abs(int(exact))))))
    if abs(exact) < _TINY and shown != exact:
        mantissa, power = f"{exact:.5E}".split("E")
        return f"{mantissa.rstrip('0').rstrip('.')}E-{power[1:].zfill(2)}"
    return f"{shown.normalize():f}"


def _exact(value: float) -> Decimal:
    return Decimal(f"{value:.{_EXACT}g}")


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


@lru_cache(maxsize=512)
def _sections(code: str) -> tuple[tuple[Token, ...], ...]:
    """The tokens of a code: for positive numbers, negative ones, nought and text, as many as it has."""
    code = _LONG_DAY if _SYSTEMS_DAY in code.upper() else code
    found: list[list[Token]] = [[]]
    at = 0
    while at < len(code):
        match = _TOKEN.match(code, at)
        if match is None or match.lastgroup is None:
            raise _UnknownError
        at = match.end()
        kind, text = match.lastgroup, match.group(match.lastgroup)
        if kind == "end":
            found.append([])
        elif kind == "bracket":
            found[-1] += _of_bracket(text)
        elif kind != "blank":
            found[-1].append(("literal" if kind in ("quoted", "escaped") else kind, text))
    return tuple(map(tuple, found))


def _of_bracket(text: str) -> Sequence[Token]:
    """What [Red], [$¥-804] and [h] stand for."""
    if text.startswith("$"):
        sign = text[1:].partition("-")[0]
        return [("literal", sign)] if sign else []
    if _ELAPSED.fullmatch(text):
        return [("elapsed", text.lower())]
    if _COLOUR.fullmatch(text):
        return []
    raise _UnknownError


def _number(value: Decimal, sections: Sequence[Sequence[Token]]) -> str:
    if value < 0 and len(sections) > 1:
        return _figures(-value, sections[1])
    if value == 0 and len(sections) > 2:
        return _figures(value, sections[2])
    shown = _figures(abs(value), sections[0])
    return f"-{shown}" if value < 0 and re.search("[1-9]", shown) else shown


def _figures(value: Decimal, tokens: Sequence[Token]) -> str:
    """A number that is not negative, its digits put in the places of the code."""
    if any(kind in _OF_TIME for kind, _ in tokens) or ("literal", "/") in tokens:
        raise _UnknownError
    if any(kind == "general" or text == "@" for kind, text in tokens):
        return "".join(text if kind == "literal" else general(float(value)) for kind, text in tokens)
    point = tokens.index(("mark", ".")) if ("mark", ".") in tokens else len(tokens)
    whole, rest = list(tokens[:point]), tokens[point + 1 :]
    places = [i for i, (kind, _) in enumerate(tokens) if kind == "digit"]
    commas = [i for i, token in enumerate(tokens) if token == ("mark", ",")]
    thousands = sum(bool(places) and i > places[-1] for i in commas)
    value *= Decimal(100) ** tokens.count(("mark", "%")) / Decimal(1000) ** thousands
    decimals = sum(kind == "digit" for kind, _ in rest)
    digits, _, fraction = f"{_rounded(value, decimals):f}".partition(".")
    grouped = any(places and places[0] < i < places[-1] and i < point for i in commas)
    shown = _before_point(digits, whole, grouped)
    return f"{shown}{'.' if point < len(tokens) else ''}{_behind_point(fraction, rest)}"


def _before_point(digits: str, tokens: Sequence[Token], grouped: bool) -> str:
    """The digits before the point, from the right; the first place takes all that are left."""
    waiting = list("" if digits == "0" else digits)
    first = next((i for i, (kind, _) in enumerate(tokens) if kind == "digit"), None)
    found: list[str] = []
    count = 0
    for i in range(len(tokens) - 1, -1, -1):
        kind, text = tokens[i]
        if kind != "digit":
            found += [] if text == "," else [text]
            continue
        while waiting or text == "0":
            found += [","] if grouped and count and count % 3 == 0 else []
            found.append(waiting.pop() if waiting else "0")
            count += 1
            if i != first or not waiting:
                break
    return "".join(reversed(found))


def _behind_point(digits: str, tokens: Sequence[Token]) -> str:
    found: list[str] = []
    at = 0
    for kind, text in tokens:
        if kind == "digit":
            found.append(digits[at] if text == "0" or digits[at:].strip("0") else "")
            at += 1
        else:
            found.append("" if text == "," else text)
    return "".join(found)


def _day_of(value: float, since_1904: bool) -> datetime:
    days = value + (_SINCE_1904 if since_1904 else 0)
    if not _FIRST_DAY <= days < _LAST_DAY:
        raise _UnknownError
    return datetime(1899, 12, 30) + timedelta(seconds=round(days * 86_400))


def _moment(value: Moment, tokens: Sequence[Token]) -> str:
    """A day or a time, its parts put in the places of the code."""
    halves = any(kind == "half" for kind, _ in tokens)
    parts = [i for i, (kind, _) in enumerate(tokens) if kind in ("part", "elapsed")]
    if not parts:
        raise _UnknownError
    found = []
    for i, (kind, text) in enumerate(tokens):
        if kind == "literal" or (kind == "mark" and tokens[i + 1 : i + 2] and tokens[i + 1][0] == "part"):
            found.append(text)
        elif kind == "half":
            found.append(text.split("/")[_clock(value)[0] >= 12])
        elif kind == "elapsed":
            found.append(str(_elapsed(value) // {"h": 3600, "m": 60, "s": 1}[text[0]]).zfill(len(text)))
        elif kind == "part":
            before, after = ([*parts, None][parts.index(i) + step] for step in (-1, 1))
            of_hour = _begins(tokens, before, "h") or _begins(tokens, after, "s")
            found.append(_part(value, text.lower(), of_hour, halves))
        else:
            raise _UnknownError
    return "".join(found)


def _begins(tokens: Sequence[Token], at: int | None, letter: str) -> bool:
    return at is not None and tokens[at][1][0].lower() == letter


def _part(value: Moment, text: str, of_hour: bool, halves: bool) -> str:
    """One part of a moment: yyyy, m (of the year, or of the hour), dd."""
    if text[0] in "hs" or (text[0] == "m" and of_hour and len(text) < 3):
        hour, minute, second = _clock(value)
        hour = (hour % 12 or 12) if halves else hour
        return str({"h": hour, "m": minute, "s": second}[text[0]]).zfill(min(2, len(text)))
    if not isinstance(value, date):
        raise _UnknownError
    if text[0] == "y":
        return f"{value.year:04}" if len(text) > 2 else f"{value.year % 100:02}"
    if text[0] == "a":
        return ("星期" if len(text) > 3 else "") + _WEEK[value.weekday()]
    if len(text) > 4:
        raise _UnknownError
    if len(text) > 2:  # names of months and days, which the C locale has in English
        name = value.strftime("%B" if text[0] == "m" else "%A")
        return name if len(text) == 4 else name[:3]
    return str(value.month if text[0] == "m" else value.day).zfill(len(text))


def _clock(value: Moment) -> tuple[int, int, int]:
    if isinstance(value, timedelta):
        seconds = round(value.total_seconds()) % 86_400
        return seconds // 3600, seconds // 60 % 60, seconds % 60
    if isinstance(value, datetime | time):
        return value.hour, value.minute, value.second
    return 0, 0, 0


def _elapsed(value: Moment) -> int:
    """The seconds of a span of time."""
    if isinstance(value, timedelta):
        return round(value.total_seconds())
    if isinstance(value, time):
        return value.hour * 3600 + value.minute * 60 + value.second
    raise _UnknownError
