"""An answer goes on when the page that asked is gone, is kept, and can be come back to; nothing is waited for that is extra."""

import time
from threading import Event
from types import SimpleNamespace

import pytest

from docs_store.errors import GuanchaoError, StoreWriteError
from docs_store.journal.conversations import Conversations
from docs_store.journal.database import Journal
from ui import strings
from ui.page import asking
from ui.page.asking import Progress
from ui.page.exchange import Exchange
from ui.page.runs import Kept, Runs


@pytest.fixture
def conversations(settings):
    journal = Journal.of(settings)
    yield Conversations(journal, 100)
    journal.close()


@pytest.fixture
def runs(conversations):
    found = Runs(conversations, 3)
    yield found
    found.close()


class Slow:
    """An answer that waits in the middle until it is let go."""

    def __init__(self, *, more=(), id="e1"):
        self.go, self.begun, self.more, self.id = Event(), Event(), more, id

    def __call__(self, stop):
        yield Progress("reading")
        self.begun.set()
        while not self.go.wait(0.01):
            if stop.is_set():
                yield Exchange(id=self.id, question="问", trouble=strings.STOPPED)
                return
        yield Exchange(id=self.id, question="问", text="答")
        for question in self.more:
            yield Exchange(id=self.id, question="问", text="答", next_questions=(question,))


def looking(runs, tab, run):
    """The steps that a page is told which looks at `run`."""
    runs.look(tab, run)
    return (step for _, step in runs.watch(tab))


def ended(run):
    return list(run.steps(Event()))[-1]


def test_an_answer_is_kept_though_nobody_looks_on_any_more(runs, conversations):
    slow = Slow()
    run = runs.begin("小王", "", "问", slow)
    steps = looking(runs, "tab", run)
    assert isinstance(next(steps), Progress)
    steps.close()  # the tab is reloaded
    slow.go.set()
    assert isinstance(ended(run), Kept)
    (said,) = conversations.exchanges("小王", run.conversation)
    assert said.answer == "答" and runs.of("小王", run.conversation) is None
    assert conversations.title("小王", run.conversation) == "问"


def test_a_page_that_comes_back_sees_where_it_is_and_then_the_answer(runs):
    slow = Slow()
    run = runs.begin("小王", "", "问", slow)
    slow.begun.wait(10)
    assert runs.of("别人", run.conversation) is None
    again = runs.of("小王", run.conversation)
    steps = looking(runs, "another tab", again)
    assert next(steps).stage == "reading"
    slow.go.set()
    assert next(steps).exchange.text == "答" and list(steps) == []


def test_the_answer_does_not_wait_for_the_questions_to_ask_next(runs, conversations):
    slow = Slow(more=("接着问？",))
    slow.go.set()
    run = runs.begin("小王", "", "问", slow)
    kept = [step for step in run.steps(Event()) if isinstance(step, Kept)]
    assert kept[-1].exchange.next_questions == ("接着问？",)
    (said,) = conversations.exchanges("小王", run.conversation)
    assert said.body["next_questions"] == ["接着问？"]


def test_the_exchange_comes_before_the_questions_to_ask_next(qa, monkeypatch):
    asked_for = Event()

    def slowly(*_):
        asked_for.set()
        time.sleep(0.3)
        return ["接着问？"]

    monkeypatch.setattr(asking, "further", slowly)
    context = SimpleNamespace(qa=qa, store=qa.store, settings=qa.settings)
    steps = asking.ask(context, "如皋建设了几个科创飞地？", [], None, "", Event())
    first = next(step for step in steps if isinstance(step, Exchange))
    assert first.text and not first.next_questions and not asked_for.is_set()
    assert next(steps).next_questions == ("接着问？",)


def test_the_next_question_waits_for_the_answer_but_not_for_the_questions_to_ask_next(runs, conversations):
    answered, go_on = Event(), Event()

    def one(stop):
        yield Progress("reading")
        answered.wait(10)
        yield (exchange := Exchange(id="e1", question="问", text="答"))
        go_on.wait(10)
        yield exchange.model_copy(update={"next_questions": ("接着问？",)})

    run = runs.begin("", "", "问", one)
    second = Slow(id="e2")
    next_run = runs.begin("", run.conversation, "问二", second)
    assert next_run.step.stage == "waiting" and runs.waiting("", run.conversation) == [next_run]
    runs.look("tab", run)
    steps = runs.watch("tab")
    assert next(steps)[0] is run
    answered.set()
    assert second.begun.wait(10) and runs.of("", run.conversation) is next_run
    at, step = next(steps)
    while at is run:
        assert isinstance(step, Kept) or step.stage == "reading"
        at, step = next(steps)
    assert at is next_run
    go_on.set()
    second.go.set()
    told = list(steps)
    assert {at for at, _ in told} == {next_run}  # the first is not drawn over the second
    assert told[-1][1].exchange.id == "e2"
    while not run.over:
        time.sleep(0.01)
    said = conversations.exchanges("", run.conversation)
    assert [s.id for s in said] == ["e1", "e2"] and said[0].body["next_questions"] == ["接着问？"]


