"""The plans of the tasks: order, headings, sides, what is said to be missing; and how a plan is shown."""

from datetime import date

import pytest

from docs_store.models import Article, Hit, Passage
from rag.evidence import material
from rag.evidence.selection import Span
from rag.generation import compose, deciding, drafting, shapes
from rag.generation.plan import Plan, Section, items_of, lengths
from rag.verification.support import Support


def hit(id, title, text, day=None, score=1.0):
    passage = Passage(f"{id}-0", id, 0, 0, len(text), text)
    article = Article(id, title, f"{id}.md", text, published_on=day)
    return Hit(passage, article, score, {"evidence": 0.5})


NANJING = hit(
    "n", "南京落户新政", "南京市区继续实行积分落户，社保缴纳年限占主要比例。南京对毕业生放宽年龄限制。"
)
HANGZHOU = hit("h", "杭州落户新政", "杭州城区取消落户名额限制，精简积分项目。", score=0.9)
LISTED = hit(
    "l",
    "人才八条发布",
    "会议发布人才政策。一是发放租房补贴，每月1000元；二是提供免费体检，每年一次；三是子女就近入学，由区里统筹；"
    "四是设立服务专窗，七天办结。",
)


def planned(question, task, hits, length="normal"):
    return shapes.plan(question, task, material.gather(question, {task: 1.0}, hits), length)


def test_every_item_is_the_articles_own_words():
    for task in ("list", "summary", "definition", "reason", "progress", "overview", "comparison", "check"):
        plan = planned("南京和杭州的落户政策有什么不同？", task, [NANJING, HANGZHOU])
        assert plan.items
        for item in plan.items:
            assert plan.hits[item.hit_index].article.text[item.start : item.end] == item.text


def test_a_point_begins_behind_its_dateline():
    report = hit(
        "r", "人才八条", "新华社南京8月3日电（记者 张三）南京市出台人才八条，发放租房补贴每月1000元。"
    )
    item = planned("人才八条有哪些内容？", "list", [report]).items[0]
    assert item.text.startswith("南京市出台人才八条")
    assert report.article.text[item.start : item.end] == item.text


def test_one_sentence_is_one_item_and_a_short_answer_is_shorter():
    asked = "人才政策有哪些举措？"
    assert len(planned(asked, "list", [LISTED], "sentence").items) == 1
    short, long = (planned(asked, "list", [LISTED], length).items for length in ("short", "long"))
    assert sum(len(item.text) for item in short) <= sum(len(item.text) for item in long)


def test_a_definition_is_made_of_what_names_the_thing_or_of_an_article_on_it():
    tunnel = hit(
        "t",
        "隧道开挖到底",
        "崇太长江隧道出口明挖基坑开挖到底，基坑全长438米，盾构机刀盘直径15.4米。明挖段在进场之前由9个鱼塘构成，自去年10月进场至今，"
        "施工组织不断优化，预计今年11月完成主体结构施工，明年4月盾构始发。隧道全长14公里，其中江底段长9公里，最大水深达89米，地质复杂。"
        "隧道建成后，将在合肥都市圈与上海之间建起新通道。",
    )
    plan = planned("合肥都市圈是什么？", "definition", [tunnel])
    assert plan.items and all("合肥都市圈" in item.text for item in plan.items)
    circle = hit("c", "合肥都市圈简介", "它由合肥、淮南等八个城市组成，面积约7万平方公里。")
    plan = planned("合肥都市圈是什么？", "definition", [tunnel, circle])
    assert any("八个城市" in item.text for item in plan.items)


def test_yes_or_no_is_said_though_the_model_words_all_the_rest():
    bus = hit("y", "公交新规", "满70周岁的老人可以免费乘坐公交车。")
    plan = planned("满70周岁的老人可以免费乘坐公交车吗？", "check", [bus])
    (section,) = plan.sections
    assert section.heading
    opening = [Support(item.text, item.hit_index, item.start, item.end) for item in plan.items]
    assert compose.of_plan(plan, opening).text.startswith(f"{section.heading}：")
    assert compose.of_plan(plan, opening).text.count(f"{section.heading}：") == 1


def test_a_comparison_never_mixes_its_sides():
    plan = planned("南京和杭州的落户政策有什么不同？", "comparison", [NANJING, HANGZHOU])
    sides = {section.heading: "".join(item.text for item in section.items) for section in plan.sections}
    assert set(sides) == {"南京", "杭州"}
    assert "杭州" not in sides["南京"] and "南京" not in sides["杭州"]
    assert "积分" in sides["南京"] and "名额" in sides["杭州"]


