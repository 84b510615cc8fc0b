"""What a question names and the articles do not."""

from dataclasses import replace

import pytest

from docs_store.models import Article, Hit, Passage
from rag.evidence import missing

ARTICLE = Article(
    "a", "江苏出台十八条措施", "a.md", "江苏省政府发布政策，南京、苏州市区除外。长江三角洲区域同步推进。"
)


@pytest.mark.parametrize(
    ("question", "gone"),
    [
        ("安徽出台的措施有哪些条？", ["安徽"]),
        ("江苏省出台的措施有哪些条？", []),
        ("南京和杭州的政策有什么不同？", ["杭州"]),
        ("长三角有哪些政策？", []),
        ("“雏鹰企业”怎么认定？", ["雏鹰企业"]),
        ("有哪些措施？", []),
    ],
)
def test_places_and_quoted_names_that_stand_nowhere(question, gone):
    assert missing.unmentioned(question, [ARTICLE]) == gone


@pytest.mark.parametrize(
    ("question", "gone"),
    [
        ("江苏的措施里票价怎么定，航道等级是多少？", ["票价", "航道"]),
        ("江苏出台的措施有哪些亮点和区别？", []),
        ("南京市区的政策有什么干货？", []),
        ("“雏鹰企业”有哪些？", []),
        ("请总结这篇文章", []),
        ("江苏的措施有什么最新进展？", []),
        ("江苏和南京的措施，数量上有什么不同？", []),
        ("江苏的政策实验室是个什么机构？", ["实验室"]),
        ("江苏有哪些航道？", ["航道"]),
    ],
)
def test_nouns_that_stand_nowhere(question, gone):
    assert missing.nouns_unmentioned(question, [ARTICLE]) == gone


def test_anything_that_stands_nowhere():
    assert missing.anything("安徽出台的措施有哪些条？", [ARTICLE])
    assert missing.anything("江苏的票价怎么定？", [ARTICLE])
    assert not missing.anything("江苏出台的措施有哪些亮点？", [ARTICLE])


def test_a_document_number_picks_its_article_and_is_no_word_of_what_is_asked() -> None:
    article = replace(
        Article("a", "若干措施", "a.md", "房租补贴80万元。"), document_number="丙政发〔2025〕18号"
    )
    other = Article("b", "别的", "b.md", "房租补贴10万元。")
    hits = [Hit(Passage(a.id, a.id, 0, 0, len(a.text), a.text), a, 1.0) for a in (other, article)]
    question = "丙政发〔2025〕18号里房租补贴最高多少？"
    assert [hit.article.id for hit in missing.numbered(question, hits)] == ["a"]
    assert "18号" not in missing.beside_number(question, hits[1:])
    assert missing.numbered("房租补贴最高多少？", hits) == []
