"""What becomes of sentences that the check does not pass."""

import pytest

from rag.assistant import as_hits
from rag.generation.repair import Fate, repair, unfinished

PASSAGES = [
    "近年来，如皋先后与上海交大、复旦大学、同济大学合作建设了5个“科创飞地”。",
    "截至2024年底，长江智创园共承接90多家企业。",
]


def run(text, rewrite=None):
    return repair(text, [0, 1], as_hits(PASSAGES), "如皋建设了几个科创飞地？", rewrite)


def test_a_true_sentence_is_kept_with_its_quote():
    (item,) = run("如皋建设了5个科创飞地[1]。")
    assert item.fate is Fate.KEPT and item.support.hit_index == 0


@pytest.mark.parametrize("marker", ["", "[2]"])
def test_a_missing_or_wrong_marker_is_repaired(marker):
    (item,) = run(f"如皋建设了5个科创飞地{marker}。")
    assert item.fate is Fate.REMARKED and item.support.hit_index == 0


def test_a_failed_sentence_is_written_once_more_with_its_clash_named():
    asked = []

    def rewrite(prompt):
        asked.append(prompt)
        return "如皋建设了5个科创飞地[1]。"

    (item,) = run("如皋建设了9个科创飞地[1]。", rewrite)
    assert item.fate is Fate.REWRITTEN and "5个" in item.support.claim
    (prompt,) = asked
    assert "9个" in prompt and PASSAGES[0] in prompt


def test_what_fails_again_gives_way_to_the_original_sentence():
    (item,) = run("如皋建设了9个科创飞地[1]。", lambda prompt: "如皋建设了8个科创飞地[1]。")
    assert item.fate is Fate.QUOTED and item.support.claim == PASSAGES[0] and item.why


def test_what_is_about_something_else_is_dropped_with_its_reason():
    (item,) = run("南京地铁新增三条线路[2]。", lambda prompt: "无")
    assert item.fate is Fate.DROPPED and item.support is None and item.why


@pytest.mark.parametrize("reason", ["length", "content_filter", "connection"])
def test_a_cut_draft_loses_its_unfinished_sentence(reason):
    assert unfinished("如皋建设了5个科创飞地[1]。其中包括上海的", reason) == (
        "如皋建设了5个科创飞地[1]。",
        True,
    )
    assert unfinished("如皋建设了5个科创飞地。[1]", reason) == ("如皋建设了5个科创飞地。[1]", True)


def test_a_draft_that_ended_by_itself_stays():
    assert unfinished("如皋建设了5个科创飞地", "stop") == ("如皋建设了5个科创飞地", False)
