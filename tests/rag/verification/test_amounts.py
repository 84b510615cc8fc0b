"""How well two amounts or two dates agree."""

import pytest

from docs_store.text.dates import dates
from docs_store.text.numerals import numerals
from rag.verification.amounts import alike, days_alike, rounded, same_unit


def one(text):
    (found,) = numerals(text)
    return found


@pytest.mark.parametrize(
    ("claim", "stated"),
    [
        ("56000亿元", "5.6万亿元"),
        ("一千二百家", "1.2千家"),
        ("36座", "36个"),
        ("三成", "30%"),
        ("十五分之一", "1/15"),
    ],
)
def test_the_same_amount_written_otherwise_agrees_wholly(claim, stated):
    if one(claim).unit == "%" and "分之" in claim:
        assert alike(one(claim), one(stated)) >= 0.9
    else:
        assert alike(one(claim), one(stated)) == 1


@pytest.mark.parametrize(
    ("claim", "stated"), [("200家", "一千二百家"), ("12个百分点", "21个百分点"), ("3753万人", "3754亿人")]
)
def test_another_amount_does_not(claim, stated):
    assert alike(one(claim), one(stated)) == 0


@pytest.mark.parametrize(("claim", "stated"), [("5%", "5个百分点"), ("3753亿元", "3753亿美元")])
def test_the_same_number_of_another_unit_hardly_agrees(claim, stated):
    assert alike(one(claim), one(stated)) < 0.5 and not same_unit(one(claim), one(stated))


def test_another_bound_is_less_than_the_same():
    assert alike(one("近40家"), one("40家")) < alike(one("40家"), one("40家"))


@pytest.mark.parametrize(
    ("claim", "stated", "fair"),
    [
        ("近四分之三", "74.7%", True),
        ("超过13亿元", "13.22亿元", True),
        ("近13亿元", "13.22亿元", False),
        ("九成以上", "92.1%", True),
        ("超过20亿元", "13.22亿元", False),
    ],
)
def test_a_bound_says_which_way_an_amount_may_be_rounded(claim, stated, fair):
    assert rounded(one(claim), one(stated)) is fair


@pytest.mark.parametrize(
    ("claim", "stated", "agrees"),
    [
        ("2023年7月22日", "22日", True),
        ("2023年7月", "2023年7月22日", True),
        ("2023年7月", "2023年8月", False),
        ("7月20日", "7月16日", False),
    ],
)
def test_dates_agree_where_both_state_the_same_parts(claim, stated, agrees):
    (mine,), (there,) = dates(claim), dates(stated)
    assert (days_alike(mine, there) > 0) is agrees
