"""What a number measures, and which numbers state nothing."""

import pytest

from rag.generation.deliverables.figures import figures


def told(text):
    return [
        (f.noun.text if f.noun else None, f.written.text, f.unit.text if f.unit else None)
        for f in figures(text)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("今年上半年，全市实现地区生产总值6500亿元。", [("地区生产总值", "6500亿元", "亿元")]),
        ("新增企业1200家。", [("新增企业", "1200家", "家")]),
        ("44名青年创新创业人才参加了专题班。", [("青年创新创业人才", "44名", "名")]),
        ("其中，对东盟实际投资10.65亿美元。", [("对东盟实际投资", "10.65亿美元", "亿美元")]),
        ("连接23个省会城市和直辖市。", [("省会城市和直辖市", "23个", "个")]),
        ("还未正式运营就已收获高达84%的进驻率。", [("进驻率", "84%", "%")]),
        ("通关数量是去年同期的5倍。", [("通关数量", "5倍", "倍")]),
    ],
)
def test_the_noun_that_a_figure_measures_is_named(text, expected):
    assert told(text) == expected


def test_a_change_is_told_of_what_the_clause_before_named():
    first, second = figures("进出口总值1.2万亿元，同比增长4.2%。")
    assert first.noun.text == second.noun.text == "进出口总值"
    assert second.clause.text == "进出口总值1.2万亿元，同比增长4.2%"


def test_figures_shared_out_go_to_the_name_at_their_place():
    assert told("上海、江苏、浙江分别增长3.2%、4.1%和5.6%。") == [
        ("上海", "3.2%", "%"),
        ("江苏", "4.1%", "%"),
        ("浙江", "5.6%", "%"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "三省一市签署了协议。",
        "他第三次获奖。",
        "沪苏浙皖一体化走过十四五。",
        "长三角G60科创走廊走在前列。",
        "会议于2023年8月4日召开。",
        "按照“28条”落实。",
        "30年前这里是一片农田。",
        "党的十一届五次全会召开。",
        "财关税〔2020〕54号文件有效。",
        "这是一个好消息。",
    ],
)
def test_ranks_dates_and_names_state_no_figure(text):
    assert figures(text) == []


def test_the_value_is_the_number_before_its_unit_and_empty_for_a_range():
    (one,) = figures("车辆超5.8万辆次。")
    assert (float(one.written.value), one.unit.text) == (5.8, "万辆次")
    (other,) = figures("新建项目3至5个。")
    assert other.written.value is None


def test_offsets_point_into_the_text():
    text = "据统计，今年前7个月，南京海关办理二手车出口货值约7519万元，同比增长8.45%，占全省的三成。"
    for figure in figures(text):
        for cell in (figure.written, figure.clause, figure.noun, figure.unit):
            assert cell is None or text[cell.start : cell.end] == cell.text
