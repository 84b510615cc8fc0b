"""People, feedback files, filters and the list of articles, without a browser."""

from datetime import date

import pytest

from docs_store.feedback import Feedback
from docs_store.models import ArticleHead, SearchFilter
from settings import PageSettings, SettingsError, User, load_settings
from ui import feedback_file, strings
from ui.page import catalogue, narrowing, statistics
from ui.page.people import People, TooManyQuestionsError, hash_password


@pytest.fixture(scope="module")
def users():
    return (
        User(name="小王", password=hash_password("correct horse"), role="editor"),
        User(name="小李", password=hash_password("battery staple"), role="reader"),
    )


def test_only_the_right_password_logs_in_and_roles_hold(users):
    people = People(PageSettings(users=users))
    token = people.log_in("小王", "correct horse")
    assert people.name_of(token) == "小王" and people.person("小王").editor
    assert not people.person("小李").editor and not people.person("别人").editor
    assert people.log_in("小王", "battery staple") is None
    assert people.log_in("别人", "correct horse") is None and people.log_in("", "") is None
    people.log_out(token)
    assert people.name_of(token) is None and people.name_of(None) is None


def test_a_session_ends_and_guessing_is_stopped(users, monkeypatch):
    people = People(PageSettings(users=users, session_hours=1))
    token = people.log_in("小王", "correct horse")
    now = __import__("time").monotonic()
    monkeypatch.setattr("ui.page.people.time.monotonic", lambda: now + 3601)
    assert people.name_of(token) is None
    for _ in range(8):
        assert people.log_in("小李", "wrong") is None
    assert people.log_in("小李", "battery staple") is None
    monkeypatch.setattr("ui.page.people.time.monotonic", lambda: now + 4000)
    assert people.log_in("小李", "battery staple")


def test_without_users_everyone_edits_and_other_machines_have_their_own_list():
    people = People(PageSettings())
    assert not people.required
    assert people.person(None, "127.0.0.1").name == "" and people.person(None, "10.0.0.9").name == "@10.0.0.9"
    assert people.person(None, "10.0.0.9").editor


def test_a_key_may_stand_for_a_login_but_never_edits():
    people = People(PageSettings(), lambda name, key: key == "gc_x")
    assert people.required and people.by_key and people.log_in("谁", "no") is None
    assert people.name_of(people.log_in("谁", "gc_x")) == "谁" and not people.person("谁").editor


def test_questions_are_counted_by_the_minute(users, monkeypatch):
    people = People(PageSettings(users=users, questions_per_minute=2))
    wang, li = people.person("小王"), people.person("小李")
    now = __import__("time").monotonic()
    monkeypatch.setattr("ui.page.people.time.monotonic", lambda: now)
    people.count_question(wang)
    people.count_question(wang)
    with pytest.raises(TooManyQuestionsError, match="2 次"):
        people.count_question(wang)
    people.count_question(li)
    monkeypatch.setattr("ui.page.people.time.monotonic", lambda: now + 61)
    people.count_question(wang)


def test_a_plain_password_in_the_configuration_is_refused(tmp_path):
    file = tmp_path / "config.yaml"
    file.write_text("page: {users: [{name: 小王, password: secret123}]}", encoding="utf-8")
    with pytest.raises(SettingsError, match="hash-password"):
        load_settings(file)


def test_filters_become_a_search_filter_and_words():
    where, said = narrowing.narrowing("2025-01-01", "2025/2/3", "南通发布", "")
    assert where == SearchFilter(date(2025, 1, 1), date(2025, 2, 3), issuer="南通发布")
    assert said == "只在 2025-01-01 及以后、2025-02-03 及以前、“南通发布”发布 的文章里找"
    assert narrowing.narrowing("", " ", None, None) == (SearchFilter(), "")
    where, said = narrowing.narrowing("", "", "南通发布", "2025")
    assert where == SearchFilter(source="2025", issuer="南通发布")
    assert said == "只在 “南通发布”发布、“2025”之下 的文章里找"
    with pytest.raises(narrowing.BadFilterError, match="昨天"):
        narrowing.narrowing("昨天", "", "", "")


def feedback(verdict, answer="共5个[1]。", reason="", comment="", **body):
    body = {"sources": [{"marker": 1, "quote": "一共5个。"}, {"marker": None, "quote": ""}]} | body
    return Feedback("e", "", verdict, reason, comment, "几个？", answer, body, "m", {})


def test_feedback_becomes_questions():
    asked = {"id": "e", "question": "几个？", "answerable": True}
    rows, silent = feedback_file.questions(
        [
            feedback("up"),
            feedback("up", "", refusal="no_evidence"),
            feedback("down", comment="应为6个，见《公报》"),
            feedback("down", comment="马斌"),
            feedback("down", "", strings.REASONS[2]),
            feedback("down"),
            feedback("down", comment="说得很长很长很长很长很长很长但是没有任何可以检验的东西在里面"),
            feedback("up", "", trouble="停了"),
        ]
    )
    assert rows == [
        {**asked, "must_contain": [["5"]], "evidence": ["一共5个。"]},
        {**asked, "answerable": False},
        {**asked, "must_contain": [["6"], ["公报"]]},
        {**asked, "must_contain": [["马斌"]]},
        {**asked, "must_contain": []},
    ]
    assert silent == 3


def head(number, **about):
    values = {
        "title": f"文章{number}",
        "source": f"docs/{number}.md",
        "issuer": "南通发布",
        "published_on": date(2025, 1 + number % 3, 1),
        "document_number": None,
        "regions": ("南通",),
        "chars": 100,
        "passages": 2,
    }
    return ArticleHead(f"a{number}", **values | about)


def test_articles_are_narrowed_by_issuer_and_date():
    heads = [head(0, issuer="新华社"), head(1, published_on=None), head(2)]
    assert catalogue.matching(heads, "新华社", None, None) == heads[:1]
    assert catalogue.matching(heads, "", date(2025, 1, 1), date(2025, 1, 31)) == heads[:1]
    assert catalogue.undated(heads) == 1
    assert catalogue.issuers(heads) == ["南通发布", "新华社"] and catalogue.folders(heads) == ["docs"]


def test_statistics_count_months_without_gaps_issuers_and_what_is_missing():
    heads = [head(0), head(2, issuer=None), head(0, published_on=date(2024, 12, 1))]
    html = statistics.statistics_html(heads)
    for said in (
        "2024-12 1",
        "2025-02 0",
        "2025-03 1",
        "南通发布 2",
        "有发布机构 2（67%）",
        "有文号 0（0%）",
        "南通 3",
    ):
        assert said in html, said
    assert strings.NOTHING_TO_COUNT in statistics.statistics_html([])


def test_many_issuers_end_in_others():
    html = statistics.statistics_html([head(n, issuer=f"机构{n}") for n in range(30)])
    assert "其他 19 家 19" in html
