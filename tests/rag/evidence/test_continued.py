"""What an article that answers one question of a message tells to the next."""

import pytest

from docs_store.models import Article, Hit, Passage
from rag.evidence import continued

TRAIN = (
    "7月20日，一列满载290台国产汽车的中欧班列从徐州铁路集散中心驶出，发往俄罗斯。这是徐州首次开行此类班列。"
    "此趟班列满载国产越野汽车，总货值4654.5万元人民币。相关负责人王军主持发车仪式。"
    "徐州班列今年先后开行铝锭、铜锭等回程班列。"
)
TRADE = (
    "7月27日从黄石海关获悉，上半年该市外贸进出口总值达到244亿元，同比增长22.6%，规模创同期历史新高，居全省第二位，成为全省外贸增长最快的城市之一，民营企业活力持续增强，外贸结构不断优化，对全省贡献继续提高。"
    "机电产品38.3亿元，增长0.1%，占35.2%。钢材33亿元，增长5.3%，占30.4%。服装19亿元，增长21.7%，占20%。"
)
MEDICAL = "这项政策目前已惠及示范区246余万参保人员，并覆盖85家医疗机构。两地三院同步推进。"
TRAIN_ASKED = "徐州开往俄罗斯的班列装了多少台车"


def told(part, before, text, least=0.57):
    article = Article("a", "a", "a.md", text)
    return continued.told(part, before, [Hit(Passage("p", "a", 0, 0, len(text), text), article, 1.0)], least)


@pytest.mark.parametrize(
    ("part", "before", "text", "answer"),
    [
        ("值多少钱", TRAIN_ASKED, TRAIN, "4654.5万元"),
        ("哪天驶出的", TRAIN_ASKED, TRAIN, "7月20日"),
        ("占多大比重", "黄石上半年钢材出口多少", TRADE, "占30.4%"),
        ("占多大比重", "黄石上半年服装出口多少", TRADE, "占20%"),
        ("惠及多少参保人", "", MEDICAL, "246余万"),
    ],
)
def test_the_sentence_that_shows_what_is_asked_for(part, before, text, answer):
    found = told(part, before, text)
    assert found is not None and answer in found.sentences[0].text


@pytest.mark.parametrize(
    "part",
    [
        "司机是谁",
        "走了几天",
        "申请截止日期是哪天",
        "这个由谁审批",
        "国调基金总规模多少",
        "北京的班列有多少台车",
    ],
)
def test_what_the_article_does_not_tell(part):
    assert told(part, TRAIN_ASKED, TRAIN) is None


def test_no_passages_tell_nothing():
    assert continued.told("值多少钱", TRAIN_ASKED, [], 0.57) is None
