from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docs_store.text.dates import (
    Period,
    amounts,
    dates,
    is_day,
    parse_date,
    period_of,
    spelled,
    wants_latest,
    without_latest,
)

GIVEN = date(2023, 8, 15)
DIGITS = "〇一二三四五六七八九"


def in_numerals(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("" if tens < 1 else "十" if tens == 1 else DIGITS[tens] + "十") + (DIGITS[ones] if ones else "")


@given(st.dates(date(1949, 1, 1), date(2099, 12, 31)))
def test_a_day_is_the_same_in_all_its_spellings(day):
    year = "".join(DIGITS[int(c)] for c in str(day.year))
    for written in (
        spelled(day),
        day.isoformat(),
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}.{day.month:02}.{day.day:02}",
        f"{day.year} 年 {day.month} 月 {day.day} 日",
        f"{year}年{in_numerals(day.month)}月{in_numerals(day.day)}日",
        f"{year.replace('〇', '○')}年{in_numerals(day.month)}月{in_numerals(day.day)}日",
        f"{day.isoformat()}T10:00:00",
    ):
        assert parse_date(f"发布时间：{written} 来源") == day, written
        (found,) = dates(written)
        assert found.period == Period(day, day)


@pytest.mark.parametrize(
    "text, since, until",
    [
        ("2023年", "2023-01-01", "2023-12-31"),
        ("二〇二三年度", "2023-01-01", "2023-12-31"),
        ("2023年上半年", "2023-01-01", "2023-06-30"),
        ("去年三季度", "2022-07-01", "2022-09-30"),
        ("2023年第一季度", "2023-01-01", "2023-03-31"),
        ("今年前三季度", "2023-01-01", "2023-09-30"),
        ("今年前7个月", "2023-01-01", "2023-07-31"),
        ("2023年1—7月", "2023-01-01", "2023-07-31"),
        ("2023年7月", "2023-07-01", "2023-07-31"),
        ("2023-07", "2023-07-01", "2023-07-31"),
        ("2023年8月上旬", "2023-08-01", "2023-08-10"),
        ("2023年2月底", "2023-02-21", "2023-02-28"),
        ("去年底", "2022-10-01", "2022-12-31"),
        ("今年初", "2023-01-01", "2023-03-31"),
        ("2021—2025年", "2021-01-01", "2025-12-31"),
        ("“十四五”时期", "2021-01-01", "2025-12-31"),
        ("十五五规划", "2026-01-01", "2030-12-31"),
        ("上月", "2023-07-01", "2023-07-31"),
        ("昨日", "2023-08-14", "2023-08-14"),
        ("本周", "2023-08-14", "2023-08-20"),
        ("本月3日", "2023-08-03", "2023-08-03"),
        ("襄阳 2022 全国民企五百强", "2022-01-01", "2022-12-31"),
    ],
)
def test_a_time_is_the_days_that_it_covers(text, since, until):
    assert period_of(text, GIVEN) == Period(date.fromisoformat(since), date.fromisoformat(until))


@pytest.mark.parametrize(
    "text",
    [
        "国发〔2023〕15号",
        "2000余万元",
        "历时3年",
        "三个月",
        "三十四五岁",
        "近日",
        "8月",
        "日均20万",
        "5月1号线",
    ],
)
def test_what_is_no_time_or_lacks_its_year_names_no_period(text):
    assert period_of(text, GIVEN) is None


def test_what_a_date_leaves_out_comes_from_the_one_before_it():
    found = dates("2022年8月3日至5日举行，9月公布")
    assert [(d.year, d.month, d.day, d.filled) for d in found] == [
        (2022, 8, 3, False),
        (2022, 8, 5, True),
        (2022, 9, None, True),
    ]


def test_without_a_given_day_a_relative_date_has_no_period_and_a_month_no_year():
    assert [(d.period, d.year) for d in dates("昨日和8月3日")] == [(None, None), (None, None)]


def test_numbers_within_dates_are_no_amounts():
    text = "2023年8月3日，3家企业投资2000万元，历时3年"
    assert [text[n.start : n.end] for n in amounts(text)] == ["3家", "2000万元", "3年"]


def test_a_period_is_reported_for_some_time_after_it():
    period = Period(date(2023, 1, 1), date(2023, 6, 30))
    assert period.fits(date(2023, 8, 1)) and not period.fits(date(2022, 12, 31)) and not period.fits(None)
    assert not period.fits(period.until + timedelta(days=121))


def test_a_question_for_the_newest_state_is_known():
    assert (
        wants_latest("最新的进展是什么") and wants_latest("目前有几家") and not wants_latest("2022年有几家")
    )


@given(
    st.text(
        alphabet="今去年月日上下旬半季度一二三四五六七八九十〇0123456789-/.前至底末初周天昨本第 ", max_size=30
    )
)
def test_any_row_of_characters_is_read_in_order_and_without_overlap(text):
    found = dates(text, GIVEN)
    assert all(one.end <= two.start for one, two in pairwise(found))
    assert all(d.period is None or d.period.since <= d.period.until for d in found)


@pytest.mark.parametrize(
    "value",
    [
        20250120,
        "20250120",
        1737331200,
        1737331200000,
        "1737331200",
        "Sun, 19 Jan 2025 23:30:00 GMT",
        "20 Jan 2025 10:00:00 +0800",
        "2025-01-19T23:30:00Z",
        "2025-01-20 10:00:00+08:00",
        datetime(2025, 1, 19, 23, 30, tzinfo=UTC),
        "二〇二五年一月二十日",
    ],
)
def test_front_matter_and_feeds_state_days_in_their_own_ways(value):
    assert parse_date(value) == date(2025, 1, 20)


@pytest.mark.parametrize("written", ["二OO五年六月三日", "二ＯＯ五年六月三日", "二〇〇五年六月三日"])
def test_a_letter_o_among_the_figures_of_a_year_is_a_zero(written):
    assert parse_date(written) == date(2005, 6, 3)
    assert is_day(written)


@pytest.mark.parametrize(
    "value", ["2025年", "2025-13-45", "2025-02-30T10:00Z", "20251345", "12345", 2025, True, None, ""]
)
def test_what_states_no_whole_day_is_none(value):
    assert parse_date(value) is None


def test_a_line_that_is_a_day_says_nothing_else():
    assert is_day(" 2025年1月20日 ") and is_day("2025-01-20")
    assert not is_day("2025年1月20日印发") and not is_day("2025年")


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("较上一日下调218点", []),
        ("查看前一日的轨迹", []),
        ("次日举行", []),
        ("8月3日开幕，发布会上12日公布", [3, 12]),
        ("8月3日开幕，截至目前5日未变", [3, 5]),
    ],
)
def test_a_day_counted_from_another_is_no_day_of_the_month(text, days):
    assert [stated.day for stated in dates(text) if stated.day] == days


@pytest.mark.parametrize(("text", "rest"), [("最新进展", "进展"), ("近期", ""), ("进展最新", "进展最新")])
def test_a_text_without_the_word_for_the_newest_before_it(text, rest):
    assert without_latest(text) == rest
