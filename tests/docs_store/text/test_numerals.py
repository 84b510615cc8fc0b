from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docs_store.text.numerals import NumeralKind, figured, numerals, value_of

DIGITS = "零一二三四五六七八九"
AMOUNTS = st.one_of(
    st.integers(0, 10**12), st.integers(0, 20_000), st.integers(0, 10**6).map(lambda n: n * 10_000)
)


def under_ten_thousand(number: int) -> str:
    written = ""
    for scale, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // scale % 10
        if digit:
            written += DIGITS[digit] + name
        elif written and number % scale and not written.endswith("零"):
            written += "零"
    return written


def spelled(number: int) -> str:
    """The number as a schoolbook writes it: 一千零五十, 一亿零三万."""
    if number == 0:
        return "零"
    written, above = "", False
    for scale, name in ((10**12, "万亿"), (10**8, "亿"), (10**4, "万"), (1, "")):
        group = number // scale % 10_000
        if group:
            if above and group < 1_000:
                written += "零"
            written += under_ten_thousand(group) + name
        above = above or bool(group)
    return (
        written.replace("万亿", "万", 1)
        if "万亿" in written and "亿" in written.split("万亿", 1)[1]
        else written
    )


def variants(number: int) -> list[str]:
    """Ways of writing an integer in figures, in numerals and in both."""
    plain = spelled(number)
    found = [str(number), f"{number:,}", plain, plain.replace("零", "〇")]
    found += [plain.removeprefix("一") if plain.startswith("一十") else plain]
    found += [plain.replace("二千", "两千").replace("二万", "两万").replace("十两", "十二")]
    for scale, name in ((10**8, "亿"), (10**4, "万"), (1_000, "千")):
        if number >= scale:
            found.append(f"{Decimal(number) / scale:f}{name}")
    if number >= 10**8 and number % 10**8 >= 10**7 and number % 10**4 == 0:
        found.append(f"{number // 10**8}亿{number % 10**8 // 10**4}万")
    return found


@settings(max_examples=2_000)
@given(AMOUNTS)
def test_a_number_is_itself_however_it_is_written(number):
    for written in variants(number):
        assert value_of(written) == number, written


@settings(max_examples=1_000)
@given(AMOUNTS, AMOUNTS)
def test_two_numbers_are_one_only_where_they_are_equal(one, two):
    for first in variants(one)[:4]:
        for second in variants(two)[:4]:
            assert (value_of(first) == value_of(second)) == (one == two), (first, second)


@settings(max_examples=500)
@given(AMOUNTS, st.sampled_from(["家", "元", "吨", "人次", "个百分点", "公里"]))
def test_within_a_sentence_a_number_with_its_unit_is_read_as_it_stands_alone(number, unit):
    (figures,) = numerals(f"全市共有{number}{unit}，比上年有所增加")
    for written in variants(number):
        (found,) = numerals(f"全市共有{written}{unit}，比上年有所增加")
        assert found.same(figures), written


@given(
    st.text(
        alphabet="一二三十百千万亿两零〇点半几数多余近约上前第分之翻番至-0123456789,.个家年月日%倍成的省 ",
        max_size=30,
    )
)
def test_any_row_of_characters_is_read_in_order_and_without_overlap(text):
    found = numerals(text)
    assert all(0 <= n.start <= n.core[0] < n.core[1] <= n.end <= len(text) for n in found)
    assert all(one.end <= two.start for one, two in pairwise(found))
    assert all(n.low <= n.high for n in found)


