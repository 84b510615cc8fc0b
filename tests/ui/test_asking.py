"""One question from the page: whatever dies on the way, the visitor reads a sentence and may ask again."""

import logging
import time
from threading import Event
from types import SimpleNamespace

import pytest

from docs_store.errors import StoreDamagedError
from docs_store.models import SearchFilter
from ui import strings
from ui.page import asking
from ui.page.exchange import Exchange


class Dying:
    """The assistant, with something that happens after the passages were found."""

    def __init__(self, qa, happens):
        self._qa, self._happens = qa, happens

    def stream(self, question, history, **manner):
        for event in self._qa.stream(question, history, **manner):
            yield event
            if event.stage == "reading":
                self._happens()


def outcome(qa, happens=None, stop=None, seconds=60.0):
    settings = qa.settings.model_copy(
        update={"serve": qa.settings.serve.model_copy(update={"answer_seconds": seconds})}
    )
    context = SimpleNamespace(qa=Dying(qa, happens) if happens else qa, store=qa.store, settings=settings)
    steps = list(asking.ask(context, "如皋建设了几个科创飞地？", [], SearchFilter(), "", stop or Event()))
    answers = [step for step in steps if isinstance(step, Exchange)]
    assert steps[-len(answers) :] == answers and len(answers) in (1, 2)
    return answers[0]


def raising(error):
    def happens():
        raise error

    return happens


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (StoreDamagedError("索引读不了，请运行 `guanchao ingest --rebuild`。"), "索引读不了"),
        (OSError(5, "Input/output error"), strings.BROKEN),
        (RuntimeError("native code gave up"), strings.BROKEN),
    ],
)
def test_a_store_that_dies_midway_leaves_a_sentence_the_passages_and_a_page_that_goes_on(
    qa, error, said, caplog
):
    caplog.set_level(logging.CRITICAL)
    broken = outcome(qa, raising(error))
    assert said in broken.trouble and not broken.text and broken.sources
    assert "Error" not in broken.trouble and "error" not in broken.trouble
    healthy = outcome(qa)
    assert not healthy.trouble and "5个科创飞地" in healthy.text


def test_a_model_that_says_nothing_is_given_up_in_time(qa):
    began = time.monotonic()
    late = outcome(qa, lambda: time.sleep(3), seconds=0.5)
    assert time.monotonic() - began < 2.5
    assert "0.5" in late.trouble and late.sources


def test_stopping_ends_it_while_the_model_says_nothing(qa):
    stop = Event()
    stopped = outcome(qa, lambda: (stop.set(), time.sleep(1)), stop)
    assert stopped.trouble == strings.STOPPED and stopped.sources
