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
        ("南通的人口是多少？", "", "那苏州呢？", "苏州"),
        ("如皋建设了几个科创飞地？", "5个[1]。", "为什么？", "飞地"),
        ("国办发〔2023〕17号讲了什么？", "", "那它什么时候实施？", "国办发〔2023〕17号"),
        ("《南通市人才条例》有哪些内容？", "", "它从哪天起施行？", "《南通市人才条例》"),
        ("泰州港高港港区年吞吐量是多少？", "2400万吨[1]。", "刚才那个港区的投资方是谁？", "泰州港"),
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
