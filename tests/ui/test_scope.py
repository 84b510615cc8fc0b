"""The scope of a question: from the page's JSON to the store's filter, and in words."""

import json
from datetime import date, timedelta

import pytest

from docs_store.models import ArticleHead, SearchFilter
from ui.page.scope import BadFilterError, Scope, reach

TODAY = date(2025, 3, 1)
HEADS = [
    ArticleHead("a", "甲", "docs/a.md", "人民网", date(2025, 2, 27), None, ("大湾区",), 9, 1),
    ArticleHead("b", "乙", "docs/b.md", "人民网－广西频道", date(2024, 5, 1), None, ("广西",), 9, 1),
    ArticleHead("c", "丙", "docs/c.md", "新华社", None, None, (), 9, 1, collections=("飞地",)),
]
ALIASES = (("粤港澳大湾区", "大湾区"),)


def scope(**given):
    return Scope.read(json.dumps(given))


def test_an_empty_scope_is_the_whole_library_and_the_server_s_own_manner():
    for read in (Scope.read(""), Scope.read("{}"), scope(unknown=1)):
        assert read.where(HEADS) == SearchFilter() and read.words(HEADS, SearchFilter()) == ""
        assert read.extractive is None and not read.length
    assert scope(manner="quick").extractive is True and scope(manner="full").extractive is False


def test_issuers_regions_and_folders_are_found_by_all_their_names():
    where = scope(issuers=["人民网"], regions=["粤港澳大湾区"], folder="docs").where(HEADS, ALIASES)
    assert where == SearchFilter(
        source="docs", issuers=("人民网", "人民网－广西频道"), regions=("粤港澳大湾区", "大湾区")
    )
    assert reach(scope(issuers=["人民网"]), HEADS) == "2 篇文章"


@pytest.mark.parametrize(
    ("given", "since", "until"),
    [
        ({"period": "week"}, TODAY - timedelta(days=7), None),
        ({"period": "this_year"}, date(2025, 1, 1), None),
        ({"since": "2024", "until": "2024"}, date(2024, 1, 1), date(2024, 12, 31)),
        ({"since": "2024年2月", "until": "2024/2/9"}, date(2024, 2, 1), date(2024, 2, 9)),
    ],
)
def test_times_are_read_as_people_write_them(given, since, until):
    where = scope(**given).where(HEADS, today=TODAY)
    assert (where.since, where.until) == (since, until)


def test_the_words_say_what_is_left_out_for_want_of_a_date():
    given = scope(since="2025-01-01", issuers=["人民网"])
    said = given.words(HEADS, given.where(HEADS, today=TODAY))
    assert said == "只在 2025-01-01 及以后、“人民网”发布 的文章里找"
    given = scope(since="2025-01-01")
    assert given.words(HEADS, given.where(HEADS, today=TODAY)).endswith("；另有 1 篇没有日期，未参加")
    given = scope(articles=["a", "c"])
    assert given.words(HEADS, given.where(HEADS)) == "只在 《甲》《丙》 的文章里找"


@pytest.mark.parametrize("text", ["[]", "x", '{"period": "later"}', '{"issuers": "人民网"}', '{"since": 5}'])
def test_what_is_no_scope_is_refused_with_the_next_step(text):
    with pytest.raises(BadFilterError, match="范围"):
        Scope.read(text)


def test_a_day_that_is_none_names_itself():
    with pytest.raises(BadFilterError, match="随便"):
        scope(since="随便").where(HEADS)