@pytest.mark.parametrize(
    "text, low, high, bound, unit",
    [
        ("一千二百家", 1200, 1200, "", "家"),
        ("1.2千家", 1200, 1200, "", "家"),
        ("２.5万亿元", 25 * 10**11, 25 * 10**11, "", "元"),
        ("1亿2000万元", 120_000_000, 120_000_000, "", "元"),
        ("壹佰万元", 10**6, 10**6, "", "元"),
        ("近40家", 40, 40, "<", "家"),
        ("超过了40家", 40, 40, ">", "家"),
        ("十余家", 10, 10, ">", "家"),
        ("20多万人", 200_000, 200_000, ">", "人"),
        ("至少有五个", 5, 5, "≥", "个"),
        ("30%以上", 30, 30, "≥", "%"),
        ("不超过5亿元", 5 * 10**8, 5 * 10**8, "≤", "元"),
        ("约20家", 20, 20, "~", "家"),
        ("50%左右", 50, 50, "~", "%"),
        ("上百家", 100, 100, "≥", "家"),
        ("突破万亿元", 10**12, 10**12, ">", "元"),
        ("近半", 50, 50, "<", "%"),
        ("一半", 50, 50, "", "%"),
        ("过半数", 50, 50, ">", "%"),
        ("三分之二", Fraction(200, 3), Fraction(200, 3), "", "%"),
        ("百分之五十八点一", Fraction(581, 10), Fraction(581, 10), "", "%"),
        ("千分之三", Fraction(3, 10), Fraction(3, 10), "", "%"),
        ("五成", 50, 50, "", "%"),
        ("1/4", 25, 25, "", "%"),
        ("5个百分点", 5, 5, "", "百分点"),
        ("一点五倍", Fraction(3, 2), Fraction(3, 2), "", "倍"),
        ("翻一番", 2, 2, "", "倍"),
        ("翻了两番", 4, 4, "", "倍"),
        ("3至5个", 3, 5, "", "个"),
        ("3—5亿元", 3 * 10**8, 5 * 10**8, "", "元"),
        ("8000至1万元", 8000, 10_000, "", "元"),
        ("5%至10%", 5, 10, "", "%"),
        ("三五个", 3, 5, "", "个"),
        ("两三百万", 2 * 10**6, 3 * 10**6, "", ""),
        ("十几个", 11, 19, "", "个"),
        ("数千人", 2_000, 9_000, "", "人"),
        ("两年半", Fraction(5, 2), Fraction(5, 2), "", "年"),
        ("一个半小时", Fraction(3, 2), Fraction(3, 2), "", "小时"),
        ("两个多月", 2, 2, ">", "个月"),
        ("3公里", 3000, 3000, "", "米"),
        ("10时30分", Fraction(21, 2), Fraction(21, 2), "", "时"),
        ("-5.2%", Fraction(-26, 5), Fraction(-26, 5), "", "%"),
    ],
)
def test_amounts_are_read_with_unit_and_bound(text, low, high, bound, unit):
    (found,) = numerals(text)
    assert (found.low, found.high, found.bound, found.unit) == (low, high, bound, unit)
    assert (found.start, found.end) == (0, len(text))


@pytest.mark.parametrize(
    "text",
    [
        "一批企业",
        "一带一路",
        "三亚",
        "万一",
        "千方百计",
        "一体化",
        "十分重要",
        "统一",
        "唯一",
        "四川",
        "九江",
        "百度",
        "六合区",
        "三峡",
        "周三",
        "星期三",
        "上半年",
        "G60科创走廊",
        "5G基站",
        "AP-21",
        "四通八达",
        "一是",
        "第三方",
        "一网通办",
        "三一重工",
        "五四青年",
        "双十一",
        "一二三产业",
        "千家万户",
        "百姓",
        "两岸",
        "两会",
        "九寨沟",
        "三农",
        "李四",
    ],
)
def test_what_only_looks_like_a_number_counts_nothing(text):
    assert numerals(text) == []


def test_ranks_and_first_so_many_are_told_apart_from_amounts():
    found = numerals("第三名、前三名和三名")
    assert [n.kind for n in found] == [NumeralKind.ORDINAL, NumeralKind.TOP, NumeralKind.CARDINAL]
    assert not found[0].same(found[2]) and not found[1].same(found[2])


def test_a_word_before_the_number_bounds_it_only_where_it_means_that():
    assert [n.bound for n in numerals("合约20份，附近3家，网上100人，近三年来")] == [""] * 4


def test_a_unit_is_not_the_beginning_of_another_word():
    assert [n.unit for n in numerals("3项目、5成立、3个地区")] == ["", "", "个"]


def test_spelled_numbers_become_figures_and_nothing_else_does():
    text = "一批企业投资三十万亿元，增长百分之五点五，三分之二在三亚，一亿两千万人，三五个，二〇二三年"
    assert figured(text) == "一批企业投资30万亿元,增长5.5%,3分之2在三亚,1亿2000万人,三五个,2023年"
