"""Numbers as Chinese text writes them: 1,200家, 一千二百家, 1.2千家 are one; 近40家 is less than 40家; 第三 is no three.

Values are exact fractions in the unit of `units.tsv`; shares are given in per cent (三分之二, 五成, 50%). A bound says that
the text states more, less or about so much. Whether the characters of a number are one is decided by the words they stand
in: 三亚, 统一 and 千方百计 count nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache

from docs_store.text.counting import SCALE_TAIL, counts_nothing, unit_at
from docs_store.text.normal import fold, fold_in_place
from docs_store.text.numbers import DIGITS, FIGURES, HAN, SCALES, Amount, leading_number, plain_capitals

_REMEMBERED = 1_000  # characters: sentences are read again and again, articles are not


class NumeralKind(StrEnum):
    """What a number does: counts, gives a rank (第三), or names the first so many (前三)."""

    CARDINAL = "cardinal"
    ORDINAL = "ordinal"
    TOP = "top"


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number at `text[start:end]`, with its bound words and unit.

    `low` and `high` are equal but for a range (3至5个, 三五个, 十几); `unit` is "" where none follows, `measure` what kind of
    unit it is (money, length, share, people, count, calendar …); `bound` is one of "" exact, ">" more than, "≥" at least,
    "<" less than, "≤" at most, "~" about. `core` is the span of the number alone.
    """

    start: int
    end: int
    low: Fraction
    high: Fraction
    bound: str
    unit: str
    measure: str
    kind: NumeralKind
    core: tuple[int, int]

    def same(self, other: Numeral) -> bool:
        """True when both say the same amount with the same bound, however written."""
        mine = (self.low, self.high, self.bound, self.unit, self.kind)
        return mine == (other.low, other.high, other.bound, other.unit, other.kind)


_BOUNDS = {
    ">": "超过 超出 突破 高于 多于 大于 不止 不只 超 逾 过 破 大 多 余 有余 之多",
    "≥": "至少 最少 起码 不少于 不低于 不小于 最低 上 以上 之上",
    "<": "接近 将近 不足 不到 未满 未达 少于 低于 小于 近",
    "≤": "最多 至多 不超过 不高于 不多于 不大于 最高 以下 之下 以内 之内",
    "~": "大约 大概 约为 约 大致 左右 上下",
}
_SIGN = {word: sign for sign, listed in _BOUNDS.items() for word in listed.split()}
_SIGN |= {"来": "~"} | {f"及{word}": _SIGN[word] for word in ("以上", "以下")}
_BEFORE = re.compile(
    r"(?P<word>不超过|不少于|不低于|不高于|不多于|不小于|不大于|超过|超出|突破|高于|多于|大于|不止|不只|至少|最少|起码|最低|接近|将近|不足|不到|未满|"
    r"未达|少于|低于|小于|最多|至多|最高|大约|大概|约为|大致|(?<![赶反高英中])超|逾|(?<![通经超不度越])过|(?<![突打爆攻侦])破|"
    r"(?<![以之线网晚早向会])上|(?<![附最临邻靠亲贴])近|(?<![合条节签预公契纽制违履邀特盟])约)[了有]?\s?$"
)
_BEFORE_SCALES = frozenset(
    "过破上"
)  # bounds only before a number that begins with its scale: 过百, 破万, 上千
_AFTER = re.compile(
    r"及?以上|及?以下|之上|之下|以内|之内|左右(?![岸两])|上下(?![游班级水联])|有余|之多|多(?![个家名次种项元方边样])|余(?![个家名次种项额款地下])"
)
_MORE = re.compile(r"[多余来](?![额款地下到自源])")
_TIMES_OVER = re.compile(r"翻了?([一两二三四五六0-9]?)番")
_HALF = re.compile(
    r"(?P<before>接近|超过|不足|不到|近|超|过|逾|约)?(?:一半|半数)(?P<after>以上|左右)?|"
    r"(?P<alone>接近|超过|不足|不到|近|超|(?<!不)过|逾|约|大)半(?![年月天个小日径岛导球程决夜路途])"
)
_CLOCK = re.compile(r"(?<![0-9:])([01]?[0-9]|2[0-4]):([0-5][0-9])(?![0-9:])")
_SLASHED = re.compile(r"(?<![0-9./])([1-9][0-9]?)/([1-9][0-9]?)(?![0-9/年月日号])")
_LINK = re.compile(r"\s?(?:—{1,2}|[-–~～至到])\s?")
_IDENTIFIER = re.compile(r"(?:[a-z][a-z0-9]*[-_/.]?|[0-9][./])$")
_SPELLED = re.compile(rf"[{''.join(DIGITS)}十百千](?:[{''.join(DIGITS)}十百千]|点(?=[{''.join(DIGITS)}]))*")
_SOME = re.compile(rf"(?:好几|几|数)(?P<scales>[{''.join(SCALES)}]+)")
_FIRST_SO_MANY = re.compile(r"(?<![之以此日年月天周目提从])前$")
_CHARACTERS = frozenset(HAN) | frozenset("几数好半翻近超接过逾约不大一壹贰叁肆伍陆柒捌玖拾佰仟")


