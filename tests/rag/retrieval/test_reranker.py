from datetime import date

import numpy as np
import pytest

from docs_store.models import Article, Hit, Passage, SearchFilter
from docs_store.store import DocsStore
from docs_store.text.analyser import is_character
from rag.query.question import understand
from rag.retrieval.features import NAMES, measure
from rag.retrieval.reranker import LearnedReranker, evidence, judge, weights
from rag.retrieval.retriever import Retriever

TEXTS = {
    "rugao": "如皋建设科创飞地，已在上海建设了5个科创飞地，入驻企业90多家。",
    "yancheng": "盐城市在上海设立了科创飞地，正在招引企业入驻。",
    "port": "洋山港新开三条国际航线，年吞吐量增长12%。",
}


def idf(tokens):
    return {t: 1.0 if is_character(t) else 5.0 for t in tokens}


def hit(id, text, title="简报", day=None, issuer=None, number=None):
    article = Article(id, title, f"{id}.md", text, issuer, published_on=day, document_number=number)
    return Hit(Passage(f"{id}-0", id, 0, 0, len(text), text), article, 0.0)


def column(question, hits, name):
    return measure(understand(question, idf), hits)[:, NAMES.index(name)]


def test_the_article_that_has_every_word_of_the_question_covers_it():
    hits = [hit(id, text) for id, text in TEXTS.items()]
    cover = column("如皋建设科创飞地", hits, "cover_article")
    assert cover[0] == pytest.approx(1.0)
    assert cover[0] > cover[1] > cover[2]


def test_a_sentence_answers_only_when_what_is_asked_for_stands_in_it():
    hits = [hit("a", "如皋建设了5个科创飞地。"), hit("b", "如皋建设了科创飞地。")]
    assert column("如皋建设了几个科创飞地？", hits, "answer_kind").tolist() == [1.0, 0.0]
    assert column("如皋建设了几个科创飞地？", hits, "answer")[1] == 0.0


def test_numbers_of_the_question_must_stand_in_the_article():
    hits = [hit("a", "2023年7月零售173.4万辆。"), hit("b", "2021年7月零售177.5万辆。")]
    numbers = column("2023年7月零售了多少辆？", hits, "numbers")
    assert numbers[0] == 1.0 > numbers[1]


def test_words_in_the_order_of_the_question_make_a_run_and_runs_end_with_their_sentence():
    hits = [hit("a", "长江三角洲区域一体化。"), hit("b", "区域里的长江。三角洲的一体化。")]
    longest = column("长江三角洲区域一体化", hits, "run_longest")
    assert longest[0] == pytest.approx(1.0)
    assert longest[1] < 0.5


def test_features_are_finite_for_odd_questions():
    hits = [hit(id, text) for id, text in TEXTS.items()]
    for question in ("", "？", "谁", "the", "1" * 500, "𠮷" * 3, "\x00\n"):
        found = measure(understand(question, idf), hits)
        assert found.shape == (3, len(NAMES))
        assert np.isfinite(found).all()
    assert measure(understand("如皋", idf), []).shape == (0, len(NAMES))


def test_the_weights_name_features_that_there_are():
    found = weights()
    for line in (found.order, found.evidence):
        assert set(line.weight) == set(line.mean) == set(line.scale) <= set(NAMES)


def test_the_learned_order_puts_the_answer_first_and_is_the_same_every_time():
    hits = [hit(id, text) for id, text in TEXTS.items()]
    question = understand("如皋在上海建设了多少个科创飞地？", idf)
    features = measure(question, hits)
    scores = LearnedReranker().scores(question, hits, features)
    assert int(np.argmax(scores)) == 0
    assert scores.tolist() == LearnedReranker().scores(question, hits, measure(question, hits)).tolist()


def test_evidence_is_a_probability_and_higher_where_the_answer_stands():
    hits = [hit(id, text) for id, text in TEXTS.items()]
    found = judge("如皋在上海建设了多少个科创飞地？", hits)
    assert all(0 <= p <= 1 for p in found)
    assert found[0] > 0.5 > found[2]
    assert judge("如皋在上海建设了多少个科创飞地？", []) == []
    assert evidence(np.zeros((2, len(NAMES)))).shape == (2,)


def stored(settings, embedder, items):
    with DocsStore.open(settings, embedder, write=True) as store:
        store.replace_articles([(h.article, [h.passage], f"hash {h.article.id}") for h in items])
    return DocsStore.open(settings, embedder)


def test_the_latest_is_preferred_only_when_asked_for(settings, embedder):
    text = "南通市高新技术企业补贴标准为每家{}万元。"
    old = hit("old", text.format(20), day=date(2022, 1, 5))
    new = hit("new", text.format(30), day=date(2024, 6, 1))
    with stored(settings, embedder, [old, new]) as store:
        found = Retriever(store, settings.retrieval)
        assert found.search("最新的高新技术企业补贴标准是多少？")[0].article.id == "new"
        plain = {h.article.id: h.score for h in found.search("高新技术企业补贴标准是多少？")}
        latest = {h.article.id: h.score for h in found.search("最新的高新技术企业补贴标准是多少？")}
        assert latest["new"] - latest["old"] > plain["new"] - plain["old"] + 0.5


