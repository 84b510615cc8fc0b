"""Several questions in one message."""

import pytest

from rag.query.parts import are_apart, parts


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("首钢在河北有几家企业？另外国调基金总规模多少", ["首钢在河北有几家企业", "国调基金总规模多少"]),
        ("首钢在河北有几家企业，国调基金总规模又是多少", ["首钢在河北有几家企业", "国调基金总规模又是多少"]),
        (
            "2024年签约以后，两地建了几个园区？各有多大面积",
            ["2024年签约以后，两地建了几个园区", "各有多大面积"],
        ),
        (
            "两地建了几个园区，包括在建的？园区各有多大面积",
            ["两地建了几个园区，包括在建的", "园区各有多大面积"],
        ),
        ("免备案惠及多少参保人、覆盖多少家医院", ["免备案惠及多少参保人", "覆盖多少家医院"]),
        ("有哪些企业、哪些项目落户苏州", []),
        ("首钢在河北有几家企业", []),
        ("首钢在河北有几家企业，总资产", []),
    ],
)
def test_each_question_of_a_message(question, found):
    assert parts(question) == found


def test_questions_are_apart_that_name_different_things():
    assert are_apart(["首钢在河北有几家企业", "义乌有哪些班列"])
    assert not are_apart(["苏州有哪些园区", "苏州怎么支持园区"])
    assert not are_apart(["首钢在河北有几家企业", "为什么有这么多"])
    assert not are_apart([])
