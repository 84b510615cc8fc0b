"""Drafted questions: the answer stands in the article, no other article says otherwise, near misses are answered nowhere."""

from datetime import date

import pytest

from docs_store.models import Article
from rag.evaluation import fact_patterns, near_misses
from rag.evaluation.corpus_check import Corpus
from rag.evaluation.drafting import draft_questions
from rag.evaluation.fact_patterns import facts_of
from rag.lexicon import tables


def article(text, id="a", title="简报", day=date(2025, 3, 1)):
    return Article(id, title, id, text, published_on=day)


@pytest.mark.parametrize(
    ("sentence", "question", "answer"),
    [
        (
            "截至2024年底，长江智创园共承接近90多家企业。",
            "截至2024年底，长江智创园共承接多少家企业？",
            "90多家",
        ),
        (
            "去年，南通港新开通3条集装箱航线，吞吐量增长5%。",
            "2024年，南通港新开通多少条集装箱航线？",
            "3条",
        ),
        ("上半年，苏州市进口总额同比增长12.5%。", "上半年，苏州市进口总额同比增长百分之多少？", "12.5%"),
        ("神马电力有限公司董事长马斌说，公司发展了多年。", "神马电力有限公司董事长是谁？", "马斌"),
        (
            "1月19日，江苏省十四届人大三次会议在南京开幕。",
            "江苏省十四届人大三次会议在南京开幕是在哪一天？",
            "1月19日",
        ),
        (
            "近日，南通市政府办公室印发《南通市低空经济发展方案》。",
            "南通市政府办公室印发了哪份文件？",
            "南通市低空经济发展方案",
        ),
    ],
)
def test_a_statement_becomes_a_question_in_place(sentence, question, answer):
    (fact,) = [f for f in facts_of(article(sentence)) if f.question == question]
    assert fact.answer == answer and answer in fact.sentence and answer not in fact.question


@pytest.mark.parametrize(
    "sentence",
    [
        "8月17日，则将举行穗港澳影视产业项目签约仪式。",
        "7月27日，恰逢松山湖科学城纳入国家科学中心先行启动区三周年举行。",
        "北京市PM2.5月均浓度同比下降53.2%。",
        "国际铁路班列开行4091列，增长18.51%。",
        "该公司去年建成了5个生产基地并投入使用。",  # which company
        "全市今年以来新增企业300多家，势头良好。",  # which city
        "其中，南通的园区有20家企业已经投产。",  # of what
        "神马电力有限公司副董事长马斌说，公司发展了多年。",  # there may be several
        "今年南通港新开通航线3条。",  # no date to tell the year by
    ],
)
def test_what_does_not_stand_alone_is_passed_over(sentence):
    assert not list(facts_of(article(sentence, day=None)))


ARTICLES = [
    article(
        "截至2024年底，南通市长江智创园共承接90多家企业。南通港口集团有限公司董事长马斌说，公司发展很快。",
        "n1",
    ),
    article("截至2024年底，南通市长江智创园共承接90多家企业，其中一半来自上海。", "n2"),
    article(
        "1月19日，苏州工业园区金鸡湖科技论坛在国际会议中心开幕。盐城港口集团有限公司董事长王强介绍了情况。",
        "s1",
    ),
    article("扬州市在2023年共引进项目31个。", "y1"),
    article("扬州市在2023年共引进项目45个。", "y2"),
    article("盐城与连云港的港口都在扩建。泰州也是。", "x1"),
]


def test_drafts_stand_on_their_articles():
    drafted = draft_questions(ARTICLES, 8)
    texts = {a.id: a.text for a in ARTICLES}
    asked = [q for q in drafted if q.answerable]
    assert asked
    for question in asked:
        assert question.evidence[0] in texts[question.gold_article_ids[0]]
        assert question.must_contain[0][0] in question.evidence[0]
    several = next(q for q in asked if "智创园" in q.question)
    assert {*several.gold_article_ids, *several.also_acceptable_ids} == {"n1", "n2"}


def test_a_question_that_two_articles_answer_differently_is_not_asked():
    assert not [q for q in draft_questions(ARTICLES, 20) if q.answerable and "扬州" in q.question]


def test_a_near_miss_is_never_one_that_an_article_answers():
    for seed in range(12):
        misses = [q for q in draft_questions(ARTICLES, 20, seed=seed) if not q.answerable]
        assert misses
        assert all(q.note for q in misses)
        # 盐城's chairman is known, so exchanging 南通 for 盐城 would be a fair question
        assert not [q for q in misses if q.question == "盐城港口集团有限公司董事长是谁？"]


def test_the_same_seed_drafts_the_same_file():
    assert draft_questions(ARTICLES, 8, seed=3) == draft_questions(ARTICLES, 8, seed=3)
    assert draft_questions([], 5) == []


def test_the_corpus_is_read_whole():
    corpus = Corpus(ARTICLES)
    found = [a.id for a, _, _ in corpus.windows("南通市长江智创园共承接多少家企业？", 0.8)]
    assert set(found) == {"n1", "n2"}
    assert not list(corpus.windows("南通市长江智创园共承接多少家企业？", 0.8, "海口"))


def test_the_offices_of_drafts_and_near_misses_are_those_of_the_lexicon():
    known = set(tables.offices())
    colleagues = near_misses._COLLEAGUES
    assert set(fact_patterns._TITLES.split("|")) <= known
    assert colleagues.keys() | {other for others in colleagues.values() for other in others} <= known
