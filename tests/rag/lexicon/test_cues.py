"""Cue words and lines that are never quoted."""

import pytest

from rag.lexicon import cues, unquotable


@pytest.mark.parametrize(
    ("clause", "name"),
    [
        ("由于供需矛盾突出", "reason"),
        ("完整社区是指适宜步行的社区", "definition"),
        ("拟于年底开工", "status"),
        ("记者从会上获悉", "byline"),
    ],
)
def test_a_clause_shows_its_class(clause, name):
    assert cues.shown(clause)[name] >= 1


@pytest.mark.parametrize(
    ("question", "name"),
    [("有哪些举措？", "ask_list"), ("为什么要立法？", "ask_reason"), ("总结一下", "ask_gist")],
)
def test_a_question_asks_for_a_class(question, name):
    assert cues.asked(question)[name] == 1.0


@pytest.mark.parametrize(
    "line",
    [
        "版权侵权联系电话：010-85202353",
        "进入直播间与主播亲密互动",
        "扫码关注我们",
        "返回搜狐，查看更多",
        "如何走得更远？",
        "广告 小人物平步青云扶摇直上！",
        "广告 铁塔厂家 ×",
    ],
)
def test_what_informs_of_nothing(line):
    assert unquotable.tells_nothing(line)


@pytest.mark.parametrize(
    "line", ["两地将共建3个产业园。", "全市直播电商销售额增长两成。", "广告 收入1.2亿元，同比增长5%。"]
)
def test_what_informs(line):
    assert not unquotable.tells_nothing(line)
