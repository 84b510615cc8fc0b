"""What the words of a clause tell of whether it belongs into an answer, and the trees over it."""

import numpy as np
import pytest

from docs_store.models import Article, Hit, Passage
from rag.evidence import clauses, material, relevance
from rag.weights.sparse import SparseLine

TEXT = "记者从会上获悉，对新引进的企业每年最高补助300万元，王伟说这次会议开得很成功。"


def test_names_and_figures_count_by_their_kind():
    found = relevance.features("南通市每年补助300万元", {})
    assert {"<ns>", "<number>", "每年", "补助"} <= set(found)
    assert not {"南通", "南通市", "300"} & set(found)


def test_words_are_read_with_the_tasks_that_are_likely_by_how_likely_they_are():
    found = relevance.features("补助三年", {"list": 0.6, "summary": 0.1})
    assert found["list|补助"] == 0.6 and "summary|补助" not in found and found["补助"] == 1.0


def test_a_line_adds_up_the_words_that_it_knows():
    line = SparseLine(learned_from="", bias=0.5, weights={"补助": 2.0, "list|补助": -1.0})
    assert line.log_odds({"补助": 1.0, "list|补助": 0.5, "未见": 1.0}) == 2.0


def test_what_a_policy_gives_is_told_before_who_spoke_of_it():
    passage = Passage("a-0", "a", 0, 0, len(TEXT), TEXT)
    cut = clauses.cut([Hit(passage, Article("a", "新政", "a.md", TEXT), 1.0, {"evidence": 0.5})])
    odds = relevance.log_odds(relevance.packaged_relevance().line, cut, {"list": 1.0})
    assert "补助300万元" in cut[int(odds.argmax())].text
    assert "获悉" in cut[int(odds.argmin())].text or "成功" in cut[int(odds.argmin())].text


@pytest.mark.parametrize("tasks", [{}, {"list": 1.0}, {"fact": 0.9, "overview": 0.1}])
def test_every_clause_gets_a_probability(tasks):
    passage = Passage("a-0", "a", 0, 0, len(TEXT), TEXT)
    found = material.gather(
        "新引进的企业有哪些补助？",
        tasks,
        [Hit(passage, Article("a", "新政", "a.md", TEXT), 1.0, {"evidence": 0.5})],
    )
    assert len(found.relevance) == len(found.clauses) and np.all(
        (found.relevance >= 0) & (found.relevance <= 1)
    )
