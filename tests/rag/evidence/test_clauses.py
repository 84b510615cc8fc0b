"""Clauses that an answer may be made of."""

from docs_store.models import Article, Hit, Passage
from rag.evidence.clauses import cut


def test_a_heading_is_no_point_of_its_own():
    text = "怎样对接\n南通市科技局每两个月举行一次科技创新例会。"
    passage = Passage("p", "a", 0, 0, len(text), text, ("怎样对接",))
    found = cut([Hit(passage, Article("a", "简报", "a.md", text), 1.0)])
    assert [clause.text for clause in found] == ["南通市科技局每两个月举行一次科技创新例会。"]