def numerals(text: str) -> list[Numeral]:
    """Every number of `text`, in order, none inside another; numbers within dates and document numbers too."""
    return list(_remembered(text)) if len(text) <= _REMEMBERED else list(_numerals(text))


def value_of(numeral: str) -> Fraction | None:
    """The value of a text that is one number and nothing else (一千二百, 1,200, 1.2千); None when it is not one."""
    plain = plain_capitals(fold_in_place(numeral))
    found = leading_number(plain, 0)
    return found[0][0] if found and found[1] == len(plain) and found[0][0] == found[0][1] else None


def figured(text: str) -> str:
    """The normal form of `text` with spelled numbers in figures, 万 and 亿 left as they are: for looking for one in another."""
    return _figured(text) if len(text) <= _REMEMBERED else _figured.__wrapped__(text)


@lru_cache(maxsize=8192)
def _figured(text: str) -> str:
    folded = fold(text)
    pieces, at = [], 0
    for number in _numerals(folded):
        start, end = number.core
        written = folded[start:end].removeprefix("百分之")
        per_cent = "%" if len(written) < end - start else ""
        pieces += [folded[at:start], _SPELLED.sub(_in_figures, written), per_cent]
        at = end
    return "".join((*pieces, folded[at:]))


def _in_figures(match: re.Match[str]) -> str:
    value = value_of(match.group())
    if value is None or Decimal(value.numerator) / value.denominator != value:
        return match.group()
    return f"{Decimal(value.numerator) / value.denominator:f}"


@lru_cache(maxsize=8192)
def _remembered(text: str) -> tuple[Numeral, ...]:
    return tuple(_numerals(text))


def _numerals(text: str) -> Iterator[Numeral]:
    plain = plain_capitals(fold_in_place(text))
    if not any(c in FIGURES or c in _CHARACTERS for c in plain):
        return
    barred = counts_nothing(plain)
    at = 0
    while at < len(plain):
        if not (plain[at] in FIGURES or plain[at] in _CHARACTERS):
            at += 1
        elif (found := _numeral(plain, at, barred)) is None:
            at = _past(plain, at)
        else:
            yield found
            at = found.end


def _past(plain: str, at: int) -> int:
    """Where to look next: behind all figures and Latin letters that hang together, else one further."""
    if plain[at] in FIGURES:
        while at < len(plain) and (plain[at].isascii() and plain[at].isalnum()):
            at += 1
        return at
    while at + 1 < len(plain) and plain[at] in DIGITS and plain[at + 1] in DIGITS:
        at += 1
    return at + 1


def _numeral(plain: str, at: int, barred: frozenset[int]) -> Numeral | None:
    """The number that begins at `at`, a range where one is linked to it."""
    first = _single(plain, at, barred)
    if first is None or (first.bound in ("≥", "≤") and first.end > first.core[1] + 2):
        return first
    link = _LINK.match(plain, first.end)
    if link is None or first.kind is NumeralKind.TOP or first.measure == "calendar":
        return first
    if first.unit and (link.group().strip() == "到" or first.end != _end_of_unit(first)):
        return first
    second = _single(plain, link.end(), barred)
    if second is None or second.start != link.end() or second.kind is not NumeralKind.CARDINAL:
        return first
    return _range(plain, first, second) or first


