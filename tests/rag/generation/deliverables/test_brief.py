"""主题简报 on the real news: every sentence in its article, each said once, within the pages asked for, headed by its own words."""

import pytest

from rag.evidence.statements import Scope
from rag.generation.deliverables import brief_layout, pages, themes
from rag.generation.deliverables.brief import SIZES

TOPICS = ("虹桥国际开放枢纽", "长三角G60科创走廊", "西部陆海新通道")


@pytest.fixture(scope="module")
def briefs(news):
    return {topic: news.brief(topic) for topic in TOPICS}


def quoted(made):
    yield from (quoted.statement for quoted in made.quoted())
    yield from (event.statement for event, _ in made.timeline)
    yield from (fact.statement for fact, _ in made.figures)


def test_every_sentence_and_row_is_a_quote_with_its_source(news, briefs):
    seen = 0
    for made in briefs.values():
        for statement in quoted(made):
            text = news.store.article(statement.article.id).text
            assert text[statement.start : statement.end] == statement.text
            assert statement in made.sources
            seen += 1
        for row, _ in (*made.timeline, *made.figures):
            text = news.store.article(row.statement.article.id).text
            assert text[row.matter.start : row.matter.end] == row.matter.text
    assert seen > 30


def test_what_is_chosen_stands_in_one_part_alone(briefs):
    for made in briefs.values():
        spans = [(s.article.id, s.start, s.end) for s in quoted(made)]
        places = [said.statement for _, own in made.places for said in own]
        points = [point.statement for theme in made.themes for point in theme.points]
        opening = [said.statement for said in made.overview]
        apart = [*places, *points, *opening]
        assert len({(s.article.id, s.start) for s in apart}) == len(apart)
        assert spans


def test_a_brief_has_the_parts_that_an_office_asks_for(briefs):
    made = briefs["西部陆海新通道"]
    assert made.overview and made.themes and made.figures and made.timeline and made.places
    days = [event.period.since for event, _ in made.timeline]
    assert days == sorted(days)


@pytest.mark.parametrize("length", ["short", "normal"])
def test_a_brief_is_no_longer_than_its_pages(news, length):
    made = news.brief("西部陆海新通道", length=length)
    parts = brief_layout._Parts(
        made.topic,
        SIZES[length],
        made.unmentioned,
        [said.statement for said in made.overview],
        [point.statement for theme in made.themes for point in theme.points],
        [fact for fact, _ in made.figures],
        [event for event, _ in made.timeline],
        [(name, own[0].statement) for name, own in made.places],
    )
    assert parts.lines() <= SIZES[length].pages * pages.LINES
    assert made.size == SIZES[length]


def test_a_long_brief_says_more(news, briefs):
    made = news.brief("西部陆海新通道", length="long")
    assert len(made.sources) > len(briefs["西部陆海新通道"].sources)


def test_headings_are_words_of_their_own_theme_and_not_the_topic(briefs):
    heads = [(theme, made.topic) for made in briefs.values() for theme in made.themes if len(made.themes) > 1]
    assert heads
    for theme, topic in heads:
        assert any(theme.heading in point.text for point in theme.points)
        assert theme.heading not in topic


def test_themes_are_headed_apart():
    groups = [
        ["支持共建跨区域轨道交通网，提升枢纽功能。", "加快城际铁路建设，优化轨道交通换乘。"],
        ["引进高层次人才，落实人才住房政策。", "为青年人才提供创业补贴。"],
    ]
    heads = themes.headings(groups, "长三角")
    assert len(set(heads)) == 2
    assert any("交通" in heads[0] or "铁路" in heads[0] for _ in heads) and "人才" in heads[1]


def test_narrowing_by_issuer_leaves_its_articles_alone(news, briefs):
    issuer = next(s.article.issuer for s in briefs["虹桥国际开放枢纽"].sources if s.article.issuer)
    from docs_store.models import SearchFilter

    made = news.brief("虹桥国际开放枢纽", Scope(SearchFilter(issuers=(issuer, "没有这家"))))
    assert made.sources and {s.article.issuer for s in made.sources} == {issuer}


def test_a_topic_that_nobody_wrote_about_gives_nothing(news):
    assert news.brief("外星人登陆火星计划").sources == ()


def test_a_theme_without_words_of_its_own_comes_last(briefs):
    for made in briefs.values():
        named = [bool(theme.heading) for theme in made.themes]
        assert named == sorted(named, reverse=True)


def test_no_heading_is_a_persons_title():
    heads = themes.headings(
        [["南通市生态环境局局长程炜说，南通推动环评审批改革。"], ["神马电力参与全球电网建设。"]], "协同区"
    )
    assert not any(head.endswith("局长") for head in heads)