def test_a_sentence_on_the_other_side_under_its_longer_name_is_not_this_sides():
    park = hit("p", "苏锡通园区简介", "苏锡通园区与苏州以股权方式合作，资源共享、收益共享。")
    both = hit(
        "b",
        "两地的做法",
        "如皋与高校共建科创飞地，一共建设了5个。苏锡通科技产业园区用好两只产业基金，引入一批项目。",
    )
    plan = planned("苏锡通园区和如皋的做法有什么不同？", "comparison", [park, both])
    sides = {section.heading: "".join(item.text for item in section.items) for section in plan.sections}
    assert "股权" in sides["苏锡通园区"] and "飞地" in sides["如皋"]
    assert "基金" not in sides["如皋"]


def test_a_third_place_of_the_same_text_is_on_no_side():
    text = "甲会发布清单。青浦区发布了34项需求、42项能力。吴江区发布了31项需求、50项能力。嘉善县发布了35项需求、40项能力。"
    plan = planned("青浦区和嘉善县发布的需求有什么不同？", "comparison", [hit("t", "发布需求清单", text)])
    sides = {section.heading: "".join(item.text for item in section.items) for section in plan.sections}
    assert "34项" in sides["青浦区"] and "35项" in sides["嘉善县"]
    assert not any("吴江" in said for said in sides.values())


def test_a_figure_of_that_region_is_of_the_region_named_before():
    text = (
        "两地公布了空气质量。京津冀区域平均优良天数比例为56%，北部好于南部。长三角区域的重污染天数减少。"
        "该区域平均优良天数比例为76%，同比上升4个百分点。京津冀的企业加快改造。京津冀今年再关停一批锅炉，京津冀提前完成任务。"
    )
    first, rest = text.index("长三角"), text.index("该区域")
    article = Article("a", "空气质量公布", "a.md", text)
    passages = [
        Passage("a-0", "a", 0, 0, rest, text[:rest]),
        Passage("a-1", "a", 1, rest, len(text), text[rest:]),
    ]
    hits = [Hit(passage, article, 1.0, {"evidence": 0.5}) for passage in reversed(passages)]
    plan = planned("京津冀和长三角平均优良天数比例有什么不同？", "comparison", hits)
    said = {section.heading: "".join(item.text for item in section.items) for section in plan.sections}
    assert first < rest
    assert "56%" in said["京津冀"] and "76%" not in said["京津冀"]
    assert "76%" in said["长三角"]


def test_a_side_that_nothing_speaks_of_is_said_to_be_silent():
    hits = [NANJING, HANGZHOU]
    plan = planned("南京、杭州和合肥的落户政策有什么不同？", "comparison", hits)
    assert "合肥：文中未提" in compose.of_plan(plan).text


def test_an_enumeration_is_whole_or_said_to_be_partial():
    plan = planned("人才八条有哪些内容？", "list", [LISTED])
    said = compose.of_plan(plan).text
    listed = [word for word in ("租房补贴", "体检", "入学", "专窗") if word in said]
    assert len(listed) == 4 or f"文中共列4项，以上是其中{len(listed)}项" in said


def test_progress_goes_from_old_to_new():
    old = hit("o", "大桥开工", "长江大桥项目于2022年11月开工建设。", date(2022, 11, 20), score=0.8)
    new = hit("m", "大桥合龙", "长江大桥项目主桥今日合龙，进入桥面施工阶段。", date(2023, 8, 10))
    plan = planned("长江大桥项目进展如何？", "progress", [new, old])
    ids = [plan.hits[item.hit_index].article.id for item in plan.items]
    assert ids == sorted(ids, key=["o", "m"].index) and set(ids) == {"o", "m"}


def test_an_overview_says_from_how_many_articles_it_is():
    plan = planned("各地落户政策有什么动作？", "overview", [NANJING, HANGZHOU])
    assert plan.note is not None and "2篇文章" in plan.note


def test_a_longer_answer_says_no_less():
    lengths = [
        len(compose.of_plan(planned("人才八条有哪些内容？", "list", [LISTED], n)).text)
        for n in ("short", "long")
    ]
    assert lengths[0] <= lengths[1]


def test_text_sections_and_citations_agree():
    composed = compose.of_plan(planned("人才八条有哪些内容？", "list", [LISTED]))
    items = [item for section in composed.sections for item in section.items]
    lines = [line.replace("……", "") for line in composed.text.split("\n") if line.startswith("- ")]
    assert lines == [f"- {item.text}[{item.markers[0]}]" for item in items]
    assert {c.marker for c in composed.citations} == {m for item in items for m in item.markers}


