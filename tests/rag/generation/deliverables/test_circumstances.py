"""What a clause says of a fact: its own day, place, status and office, and none of another."""

from datetime import date

import pytest

from docs_store.models import Article
from rag.evidence.statements import Statement
from rag.generation.deliverables.facts import facts


def told(text, name, day=date(2023, 8, 18)):
    article = Article("a", "标题", "a.txt", text, published_on=day)
    found = facts(Statement(article, 0, len(text), ()))
    return [getattr(fact, name).text if getattr(fact, name) else None for fact in found]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("英特尔大湾区科技创新中心于深圳市南山区开幕。", "深圳市"),
        ("2023年京津养老行业暨保定市养老产业推介会在河北保定举行。", "河北保定"),
        ("华为上海研究所正式启用。", None),
        ("上海合作组织经贸学院正式启用。", None),
        ("支持设立各具特色的台湾青年创业基地。", None),
        ("完善服务京津冀协同发展、粤港澳大湾区建设、长江经济带发展的协作机制。", None),
        ("加快嘉兴航空联运中心建设。", "嘉兴"),
    ],
)
def test_the_place_is_where_a_thing_is_and_none_in_a_name(text, place):
    assert told(text, "place") == [place]


def test_places_that_have_a_figure_each_keep_their_own():
    assert told("其中，上海有109幢、南京33幢、苏州10幢。", "place") == ["上海", "南京", "苏州"]


def test_a_clause_that_goes_elsewhere_inherits_no_place():
    assert told("航班从广州起飞，22时抵达喀什国际机场。", "place")[-1] is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("由市政府主办的2023年粤港澳大湾区专利大赛14日在广州举行启动仪式。", "14日"),
        ("到6月底，务工规模3259万人，超过2023年度任务，东部省份吸纳就业915.7万人。", "6月底"),
        ("7月22日和23日接近10万人次。", "7月22日和23日"),
        ("中国信通院发布了《中国算力服务研究报告（2023年）》。", None),
        ("安阳成为“十四五”首批国家物流枢纽建设城市并揭牌。", None),
        ("金砖峰会将于本月下旬举行。", "本月下旬"),
        ("去年7月1日，该市启动通关一体化改革。", "去年7月1日"),
    ],
)
def test_the_day_is_that_of_the_fact(text, day):
    assert told(text, "day")[-1] == day


def test_a_figure_keeps_the_year_of_its_clause():
    text = "15日，水利部发布结果，2022年全国水土流失面积下降到265.34万平方公里。"
    assert told(text, "day")[-1] == "2022年"


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("全国脱贫人口务工规模3259万人。", None),
        ("形成贯穿施工、验收、运维全流程的标准体系，制定建设方案。", None),
        ("一批新城项目正加速落成。", None),
        ("我国一般将再制造产品认定为旧件。", None),
        ("现场，设计村招商运营方案公布，青苔村友好合作计划发布。", None),
        ("该市将相邻区域划分为京东、京南两片，制定方案。", None),
        ("香港与广东共同推动合作出版计划共建人文湾区。", None),
    ],
)
def test_status_is_no_word_of_a_name_or_a_list(text, status):
    assert told(text, "status") == [status] or (status is None and not any(told(text, "status")))


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("浦发银行就与水乡客厅集团签署合作协议。", None),
        ("建立完善社会力量参与机制，动员更多企业、社会组织参与。", None),
        ("经国务院批复，方案正式印发。", "国务院"),
        ("经国务院批复，国家发改委2021年2月印发《总体方案》。", "国家发改委"),
        ("论坛由中国文字学会主办，于8日开幕。", "中国文字学会"),
    ],
)
def test_the_office_is_the_one_that_acts(text, body):
    assert told(text, "body")[0] == body


@pytest.mark.parametrize(
    "text",
    [
        "随着长三角一体化国家战略实施，松江迎来机遇。",
        "《总体方案》提出。",
        "揭牌仪式现场。",
        "惠州供港联盟的成立，是两地合作的生动见证。",
        "通过推介、论坛、洽谈等活动。",
        "作为全国首条由自贸试验区始发的班列线路，它深受追捧。",
    ],
)
def test_what_only_leads_up_to_something_is_no_row(text):
    assert told(text, "matter") == []
