"""Which kind of answer a question wants, in everyday words too, and whether a sentence has one."""

import pytest

from docs_store.text.normal import fold
from docs_store.text.segment import words
from rag.lexicon.answer_kinds import kind_of, shows


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("如皋建设了几个科创飞地？", "number"),
        ("伊川那家民企给娃们发了多少助学钱？", "number"),
        ("啥时候开幕的？", "date"),
        ("大会是哪天开幕的？", "date"),
        ("南澳那个工作站里谁当头儿？", "person"),
        ("下一届在哪个城市举办？", "place"),
        ("为啥要建这条铁路？", "reason"),
        ("依据的是哪份文件？", "document"),
        ("咋申请这笔补贴？", "manner"),
        ("項目總投資多少億元？", "number"),
        ("如皋的科创飞地", None),
    ],
)
def test_the_kind_that_is_asked_for(question, kind):
    assert kind_of(fold(question)) == kind


@pytest.mark.parametrize(
    ("kind", "sentence", "shown"),
    [
        ("number", "合作建设了5个科创飞地", True),
        ("number", "合作建设科创飞地", False),
        ("date", "大会于1月19日开幕", True),
        ("date", "大会隆重开幕", False),
        ("person", "市长张伟出席", True),
        ("place", "会议在上海举行", True),
        ("reason", "由于连日暴雨，列车停运", True),
        ("reason", "列车停运", False),
        ("document", "根据《长江三角洲规划》", True),
        (None, "列车停运", True),
    ],
)
def test_what_a_sentence_shows(kind, sentence, shown):
    folded = fold(sentence)
    assert shows(kind, folded, words(folded)) is shown
