"""Numbers and dates, however they are written."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.verification.figures import alike, days, figures


def one(text):
    (found,) = figures(text, [])
    return found


@pytest.mark.parametrize(
    ("text", "value", "unit", "bound"),
    [
        ("一千二百家", 1200, "家", ""),
        ("1.2千家", 1200, "家", ""),
        ("5.6万亿元", 5_600_000_000_000, "元", ""),
        ("百分之五十八点一", Fraction(581, 10), "%", ""),
        ("两成", 20, "%", ""),
        ("三分之二的", Fraction(200, 3), "%", ""),
        ("一点五倍", Fraction(3, 2), "倍", ""),
        ("10余家", 10, "家", ">"),
        ("近半数", 50, "%", "<"),
        ("1.5万余个", 15000, "个", ">"),
        ("不低于2.4%", Fraction(12, 5), "%", "≥"),
        ("0.9个百分点", Fraction(9, 10), "百分点", ""),
    ],
)
def test_value_unit_and_bound(text, value, unit, bound):
    found = one(text)
    assert (found.value, found.unit, found.bound) == (value, unit, bound)


@pytest.mark.parametrize("text", ["万达广场", "统一标准", "千方百计"])
def test_words_with_numerals_in_them_are_no_numbers(text):
    assert not figures(text, [])


def test_equal_figures_agree_and_others_do_not():
    assert alike(one("56000亿元"), one("5.6万亿元")) == 1
    assert alike(one("200家"), one("一千二百家")) == 0
    assert alike(one("5%"), one("5个百分点")) < 0.6
    assert alike(one("近四分之三"), one("74.7%")) > 0.8 and alike(one("超过13亿元"), one("13.22亿元")) > 0.8


def spelled(number):
    """A number below 10,000 in Chinese numerals."""
    out, zero = "", False
    for place, digit in zip(("千", "百", "十", ""), f"{number:04d}", strict=True):
        if digit == "0":
            zero = bool(out)
        else:
            out += ("零" if zero else "") + "零一二三四五六七八九"[int(digit)] + place
            zero = False
    return out


@given(st.integers(1, 9999))
def test_a_numeral_supports_itself_and_nothing_without_its_thousands(number):
    written = one(f"{spelled(number)}家")
    assert written.value == number and alike(one(f"{number}家"), written) == 1
    if number > 1000 and number % 1000:
        assert alike(one(f"{number % 1000}家"), written) == 0


def test_dates_keep_what_they_say():
    assert [(d.year, d.month, d.day) for d in days("2023年8月5日至7日")] == [(2023, 8, 5), (None, None, 7)]
    assert [(d.year, d.month, d.day) for d in days("2023-08-05发布")] == [(2023, 8, 5)]
