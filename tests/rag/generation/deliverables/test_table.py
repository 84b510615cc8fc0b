"""梳理表 on the real news: every cell in its quote, every quote in its article, reposts once, nothing off the topic."""

from datetime import date

import pytest

from docs_store.models import Article, SearchFilter
from rag.evidence.statements import Scope, Statement, of_article
from rag.generation.deliverables import merging
from rag.generation.deliverables.facts import facts
from rag.generation.deliverables.merging import merged
from rag.generation.deliverables.table import named_cell
from rag.lexicon import rareness

TOPICS = ("港珠澳大桥", "虹桥国际开放枢纽", "海南自由贸易港", "长三角G60科创走廊")


def statement(text, day=date(2023, 8, 18)):
    article = Article("a", "标题", "a.txt", text, published_on=day)
    return Statement(article, 0, len(text), ())


@pytest.fixture(scope="module")
def tables(news):
    return {topic: news.table(topic) for topic in TOPICS}


def test_every_cell_stands_in_its_quote_and_every_quote_in_its_article(news, tables):
    seen = 0
    for table in tables.values():
        for row in table.rows:
            text = news.store.article(row.fact.article.id).text
            for source in row.sources():
                whole = news.store.article(source.article.id).text
                assert whole[source.start : source.end] == source.text
            for cell in row.fact.cells():
                assert text[cell.start : cell.end] == cell.text
                assert row.fact.statement.start <= cell.start < cell.end <= row.fact.statement.end
                seen += 1
    assert seen > 500


def test_no_row_repeats_its_whole_sentence_in_a_long_cell(tables):
    for table in tables.values():
        for row in table.rows:
            if len(row.fact.statement.text) > 200:
                assert len(row.fact.matter.text) <= 160


def test_a_fact_that_several_articles_tell_is_one_row_with_all_its_sources(tables):
    rows = [
        row for row in tables["港珠澳大桥"].rows if row.fact.number and row.fact.number.text == "10300辆次"
    ]
    assert len({source.article.id for row in rows for source in row.sources()}) >= 3
    assert len(rows) <= 2


def test_advertisements_and_bylines_are_no_rows(tables):
    for table in tables.values():
        for row in table.rows:
            assert "进入直播间" not in row.fact.statement.text
            assert not row.fact.matter.text.startswith(("责任编辑", "来源：", "（记者"))


def test_another_free_trade_zone_is_not_taken_for_that_of_the_topic(tables):
    texts = [row.fact.statement.text for row in tables["海南自由贸易港"].rows]
    assert not any("浦东新区" in text for text in texts)


def test_dates_of_articles_narrow_the_table(news):
    scope = Scope(SearchFilter(since=date(2023, 8, 8), until=date(2023, 8, 8)))
    rows = news.table("港珠澳大桥", scope).rows
    assert rows and {row.fact.article.cited_on for row in rows} == {date(2023, 8, 8)}


def test_regions_narrow_the_table(news):
    rows = news.table("中欧班列", Scope(regions=("重庆",))).rows
    assert rows
    assert len(rows) < len(news.table("中欧班列").rows)


def test_what_nobody_wrote_about_gives_no_row(news):
    assert news.table("外星人登陆火星计划").rows == ()


def test_progress_is_told_up_to_the_last_article(news):
    steps = []
    news.table("港珠澳大桥", progress=lambda done, all: steps.append((done, all)))
    assert steps[-1][0] == steps[-1][1] and list(dict(steps)) == list(range(1, steps[-1][1] + 1))


def test_a_column_asked_for_by_name_holds_the_figure_that_measures_it():
    (fact, *_) = facts(statement("项目总投资58.6亿元，建设周期36个月。"))
    assert named_cell(fact, "投资额").text == "58.6亿元"
    assert named_cell(fact, "产值") is None


def test_status_is_read_off_plain_words_alone():
    def status(text):
        found = [fact.status.value for fact in facts(statement(text)) if fact.status]
        return found[0] if found else None

    assert status("项目计划投资30亿元。") == "planned"
    assert status("该桥已建成通车，全长1320米。") == "done"
    assert status("园区正在建设3栋厂房。") == "ongoing"
    assert status("将授权见证时间由30天缩短到5分钟。") is None
    assert status("三年行动计划发布。") != "planned"


def test_days_are_dates_where_they_are_whole_and_words_where_not():
    (one,) = facts(statement("8月6日，车辆达到10300辆次。"))
    assert one.when == date(2023, 8, 6)
    (other,) = facts(statement("上半年，货值达到3500亿元。"))
    assert other.when is None and other.day.text == "上半年"
    (third,) = facts(statement("车辆比2019年同期增加300辆。"))
    assert third.day is None


def test_the_office_is_the_one_named_before_what_it_did():
    found = facts(statement("近日，财政部、海关总署、税务总局发布《通知》。"))
    assert [fact.body.text for fact in found if fact.body] == ["财政部、海关总署、税务总局"]


def test_two_articles_that_tell_one_figure_in_other_words_are_merged():
    one = facts(statement("8月6日，经港珠澳大桥口岸的出入境车辆达到10300辆次。"))
    other = facts(statement("港珠澳大桥口岸出入境车辆8月6日达到10300辆次，创新高。"))
    assert len(merged([*one, *other])) == len(one)


def test_of_facts_that_tell_the_same_the_one_with_a_written_day_stays():
    one = facts(statement("示范区开发者大会今天在上海青浦举办。", date(2023, 7, 31)))
    other = facts(statement("示范区开发者大会31日在上海青浦举办。", date(2023, 7, 31)))
    (kept,) = merged([*one, *other])
    assert kept.day.text == "31日" and len(kept.also) == 1


def test_datelines_stand_in_no_statement(news):
    article = news.store.article("n1_2_67")
    first = of_article(article, news.store.passages(article.id))[0]
    assert not first.text.startswith("中新社")


def test_what_facts_are_compared_by_does_not_hang_on_the_order_of_a_set():
    (fact,) = facts(statement("推动示范区共建共享。"))
    keys = merging._keys(fact)
    assert keys == sorted(keys, key=lambda pair: (-rareness.weight(pair), pair))
