from docs_store.models import Article, Hit, Passage
from rag.evidence import clauses, material


def hit(id, title, text):
    return Hit(Passage(f"{id}-0", id, 0, 0, len(text), text), Article(id, title, f"{id}.md", text), 1.0, {})


def test_a_clause_on_one_side_of_a_comparison_is_measured_by_that_side():
    hits = [
        hit("n", "南京养老服务", "南京新建社区食堂100家，为老人助餐。"),
        hit("o", "出行提示", "周末有雨，请带好雨具。"),
    ]
    cut = clauses.cut(hits)

    def named(question):
        measured = material.measure(question, {"comparison": 1.0}, hits, cut, None)
        return measured.table[:, measured.names.index("names_in_sentence")]

    one, both = named("南京的养老有什么做法？"), named("南京和齐齐哈尔的养老做法有什么不同？")
    assert both[0] == one[0] == 1.0 and both[-1] == 0.0


def elsewhere(question, *hits):
    cut = clauses.cut(hits)
    return [bool(value) for value in material.elsewhere(question, hits, cut)]


def test_what_an_article_on_another_place_says_is_of_that_place():
    guangxi = hit("g", "广西跨境金融", "广西打造跨境融资服务。上半年新增融资规模37.3亿元。")
    qianhai = hit("q", "前海跨境金融", "前海推出跨境融资服务。上半年新增融资规模20亿元。")
    asked = "大湾区有哪些跨境金融的举措？"
    assert all(elsewhere(asked, guangxi))
    assert not any(elsewhere(asked, qianhai))
    assert not any(elsewhere("有哪些跨境金融的举措？", guangxi))


def test_a_sentence_that_names_the_place_is_of_it_wherever_it_stands():
    text = "广西的口岸建设提速，边民互市贸易额增长。" * 8 + "广东在大湾区试点跨境理财。"
    asked = "大湾区有哪些跨境金融的举措？"
    found = elsewhere(asked, hit("g", "广西跨境金融", text))
    assert found[0] and not found[-1]


def test_a_park_beside_a_place_is_not_of_another_place():
    park = hit("p", "苏锡通园区简介", "苏锡通园区与苏州以股权方式合作。")
    assert not any(elsewhere("苏锡通园区和如皋的做法有什么不同？", park))
