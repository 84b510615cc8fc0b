"""The panel of settings, and opinions that are taken back there."""

from docs_store.journal.conversations import StoredExchange
from docs_store.journal.feedback import Opinion
from tests.ui.contexts import page_context
from ui import strings
from ui.page.opinions import record
from ui.page.people import Person
from ui.page.preferences import settings_html

WANG = Person("小王", False)


def opinion(**changes):
    given = {
        "exchange": "e1",
        "conversation": "c1",
        "day": "2025-01-20",
        "verdict": "down",
        "reason": "答错了",
    }
    return Opinion(**given | {"comment": "<b>应为6个</b>", "question": "几个？"} | changes)


def test_it_lists_one_s_opinions_and_the_way_to_them():
    html = settings_html([opinion(), opinion(conversation="", verdict="up", reason="")], password=False)
    assert "2025-01-20 · 有问题 · 答错了" in html and "&lt;b&gt;应为6个" in html
    assert html.count('data-act="open-opinion" data-id="c1"') == 1 and strings.OPINION_GONE in html
    assert html.count('data-act="withdraw"') == 2 and 'data-act="password"' not in html
    empty = settings_html([], password=True)
    assert strings.USERS not in empty
    told = settings_html([], password=True, users=[WANG, Person("<李>", True)])
    assert "小王（读者）、&lt;李&gt;（编辑）" in told
    assert 'href="logout"' not in told and 'href="logout"' in settings_html([], password=True, who=WANG)
    assert strings.MY_OPINIONS_NONE in empty and 'data-act="password"' in empty


def test_an_opinion_on_what_was_deleted_since_can_be_taken_back_by_its_giver_alone(qa):
    with page_context(qa) as context:
        id = context.conversations.add("小王", None, StoredExchange("e1", "问", "答", {}))
        assert record(context, WANG, "e1", "up", "", "")
        context.conversations.delete("小王", id)
        record(context, Person("小李", False), "e1", "", "", "")
        assert [o.verdict for o in context.audit.given_by("小王", 9)] == ["up"]
        assert record(context, WANG, "e1", "", "", "") and not context.audit.given_by("小王", 9)
