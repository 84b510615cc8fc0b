"""Quantities and dates: value, unit, bound."""

import pytest

from rag.verification.quantities import (
    Day,
    drop_unstated_years,
    quantities,
    stated_days,
)


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


def test_a_date_states_what_it_states_and_nothing_more():
    assert stated_days("2023年8月5日至7日") == [Day(2023, 8, 5), Day(None, None, 7)]
    assert not stated_days("昨日")


@pytest.mark.parametrize(
    ("claim", "passage", "stated"),
    [
        ("铁路将在2023年9月底前完工。", "按计划，今年9月底前完工。", "铁路将在今年9月底前完工。"),
        ("2023年7月零售64.7万辆。", "7月零售达到64.7万辆。", "7月零售64.7万辆。"),
        ("2024年上半年营收8亿元。", "上半年营收8亿元。", "上半年营收8亿元。"),
        ("2023年7月零售64.7万辆。", "2022年7月零售64.7万辆。", "2023年7月零售64.7万辆。"),
        ("2023年7月零售64.7万辆。", "8月零售64.7万辆。", "2023年7月零售64.7万辆。"),
    ],
)
def test_a_year_that_an_undated_article_leaves_open_is_not_claimed(claim, passage, stated):
    assert drop_unstated_years(claim, passage) == stated