def _end_of_unit(numeral: Numeral) -> int:
    return numeral.end if not numeral.bound or numeral.start < numeral.core[0] else -1


def _range(plain: str, first: Numeral, second: Numeral) -> Numeral | None:
    if first.unit and first.unit != second.unit:
        return None
    if re.match("0[0-9]", plain[first.core[0] : first.core[0] + 2]):
        return None  # a telephone number
    if plain[first.start - 1 : first.start] == "-" or re.match(r"-[0-9]", plain[second.end : second.end + 2]):
        return None
    low = first.low
    if not first.unit and second.unit:
        low *= second.high / _without_unit(plain, second)
    tail = SCALE_TAIL.search(plain, *second.core)
    if (
        tail
        and not SCALE_TAIL.search(plain, *first.core)
        and (found := leading_number(f"1{tail.group()}", 0))
    ):
        scaled = low * found[0][0]
        low = scaled if scaled < second.low else low
    if low >= second.high:
        return None
    return replace(
        second,
        start=first.start,
        low=low,
        bound=first.bound or second.bound,
        kind=first.kind,
        core=(first.core[0], second.core[1]),
    )


def _without_unit(plain: str, numeral: Numeral) -> Fraction:
    """The number before its unit's factor."""
    found = leading_number(plain, numeral.core[0])
    return found[0][1] if found and found[0][1] else numeral.high or Fraction(1)


def _single(plain: str, at: int, barred: frozenset[int]) -> Numeral | None:
    if match := _TIMES_OVER.match(plain, at):
        times = leading_number(match[1], 0) if match[1] else None
        return _plain_numeral(match.span(), Fraction(2 ** int(times[0][0] if times else 1)), "倍", "times")
    if match := _HALF.match(plain, at):
        sign = _SIGN.get(match["before"] or match["alone"] or match["after"] or "", "")
        if match["after"] == "以上":
            sign = ">"
        return replace(_plain_numeral(match.span(), Fraction(50), "%", "share"), bound=sign)
    if match := _CLOCK.match(plain, at):
        return _plain_numeral(match.span(), int(match[1]) + Fraction(int(match[2]), 60), "时", "calendar")
    core = _core(plain, at, barred)
    return None if core is None else _with_surroundings(plain, at, core)


def _plain_numeral(span: tuple[int, int], value: Fraction, unit: str, measure: str) -> Numeral:
    return Numeral(*span, value, value, "", unit, measure, NumeralKind.CARDINAL, span)


@dataclass(frozen=True, slots=True)
class _Core:
    """A number without what stands around it; `more` the 多, 余 or 来 within it, `share` for 三分之二."""

    amount: Amount
    end: int
    more: str = ""
    share: bool = False


def _core(plain: str, at: int, barred: frozenset[int]) -> _Core | None:
    if at >= len(plain) or at in barred:
        return None
    if plain[at] in FIGURES and _IDENTIFIER.search(plain, max(0, at - 12), at):
        return None
    if some := _SOME.match(plain, at):
        found = leading_number(some["scales"], 0)
        if found is None or found[1] != len(some["scales"]):
            return None
        return _Core((found[0][0] * 2, found[0][1] * 9), some.end())
    if plain[at] == "半":
        return _Core((Fraction(1, 2), Fraction(1, 2)), at + 1)
    found = leading_number(plain, at)
    if found is None:
        return None
    (low, high), end = found
    if any(i in barred for i in range(at, end)):
        return None
    if plain.startswith("分之", end) and (part := leading_number(plain, end + 2)) and low:
        return _Core((part[0][0] * 100 / low, part[0][1] * 100 / low), part[1], share=True)
    if (match := _SLASHED.match(plain, at)) and int(match[1]) < int(match[2]):
        share = Fraction(int(match[1]) * 100, int(match[2]))
        return _Core((share, share), match.end(), share=True)
    if plain[end - 1] == "十" and plain.startswith("几", end):
        low, high, end = low + 1, high + 9, end + 1
    elif match := _MORE.match(plain, end):
        scales = re.compile(rf"[{''.join(SCALES)}]+").match(plain, match.end())
        if scales and (times := leading_number(scales.group(), 0)):
            return _Core((low * times[0][0], high * times[0][0]), scales.end(), match.group())
        return _Core((low, high), match.end(), match.group())
    if low != high and (scales := re.compile(rf"[{''.join(SCALES)}]+").match(plain, end)):
        times = leading_number(scales.group(), 0)
        if times:
            return _Core((low * times[0][0], high * times[0][0]), scales.end())
    return _Core((low, high), end)


