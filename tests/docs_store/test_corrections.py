"""What users correct: checked, kept apart from what the source says, taken back."""

from datetime import date

import pytest

from docs_store.corrections import CorrectionError, carried, checked, corrected, undone
from docs_store.models import Article

ARTICLE = Article("a", "简报", "a.md", "正文。", "南通发布", written_on=date(2025, 1, 20))


@pytest.mark.parametrize("day", ["2025-01-21", "2025年1月21日", "2025/1/21", date(2025, 1, 21)])
def test_a_day_may_be_written_as_people_do(day):
    assert checked({"published_on": day}) == {"published_on": date(2025, 1, 21)}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"published_on": "2025-13-40"}, "发布日期“2025-13-40”不是日期.*2025-01-20"),
        ({"written_on": "去年"}, "成文日期“去年”不是日期"),
        ({"title": "  "}, "标题不能为空"),
        ({"title": "长" * 201}, "标题超过 200 字"),
        ({"tags": ["长" * 41]}, "标签超过 40 字"),
        ({"collections": [str(n) for n in range(51)]}, "专题最多 50 个"),
        ({"author": "甲"}, "没有“author”这一项.*title"),
    ],
)
def test_what_can_be_no_correction_is_told_with_what_to_write(given, said):
    with pytest.raises(CorrectionError, match=said):
        checked(given)


def test_an_empty_value_says_that_there_is_none_and_names_are_kept_once():
    assert checked({"issuer": "", "expires_on": None, "tags": [" 甲 ", "甲", "", "乙"]}) == {
        "issuer": None,
        "expires_on": None,
        "tags": ("甲", "乙"),
    }


def test_what_the_source_says_is_kept_from_the_first_correction_on_and_comes_back():
    once = corrected(ARTICLE, checked({"issuer": "江海市", "written_on": "2025-02-01", "tags": ["飞地"]}))
    twice = corrected(once, checked({"issuer": "江海市人民政府"}))
    assert (twice.issuer, twice.written_on, twice.tags) == ("江海市人民政府", date(2025, 2, 1), ("飞地",))
    assert dict(twice.corrected) == {"issuer": "南通发布", "written_on": "2025-01-20", "tags": ""}
    assert undone(twice, ["issuer", "written_on", "tags"]) == ARTICLE
    with pytest.raises(CorrectionError, match=r"标题没有更正过.*issuer"):
        undone(twice, ["title"])


def test_a_correction_to_what_the_source_says_is_none():
    once = corrected(ARTICLE, {"issuer": "江海市"})
    assert corrected(once, {"issuer": "南通发布"}) == ARTICLE


def test_an_article_read_anew_keeps_its_corrections_and_remembers_its_new_source():
    before = corrected(ARTICLE, {"issuer": "江海市", "expires_on": date(2030, 1, 1)})
    fresh = Article("a", "新简报", "a.md", "新正文。", "盐城发布")
    after = carried(fresh, before)
    assert (after.title, after.text, after.issuer) == ("新简报", "新正文。", "江海市")
    assert undone(after, ["issuer", "expires_on"]) == fresh
