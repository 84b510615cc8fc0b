"""Where the terms of a question stand among the candidates, by place and by sentence."""

import re

import numpy as np
import pytest

from docs_store.models import Article, Hit, Passage
from rag.query.question import understand
from rag.retrieval.layout import find, lay_out


def idf(tokens):
    return dict.fromkeys(tokens, 6.0)


def laid_out(*texts, title="简报"):
    hits = []
    for number, text in enumerate(texts):
        id = str(number)
        hits.append(Hit(Passage(id, id, 0, 0, len(text), text), Article(id, title, f"{id}.md", text), 1.0))
    return lay_out(hits)


def places(question, layout):
    """Terms with their places and rows in the passages; titles and leads come after these."""
    found = find(question, layout)
    return [
        (question.terms[term], place, row)
        for term, place, row in zip(found.terms, found.places, found.rows, strict=True)
        if row < layout.body
    ]


def test_every_place_of_a_term_is_found_in_its_sentence():
    layout = laid_out("飞地多。科创飞地。", "没有。")
    asked = understand("科创飞地", idf)
    found = places(asked, layout)
    assert [(term, row) for term, _, row in found if term == "飞地"] == [("飞地", 0), ("飞地", 1)]
    assert all(layout.text.startswith(term, place) for term, place, _ in found)
    assert ("科创", 5, 1) in found


@pytest.mark.parametrize("odd", ["𠮷", "\ud800"])
def test_an_odd_character_before_it_does_not_move_a_place(odd):
    layout = laid_out(f"{odd}地的科创飞地。")
    assert ("飞地", 5, 0) in places(understand("飞地", idf), layout)


def test_a_number_stands_alone_or_is_not_there():
    asked = understand("3个", idf)
    assert [place for term, place, _ in places(asked, laid_out("300、3.5、a3、3个。")) if term == "3"] == [11]


def test_a_text_shorter_than_the_word_has_it_nowhere():
    asked = understand("长三角", idf, [("长三角", "长江三角洲区域一体化")])
    assert places(asked, laid_out("无", title="")) == []


def test_another_name_stands_for_all_terms_of_the_name_asked():
    asked = understand("长三角", idf, [("长三角", "沪苏浙皖")])
    found = places(asked, laid_out("沪苏浙皖。"))
    assert {term for term, place, _ in found if place == 0} >= {"长三", "三角"}


def test_a_row_shows_what_stands_in_it_and_not_what_runs_on_into_the_next():
    layout = laid_out("共3。家数不明。", "共3家。")
    assert layout.showing(re.compile(r"\d家")).tolist()[: layout.body] == [False, False, True]
    assert not layout.showing(None).any()
    assert len(layout.showing(None)) == len(layout.starts) == np.sum([layout.body, 2 * layout.articles])