def _with_surroundings(plain: str, at: int, core: _Core) -> Numeral | None:
    """The number with its bound, rank and unit; None where it turns out to count nothing."""
    low, high = core.amount
    end = core.end
    unit, measure = "", ""
    if core.share:
        unit, measure = "%", "share"
    elif found := unit_at(plain, end):
        end, low, high = (
            found.end,
            (low + found.extra) * found.unit.factor,
            (high + found.extra) * found.unit.factor,
        )
        unit, measure = found.unit.name, found.unit.kind
        core = replace(core, more=core.more or found.more)
    if (
        plain[at] in FIGURES
        and plain[end : end + 1].isascii()
        and plain[end : end + 1].isalpha()
        and not unit
    ):
        return None
    before = _BEFORE.search(plain, max(0, at - 6), at)
    start, signs = at, ([_SIGN[core.more]] if core.more else [])
    kind = NumeralKind.CARDINAL
    if plain[at - 1 : at] == "第" and at:
        start, kind = at - 1, NumeralKind.ORDINAL
    elif at and _FIRST_SO_MANY.search(plain, max(0, at - 2), at):
        start, kind = at - 1, NumeralKind.TOP
    elif before and _bounds(plain, before, at, core, measure):
        start = before.start()
        signs.append(_SIGN[before["word"]])
    after = _AFTER.match(plain, end)
    if after and measure != "calendar" and kind is not NumeralKind.ORDINAL:
        end = after.end()
        signs.append(_SIGN[after.group()])
    if kind is NumeralKind.CARDINAL and not signs and _says_too_little(plain, at, core, measure):
        return None
    if plain[at - 1 : at] in ("-", "−", "负") and _is_negative(plain, at, measure):
        start, low, high = at - 1, -high, -low
    bound = next((sign for sign in (">", "≥", "<", "≤", "~") if sign in signs), "")
    return Numeral(start, end, low, high, bound, unit, measure, kind, (at, core.end))


def _bounds(plain: str, before: re.Match[str], at: int, core: _Core, measure: str) -> bool:
    """True when the word before the number bounds it: 上 and 过 only before a scale, 近 not in 近三年."""
    if before["word"] in _BEFORE_SCALES:
        return plain[at] in SCALES
    if before["word"] == "近" and measure in ("duration", "calendar"):
        opens = before.start() == 0 or plain[before.start() - 1] in "，。；、,;（( \n"
        return not (opens or re.match(r"[来间内里以的]", plain[core.end + 1 : core.end + 3]))
    return True


def _says_too_little(plain: str, at: int, core: _Core, measure: str) -> bool:
    """True for lone characters that are no number without a unit or a bound: 一, 零, 半, 百, and scales alone."""
    written = plain[at : core.end]
    if written == "半":
        return measure not in ("duration", "times") or plain[at - 1 : at] in (
            "上",
            "下",
            "前",
            "后",
            "大",
            "小",
        )
    if all(c in SCALES for c in written):
        return (len(written) == 1 and written != "十") or not measure
    if not measure and (written in ("一", "零", "〇") or plain.startswith("是", core.end)):
        return written in DIGITS  # 一, and 二是 in a list
    return False


def _is_negative(plain: str, at: int, measure: str) -> bool:
    return measure in ("share", "temperature", "points") and plain[at - 2 : at - 1] not in tuple(
        "0123456789%月日年号"
    )
