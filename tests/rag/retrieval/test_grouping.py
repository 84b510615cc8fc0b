"""Of passages that tell the same one stays; what an article adds stays too."""

from datetime import date

from docs_store.models import Article, Hit, Passage
from rag.retrieval.grouping import likeness, one_of_each

FLOOD = "北京门头沟区持续强降雨，截至1日零时平均降雨量470毫米，永定河出现超警戒洪水，转移群众五千余人。"
AGAIN = "截至1日零时，北京门头沟区平均降雨量470毫米，持续强降雨使永定河出现超警戒洪水，转移群众五千余人。"
RELIEF = "民政部门向安置点调拨帐篷三百顶、棉被两千床，志愿者为受灾居民熬制姜汤。"


def hit(id, text, day=None, evidence=0.9, more="", duplicate_of=None, ordinal=0):
    article = Article(id, f"报道{id}", f"{id}.md", text + more, published_on=day, duplicate_of=duplicate_of)
    passage = Passage(f"{id}-{ordinal}", id, ordinal, 0, len(text), text)
    return Hit(passage, article, 1.0, {"evidence": evidence})


def ids(hits):
    return [h.passage.id for h in hits]


def test_of_two_reports_of_one_event_the_newest_stays_in_the_place_of_the_first_and_names_the_other():
    old, other, new = (
        hit("old", FLOOD, date(2023, 8, 1)),
        hit("other", RELIEF, date(2023, 8, 1)),
        hit("new", AGAIN, date(2023, 8, 2)),
    )
    found = one_of_each([old, other, new])
    assert ids(found) == ["new-0", "other-0"]
    assert [a.id for a in found[0].also] == ["old"]
    assert found[1].also == ()


def test_of_the_same_day_the_most_complete_stays():
    day = date(2023, 8, 1)
    short, long = hit("short", FLOOD, day), hit("long", AGAIN, day, more="另据气象台预报，未来三天仍有降雨。")
    assert ids(one_of_each([short, long])) == ["long-0"]


def test_a_newer_report_does_not_displace_one_that_tells_much_better_what_was_asked():
    old = hit("old", FLOOD, date(2023, 8, 1), evidence=0.9)
    new = hit("new", AGAIN, date(2023, 8, 2), evidence=0.4)
    assert ids(one_of_each([old, new])) == ["old-0"]


def test_what_another_report_of_the_event_adds_stays():
    day = date(2023, 8, 1)
    assert ids(one_of_each([hit("a", FLOOD, day), hit("b", RELIEF, day)])) == ["a-0", "b-0"]


def test_the_same_wording_months_apart_is_no_one_event():
    reports = [hit("2022", FLOOD, date(2022, 8, 1)), hit("2023", AGAIN, date(2023, 8, 1))]
    assert ids(one_of_each(reports)) == ["2022-0", "2023-0"]


def test_reposts_are_one_however_far_apart_and_passages_of_one_article_all_stay():
    first, second = hit("a", FLOOD, date(2022, 1, 1)), hit("a", RELIEF, date(2022, 1, 1), ordinal=1)
    repost = hit("b", FLOOD, date(2023, 1, 1), duplicate_of="a")
    found = one_of_each([first, second, repost])
    assert ids(found) == ["b-0", "a-1"]
    assert [a.id for a in found[0].also] == ["a"]


def test_likeness_is_symmetric_and_one_for_the_same_wording():
    assert likeness(FLOOD, FLOOD) == 1.0
    assert likeness(FLOOD, RELIEF) == likeness(RELIEF, FLOOD) < 0.1
    assert likeness("", FLOOD) == 0.0
    assert one_of_each([]) == []
