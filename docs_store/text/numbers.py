"""Reading the characters of one number: figures, Chinese numerals, and both with scales (1.2千, 3万5千, 一亿两千万)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
_CAPITALS = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千")
_SMALL = {"十": 10, "百": 100, "千": 1_000}
_LARGE = {"万": 10_000, "亿": 100_000_000}
SCALES = _SMALL | _LARGE
HAN = "".join(DIGITS) + "".join(SCALES)
"""The characters that Chinese numerals are made of, without the point."""
FIGURES = "0123456789"
_FIGURES = re.compile(r"[0-9]+(?:[,，][0-9]{3}(?![0-9]))*(?:\.[0-9]+)?")
_POINT = re.compile(rf"点(?=[{''.join(DIGITS)}](?![十百千]))[{''.join(DIGITS)}]+")
_CAPITAL_RUN = re.compile(r"[壹贰叁肆伍陆柒捌玖拾佰仟零万亿]{2,}")

Amount = tuple[Fraction, Fraction]
"""The lowest and the highest that a number can mean: equal but for 三五 and the like."""
_LONGEST = (
    40  # characters of digits: more are no number that a text states, and Python reads no more than 4,300
)


def plain_capitals(text: str) -> str:
    """Numerals in capitals, as contracts write them (壹佰万), in the usual characters; lengths stay."""
    return _CAPITAL_RUN.sub(lambda match: match.group().translate(_CAPITALS), text)


def leading_number(text: str, at: int) -> tuple[Amount, int] | None:
    """The longest number that begins at `text[at]`, and where it ends; None where none begins."""
    pieces = _pieces(text, at)
    run = next((i for i, (piece, _) in enumerate(pieces) if piece not in DIGITS), len(pieces))
    if run > 2 and run == len(pieces) and _amount([piece for piece, _ in pieces]) is None:
        return None  # 一二三: a row of digits is one number or none
    for count in range(len(pieces), 0, -1):
        if (amount := _amount([piece for piece, _ in pieces[:count]])) is not None:
            return amount, pieces[count - 1][1]
    return None


def _pieces(text: str, at: int) -> list[tuple[Fraction | str, int]]:
    """Figures as fractions and characters of numerals one by one, each with its end."""
    found: list[tuple[Fraction | str, int]] = []
    while at < len(text):
        if match := _FIGURES.match(text, at):
            if found and not (isinstance(found[-1][0], str) and found[-1][0] in SCALES):
                break
            if len(match.group()) > _LONGEST:
                return []
            found.append((Fraction(re.sub("[,，]", "", match.group())), match.end()))
            at = match.end()
        elif text[at] in DIGITS or text[at] in SCALES:
            found.append((text[at], at + 1))
            at += 1
        elif found and (match := _POINT.match(text, at)):
            found.append((match.group(), match.end()))
            at = match.end()
        else:
            break
    return found


def _amount(pieces: Sequence[Fraction | str]) -> Amount | None:
    """What the pieces mean together; None when they are no well-made number."""
    if all(isinstance(piece, str) and piece in DIGITS for piece in pieces):
        return _of_digits("".join(map(str, pieces)))
    if spread := _spread(pieces):
        return spread
    value = _value(pieces)
    return None if value is None else (value, value)


def _of_digits(digits: str) -> Amount | None:
    """Digits without a scale: one by one (二〇二三), a single one, or a guess between two (三五, 七八)."""
    values = [DIGITS[c] for c in digits]
    if len(values) == 2 and _is_guess(*digits):
        return Fraction(values[0]), Fraction(values[1])
    if len(values) > 1 and ("两" in digits or not (len(values) > 3 or set(digits) & set("零〇○"))):
        return None
    value = Fraction(int("".join(map(str, values))))
    return value, value


def _is_guess(one: str, two: str) -> bool:
    low, high = DIGITS[one], DIGITS[two]
    return low > 0 and (high == low + 1 or (low, high) == (3, 5)) and (two != "两" or one == "一")


def _spread(pieces: Sequence[Fraction | str]) -> Amount | None:
    """A guess before or after a scale: 三四十, 两三百万, 十七八."""
    for i in range(len(pieces) - 1):
        one, two = pieces[i], pieces[i + 1]
        if (
            isinstance(one, str)
            and isinstance(two, str)
            and one in DIGITS
            and two in DIGITS
            and _is_guess(one, two)
        ):
            low = _value([*pieces[:i], one, *pieces[i + 2 :]])
            high = _value([*pieces[:i], two, *pieces[i + 2 :]])
            return None if low is None or high is None or low >= high else (low, high)
    return None


def _value(pieces: Sequence[Fraction | str]) -> Fraction | None:
    """The value of a number with scales, which must fall within each group of four places; None when ill made."""
    above = ten_thousands = section = Fraction(0)
    current: Fraction | None = None
    smallest = 10_000  # the last scale within the group
    last: str | Fraction = ""
    for piece in pieces:
        if isinstance(piece, Fraction) or piece in DIGITS:
            if current is not None and current != 0:
                return None
            current = piece if isinstance(piece, Fraction) else Fraction(DIGITS[piece])
        elif piece[0] == "点":
            if current is None and not (isinstance(last, str) and last in _SMALL):
                return None
            digits = "".join(str(DIGITS[c]) for c in piece[1:])
            current = (current or 0) + Fraction(int(digits), 10 ** len(digits))
        elif piece in _SMALL:
            scale = _SMALL[piece]
            if scale >= smallest or current == 0:
                return None
            section += (1 if current is None else current) * scale
            current, smallest = None, scale
        else:
            section += current or 0
            if piece == "万":
                if ten_thousands:
                    return None
                ten_thousands = (Fraction(1) if last == "" else section) * 10_000
            else:
                above = (Fraction(1) if last == "" else above + ten_thousands + section) * 100_000_000
                ten_thousands = Fraction(0)
            section, current, smallest = Fraction(0), None, 10_000
        last = piece
    if current is not None:
        section += current * _shortened(pieces)
    return above + ten_thousands + section


def _shortened(pieces: Sequence[Fraction | str]) -> Fraction:
    """What the last digit counts: ones, or, right after a scale from a hundred up, tenths of it (三万五, 两百五)."""
    if len(pieces) < 2 or not (isinstance(pieces[-1], str) and pieces[-1] in DIGITS):
        return Fraction(1)
    before = pieces[-2]
    scale = SCALES.get(before, 1) if isinstance(before, str) else 1
    if scale < 100:
        return Fraction(1)
    if len(pieces) > 2 and isinstance(pieces[-3], str) and pieces[-3] in _LARGE and scale > 10_000:
        scale *= 10_000  # 三万亿五
    return Fraction(scale, 10)
