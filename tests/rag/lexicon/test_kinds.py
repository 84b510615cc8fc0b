import pytest

from docs_store.text.normal import fold
from rag.lexicon.kinds import AnswerKind, kind_asked, kinds, shows


@pytest.mark.parametrize("entry", kinds(), ids=lambda entry: entry.kind.value)
def test_each_kind_is_asked_for_and_shown_as_its_examples_say(entry):
    assert entry.questions and entry.answers and entry.others
    assert [q for q in entry.questions if kind_asked(fold(q)) is not entry.kind] == []
    assert [a for a in entry.answers if not shows(entry.kind, fold(a))] == []
    assert [o for o in entry.others if shows(entry.kind, fold(o))] == []


def test_every_kind_has_its_entry():
    assert {entry.kind for entry in kinds()} == set(AnswerKind)


def test_a_question_that_asks_for_no_kind_has_none():
    assert kind_asked("科创飞地是什么") is None
