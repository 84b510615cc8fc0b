"""口径核对 against one article, or an older version: figures that moved, sentences that are new, and what is left out."""

import pytest

from rag.errors import NoSuchArticleError

OLD = "如皋建设了5个“科创飞地”。\n长江智创园共承接90多家企业。\n港口集团投资12亿元扩建码头，计划年底开工。\n"
NEW = "如皋建设了7个“科创飞地”。\n长江智创园共承接90多家企业。\n文化馆举办了夏季音乐会。\n"


def standings(found):
    return [claim.verdict.standing.value for claim in found.claims]


def test_a_newer_text_beside_its_older_one(qa):
    found = qa.check_against(NEW, version=OLD, title="上半年稿")
    assert standings(found) == ["contradicted", "supported", "not_found"]
    assert "5个" in found.claims[0].verdict.why
    assert [s.text for s in found.omitted] == ["港口集团投资12亿元扩建码头，计划年底开工。"]
    for claim in found.to_dict()["claims"]:
        for quote in claim["quotes"]:
            assert OLD[quote["start"] : quote["end"]] == quote["quote"] and quote["title"] == "上半年稿"


def test_a_text_beside_one_article_alone(qa):
    found = qa.check_against("如皋建设了5个科创飞地。盐城港新开通3条集装箱航线。", article="飞地简报")
    assert standings(found) == ["supported", "not_found"]
    article = found.article
    for claim in found.claims:
        for quote in claim.to_dict()["quotes"]:
            assert quote["article_id"] == article.id
            assert article.text[quote["start"] : quote["end"]] == quote["quote"]
    assert found.omitted and all(article.text[s.start : s.end] == s.text for s in found.omitted)


def test_a_long_older_version_is_read_to_its_end(qa):
    filler = "".join(f"第{n}项工作由第{n}组负责，已经完成。\n" for n in range(1, 80))
    found = qa.check_against("如皋建设了5个“科创飞地”。", version=filler + OLD)
    assert standings(found) == ["supported"]


def test_progress_is_told_for_each_sentence_that_claims_something(qa):
    steps = []
    qa.check_against(NEW, version=OLD, progress=lambda done, all: steps.append((done, all)))
    assert steps == [(1, 3), (2, 3), (3, 3)]


def test_an_article_that_is_not_there_is_said_to_be_so(qa):
    with pytest.raises(NoSuchArticleError, match="guanchao articles"):
        qa.check_against(NEW, article="没有这一篇")
