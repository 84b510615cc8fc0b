"""People, feedback files, filters and the list of articles, without a browser."""

import re
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from docs_store.journal.conversations import Conversation
from docs_store.journal.database import Deleted, Journal
from docs_store.journal.feedback import Feedback
from docs_store.journal.passwords import Passwords
from docs_store.models import ArticleHead, SearchFilter
from docs_store.settings import PageSettings, SettingsError, User, load_settings
from rag.lexicon.synonyms import read_aliases
from ui import feedback_file, strings
from ui.page import catalogue, history, statistics
from ui.page.people import PasswordError, People, TooManyQuestionsError, hash_password
from ui.page.runs import Run
from ui.page.trash import Trash


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


def test_the_users_are_those_of_the_settings(users):
    named = [(person.name, person.editor) for person in People(PageSettings(users=users)).users()]
    assert named == [("小王", True), ("小李", False)]


def test_a_session_ends_and_guessing_is_stopped(users, monkeypatch):
    people = People(PageSettings(users=users, session_hours=1))
    token = people.log_in("小王", "correct horse")
    now = __import__("time").monotonic()
    monkeypatch.setattr("ui.page.people.time.monotonic", lambda: now + 3601)
    assert people.name_of(token) is None
    for _ in range(8):
        assert people.log_in("小李", "wrong") is None
    assert people.log_in("小李", "battery staple") is None and people.locked("小李")
    monkeypatch.setattr("ui.page.people.time.monotonic", lambda: now + 4000)
    assert not people.locked("小李")
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


def test_a_chosen_password_stands_in_the_place_of_the_configured_one(users, tmp_path):
    journal = Journal(tmp_path / "journal.sqlite3")
    people = People(PageSettings(users=users), passwords=Passwords(journal))
    here, there = (people.log_in("小李", "battery staple") for _ in range(2))
    for old, new, why in (("wrong", "new password", "不对"), ("battery staple", "short", "至少 8 位")):
        with pytest.raises(PasswordError, match=why):
            people.change_password("小李", old, new, here)
    people.change_password("小李", "battery staple", "new password", here)
    assert people.name_of(here) == "小李" and people.name_of(there) is None, "other sessions end"
    again = People(PageSettings(users=users), passwords=Passwords(journal))
    assert again.log_in("小李", "battery staple") is None and again.log_in("小李", "new password")
    reset = (users[0], users[1].model_copy(update={"password": hash_password("set by hand")}))
    renewed = People(PageSettings(users=reset), passwords=Passwords(journal))
    assert renewed.log_in("小李", "new password") is None and renewed.log_in("小李", "set by hand")
    with pytest.raises(PasswordError, match="密钥"):
        people.change_password("别人", "x", "new password", here)
    journal.close()


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


def test_articles_are_narrowed_by_all_that_a_filter_holds():
    heads = [
        head(0, issuer="新华社"),
        head(1, published_on=None, regions=("上海", "南通"), source="docs/a.jsonl#1"),
        head(2, tags=("重点",), collections=("飞地",)),
    ]
    january = SearchFilter(date(2025, 1, 1), date(2025, 1, 31))
    for where, left in (
        (SearchFilter(), heads),
        (SearchFilter(issuer="新华社"), heads[:1]),
        (SearchFilter(issuers=("新华社", "别人")), heads[:1]),
        (january, heads[:1]),
        (SearchFilter(regions=("上海",)), heads[1:2]),
        (SearchFilter(articles=("a1", "a2")), heads[1:]),
        (SearchFilter(tag="重点"), heads[2:]),
        (SearchFilter(collection="飞地", issuers=("南通发布",)), heads[2:]),
        (SearchFilter(source="docs/a.jsonl"), heads[1:2]),
        (SearchFilter(source="docs"), heads),
        (SearchFilter(source="doc"), []),
    ):
        assert catalogue.matching(heads, where) == left, where
    assert catalogue.undated(heads) == 1
    assert catalogue.issuers(heads) == {"南通发布": 2, "新华社": 1}


def test_a_paper_s_channels_are_the_paper_s():
    heads = [
        head(n, issuer=name)
        for n, name in enumerate(("人民网", "人民网－广西频道", "人民网－天津频道", "中新网"))
    ]
    assert catalogue.issuers(heads) == {"人民网": 3, "中新网": 1}
    assert catalogue.spellings(heads, ["人民网"]) == ("人民网", "人民网－天津频道", "人民网－广西频道")
    assert catalogue.spellings(heads, ["没有的"]) == ("没有的",)


def test_folders_are_shown_by_name_and_never_as_a_path():
    heads = [
        head(0, source="/srv/data/通知/1.md"),
        head(1, source="/srv/old/通知/2.md"),
        head(2, source="/srv/data/news.jsonl#7"),
        head(3, source="x.md"),
    ]
    shown = catalogue.folders(heads)
    assert shown == {
        "news.jsonl": "/srv/data/news.jsonl",
        "通知": "/srv/data/通知",
        "old / 通知": "/srv/old/通知",
    }


