"""Automatic numbers of Word (numbering.xml): 第%1条, 一、, (1) as a reader sees them before the paragraph."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEVELS = 9
_BULLET = "•"
_PLACE = re.compile(r"%([1-9])")
_JOINS = re.compile(r"[、．）)】〕：:\s]$|^$")  # after these no space is needed before the text
_CHINESE = "〇一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"


@dataclass(slots=True)
class _Level:
    """How one level of a list counts."""

    start: int = 1
    form: str = "decimal"
    text: str = ""
    legal: bool = False
    restart: int | None = None
    style: str | None = None


@dataclass(slots=True)
class Numbering:
    """The lists of a document and how far each has counted. Call `label` once a numbered paragraph, in order."""

    lists: dict[str, dict[int, _Level]] = field(default_factory=dict)
    """Levels by the id that paragraphs name (numId)."""
    abstract: dict[str, str] = field(default_factory=dict)
    """What lists that count together have in common, by numId."""
    starts: dict[str, dict[int, int]] = field(default_factory=dict)
    """Where a list begins anew, by numId."""
    _counts: dict[str, list[int | None]] = field(default_factory=dict)
    _begun: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, root: Any | None) -> Numbering:
        """The lists of numbering.xml; none where a document has none."""
        made = cls()
        if root is None:
            return made
        abstract = {
            element.get(f"{W}abstractNumId"): {
                int(level.get(f"{W}ilvl")): _level(level) for level in element.findall(f"{W}lvl")
            }
            for element in root.findall(f"{W}abstractNum")
        }
        for number in root.findall(f"{W}num"):
            id = number.get(f"{W}numId")
            link = number.find(f"{W}abstractNumId")
            if link is None:
                continue
            base = link.get(f"{W}val")
            levels = dict(abstract.get(base, {}))
            for override in number.findall(f"{W}lvlOverride"):
                at = int(override.get(f"{W}ilvl"))
                if (own := override.find(f"{W}lvl")) is not None:
                    levels[at] = _level(own)
                if (start := override.find(f"{W}startOverride")) is not None:
                    made.starts.setdefault(id, {})[at] = _int(start)
            made.lists[id], made.abstract[id] = levels, base
        return made

    def level_of_style(self, id: str, style: str | None) -> int | None:
        """The level of a list that a paragraph style stands for."""
        return next(
            (at for at, level in self.lists.get(id, {}).items() if style and level.style == style), None
        )

    def label(self, id: str, at: int) -> str:
        """The number of the next paragraph at level `at` of list `id`, with the space that belongs behind it; '' for
        none."""
        levels = self.lists.get(id)
        if levels is None or at not in levels:
            return ""
        counts = self._counts.setdefault(self.abstract[id], [None] * _LEVELS)
        if id not in self._begun:
            self._begun.add(id)
            for level, start in self.starts.get(id, {}).items():
                counts[level] = start - 1
        here = levels[at]
        known = counts[at]
        counts[at] = here.start if known is None else known + 1
        for deeper in range(at + 1, _LEVELS):
            if deeper in levels and levels[deeper].restart != 0:
                counts[deeper] = None
        if here.form == "bullet":
            return f"{_BULLET} " if here.text else ""
        text = _PLACE.sub(
            lambda match: self._number(levels, counts, int(match.group(1)) - 1, here), here.text
        )
        return text if _JOINS.search(text) else f"{text} "

    def _number(self, levels: Mapping[int, _Level], counts: list[int | None], at: int, here: _Level) -> str:
        level = levels.get(at, _Level())
        value = counts[at]
        form = "decimal" if here.legal and level.form != "decimal" else level.form
        return spelt(level.start if value is None else value, form)


def _level(element: Any) -> _Level:
    def value(name: str) -> str | None:
        found = element.find(f"{W}{name}")
        return None if found is None else found.get(f"{W}val")

    form = value("numFmt")
    if form is None and (choice := element.find(f".//{W}numFmt")) is not None:
        form = choice.get(f"{W}val")
    restart = value("lvlRestart")
    return _Level(
        int(value("start") or 1),
        form or "decimal",
        value("lvlText") or "",
        element.find(f"{W}isLgl") is not None,
        None if restart is None else int(restart),
        value("pStyle"),
    )


def _int(element: Any) -> int:
    return int(element.get(f"{W}val") or 1)


def spelt(value: int, form: str) -> str:
    """A number in one of Word's forms; in digits where the form is not known."""
    made = _FORMS.get(form)
    return made(value) if made and value > 0 else str(value)


def chinese(value: int, digits: str = _CHINESE, units: tuple[str, str, str] = ("十", "百", "千")) -> str:
    """1 to 9999 as 一百二十三; above that digit by digit."""
    if not 0 < value < 10_000:
        return "".join(digits[int(d)] for d in str(value))
    text, zero = "", False
    for power in (3, 2, 1, 0):
        digit = value // 10**power % 10
        if digit:
            text += ("零" if zero and text else "") + digits[digit] + (units[power - 1] if power else "")
            zero = False
        else:
            zero = bool(text)
    return text[1:] if text.startswith("一十") else text


def _letters(value: int) -> str:
    return chr(ord("A") + (value - 1) % 26) * ((value - 1) // 26 + 1)


def _roman(value: int) -> str:
    text = ""
    for worth, sign in zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"),
        strict=True,
    ):
        text += sign * (value // worth)
        value %= worth
    return text


def _circled(value: int) -> str:
    return chr(0x2460 + value - 1) if value <= 20 else str(value)


def _cyclic(signs: str) -> Callable[[int], str]:
    return lambda value: signs[(value - 1) % len(signs)]


_FORMS: dict[str, Callable[[int], str]] = {
    "none": lambda value: "",
    "decimalZero": lambda value: f"{value:02d}",
    "upperLetter": _letters,
    "lowerLetter": lambda value: _letters(value).lower(),
    "upperRoman": _roman,
    "lowerRoman": lambda value: _roman(value).lower(),
    **dict.fromkeys(
        (
            "chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting",
            "taiwaneseCountingThousand", "koreanCounting",
        ),
        chinese,
    ),
    **dict.fromkeys(
        ("ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital"),
        lambda value: "".join(_CHINESE[int(d)] for d in str(value)),
    ),
    "chineseLegalSimplified": lambda value: chinese(value, _LEGAL, ("拾", "佰", "仟")),
    "ideographTraditional": _cyclic("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _cyclic("子丑寅卯辰巳午未申酉戌亥"),
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalEnclosedParen": lambda value: f"({value})",
    "decimalEnclosedFullstop": lambda value: f"{value}.",
    "decimalFullWidth": lambda value: str(value).translate({ord("0") + d: ord("０") + d for d in range(10)}),
    "ideographEnclosedCircle": lambda value: chr(0x3280 + value - 1) if value <= 10 else chinese(value),
    "numberInDash": lambda value: f"- {value} -",
}  # fmt: skip
