"""Clauses that an answer may be made of."""

from datetime import date

from docs_store.models import Article, Hit, Passage
from rag.evidence.clauses import cut


def test_a_heading_is_no_point_of_its_own():
    text = "怎样对接\n南通市科技局每两个月举行一次科技创新例会。"
    passage = Passage("p", "a", 0, 0, len(text), text, ("怎样对接",))
    found = cut([Hit(passage, Article("a", "简报", "a.md", text), 1.0)])
    assert [clause.text for clause in found] == ["南通市科技局每两个月举行一次科技创新例会。"]


def test_a_sentence_begins_behind_its_dateline():
    text = (
        "中新网合肥8月4日电 (记者 王小明)“这里是三个都市圈的衔接区，有承接产业转移的条件。”市长李明4日表示。"
    )
    found = cut([Hit(Passage("p", "a", 0, 0, len(text), text), Article("a", "简报", "a.md", text), 1.0)])
    assert found[0].text.startswith("“这里是三个都市圈的衔接区")
    assert all(text[clause.start : clause.end] == clause.text for clause in found)
    assert found[0].sentence_start == found[0].start


def test_a_notices_number_issuer_and_day_are_no_points():
    text = "甲管发〔2025〕18号\n一、对设立飞地的企业给予补贴。\n甲新区管理委员会\n2025年8月20日\n2025年8月20日起受理。"
    article = Article(
        "a",
        "通知",
        "a.md",
        text,
        issuer="甲新区管理委员会",
        document_number="甲管发〔2025〕18号",
        written_on=date(2025, 8, 20),
    )
    found = cut([Hit(Passage("p", "a", 0, 0, len(text), text), article, 1.0)])
    assert [clause.text.strip() for clause in found] == [
        "一、对设立飞地的企业给予补贴。",
        "2025年8月20日起受理。",
    ]