def rows(html):
    """(name, count) of each bar."""
    return re.findall(r"<span>([^<]*)</span><svg[^>]*><rect[^>]*/></svg><span>([^<]*)</span>", html)


def test_statistics_count_every_month_issuers_and_what_is_missing():
    old = [head(0, published_on=date(1999, 12, 1), issuer=None)]
    heads = [*old, head(0), head(2), head(1, published_on=date(2026, 11, 1)), head(4, published_on=None)]
    html = statistics.statistics_html(heads)
    assert rows(html)[:7] == [
        ("2026 年", "1"),
        ("2026 年 11 月", "1"),
        ("2025 年", "2"),
        ("2025 年 3 月", "1"),
        ("2025 年 1 月", "1"),
        ("1999 年", "1"),
        ("1999 年 12 月", "1"),
    ]
    assert strings.UNDATED.format(count=1) in html
    for row in (
        ("南通发布", "4"),
        (strings.NO_ISSUER, "1"),
        ("有发布日期", "4（80%）"),
        ("有文号", "0（0%）"),
        ("南通", "5"),
    ):
        assert row in rows(html), row
    assert strings.NOTHING_TO_COUNT in statistics.statistics_html([])


def test_a_bar_opens_the_list_of_what_it_counts():
    html = statistics.statistics_html([head(1, published_on=date(2024, 2, 3))])
    assert 'data-act="list-by" data-since="2024-02-01" data-until="2024-02-29"' in html
    assert 'data-act="list-by" data-issuer="南通发布"' in html
    assert 'data-act="list-by" data-region="南通"' in html
    assert 'data-state="no_issuer"' in statistics.statistics_html([head(1, issuer=None)])


def test_a_region_of_two_names_is_one_bar_and_an_article_counts_once():
    heads = [
        head(0, regions=("大湾区",)),
        head(1, regions=("粤港澳大湾区", "大湾区")),
        head(2, regions=("成渝",)),
    ]
    html = statistics.statistics_html(heads, read_aliases())
    assert ("粤港澳大湾区", "2") in rows(html) and ("大湾区", "1") not in rows(html)


def test_many_issuers_end_in_others():
    html = statistics.statistics_html([head(n, issuer=f"机构{n}") for n in range(30)])
    assert ("其他 18 家", "18") in rows(html)


def test_the_filter_s_undated_articles_are_those_of_its_issuer_and_folder():
    heads = [head(n, published_on=None) for n in range(3)] + [
        head(9, issuer="新华社", published_on=None),
        head(3),
    ]
    assert catalogue.undated_within(heads, SearchFilter(issuer="南通发布")) == 0
    since = date(2025, 1, 1)
    assert catalogue.undated_within(heads, SearchFilter(since=since)) == 4
    assert catalogue.undated_within(heads, SearchFilter(since=since, issuer="南通发布")) == 3
    assert catalogue.undated_within(heads, SearchFilter(since=since, source="docs/9.md")) == 1
    assert catalogue.undated_within(heads, SearchFilter(since=since, source="docs/")) == 4


def test_a_deleted_conversation_is_its_owner_s_for_a_while(monkeypatch):
    trash, clock = Trash(), SimpleNamespace(now=0.0)
    monkeypatch.setattr("ui.page.trash.time.monotonic", lambda: clock.now)
    one = Deleted("c1", "小王", "题", (), ())
    trash.put(one)
    assert trash.take("小李", "c1") is None and trash.take("小王", "c2") is None
    assert trash.take("小王", "c1") is one and trash.take("小王", "c1") is None
    trash.put(one)
    clock.now = 601.0
    assert trash.take("小王", "c1") is None


def test_a_conversation_is_listed_while_its_first_answer_is_written():
    now = datetime.now(UTC)

    def ask(_):
        return iter(())

    begun = [Run("", "new", True, "新问？", ask), Run("", "old", False, "又问？", ask)]
    html = history.list_html(
        [Conversation("old", "旧", now, 1), Conversation("x", "别的", now, 1)], "x", False, begun
    )
    assert re.findall(r'data-act="open" data-id="(\w+)"', html) == ["new", "old", "x"]
    assert html.count(strings.PENDING) == 2 and html.count("export/") == 2, "what is unfinished has no export"
    assert (
        history.list_html([], "", True, begun) == f'<p class="gc-empty">{strings.NO_SUCH_CONVERSATIONS}</p>'
    )
    other = history.list_html([Conversation("x", "别的", now, 1)], "", False)
    assert other.count('tabindex="-1"') == 4, "one stop of the Tab key"
