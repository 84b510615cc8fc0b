"""Sentences as they are quoted."""

import pytest

from docs_store.models import Article, Hit, Passage
from rag.evidence.sentences import Evidence, Sentence
from rag.generation import compose


@pytest.mark.parametrize(
    ("question", "text", "said"),
    [
        (
            "谁作了发言？",
            "通讯员供图仪式中，毗邻地区的企业和商户代表作了发言。",
            "仪式中，毗邻地区的企业和商户代表作了发言。",
        ),
        ("外贸怎么样？", "新华社北京8月17日电 我国对外贸易上半年保持增长。", "我国对外贸易上半年保持增长。"),
        (
            "交流会什么时候举行？",
            "新华社北京8月17日电 8月3日，首次家居行业交流会在甲区举行。",
            "8月3日，首次家居行业交流会在甲区举行。",
        ),
        # only the dateline tells the day
        (
            "备忘录什么时候签署的？",
            "新华社北京8月17日电 甲乙两家交易所签署备忘录。",
            "新华社北京8月17日电 甲乙两家交易所签署备忘录。",
        ),
    ],
)
def test_a_quote_begins_with_its_first_words(question, text, said):
    article = Article("a", "a", "a.md", text)
    hits = [Hit(Passage("p", "a", 0, 0, len(text), text), article, 1.0)]
    (support,) = compose.extract(question, Evidence((Sentence(0, text, 0, len(text), text, 0.9),), 0.9), hits)
    assert support.claim == said
    assert text[support.start : support.end] == said
