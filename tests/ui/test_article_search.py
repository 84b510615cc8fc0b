"""The words of the articles tab: whole phrases with the true count, the place where they stand, and what is only near."""

import re
from datetime import date
from types import SimpleNamespace

import pytest

from docs_store.models import Article, ArticleHead
from docs_store.store import DocsStore
from ui import strings, uploads
from ui.page.article_list import ArticleMatches, Fields, find, review_html, table_html
from ui.page.phrases import occurrences, snippet

TEXTS = {
    "飞地": "如皋建设了5个科创飞地。\n\n启东也有科創飛地，海门的飞地在建。",
    "园区": "苏锡通园区里有一块飞地，是科创的地。",
    "港口": "盐城港开通了新航线。",
}


@pytest.fixture
def context(settings, embedder):
    articles = [
        Article("a", "一块地的事", "好/简报.md", TEXTS["飞地"], "南通发布", published_on=date(2025, 1, 20)),
        Article("b", "科创飞地怎么建", "b.md", TEXTS["园区"], "新华社"),
        Article("c", "港口", "科创飞地/c.md", TEXTS["港口"], "新华社", published_on=date(2024, 1, 1)),
    ]
    with DocsStore.open(settings, embedder, write=True) as store:
        store.replace_articles([(article, [], article.id) for article in articles])
        yield SimpleNamespace(store=store, heads=store.heads, aliases=())


def ids(heads):
    return [head.id for head in heads]


def test_whole_phrases_are_counted_and_what_is_near_is_folded(context):
    found = find(context, Fields("科创飞地"))
    assert ids(found.heads) == ["b", "a"], "the title's first"
    assert ids(found.near) == ["c"], "its folder is called so"
    html = table_html(context, found, 1, editor=False)
    assert strings.HOLDING_COUNT.format(count=2, words="“科创飞地”") in html
    assert re.search(r"<details[^>]*><summary>[^<]*1 篇", html) and html.index("<details") < html.index(
        ">港口<"
    )


def test_each_row_shows_where_the_words_stand_and_opens_there(context):
    html = table_html(context, find(context, Fields("科创飞地")), 1, editor=False)
    assert "5个<mark>科创飞地</mark>。" in html and "<mark>科創飛地</mark>" in html
    assert "<mark>科创飞地</mark>怎么建" in html and strings.HITS.format(count=2) in html
    start = TEXTS["飞地"].index("科创")
    assert f'data-id="a" data-start="{start}" data-end="{start + 4}" data-words="科创飞地"' in html


def test_words_that_stand_nowhere_find_none_and_several_must_all_be_there(context):
    html = table_html(context, find(context, Fields("第8号跨江飞地")), 1, editor=False)
    assert strings.HOLDING_NONE.format(words="“第8号跨江飞地”") in html
    assert ids(find(context, Fields("科创飞地 启东")).heads) == ["a"]


def test_a_date_filter_says_how_many_have_no_date(context):
    found = find(context, Fields("科创飞地", since="2024年6月"))
    assert ids(found.heads) == ["a"] and found.undated == 1
    said = strings.UNDATED_LEFT_OUT.format(count=1)
    assert said in table_html(context, found, 1, editor=False)
    assert said not in table_html(context, find(context, Fields("科创飞地")), 1, editor=False)
    assert find(context, Fields(issuer="新华社", since="2025-06-01")).undated == 1


def test_the_list_is_sorted_and_shows_what_to_look_at(context):
    assert [ids(find(context, Fields(order=o)).heads) for o in ("new", "old")] == [
        ["a", "c", "b"],
        ["c", "a", "b"],
    ]
    assert ids(find(context, Fields(state="no_date")).heads) == ["b"]
    html = review_html(context.heads())
    assert 'data-state="no_date"' in html and "没有日期 1 篇" in html and "no_issuer" not in html
    assert review_html([head for head in context.heads() if head.id == "a"]) == ""


def test_file_names_are_shown_as_they_were_given():
    assert uploads.shown_name("index.uploads/简报2-22094966b560.txt") == "简报2.txt"
    assert uploads.shown_name("/srv/data/news.jsonl#77") == "news.jsonl"
    assert uploads.shown_name("docs/plan-2025.md") == "plan-2025.md"


def test_hits_are_apart_and_a_snippet_is_cut_around_the_first():
    assert occurrences("ABCABC", ["bc", "ca"]) == [(1, 6)]
    assert occurrences("Ｇ60與g60", ["Ｇ60", ""]) == [(0, 3), (4, 7)]
    text = "甲" * 200 + "科创飞地" + "乙" * 200
    said = snippet(text, occurrences(text, ["飞地"]))
    assert re.fullmatch("…甲+科创<mark>飞地</mark>乙+…", said) and len(said) < 130


def test_a_long_list_has_pages_and_readers_have_no_delete():
    heads = [
        ArticleHead(f"a{n}", f"文章{n}", f"docs/{n}.md", None, None, None, (), 100, 2) for n in range(65)
    ]
    html = table_html(None, ArticleMatches(heads), 9, editor=False)
    assert "第 3 / 3 页" in html and html.count("<tr>") == 6 and "delete-article" not in html
    assert strings.EARLIER in html and strings.LATER not in html, "no button where there is no page"
    assert "delete-article" in table_html(None, ArticleMatches(heads), 1, editor=True)