def test_questions_sent_meanwhile_are_answered_in_their_order_for_the_page_that_follows(runs, conversations):
    slow = [Slow(id=f"e{number}") for number in range(3)]
    first, *others = slow
    run = runs.begin("", "", "问0", first)
    runs.look("tab", run)
    steps = runs.watch("tab")
    assert next(steps)
    for number, one in enumerate(others, start=1):
        waiting = runs.begin("", run.conversation, f"问{number}", one)
        runs.look("tab", waiting)
        assert list(runs.watch("tab")) == []  # it is told them by `steps`
    assert [r.question for r in runs.waiting("", run.conversation)] == ["问1", "问2"]
    assert not others[0].begun.is_set()
    for one in slow:
        one.go.set()
    kept = [step.exchange.id for _, step in steps if isinstance(step, Kept)]
    assert kept == ["e0", "e1", "e2"] == [s.id for s in conversations.exchanges("", run.conversation)]
    assert runs.looked_at("tab") is None


def test_a_page_that_comes_back_is_told_of_those_that_wait_too(runs):
    first, second = Slow(id="e1"), Slow(id="e2")
    run = runs.begin("", "", "问", first)
    runs.begin("", run.conversation, "问二", second)
    steps = looking(runs, "another tab", runs.of("", run.conversation))
    first.go.set()
    second.go.set()
    assert [s.exchange.id for s in steps if isinstance(s, Kept)] == ["e1", "e2"]


def test_a_question_that_is_sent_twice_is_asked_once(runs):
    slow = Slow()
    run = runs.begin("", "", "问", slow)
    assert runs.begin("", run.conversation, "问", Slow()) is run
    later = runs.begin("", run.conversation, "问二", Slow())
    assert runs.begin("", run.conversation, "问二", Slow()) is later
    run.stop.set()
    assert runs.begin("", run.conversation, "问", Slow(id="e3")) is not run


def test_the_button_stops_the_answer_and_those_that_wait_have_their_turn(runs, conversations):
    first, second = Slow(id="e1"), Slow(id="e2")
    run = runs.begin("", "", "问", first)
    steps = looking(runs, "tab", run)
    assert next(steps)
    runs.begin("", run.conversation, "问二", second)
    runs.stop("tab")
    assert second.begun.wait(10)
    second.go.set()
    outcomes = [(s.exchange.id, s.exchange.trouble) for s in steps if isinstance(s, Kept)]
    assert outcomes == [("e1", strings.STOPPED), ("e2", "")]


def test_a_question_that_waits_can_be_taken_out(runs, conversations):
    first, second, third = (Slow(id=f"e{number}") for number in (1, 2, 3))
    run = runs.begin("小王", "", "问", first)
    taken = runs.begin("小王", run.conversation, "问二", second)
    runs.begin("小王", run.conversation, "问三", third)
    runs.withdraw("别人", run.conversation, taken.id)
    runs.withdraw("小王", run.conversation, run.id)  # it does not wait
    assert len(runs.waiting("小王", run.conversation)) == 2
    runs.withdraw("小王", run.conversation, taken.id)
    assert [r.question for r in runs.waiting("小王", run.conversation)] == ["问三"]
    steps = looking(runs, "tab", run)
    first.go.set()
    third.go.set()
    assert [s.exchange.id for s in steps if isinstance(s, Kept)] == ["e1", "e3"]
    assert not second.begun.is_set()


def test_going_elsewhere_stops_nothing_and_the_button_stops_what_is_looked_at(runs):
    first, second = Slow(id="e1"), Slow(id="e2")
    one, two = runs.begin("", "", "问", first), runs.begin("", "", "问", second)
    assert next(looking(runs, "tab", one))
    runs.leave("tab")
    steps = looking(runs, "tab", two)
    assert next(steps)
    runs.stop("tab")
    assert ended(two).exchange.trouble == strings.STOPPED
    assert runs.of("", one.conversation) is one
    first.go.set()
    assert ended(one).exchange.text == "答"


def test_the_old_answer_stays_until_the_new_one_is_there_and_can_be_looked_at_then(runs, conversations):
    first = Slow(id="e1")
    first.go.set()
    run = runs.begin("", "", "问", first)
    ended(run)
    again = Slow(id="e2")
    second = runs.begin("", run.conversation, "问二", again, "e1")
    assert again.begun.wait(10)
    assert [s.id for s in conversations.exchanges("", run.conversation)] == ["e1"]
    assert [r.conversation for r in runs.under_way("")] == [run.conversation] and runs.under_way("别人") == []
    again.go.set()
    assert ended(second).hint == ""
    (said,) = conversations.exchanges("", run.conversation)
    kept = Exchange.model_validate(said.body)
    assert (kept.id, [e.id for e in kept.earlier]) == ("e2", ["e1"])


