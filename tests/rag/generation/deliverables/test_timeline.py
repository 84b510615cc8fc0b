"""时间线: rows that a reader understands by themselves."""

from datetime import date

from docs_store.models import Article
from rag.evidence.statements import Statement
from rag.generation.deliverables.facts import facts
from rag.generation.deliverables.timeline import _readable, events


def shown(text):
    article = Article("a", "标题", "a.txt", text, published_on=date(2023, 8, 18))
    return [_readable(event).text for event in events(facts(Statement(article, 0, len(text), ())))]


def test_a_clause_without_who_is_shown_with_its_sentence():
    assert shown("截至2023年6月，重庆自贸试验区依托班列，累计签发铁路提单6160笔。") == [
        "截至2023年6月，重庆自贸试验区依托班列，累计签发铁路提单6160笔"
    ]


def test_a_clause_that_names_who_stands_alone():
    assert shown("8月16日，主塔成功封顶，各方表示祝贺并展望未来。") == ["主塔成功封顶"]