def test_time_and_document_number_lead_to_their_article(settings, embedder):
    text = "现将全市重点项目投资计划印发给你们，总投资{}亿元，请认真组织实施。"
    items = [
        hit("2023", text.format(300), day=date(2023, 6, 20), number="通政发〔2024〕3号"),
        hit("2024", text.format(400), day=date(2025, 1, 20), number="通政发〔2025〕3号"),
    ]
    with stored(settings, embedder, items) as store:
        found = Retriever(store, settings.retrieval)
        assert found.search("通政发〔2024〕3号的总投资是多少？")[0].article.id == "2023"
        assert found.search("通政发〔2025〕3号的总投资是多少？")[0].article.id == "2024"
        asked = found.search("去年重点项目总投资是多少？", today=date(2025, 6, 1))
        assert asked[0].article.id == "2024"


def test_other_names_find_articles_that_use_them(settings, embedder):
    items = [
        hit("a", "长江三角洲去年新增轨道交通线路若干。"),
        hit("b", "粤港澳去年新增轨道交通线路若干。"),
    ]
    with stored(settings, embedder, items) as store:
        assert Retriever(store, settings.retrieval).search("长三角新增了哪些线路？")[0].article.id == "a"


def test_synonyms_find_articles_that_use_them_unless_they_are_left_out(settings, embedder):
    items = [hit("a", "上海去年新开首店一千家。"), hit("b", "北京去年新开首店八百家。")]
    with stored(settings, embedder, items) as store:
        found = Retriever(store, settings.retrieval)
        with_them, without = (found.search("魔都开了多少首店？", synonyms=say) for say in (True, False))
        lead = [hits[0].score - hits[1].score for hits in (with_them, without)]
        assert with_them[0].article.id == "a" and lead[0] > abs(lead[1])


def test_a_name_that_the_article_shortens_is_found_where_only_the_short_form_stands(settings, embedder):
    head = "南通市人民政府印发科技产业园区管理办法（以下简称“办法”）。"
    text = head + "办法规定补贴上限为五十万元。"
    article = Article("a", "公告", "a.md", text)
    cut = len(head)
    passages = [Passage("a0", "a", 0, 0, cut, head), Passage("a1", "a", 1, cut, len(text), text[cut:])]
    with DocsStore.open(settings, embedder, write=True) as store:
        store.replace_articles([(article, passages, "h")])
    with DocsStore.open(settings, embedder) as store:
        found = store.search_lexical("管理办法", 5)
        assert {h.passage.id for h in found} == {"a0", "a1"}


def test_filters_hold_for_what_is_found(settings, embedder):
    items = [hit(id, text, day=date(2023, 1, i + 1)) for i, (id, text) in enumerate(TEXTS.items())]
    with stored(settings, embedder, items) as store:
        found = Retriever(store, settings.retrieval).search(
            "科创飞地", 9, SearchFilter(since=date(2023, 1, 2))
        )
        assert {h.article.id for h in found} <= {"yancheng", "port"} and found
        found = Retriever(store, settings.retrieval).search("科创飞地", 9, SearchFilter(source="rugao.md"))
        assert {h.article.id for h in found} == {"rugao"}
        assert not Retriever(store, settings.retrieval).search("科创飞地", 9, SearchFilter(source="none"))


def test_without_the_dense_half_nothing_is_embedded(settings, embedder, monkeypatch):
    with stored(settings, embedder, [hit(id, text) for id, text in TEXTS.items()]) as store:
        monkeypatch.setattr(embedder, "embed_query", None)
        section = settings.retrieval.model_copy(update={"dense_weight": 0.0})
        assert Retriever(store, section).search("如皋有几个科创飞地？")[0].article.id == "rugao"


def test_an_article_about_the_region_asked_for_comes_before_one_that_only_names_it(settings, embedder):
    text = "本市高新技术企业补贴标准为每家二十万元，由科技部门发放。"
    items = []
    for id, regions in (("a", ("盐城", "上海", "南通")), ("b", ("南通", "上海"))):
        article = Article(id, "补贴标准公布", f"{id}.md", text + f"（{id}）", regions=regions)
        items.append(Hit(Passage(f"{id}-0", id, 0, 0, len(article.text), article.text), article, 0.0))
    with stored(settings, embedder, items) as store:
        found = Retriever(store, settings.retrieval)
        named = {h.article.id: h.score for h in found.search("南通高新技术企业补贴标准是多少？")}
        plain = {h.article.id: h.score for h in found.search("高新技术企业补贴标准是多少？")}
        assert named["b"] - named["a"] > plain["b"] - plain["a"] + 0.1


def test_the_issuer_that_a_question_names_gains(settings, embedder):
    text = "现公布今年的人才公寓申请条件，符合条件者请于月底前提交材料。"
    items = [hit("a", text, issuer="盐城发布"), hit("b", text + "（转）", issuer="南通发布")]
    with stored(settings, embedder, items) as store:
        found = Retriever(store, settings.retrieval).search("南通发布的人才公寓申请条件是什么？")
        assert found[0].article.id == "b"


def test_a_shortened_name_leads_to_the_article_that_explains_it(settings, embedder):
    head = "苏锡通科技产业园区（以下简称“苏锡通园区”）今年开工项目三十个，总投资额超过百亿元。"
    other = "南通创新区今年开工项目二十个，总投资额超过五十亿元，园区道路同步建设。"
    with stored(settings, embedder, [hit("a", head), hit("b", other)]) as store:
        section = settings.retrieval
        found = Retriever(store, section).search("苏锡通科技产业园区今年开工多少个项目？")
        assert found[0].article.id == "a"
        assert Retriever(store, section).search("苏锡通园区开工项目")[0].article.id == "a"
