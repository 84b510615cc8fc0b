"""What a question is wrapped in is taken off, and nothing else."""

import pytest

from rag.query.framing import unframe

CORES = ("苏锡通园区有几只基金", "南通市的主要做法有哪些", "长三角示范区和大湾区的定位有什么不同")
FRAMES = (
    "想请教一下，{}？",
    "领导让我查：{}",
    "{}（请注明出处）",
    "老师您好，正在写材料，想问问{}，万分感谢！",
    "我们主任问{}，急用",
    "在吗？{}",
    "不知道能不能帮忙看看{}",
    "{}？回答控制在100字以内",
    "简单说一下{}",
    "方便说一下{}吗",
    "作为一名公务员，我需要知道{}？",
    "文件里说{}？",
    "{}呀？？？",
    "能告诉我{}吗？",
)


def bare(text: str) -> str:
    return text.strip("？? ，")


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("core", CORES)
def test_a_framed_question_asks_what_the_plain_one_asks(frame: str, core: str) -> None:
    assert bare(unframe(frame.format(core)).core) == core


@pytest.mark.parametrize(
    "question",
    [
        "我在晋城跑外卖，自己交公积金有什么好处",
        "央行说金融要支持科技企业：贷款、债券、股权分别怎么做",
        "武汉东湖高新区（光谷）给人才的购房奖励有哪些档",
        "《关于恢复和扩大消费的措施》有哪些内容",
        "2023年9:30开幕的论坛在哪里举行",
    ],
)
def test_what_belongs_to_the_question_stays(question: str) -> None:
    assert bare(unframe(question).core) in (question, question.removeprefix("我"))


def test_the_form_asked_for_is_kept_apart() -> None:
    framed = unframe("南通有哪些举措？请用一句话回答，注明出处")
    assert framed.form.length == "sentence"
    assert unframe("简要介绍长江口协同区").form.length == "short"
    assert unframe("南通有哪些举措，逐条列出").form.bullets
    assert unframe("详细介绍一下长江口协同区").form.length == "long"


def test_to_sum_up_is_a_task_and_asks_for_no_length() -> None:
    for question in ("概括一下南通的举措", "帮我总结一下南通的举措", "南通的举措，梳理一下"):
        assert unframe(question).form.length is None
        assert "举措" in unframe(question).core


def test_what_the_asker_says_of_himself_is_context() -> None:
    framed = unframe("我们团队人手不够，苏锡通园区有几只基金？")
    assert framed.context == ("我们团队人手不够",)


def test_a_question_of_wrapping_alone_is_left_whole() -> None:
    assert unframe("谢谢").core == "谢谢"


@pytest.mark.parametrize(
    ("question", "count"),
    [("苏锡通园区是怎么回事，给我三句话", 3), ("两三句话说说苏州", 3), ("几句话说说苏州", None)],
)
def test_the_number_of_sentences_that_is_wanted(question, count):
    assert unframe(question).form.sentences == count
