"""The tables of synonyms, of words that are never the same, and of certainty and state."""

from rag.lexicon import relations, tables


def test_no_word_is_both_the_same_and_never_the_same():
    for one, others in relations.rivals().items():
        assert not set(others) & set(relations.synonyms().get(one, {})), one


def test_the_words_of_a_row_stand_for_each_other_and_rows_are_not_joined():
    assert relations.synonyms()["下跌"]["回落"] >= 0.7
    assert "进口" not in relations.synonyms().get("出口", {})


def test_rivals_go_both_ways_and_name_their_kind():
    assert relations.rivals()["上半年"]["下半年"] == relations.rivals()["下半年"]["上半年"] == "period"


def test_state_and_certainty_have_their_class():
    assert tables.statuses()["拟"] == "planned" and tables.statuses()["建成"] == "done"
