"""Negation, offices and opposites: what a claim may not turn round."""

import pytest

from rag.assistant import as_hits
from rag.verification import check, consistency


@pytest.mark.parametrize(
    ("claim", "quote", "agrees"),
    [
        ("项目已建成。", "项目尚未建成。", False),
        ("项目尚未建成。", "项目已经建成。", False),
        ("项目尚未建成。", "该项目目前尚未建成。", True),
        ("包裹不含有毒物品。", "调查显示，包裹不含有毒物品。", True),
        ("企业不断壮大。", "企业壮大。", True),
        ("无人机投放了3枚。", "无人机投放了3枚。", True),
        ("允许个人申请。", "不允许个人申请，允许企业申请。", True),
        ("取消限制。", "有关部门取消限制。", True),
    ],
)
def test_negation(claim, quote, agrees):
    assert consistency.negation_agrees(claim, quote) is agrees


def test_an_office_nobody_names_is_missed():
    assert consistency.lacks_office("神马电力的财务总监是谁？", "神马电力董事长马斌说")
    assert consistency.lacks_office("神马电力的董事长是谁？", "神马电力副董事长马斌说")
    assert not consistency.lacks_office("神马电力的董事长是谁？", "神马电力董事长马斌说")
    assert not consistency.lacks_office("神马电力的董事长出席了什么会议？", "马斌出席论坛")
    assert consistency.lacks_office("濠江的司长是谁？", "濠江的局长李明说")  # every office of offices.txt
    assert not consistency.lacks_office("哪位专家拆了炸弹？", "排爆手李明说")  # no office


TEXT = "南通市科技局局长吴佳华表示，全市已建成5个“科创飞地”，盐城的园区尚未动工。"


@pytest.mark.parametrize(
    ("claim", "supported"),
    [
        ("南通市科技局局长吴佳华表示，全市已建成5个“科创飞地”。", True),
        ("科技局局长是王小明。", False),
        ("科技局局长是吴佳华。", True),
        ("全市已建成5个“创新飞地”。", False),
        ("苏州已建成5个“科创飞地”。", False),
        ("盐城的园区已经动工。", False),
        ("全市已建成5个“科创飞地”，由清华大学运营。", False),
    ],
)
def test_a_claim_stands_or_falls(claim, supported):
    found = check(claim, as_hits([TEXT]), markers=[1], question="南通的科创飞地情况如何？")
    assert found.supported is supported


@pytest.mark.parametrize(
    ("question", "claim", "nothing"),
    [
        ("俄战机在哪里靠近了无人机？", "俄战机在7月25日靠近了无人机。", True),
        ("俄战机在哪里靠近了无人机？", "俄战机在叙利亚上空靠近了无人机。", False),
        ("俄战机在哪里对美无人机进行了危险靠近？", "俄战机靠近美无人机。", True),
        ("哪位董事长出席了签约仪式？", "董事长出席了签约仪式。", True),
        ("哪位董事长出席了签约仪式？", "马斌董事长出席了签约仪式。", False),
        ("俄战机哪天靠近了无人机？", "俄战机在7月25日靠近了无人机。", False),
    ],
)
def test_a_date_is_no_place_and_no_person(question, claim, nothing):
    assert consistency.tells_nothing(question, [claim]) is nothing


def test_a_subject_that_the_passage_never_names_is_not_supported():
    text = "北京清华长庚医院儿科主任医师、教授介绍，流感疫苗每年接种一次。"
    asked = "丁樱是哪所医院的儿科主任医师和教授？"
    claim = "丁樱是北京清华长庚医院的儿科主任医师和教授。"
    assert not check(claim, as_hits([text]), markers=[1], question=asked).supported
    named = as_hits([text.replace("教授介绍", "教授丁樱介绍")])
    assert check(claim, named, markers=[1], question=asked).supported


@pytest.mark.parametrize(
    ("claim", "text", "supported"),
    [
        ("新能源汽车销量达到12万辆。", "上月新能源车销量达到12万辆。", True),
        ("新能源汽车销量达到12万辆。", "上月新能源电池销量达到12万辆。", False),
        ("园区通过数据平台服务企业。", "园区以数据平台服务企业。", True),
    ],
)
def test_short_names_and_connecting_words_are_no_inventions(claim, text, supported):
    asked = "新能源汽车销量是多少？" if "新能源" in claim else "园区怎样服务企业？"
    assert check(claim, as_hits([text]), markers=[1], question=asked).supported is supported