def test_a_quote_whose_sentence_goes_on_is_shown_so():
    text = "两地签约，共建三个园区，并设立基金。会议在南通举行。"
    cut, whole = text.index("，并"), text.index("。")
    spans = [
        Span(0, 0, 0, cut + 1, text[: cut + 1], 1.0),
        Span(0, 1, whole + 1, len(text), text[whole + 1 :], 1.0),
    ]
    hits = [hit("t", "签约", text)]
    composed = compose.of_plan(Plan("list", hits, [Section(None, items_of(spans, hits))]))
    assert composed.text == "- 两地签约，共建三个园区……[1]\n- 会议在南通举行[2]"
    (section,) = composed.sections
    assert [item.text for item in section.items] == [c.quote for c in composed.citations]


def test_no_sentence_is_said_twice():
    plan = planned("人才八条有哪些内容？", "list", [LISTED])
    first = plan.items[0]
    opening = [Support(first.text, first.hit_index, first.start, first.end)]
    assert compose.of_plan(plan, opening).text.count(first.text) == 1


def test_a_model_never_makes_the_answer_poorer():
    plan = planned("人才八条有哪些内容？", "list", [LISTED])
    first = plan.items[0]
    opening = [Support("会上发布了多项政策", first.hit_index, first.start, first.end)]
    said = compose.of_plan(plan, opening).text
    assert all(item.text in said for item in plan.items)


def test_an_item_is_not_taken_for_said_when_a_figure_is_missing():
    assert compose.says("发放租房补贴，每月1000元", "发放租房补贴，每月1000元")
    assert not compose.says("发放租房补贴", "发放租房补贴，每月1000元")


@pytest.mark.parametrize("count", [1, 3])
def test_the_grammar_knows_only_markers_that_exist(count):
    written = drafting.grammar(count)
    assert f'"{count}"' in written and f'"{count + 1}"' not in written


@pytest.mark.parametrize(
    "broken",
    [
        "主要举措包括[1][2]，发放租房补贴[1]。",
        "实现了" + "建设" * 55 + "[1]。",
        "南通市出台的[1]。",
        "扩大岗位以及[2]。",
    ],
)
def test_an_opening_that_breaks_off_is_left_out(broken):
    whole = "南通市出台人才八条[1]，发放租房补贴每月1000元[2]。"
    assert drafting.unbroken(broken) == ""
    assert drafting.unbroken(broken + whole) == whole


def test_a_list_on_a_region_says_what_other_articles_there_are():
    measures = "长三角一体化推进会提出三项举措：一是支持企业设立研发中心；二是建立人才互认机制；三是开通跨省直达班车。"
    told = hit("t", "长三角一体化推进会在上海举行", measures)
    beside = hit(
        "b", "长三角一体化示范区挂牌", "长三角一体化示范区挂牌成立。示范区的规划已经公布。", score=0.5
    )
    asked = "长三角一体化有哪些举措？"
    assert planned(asked, "list", [told]).note is None
    sentence = shapes.plan(asked, "list", material.gather(asked, {"list": 1.0}, [told, beside]), "sentence")
    assert sentence.note == "以上出自1篇文章，另有1篇相关文章未列出。"


def test_lists_of_a_task_in_doubt_have_room_between_those_of_its_tasks():
    sure = [lengths({task: 1.0}, "normal")[0] for task in ("reason", "overview")]
    between = lengths({"reason": 0.5, "overview": 0.5, "fact": 0.4}, "normal")[0]
    assert sure[0] < between < sure[1]


@pytest.mark.parametrize("task", ["list", "overview", "definition"])
def test_an_answer_is_as_long_as_is_asked_for(task):
    most = [lengths({task: 1.0}, length)[1] for length in ("sentence", "short", "normal", "long")]
    assert most == sorted(set(most)) and most[-1] <= 2_000


def test_the_newest_comes_first_where_the_newest_is_asked_for():
    old = hit("o", "人才新政发布", "南通市出台人才政策，发放租房补贴。", date(2022, 11, 20))
    new = hit("m", "人才补贴提高", "南通市提高人才政策补贴标准，每月2000元。", date(2023, 8, 10), score=0.8)
    plan = planned("南通最近有什么人才政策？", "overview", [old, new])
    assert plan.hits[plan.items[0].hit_index].article.id == "m"
    assert plan.note is not None and "2023年8月10日" in plan.note


