"""`ask` and `search` of the command line while `guanchao serve` runs: the server answers in their place."""

import json
import threading

import pytest

from rag.models import Turn
from ui import handover, served
from ui.handover_server import HandoverServer


@pytest.fixture
def server(qa, settings):
    """A running server over three small articles, whose model is scripted."""
    with HandoverServer(qa.store, settings, None, qa):
        yield qa


def test_the_server_finds_and_answers_as_the_assistant_itself(server, settings):
    assistant = served.find(settings, extractive=True)
    question = "如皋建设了几个科创飞地？"
    assert assistant.search(question, 2) == server.search(question, 2)
    answer, own = assistant.ask(question), server.ask(question, extractive=True)
    assert answer.to_dict() | {"timings_ms": None} == own.to_dict() | {"timings_ms": None}
    assert answer.citations[0].published_on == own.citations[0].published_on
    assert [hit.passage for hit in answer.hits] == [hit.passage for hit in own.hits]


def test_steps_come_one_by_one_with_history_and_filter(server, settings):
    assistant = served.find(settings, extractive=False)
    turn = Turn("盐城港新开通了几条航线？", "3条[1]。")
    stages = [event.stage for event in assistant.stream("如皋建设了几个科创飞地？", [turn])]
    assert stages[:2] == ["retrieving", "reading"] and stages[-1] == "final"
    nobody = served.filter_of({"issuer": "无人发布"})
    assert assistant.ask("如皋建设了几个科创飞地？", where=nobody).refused


def test_other_settings_are_not_answered_by_it(server, settings):
    strict = settings.model_copy(
        update={"answer": settings.answer.model_copy(update={"min_evidence": 0.9}), "_folder": None}
    )
    strict._folder = settings._folder
    assert served.find(strict, extractive=True) is None
    assert served.find(settings, extractive=True) is not None


def test_a_setting_that_no_answer_depends_on_does_not_matter(server, settings):
    other = settings.model_copy(update={"serve": settings.serve.model_copy(update={"port": 1})})
    other._folder = settings._folder
    assert served.find(other, extractive=True) is not None


def test_without_a_server_there_is_none(settings):
    assert served.find(settings, extractive=True) is None


def test_a_server_that_went_away_is_told(qa, settings):
    with HandoverServer(qa.store, settings, None, qa):
        assistant = served.find(settings, extractive=True)
    with pytest.raises(handover.HandedOverError, match="再运行一次"):
        assistant.search("如皋")


def test_what_the_assistant_raises_comes_back_as_itself(server, settings):
    assistant = served.find(settings, extractive=True)
    server._retriever = None
    with pytest.raises(handover.HandedOverError, match="助手已关闭"):
        assistant.search("如皋")


def test_a_server_without_an_assistant_takes_no_questions(qa, settings):
    with HandoverServer(qa.store, settings):
        assert served.find(settings, extractive=True) is None


def test_leaving_early_stops_the_servers_work(server, settings, monkeypatch):
    closed = threading.Event()

    def endless(*_, **__):
        try:
            while True:
                yield from server_steps()
        finally:
            closed.set()

    own = list(server.stream("如皋建设了几个科创飞地？", extractive=True))

    def server_steps():
        yield from own[:2]

    monkeypatch.setattr(server, "stream", endless)
    steps = served.find(settings, extractive=True).stream("如皋建设了几个科创飞地？")
    assert next(steps).stage == "retrieving"
    steps.close()
    assert closed.wait(20)


def test_a_question_with_a_wrong_token_is_refused(server, settings):
    file = settings.index_path / handover.FILE
    file.write_text(json.dumps({**json.loads(file.read_text()), "token": "wrong"}))
    assert served.find(settings, extractive=True) is None
