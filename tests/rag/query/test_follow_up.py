"""Follow-ups are filled in from the last turn; questions that stand alone are left as they are."""

import pytest

from rag.models import Turn
from rag.query import follow_up
from rag.query.framing import unframe

RAIL = [Turn("成渝中线高铁的首墩是哪家单位承建的？", "承建单位是中铁四局[1]。")]


def understood(question: str, history: list[Turn]) -> str:
    return follow_up.readings(unframe(question), history)[0].text


@pytest.mark.parametrize(
    "question",
    [
        "与如皋合作的高校有哪些",
        "那苏锡通园区有几只基金",
        "另外，苏锡通园区有几只基金",
        "苏锡通园区与其他园区相比有几只基金",
        "苏锡通园区的基金及其名称是什么",
        "苏锡通园区尤其要用好哪几只基金",
        "企业应该怎么申请补贴",
        "和县与南京共建了什么园区",
        "再生水利用率是多少",
        "2025那个促进就业的意见概括一下",
        "刚才江苏那个医保的通知讲了什么",
    ],
)
def test_a_question_that_stands_alone_is_not_filled_in(question: str) -> None:
    assert "成渝" not in understood(question, RAIL) and "高铁" not in understood(question, RAIL)


@pytest.mark.parametrize(
    ("last", "answer", "question", "expected"),
    [
        ("泰州港高港港区年吞吐量是多少？", "2400万吨[1]。", "它的投资方呢？", "泰州港"),
        ("如皋建设了几个科创飞地？", "5个[1]。", "它跟哪些高校合作？", "如皋"),
        ("神马电力的董事长是谁？", "董事长是马斌[1]。", "他说了什么？", "马斌"),
        ("神马电力的董事长是谁？", "董事长是马斌[1]。", "它有多少年了？", "神马电力有多少年了"),
        ("南通的人口是多少？", "", "那苏州呢？", "苏州"),
        ("如皋建设了几个科创飞地？", "5个[1]。", "为什么？", "飞地"),
        ("国办发〔2023〕17号讲了什么？", "", "那它什么时候实施？", "国办发〔2023〕17号"),
        ("《南通市人才条例》有哪些内容？", "", "它从哪天起施行？", "《南通市人才条例》"),
        ("泰州港高港港区年吞吐量是多少？", "2400万吨[1]。", "刚才那个港区的投资方是谁？", "泰州港"),
        ("横琴口岸一天有多少人过关？", "4万人次[1]。", "车呢？", "多少车过关"),
        ("国调基金二期什么时候成立？", "2021年[1]。", "那它规模多大？", "国调基金二期规模多大"),
    ],
)
def test_what_leans_on_the_past_is_filled_in(last: str, answer: str, question: str, expected: str) -> None:
    assert expected in understood(question, [Turn(last, answer)])


def test_a_name_in_place_of_another_asks_the_last_question_of_it() -> None:
    assert (
        understood("那在苏州呢？", [Turn("京源环保今年在上海成立了什么？", "")])
        == "京源环保今年在苏州成立了什么"
    )


def test_more_of_the_same_asks_the_last_question_at_length() -> None:
    reading = follow_up.readings(unframe("再详细一点"), [Turn("如皋建设了几个科创飞地？", "5个[1]。")])[0]
    assert reading.deeper and reading.asks_again and reading.text == "如皋建设了几个科创飞地"


def test_a_follow_up_in_its_own_words_says_itself_what_it_asks() -> None:
    history = [Turn("如皋建设了几个科创飞地？", "5个[1]。")]
    assert follow_up.readings(unframe("那苏州呢？"), history)[0].asks_again
    assert not any(r.asks_again for r in follow_up.readings(unframe("它跟哪些高校合作？"), history))
    assert not any(r.asks_again for r in follow_up.readings(unframe("联系电话是什么？"), history))


def test_a_chain_of_follow_ups_keeps_its_subject() -> None:
    history = [Turn("南通的人口是多少？", "770万[1]。"), Turn("那苏州呢？", "1290万[1]。")]
    assert "苏州" in understood("它的面积是多少？", history)


