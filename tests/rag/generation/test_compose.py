"""Sentences as they are quoted."""

import pytest

from docs_store.models import Article, Hit, Passage
from rag.evidence.sentences import Evidence, Sentence
from rag.generation import compose


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "通讯员供图仪式中，毗邻地区的企业和商户代表作了发言。",
            "仪式中，毗邻地区的企业和商户代表作了发言。",
        ),
        # the day of a dateline may be what is asked for
        (
            "新华社北京8月17日电 我国对外贸易上半年保持增长。",
            "新华社北京8月17日电 我国对外贸易上半年保持增长。",
        ),
    ],
)
def test_a_quote_begins_with_its_first_words(text, said):
    article = Article("a", "a", "a.md", text)
    hits = [Hit(Passage("p", "a", 0, 0, len(text), text), article, 1.0)]
    (support,) = compose.extract("", Evidence((Sentence(0, text, 0, len(text), text, 0.9),), 0.9), hits)
    assert support.claim == said
    assert text[support.start : support.end] == said
