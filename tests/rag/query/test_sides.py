"""What a question sets side by side, and the question put for each."""

import pytest

from rag.query.sides import alone, is_named, pieces, points_back, sides


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("江苏和浙江的落户政策有什么不同？", ["江苏", "浙江"]),
        ("石家庄、上海、无锡，老人坐公交的政策有啥不一样？", ["石家庄", "上海", "无锡"]),
        ("济南和杭州发的钱有什么区别？", ["济南", "杭州"]),
        ("平陆运河与引江济淮工程相比，哪个投资大？", ["平陆运河", "引江济淮工程"]),
        ("对比一下湖南和安徽的外贸政策", ["湖南", "安徽"]),
        ("如皋建设了几个科创飞地？", []),
    ],
)
def test_the_names_that_are_joined(question, names):
    found = sides(question)
    assert found[: len(names)] == names if names else found == []


def test_each_side_is_asked_alone():
    first, second = alone("江苏和浙江的落户政策有什么不同？", ["江苏", "浙江"])
    assert "江苏" in first and "浙江" not in first
    assert "浙江" in second and "江苏" not in second


def test_the_pieces_of_a_question_keep_its_subject():
    assert pieces("外资24条讲了什么，工信部准备怎么落实？") == [
        "外资24条讲了什么",
        "外资24条讲了什么 工信部准备怎么落实",
    ]
    assert pieces("如皋建设了几个科创飞地？") == []


@pytest.mark.parametrize(
    ("side", "named"), [("2016年京津冀", True), ("京津冀", True), ("2016年长三角", False)]
)
def test_a_side_is_named_whatever_its_date(side, named):
    assert is_named(side, "京津冀pm2.5平均浓度下降") is named


@pytest.mark.parametrize(
    ("sentence", "back"),
    [
        ("该区域平均优良天数比例为76.1%。", True),
        ("其中该市平均浓度下降。", True),
        ("目前，当地正在扩建港口。", True),
        ("当地正在扩建港口。", True),
        ("该项目由三家企业承建。", False),
        ("上海应该在明年完成。", False),
    ],
)
def test_a_sentence_on_a_place_that_one_before_it_names(sentence, back):
    assert points_back(sentence) is back