def test_this_article_is_named_by_its_title() -> None:
    assert follow_up.of_article("这篇文章讲了什么", "甲市简报").text == "《甲市简报》讲了什么"


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("这篇文章是谁发布的？", ""),
        ("什么时候发布的？", ""),
        ("火星移民管理办法的通知是什么时候发布的？", "火星移民管理"),
    ],
)
def test_the_subject_of_a_question_on_an_article(question: str, subject: str) -> None:
    assert follow_up.subject_of_article(question) == subject


@pytest.mark.parametrize(
    ("last", "question", "expected"),
    [
        ("甲公司近5个交易日被增持了几天？", "近20个的呢", "甲公司近20个交易日被增持了几天"),
        ("南通11日降水怎么样？", "13号呢", "南通13号降水怎么样"),
        ("92号汽油预计涨多少？", "那柴油呢？", "92号柴油预计涨多少"),
    ],
)
def test_what_is_exchanged_is_of_the_same_kind(last: str, question: str, expected: str) -> None:
    reading = follow_up.readings(unframe(question), [Turn(last, "")])[0]
    assert reading.text == expected and reading.asks_again


@pytest.mark.parametrize(
    "question", ["列成几条", "压成一句话给我", "没看懂 通俗点讲", "分点列一下，要写材料"]
)
def test_another_form_asks_the_same_again(question: str) -> None:
    reading = follow_up.readings(unframe(question), [Turn("如皋建设了几个科创飞地？", "5个[1]。")])[0]
    assert reading.asks_again and reading.text == "如皋建设了几个科创飞地"


def test_a_person_is_one_whose_office_the_answer_names_before_others() -> None:
    history = [Turn("发布会上谁讲了话？", "宁德时代首席科学家吴凯谈了动力电池的未来[1]。")]
    assert understood("他说了什么？", history).startswith("吴凯")


def test_that_which_an_answer_names_may_be_meant_too() -> None:
    history = [Turn("海曙和库车两地检察院签了什么？", "两地检察机关线上签署了“五联共建”协议[1]。")]
    texts = [reading.text for reading in follow_up.readings(unframe("那是谁牵头搞的？"), history)]
    assert any("海曙" in text for text in texts) and any("五联共建" in text for text in texts)


def test_a_question_without_a_name_is_tried_by_itself_and_with_the_subject_of_before() -> None:
    readings = follow_up.readings(unframe("投资多少？"), [Turn("沪苏湖高铁什么时候开通？", "2024年底[1]。")])
    assert readings[0].text == "投资多少" and readings[0].doubtful
    assert any(reading.text.startswith("沪苏湖高铁") for reading in readings[1:])


def test_that_as_the_subject_of_a_copula_always_stands_for_something() -> None:
    history = [Turn("港车北上从哪天开始实施？", "从7月1日起开始实施[1]。")]
    texts = [reading.text for reading in follow_up.readings(unframe("那是谁批准的？"), history)]
    assert texts and all("港车北上" in text for text in texts)
    assert follow_up.readings(unframe("那再生水利用率是多少？"), history)[0].text == "那再生水利用率是多少"


def test_what_could_be_asked_of_anything_is_no_question_of_its_own() -> None:
    history = [Turn("沪苏湖高铁什么时候开通？", "2024年底[1]。")]
    for question in ("联系电话是多少？", "投资多少？", "什么时候通车？"):
        assert follow_up.readings(unframe(question), history)[0].general
    assert not follow_up.readings(unframe("神行电池充10分钟能跑多远？"), history)[0].general


def test_a_question_that_names_its_subject_is_tried_as_it_was_put_first() -> None:
    history = [Turn("如皋有哪些科创飞地？", "5个[1]。")]
    first = follow_up.readings(unframe("上海和安徽的园区有什么不同？"), history)[0]
    assert first.alone and first.text == "上海和安徽的园区有什么不同"


