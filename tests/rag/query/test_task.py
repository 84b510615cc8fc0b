"""The task of a question."""

import pytest

from rag.query.framing import unframe
from rag.query.task import Task, is_exact, tasks_of


def likeliest(question):
    likely = tasks_of(unframe(question))
    return max(likely, key=likely.__getitem__)


@pytest.mark.parametrize(
    ("question", "task"),
    [
        ("苏州今年上半年进出口总额是多少？", Task.FACT),
        ("示范区推出了哪些制度创新成果？", Task.LIST),
        ("总结一下《南通：加快协同区建设》", Task.SUMMARY),
        ("什么是双向飞地？", Task.DEFINITION),
        ("比较苏锡通园区和长江口协同区的定位", Task.COMPARISON),
        ("为什么要设立协同区？", Task.REASON),
        ("北沿江高铁有什么进展？", Task.PROGRESS),
        ("灵活就业人员能参加这个保险吗？", Task.CHECK),
        ("想请教一下，两地的人才政策有什么不同？谢谢", Task.COMPARISON),
    ],
)
def test_plain_questions_get_their_task(question: str, task: Task) -> None:
    assert likeliest(question) is task


def test_a_title_does_not_decide_the_task() -> None:
    assert likeliest("总结一下《为什么要比较两地政策》") is Task.SUMMARY


@pytest.mark.parametrize(
    ("question", "exact"),
    [
        ("大桥什么时候开工的？", True),
        ("大桥哪年开工、哪年通车？", True),
        ("开展了多少次联合检查？", True),
        ("大桥什么时候开工、现在修到哪了？", False),
        ("投了多少钱、建了什么？", False),
        ("要抓哪几项工程？", False),
        ("有哪些举措？", False),
    ],
)
def test_a_question_that_asks_for_numbers_or_times_alone(question: str, exact: bool) -> None:
    assert is_exact(question) == exact
