"""Quantities and dates: value, unit, bound, and what an article's date implies."""

from datetime import date

import pytest

from rag.verification.quantities import (
    Day,
    days,
    quantities,
    stated_days,
    supported,
    without_untold_years,
)

PUBLISHED = date(2023, 8, 18)


@pytest.mark.parametrize(
    ("text", "value", "unit", "bound"),
    [
        ("近40家", 40, "家", "<"),
        ("90多家", 90, "家", ">"),
        ("58.10%", 58.1, "%", ""),
        ("百分之五十八点一", 58.1, "%", ""),
        ("2.3个百分点", 2.3, "百分点", ""),
        ("5.6万亿元", 5_600_000_000_000, "元", ""),
        ("1,200亿元", 120_000_000_000, "元", ""),
        ("3000余万元", 30_000_000, "元", ">"),
        ("约150米", 150, "米", "~"),
        ("不超过20天", 20, "天", "≤"),
        ("65岁以上", 65, "岁", "≥"),
        ("两成", 20, "%", ""),
        ("二十五个", 25, "个", ""),
        ("３０项", 30, "项", ""),
    ],
)
def test_value_unit_and_bound(text, value, unit, bound):
    (found,) = quantities(text)
    assert (float(found.value), found.unit, found.bound) == (value, unit, bound)


def test_the_parts_of_a_date_are_no_quantities():
    assert [q.text for q in quantities("2023年8月5日，3家企业签约")] == ["3家"]


@pytest.mark.parametrize(
    ("claim", "window"),
    [
        ("产值56000亿元", "产值5.6万亿元"),
        ("产值5.6万亿元", "产值56,000亿元"),
        ("增长58.1%", "增长百分之五十八点一"),
        ("近40家", "接近40家"),
        ("有5个", "有五个"),
        ("超过了40家", "逾40家"),
        ("约有40家", "40家左右"),
        ("8月17日举行", "昨日举行"),
        ("2022年建成", "去年建成"),
        ("2023年8月5日", "8月5日"),
        ("8月7日结束", "8月5日至7日"),
        ("乙增长7%", "甲增长5%，乙增长7%"),
        (
            "车站候车厅共有80个座椅",
            "车站里共有各类座椅80个其中普通座椅20个，按摩椅60个并非网上传说的比例车站候车厅的座椅够用",
        ),
    ],
)
def test_the_same_said_otherwise_is_supported(claim, window):
    assert supported(claim, window, PUBLISHED)


@pytest.mark.parametrize(
    ("claim", "window"),
    [
        ("40家", "近40家"),
        ("超过40家", "近40家"),
        ("约40家", "40家"),
        ("增长5%", "增长5个百分点"),
        ("5.6亿元", "5.6万亿元"),
        ("5个", "6个"),
        ("5家", "5个"),
        ("8月16日举行", "昨日举行"),
        ("2021年建成", "去年建成"),
        ("9月5日", "8月5日至9月7日"),
        ("甲增长7%", "甲增长5%，乙增长7%"),
        ("12月20日", "会议在20日举行"),
    ],
)
def test_another_number_unit_bound_place_or_day_is_not(claim, window):
    assert not supported(claim, window, PUBLISHED)


def test_dates_take_what_they_leave_out_from_before():
    assert days("2023年8月5日至7日") == [Day(2023, 8, 5), Day(2023, 8, 7)]
    assert stated_days("2023年8月5日至7日") == [Day(2023, 8, 5), Day(None, None, 7)]
    assert Day(2023, 8, 17) in days("昨日", PUBLISHED) and not days("昨日")
    assert Day(2023, 7) in days("上月", PUBLISHED)


@pytest.mark.parametrize(
    ("claim", "passage", "told"),
    [
        ("铁路将在2023年9月底前完工。", "按计划，今年9月底前完工。", "铁路将在今年9月底前完工。"),
        ("2023年7月零售64.7万辆。", "7月零售达到64.7万辆。", "7月零售64.7万辆。"),
        ("2024年上半年营收8亿元。", "上半年营收8亿元。", "上半年营收8亿元。"),
        ("2023年7月零售64.7万辆。", "2022年7月零售64.7万辆。", "2023年7月零售64.7万辆。"),
        ("2023年7月零售64.7万辆。", "8月零售64.7万辆。", "2023年7月零售64.7万辆。"),
    ],
)
def test_a_year_that_an_undated_article_leaves_open_is_not_claimed(claim, passage, told):
    assert without_untold_years(claim, passage) == told