@pytest.mark.parametrize(
    "question",
    [
        "国调二期协同发展基金是哪天成立的",
        "科技成果转化引导基金规模多大",
        "数字乡村建设行动方案提出几项任务",
        "生态绿色一体化发展示范区是哪年设立的",
        "跨境电商综合服务平台有多少用户",
        "海洋生态修复工程总投资多少",
    ],
)
def test_a_subject_is_named_though_no_word_of_its_name_is_one(question: str) -> None:
    first = follow_up.readings(unframe(question), RAIL)[0]
    assert first.text == question and first.alone and not first.doubtful and not first.general


@pytest.mark.parametrize(
    "question",
    ["什么时候成立的", "联系电话是多少", "有多大规模", "什么时候正式开工建设", "总投资和建设周期分别是多少"],
)
def test_what_names_nothing_is_in_doubt(question: str) -> None:
    found = follow_up.readings(unframe(question), RAIL)
    assert not any(reading.alone for reading in found)
    assert all(reading.doubtful for reading in found if reading.text == question) and len(found) > 1


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("青禾江生态补偿资金管理办法的发文字号是什么？", True),
        ("青禾江生态补偿资金管理办法是哪个文件号", True),
        ("这份通知的文号和成文日期是多少？", True),
        ("文号为甲政发〔2024〕3号的文件讲了什么", False),
        ("青禾江生态补偿资金管理办法讲了什么", False),
    ],
)
def test_a_question_that_ends_in_asking_for_a_documents_number(question: str, asks: bool) -> None:
    assert follow_up.asks_for_number(question) == asks


@pytest.mark.parametrize(
    ("question", "leans"),
    [
        ("值多少钱", True),
        ("占多大比重", True),
        ("谁主持的", True),
        ("它有多高", True),
        ("国调基金总规模多少", False),
        ("苏州有几个园区", False),
    ],
)
def test_a_question_goes_on_that_names_no_subject(question, leans):
    assert follow_up.goes_on(question) == leans


def test_what_stood_behind_the_same_word_is_exchanged_first() -> None:
    history = [Turn("甲园区在昆山和苏州是怎么合作的？", "")]
    assert understood("那和无锡呢？", history) == "甲园区在昆山和无锡是怎么合作的"


def test_a_place_in_place_of_another_is_asked_about_alone() -> None:
    found = follow_up.readings(unframe("那湖南的呢"), [Turn("河南自贸区新设企业有多少？", "13.1万家[1]。")])
    assert [reading.text for reading in found] == ["湖南自贸区新设企业有多少"]
    assert found[0].swap == "湖南"


@pytest.mark.parametrize(
    ("last", "answer", "expected"),
    [
        ("青禾江水资源配置工程全长多少公里？", "工程全长113公里[1]。", "青禾江水资源配置工程什么时候开工的"),
        ("青禾江水资源配置工程现在干到哪一步了？", "", "青禾江水资源配置工程什么时候开工的"),
        ("上海引水那个工程投了多少钱？", "", "上海引水那个工程什么时候开工的"),
        ("上海引进企业多少家？", "", "上海什么时候开工的"),
    ],
)
def test_it_is_the_whole_name_of_what_was_asked_about(last: str, answer: str, expected: str) -> None:
    assert understood("它什么时候开工的？", [Turn(last, answer)]) == expected


def test_what_is_exchanged_is_the_whole_name() -> None:
    reading = follow_up.readings(
        unframe("东南亚分中心呢？"), [Turn("合作中心的中亚分中心设在哪座城市？", "")]
    )[0]
    assert (reading.text, reading.instead) == ("合作中心的东南亚分中心设在哪座城市", "中亚分中心")


def test_words_that_share_a_character_somewhere_are_not_exchanged() -> None:
    reading = follow_up.readings(unframe("那年供水量呢？"), [Turn("青禾江水资源配置工程投资多少？", "")])[0]
    assert "水资源" in reading.text and reading.text.endswith("年供水量")


def test_more_is_what_was_not_said() -> None:
    history = [Turn("如皋有哪些举措？", "建设了5个科创飞地[1]。")]
    assert follow_up.readings(unframe("还有吗？"), history)[0].more
    assert not follow_up.readings(unframe("再详细一点"), history)[0].more
