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


@pytest.mark.parametrize(
    ("text", "noun"),
    [
        ("会上发布34项政府需求清单。", "政府需求清单"),
        ("园区拥有40个支付平台，服务多元。", "支付平台"),
        ("广东涉外民商事案件数量约占全国的三分之一。", "广东涉外民商事案件数量"),
        ("项目于2018年开工，总投资517.8亿元。", "总投资"),
        ("全省保费收入3929.38亿元。", "全省保费收入"),
        ("组织了175家优质企业参展。", "优质企业"),
        ("20余位检验专家齐聚一堂。", "检验专家"),
        ("贡献了全区近40%的财政收入。", "财政收入"),
        ("中国与东北亚五国贸易额共计9232亿美元。", "中国与东北亚五国贸易额"),
        ("从宜宾港到上海港的货物运输时间将减少20%。", "从宜宾港到上海港的货物运输时间"),
        ("上海口岸进出口总值在历史同期首次突破5万亿元。", "上海口岸进出口总值"),
        ("本次发货的20兆瓦光伏组件已经出境。", "光伏组件"),
        ("引进10家产业链的代表企业。", "产业链的代表企业"),
        ("禁止类业态共20个。", "禁止类业态"),
        ("评查12件2023年上半年办结的行政处罚案卷。", "行政处罚案卷"),
        ("大赛设置金奖、银奖和优秀奖共50项。", "大赛设置金奖、银奖和优秀奖"),
    ],
)
def test_a_noun_is_whole(text, noun):
    assert told(text)[0][0] == noun


@pytest.mark.parametrize(
    "text",
    [
        "农产品包括生鲜水果等20余种，经过筛选。",
        "依托铁路口岸、舱单管理系统、单一窗口3家。",
        "为超过200人提供岗位。",
        "9个园区营业收入实现增长。",
        "包含3条240型水泥混凝土。",
        "每年4吨新鲜采摘的龙眼出口。",
        "列车装载50个40尺集装箱光伏玻璃的班列驶出。",
    ],
)
def test_a_noun_that_cannot_be_read_whole_is_none(text):
    assert told(text)[0][0] is None


def test_a_change_from_one_figure_to_another_is_of_one_noun():
    assert [noun for noun, *_ in told("车辆通关时间由30天缩短到5分钟。")] == ["车辆通关时间"]


def test_figures_of_the_next_clause_go_to_those_of_the_one_before():
    found = told("航线达125条，集装箱吞吐量达1320万标准箱，较2013年分别增长71.2%和74.0%。")
    assert [noun for noun, *_ in found] == ["航线", "集装箱吞吐量", "航线", "集装箱吞吐量"]


@pytest.mark.parametrize(
    "text",
    [
        "9省(区)将加强协作。",
        "党的十八大以来，成绩显著。",
        "出台“港澳青创10条”。",
        "公司位居414位。",
        "口岸全天24小时通关。",
        "来自长三角的亿元以上项目落地。",
        "产量连续3年增长。",
        "讨论集中在三个方面。",
        "这两处都属于重点功能区。",
    ],
)
def test_names_ranks_and_round_the_clock_state_no_figure(text):
    assert figures(text) == []


def test_the_unit_of_a_range_and_of_a_fraction_is_that_behind_the_last_figure():
    (one,) = figures("运行时间为12到15天左右。")
    assert one.unit.text == "天"
    (other,) = figures("贡献了超1/10的新设企业。")
    assert other.unit is None


def test_clauses_are_not_cut_within_names_and_brackets():
    (one, *_) = figures("“活力广东 时尚湾区”推介会（每天2场，周末不办）吸引300家企业。")
    assert one.clause.text.startswith("“活力广东 时尚湾区”")
