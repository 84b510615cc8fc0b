"""What sentences are measured by: the words next to what asks, those that few sentences have, and the clause that answers."""

from __future__ import annotations

import pytest

from rag.assistant import as_hits
from rag.evidence.asked import understood
from rag.evidence.matching import Matches, match


def matched(question: str, *passages: str) -> Matches:
    return match(understood(question), as_hits(list(passages)))


def best(matches: Matches, name: str) -> str:
    """The sentence for which a feature is greatest."""
    return matches.pieces[int(matches.column(name).argmax())].text


@pytest.mark.parametrize(
    ("question", "nearest"),
    [
        ("第三届自贸试验区发展论坛的主题是什么？", "主题"),
        ("谁主持了第三届自贸试验区发展论坛？", "主持"),
        ("黄石上半年钢材出口多少？", "出口"),
    ],
)
def test_what_is_asked_for_stands_next_to_the_question_word(question: str, nearest: str) -> None:
    asked = understood(question)
    assert asked.words[int(asked.nearness.argmax())].text == nearest


def test_where_nothing_asks_all_words_are_as_near() -> None:
    assert set(understood("长三角科技创新").nearness) == {1.0}


def test_the_sentence_on_what_is_asked_for_is_nearer_than_one_that_names_the_subject() -> None:
    found = matched("展览会开放时间是几点？", "展览会在甲市开幕。开放时间为上午9点。")
    near, exact = found.column("near_sentence"), found.column("exact_sentence")
    assert near[1] > near[0] and near[1] > exact[1]


def test_a_word_that_stands_in_every_sentence_tells_none_apart() -> None:
    found = matched("黄石港口吞吐量", "黄石发展迅速。黄石港口吞吐量翻番。黄石风景优美。黄石人口增加。")
    local = found.column("local_sentence")
    assert local.max() > 0.9 and sorted(local)[-2] < 0.1


def test_a_figure_of_another_clause_is_no_answer() -> None:
    found = matched("大桥全长多少公里？", "大桥全长尚未公布，引道9公里。大桥全长15公里，投资2亿元。")
    near = found.column("answering_clause_near")
    assert near[0] < near[1] == pytest.approx(1.0)


def test_what_the_question_says_itself_is_no_answer() -> None:
    found = matched("2023年出口了多少台？", "2023年出口增长。")
    assert found.column("answering_clause").max() == 0.0
