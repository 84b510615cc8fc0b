"""The tables of synonyms, of words that are never the same, and of certainty and state."""

from rag.lexicon import relations, tables


def test_no_word_is_both_the_same_and_never_the_same():
    for one, others in relations.rivals().items():
        assert not set(others) & set(relations.substitutes().get(one, {})), one


def test_the_words_of_a_row_stand_for_each_other_and_rows_are_not_joined():
    assert relations.substitutes()["下跌"]["回落"] >= 0.7
    assert "进口" not in relations.substitutes().get("出口", {})


def test_rivals_go_both_ways_and_name_their_kind():
    assert relations.rivals()["上半年"]["下半年"] == relations.rivals()["下半年"]["上半年"] == "period"


def test_state_and_certainty_have_their_class():
    assert tables.statuses()["拟"] == "planned" and tables.statuses()["建成"] == "done"


def test_words_are_folded_as_texts_are():
    assert (
        "gdp" in relations.substitutes()["地区生产总值"] and "gdp" not in relations.substitutes()["财政收入"]
    )
    assert relations.rivals()["pm2.5"]["pm10"] == "scope"
