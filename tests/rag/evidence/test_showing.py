"""Which sentences can answer how many, when and under which number."""

from __future__ import annotations

import pytest

from rag.assistant import as_hits
from rag.evidence import sentences, showing
from rag.evidence.asked import understood


@pytest.mark.parametrize(
    ("question", "text", "shown"),
    [
        ("研讨会来了多少台胞？", "研讨会在甲市举办。", False),
        ("研讨会来了多少台胞？", "8月9日，研讨会在甲市举办。", False),
        ("研讨会来了多少台胞？", "第十届研讨会在甲市举办。", False),
        ("研讨会来了多少台胞？", "台湾嘉宾24人参加活动。", True),
        ("第3期基金投了多少家企业？", "第3期基金已经投资。", False),
        ("总共投了多少钱？", "工程全长113公里。", False),
        ("总共投了多少钱？", "工程总投资354亿元。", True),
        ("签了多少个项目、多少钱？", "总投资354亿元。", True),
        ("甲队排名第几？", "甲队排名第三。", True),
        ("大桥什么时候开工的？", "大桥当日开工。", False),
        ("大桥什么时候开工的？", "大桥于2019年开工。", True),
        ("大桥什么时候通车？", "大桥年底通车。", True),
        ("开放时间是几点？", "每天上午9点开放。", True),
        ("研制用了几年时间？", "研制历时7年。", True),
        ("这份通知的文号是什么？", "《甲市通知》已经印发。", False),
        ("这份通知的文号是什么？", "甲政发〔2024〕3号印发。", True),
        ("标准什么时候实施？", "标准在认可一年后实施。", True),
        ("感染里XBB.1.16占几成？", "大约16%感染的是XBB.1.16。", True),
        ("谁主持了会议？", "会议在甲市举行。", True),
    ],
)
def test_a_sentence_shows_what_is_asked_for_and_the_question_does_not_say(
    question: str, text: str, shown: bool
) -> None:
    assert showing.shows(understood(question), text) == shown


def test_a_sentence_without_a_number_is_not_quoted_where_another_tells_it() -> None:
    question = "青禾合作推介会签了多少个项目？"
    text = "青禾合作推介会在甲市举行。青禾合作推介会集中签约合同项目35个。"
    found = sentences.gather(question, as_hits([text]))
    quotable = showing.quotable(question, found)
    assert len(found.sentences) == 2 and [s.text for s in quotable.sentences] == [text[13:]]


def test_nothing_is_quoted_where_no_sentence_tells_the_number() -> None:
    question = "青禾合作推介会签了多少个项目？"
    found = sentences.gather(question, as_hits(["青禾合作推介会在甲市举行。"]))
    assert found.sentences and not showing.quotable(question, found).sentences
