"""What a notice says of itself, and rows of tables: no measure, and no pipes in a cell."""

from datetime import date

import pytest

from docs_store.models import Article
from rag.evidence import frame
from rag.evidence.statements import Statement
from rag.generation.deliverables.facts import facts


def told(text):
    article = Article("a", "标题", "a.txt", text, published_on=date(2023, 8, 18))
    return facts(Statement(article, 0, len(text), ()))


@pytest.mark.parametrize(
    "text",
    [
        "现将《长江口产业创新绿色发展协同区建设方案》印发给你们，请认真贯彻执行。",
        "现就有关事项通知如下：",
        "现予公布，自2025年1月1日起施行。"[:5],
        "特此通知。",
    ],
)
def test_handing_a_document_on_is_no_measure(text):
    assert told(text) == []


def test_a_line_that_only_hands_on_is_no_statement():
    assert frame.is_notice("现将《若干措施》印发给你们，请结合实际认真贯彻落实。")
    assert not frame.is_notice("省政府印发《若干措施》，支持南通建设长江口产业创新绿色发展协同区。")


def test_a_report_that_an_office_issued_something_is_a_fact():
    assert told("近日，南通市人民政府印发《若干措施》。")


def test_cells_of_a_tables_row_have_no_pipes():
    found = told("| 盐城港 | 新开通3条集装箱航线 | 投资12亿元 |")
    assert [fact.number.text for fact in found] == ["3条", "12亿元"]
    assert not any("|" in cell.text for fact in found for cell in fact.cells())


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("李吉星摄曾经的卫生院发展空间狭小，如今改善。", "曾经的卫生院"),
        ("岳青 摄 当日，逾120位青年齐聚湛江。", "当日"),
        ("记者罗仕、实习生黄雨洁报道：16日，广州召开发布会，介绍情况。", "16日"),
        ("贵州大学供图此次报道将充分利用新技术，走进多地。", "此次报道"),
        ("，较2019年增超18%，创历史新高，车站繁忙。", "较2019年"),
        ("广告 铁塔厂家 供应商 ×    8月6日，省内首基铁塔组立完成。", "8月6日"),
        ("× 据了解，该工程是省内首个特高压工程。", "该工程"),
        ("广告 铁塔厂家在这里招商，没有叉号可以关上。", "广告"),
        ("公开赛收官北京日报客户端 | 记者 王小明 刘平8月11日，三地交流大会在延庆举行。", "8月11日，三地"),
        ("东方网记者王小明、曹磊7月25日报道：今天上午，上海举行发布会。", "今天上午"),
        ("记者王小明近日从商务部门获悉，交易额有增长。", "近日从"),
        ("记者从省里近日召开的会议上获悉，工作已经启动。", "记者从省里"),
        ("他们拍摄的照片在上海展出，吸引很多人。", "他们拍摄"),
    ],
)
def test_credits_and_stray_marks_stand_before_a_statement(text, rest):
    assert text[frame.opens(text) :].startswith(rest)


def test_a_copyright_line_is_no_statement():
    assert frame.is_notice("本网所刊载内容之知识产权为四川新闻网传媒股份有限公司专属所有或持有。")


@pytest.mark.parametrize(
    ("clause", "broken"),
    [
        ("中裕冠中亚资源集团董事长李天涛说，", True),
        ("国铁集团货运部负责人介绍，", True),
        ("经北海鱼峰加工制成水泥后，", True),
        ("通过中欧班列出口的货物中，", True),
        ("除了主旨演讲及讨论环节，", True),
        ("除户口业务“就近办”外，", True),
        ("日均客流量和车流量分别从3年前的2.5万人次、2700辆次，", True),
        ("此外，在人才培育方面，", True),
        ("四线并行斜拉桥——", True),
        ("重点任务包括：", True),
        ("去年出台实施的《商圈建设行动方案（2023年）》提出，", True),
        ("方案还提出，", True),
        ("8月1日，在省里召开的专题新闻发布会上，", True),
        ("今年的增幅在两成以上，", False),
        ("报告建议，", True),
        ("具体措施如下，", True),
        ("这一倡议由两地共同提出，", False),
        ("各项指标都符合环保要求，", False),
        ("他提出三点建议，", False),
        ("工程竣工时间为2024年8月，", False),
        ("全程仅需8个小时，", False),
        ("两地先后签约，", False),
        ("园区由李明负责，", False),
        ("预计明年底前完全恢复，", False),
    ],
)
def test_a_clause_that_only_leads_up_to_the_next(clause, broken):
    assert frame.breaks_off(clause) is broken


def test_a_point_begins_behind_who_went_on_to_say_it():
    text = "并表示粤港澳大湾区是国家发展蓝图中的重大战略部署。"
    assert text[frame.opens(text) :].startswith("粤港澳大湾区")
    assert frame.opens("并网发电规模达到100万千瓦，年发电量可观。") == 0


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("通讯员供图", "仪式中，毗邻地区的企业和商户代表作了发言。"),
        ("开幕仪式（受访者供图）", "创新中心位于深圳市南山区，面积两千平方米。"),
        ("澳门经济及科技发展局供图 ", "图为吊运车将货柜吊装至澳门货车的现场。"),
        ("大会现场 澎湃新闻记者 朱奕奕 图", "7月31日，示范区开发者大会在上海青浦举办。"),
        ("视觉中国 资料图 ", "阿尔及利亚已经提交成为银行股东成员的申请。"),
        ("", "企业供图书馆使用的设备达到三千多台套以上。"),
        ("", "记者从地图上看到，这条铁路穿过三个省份。"),
    ],
)
def test_who_took_or_gave_a_picture_is_no_part_of_the_sentence(before, text):
    assert frame.opens(before + text) == len(before)
