"""Whose figure it is, and which of two things is the greater."""

import pytest

from rag.verification import relating
from rag.verification.alignment import align
from rag.verification.words import read

CASES = "污染环境刑事案件402起，非法采矿刑事案件683起，非法捕捞水产品刑事案件158起。"
OUTPUT = "上半年，全国海洋原油、海洋天然气产量同比分别增长5.1%、7.2%。"


def fits(claim, passage):
    mine, other = read(claim), read(passage)
    return [owned.fits for owned in relating.owners(mine, align(mine, [(0, other)]), {0: other}).values()]


@pytest.mark.parametrize(
    ("claim", "passage", "expected"),
    [
        ("污染环境刑事案件有402起。", CASES, 1),
        ("污染环境刑事案件有683起。", CASES, -1),
        ("海洋天然气产量同比增长5.1%。", OUTPUT, -1),
        ("海洋天然气产量同比增长7.2%。", OUTPUT, 1),
    ],
)
def test_a_figure_belongs_to_what_it_stands_with(claim, passage, expected):
    assert fits(claim, passage) == [expected]


def test_a_figure_among_others_of_its_unit_without_words_of_its_own_is_open():
    assert fits("共有158起。", CASES) != [-1]


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ("非法采矿案件多于污染环境案件。", 1),
        ("污染环境案件多于非法采矿案件。", -1),
        ("会议在北京举行。", 0),
    ],
)
def test_a_comparison_is_borne_out_by_the_figures_or_not(claim, verdict):
    assert relating.comparison_verdict(read(claim), [read(CASES)]) == verdict


def test_higher_by_a_figure_is_not_lower_by_it():
    mine, other = read("森林覆盖率比全国低11.7个百分点。"), read("森林覆盖率高于全国11.7个百分点。")
    assert relating.turned(mine, align(mine, [(0, other)]), {0: other})
    assert not relating.turned(other, align(other, [(0, other)]), {0: other})