def test_what_a_region_did_lately_is_told_of_articles_in_other_words_too():
    hits = [
        hit(
            "joint",
            "京津冀联合会议",
            "京津冀三地最近推出一批协同新举措。三地将新建5个协同创新平台，推出人才互认的新举措。",
            date(2025, 3, 1),
        ),
        hit(
            "contest", "京津冀指导员大赛", "京津冀社会体育指导员大赛11日落幕，300人参赛。", date(2025, 5, 11)
        ),
        hit(
            "other",
            "上海书展",
            "上海书展18日开幕。" + "展馆里人来人往，读者在书架间驻足。" * 8 + "京津冀出版社也来了。",
            date(2025, 5, 18),
        ),
    ]
    plan = planned("京津冀最近有什么新举措？", "overview", hits)
    told = [item.text for item in plan.items]
    assert "指导员大赛11日落幕" in told[0] and any("5个协同创新平台" in text for text in told)
    assert not any("书展" in text for text in told)


def test_a_check_says_yes_only_where_a_sentence_supports_it():
    yes = planned("南京市区是否继续实行积分落户？", "check", [NANJING])
    assert yes.sections[0].heading == "是" and "继续实行积分落户" in yes.items[0].text
    no = planned("南京对毕业生收紧年龄限制吗？", "check", [NANJING])
    assert no.sections[0].heading == "否" and "放宽年龄限制" in no.items[0].text
    other = planned("南京对本科生放宽年龄限制吗？", "check", [NANJING])
    assert other.sections[0].heading is None
    silent = planned("南京毕业生买房能不能打折？", "check", [NANJING])
    assert silent.sections[0].heading is None


def test_what_is_nearest_to_deciding_opens_though_nothing_is_decided():
    text = (
        "灵活行是跨境列车的一项新服务。旅客凭灵活行可在当日改乘另一班列车。灵活行服务在两座车站办理。"
        "办理灵活行手续后，车票不得退票。灵活行的车票可以在手机上查询。"
    )
    plan = planned("办了灵活行还能不能退票？", "check", [hit("t", "灵活行推出", text)])
    assert "不得退票" in plan.items[0].text


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("前海是不是已经实施双15%优惠？", "前海已经实施双15%优惠"),
        ("灵活就业人员能不能自愿缴存公积金？", "灵活就业人员能自愿缴存公积金"),
        ("两地有没有设立联合基金", "两地有设立联合基金"),
        ("大桥已经通车了吗？", "大桥已经通车"),
        ("大桥已经通车，对吗？", "大桥已经通车"),
    ],
)
def test_the_statement_that_a_question_asks_to_be_checked(question, said):
    assert deciding.statement(question) == said


def test_a_table_row_is_quoted_as_it_stands_and_shown_with_its_heads():
    text = "| 项目 | 牵头单位 | 进度 |\n| --- | --- | --- |\n| 海工园二期 | 经发局 | 拟建 |\n| 污水厂扩建 | 生态局 | 已建成 |"
    plan = planned("海工园二期和污水厂扩建有哪些进展？", "list", [hit("t", "项目表", text)])
    assert {item.text for item in plan.items} >= {"项目：海工园二期；牵头单位：经发局；进度：拟建"}
    for item in plan.items:
        assert text[item.start : item.end].startswith("| ") and "---" not in item.text
    assert not any("项目：项目" in item.text for item in plan.items)


def test_a_heading_ends_in_no_part_of_a_number():
    title = "记者从中国上海局集团有限公司获悉，8月1日10点08分完成焊接的消息发布"
    hits = [
        hit("a", title, "沪苏湖铁路斜拉桥完成焊接，全长460米。"),
        hit("b", "沪苏湖铁路铺轨", "沪苏湖铁路开始铺轨，年内完成。"),
    ]
    plan = planned("沪苏湖铁路最近有什么进展？", "overview", hits)
    headings = [section.heading for section in plan.sections if section.heading]
    assert headings and not any("点0" in heading for heading in headings)


def test_a_part_of_a_table_row_is_shown_with_the_heads_of_its_cells():
    text = "| 单位 | 任务 | 时限 |\n| --- | --- | --- |\n| 甲局 | 改造水闸3座；加固堤防；共享数据 | 11月底 |"
    start, middle = text.index("| 甲局"), text.index("加固")
    spans = [
        Span(0, 0, start, middle, text[start:middle], 1.0),
        Span(0, 1, middle, len(text), text[middle:], 1.0),
    ]
    assert [item.text for item in items_of(spans, [hit("t", "分解", text)])] == [
        "单位：甲局；任务：改造水闸3座",
        "任务：加固堤防；共享数据；时限：11月底",
    ]
