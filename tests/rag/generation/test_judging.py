"""An endpoint's model as a second judge: its marks outweigh the learned score, never an exact check."""

import pytest

from rag.assistant import as_hits
from rag.generation import judging
from rag.generation.repair import Fate, repair

PASSAGES = [
    "近年来，如皋先后与上海交大、复旦大学、同济大学合作建设了5个“科创飞地”。",
    "截至2024年底，长江智创园共承接90多家企业。",
]


def run(text, judge):
    return repair(text, [0, 1], as_hits(PASSAGES), "如皋建设了几个科创飞地？", judge=judge)


def test_all_sentences_of_an_answer_are_marked_in_one_request_beside_what_they_name():
    asked = []

    def judge(prompt):
        asked.append(prompt)
        return "1 支持\n2 支持"

    run("如皋建设了5个科创飞地[1]。长江智创园承接了90多家企业[2]。", judge)
    (prompt,) = asked
    assert all(passage in prompt for passage in PASSAGES)
    assert "如皋建设了5个科创飞地" in prompt and "长江智创园承接了90多家企业" in prompt


def test_what_the_model_marks_as_unsupported_does_not_stand_as_written():
    (item,) = run("如皋建设了5个科创飞地[1]。", lambda prompt: "1 不支持")
    assert item.fate is Fate.QUOTED and item.why == judging.REFUSED


def test_no_mark_outweighs_an_exact_check():
    (item,) = run("如皋建设了9个科创飞地[1]。", lambda prompt: "1 支持")
    assert item.fate is Fate.QUOTED and "9个" in item.why


def test_a_judge_that_says_nothing_leaves_it_to_the_code():
    (item,) = run("如皋建设了5个科创飞地[1]。", lambda prompt: "")
    assert item.fate is Fate.KEPT


@pytest.mark.parametrize(
    ("answer", "marks"),
    [
        ("1 支持\n2 不支持", {0: True, 1: False}),
        ("1. 支持\n2：不支持", {0: True, 1: False}),
        ("- 1：对\n- 2：错", {0: True, 1: False}),
        ("我认为都对。", {}),
        ("7 支持", {}),
    ],
)
def test_marks_are_read_in_the_spellings_that_models_use(answer, marks):
    assert judging.marks(["甲。", "乙。"], ["甲。", "丙。"], "什么？", lambda prompt: answer) == marks