def test_an_answer_that_is_stopped_takes_no_other_s_place(runs, conversations):
    first = Slow(id="e1")
    first.go.set()
    run = runs.begin("", "", "问", first)
    ended(run)
    again = Slow(id="e2")
    second = runs.begin("", run.conversation, "问", again, "e1")
    assert again.begun.wait(10)
    second.stop.set()
    assert ended(second).hint == strings.OLD_ANSWER_STAYS.format(why=strings.STOPPED)
    assert [s.id for s in conversations.exchanges("", run.conversation)] == ["e1"]


def test_what_is_added_to_an_answer_keeps_its_earlier_versions(runs, conversations):
    conversation = ""
    for id, replaced, more in (("e1", "", ()), ("e2", "e1", ("接着问？",))):
        slow = Slow(id=id, more=more)
        slow.go.set()
        run = runs.begin("", conversation, "问", slow, replaced)
        ended(run)
        conversation = run.conversation
    (said,) = conversations.exchanges("", run.conversation)
    assert said.body["next_questions"] == ["接着问？"] and said.body["earlier"][0]["id"] == "e1"


def test_those_above_the_most_at_once_wait_and_are_begun_in_their_order(runs):
    slow = [Slow(id=f"e{n}") for n in range(5)]
    begun = [runs.begin("", "", f"问{number}", one) for number, one in enumerate(slow)]
    assert [run.step.stage for run in begun[3:]] == ["waiting", "waiting"]
    slow[1].go.set()
    assert slow[3].begun.wait(10) and not slow[4].begun.is_set()
    runs.look("tab", begun[4])
    runs.stop("tab")  # what waits is stopped at once
    assert ended(begun[4]).exchange.trouble == strings.STOPPED
    for one in slow:
        one.go.set()
    assert [ended(run).exchange.id for run in begun[:4]] == ["e0", "e1", "e2", "e3"]


def test_no_more_than_a_few_wait_in_a_conversation(runs):
    run = runs.begin("", "", "问", Slow())
    for number in range(5):
        runs.begin("", run.conversation, f"再问{number}", Slow(id=f"e{number}"))
    with pytest.raises(GuanchaoError, match="5 个问题在排队，这个还没有发出"):
        runs.begin("", run.conversation, "还问", Slow())


def test_a_conversation_that_was_deleted_meanwhile_is_begun_anew(runs, conversations):
    quick = Slow()
    quick.go.set()
    conversation = ended(runs.begin("", "", "问", quick)).conversation
    slow = Slow(id="e2")
    run = runs.begin("", conversation, "再问", slow)
    conversations.delete("", conversation)
    slow.go.set()
    kept = ended(run)
    assert kept.conversation != conversation and kept.hint == strings.CONVERSATION_GONE
    assert conversations.exchanges("", kept.conversation)


def test_what_waits_goes_where_the_answer_before_it_was_kept(runs, conversations):
    quick = Slow()
    quick.go.set()
    conversation = ended(runs.begin("", "", "问", quick)).conversation
    slow, waits = Slow(id="e2"), Slow(id="e3")
    run = runs.begin("", conversation, "再问", slow)
    waiting = runs.begin("", conversation, "又问", waits)
    conversations.delete("", conversation)
    slow.go.set()
    waits.go.set()
    fresh = ended(waiting).conversation
    assert run.over and fresh != conversation
    assert [s.id for s in conversations.exchanges("", fresh)] == ["e2", "e3"]


def test_an_answer_that_cannot_be_kept_is_shown_all_the_same(runs, conversations, monkeypatch):
    def full(*_, **__):
        raise StoreWriteError("磁盘已满")

    monkeypatch.setattr(conversations, "add", full)
    quick = Slow()
    quick.go.set()
    kept = ended(runs.begin("", "", "问", quick))
    assert kept.exchange.text == "答" and "磁盘已满" in kept.hint


def test_a_server_that_ends_keeps_what_was_under_way(conversations):
    runs, slow = Runs(conversations, 3), Slow()
    run = runs.begin("", "", "问", slow)
    runs.begin("", run.conversation, "问二", Slow(id="e2"))
    slow.begun.wait(10)
    runs.close()
    said = conversations.exchanges("", run.conversation)
    assert [(s.id, s.body["trouble"]) for s in said] == [("e1", strings.STOPPED), ("e2", strings.STOPPED)]
