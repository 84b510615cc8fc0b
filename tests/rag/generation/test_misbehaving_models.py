"""Models that loop, stop midway, talk rubbish, drip or fail: bounded, and the reader keeps passages and quotes."""

import time
from itertools import count

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

from rag import PolicyQA, Refusal
from rag.assistant import as_hits
from rag.evidence import confidence
from rag.generation import drafting
from rag.generation.answering import Answering

FACT = "近年来，如皋先后与上海交大、复旦大学、同济大学合作建设了5个“科创飞地”。"
QUESTION = "如皋建设了几个科创飞地？"


class Speaker(BaseChatModel):
    """Streams what it is given; counts what was taken."""

    pieces: object = ()
    taken: list
    closed: list

    @property
    def _llm_type(self):
        return "speaker"

    def _generate(self, *args, **kwargs) -> ChatResult:
        raise NotImplementedError

    def _stream(self, messages, stop=None, run_manager=None, **kwargs):
        try:
            for piece in self.pieces() if callable(self.pieces) else self.pieces:
                self.taken.append(piece)
                yield ChatGenerationChunk(message=AIMessageChunk(content=piece))
        finally:
            self.closed.append(True)


class Model:
    def __init__(self, chat):
        self._chat = chat

    def chat(self):
        return self._chat

    def close(self):
        pass


def ask(settings, pieces, **llm):
    speaker = Speaker(pieces=pieces, taken=[], closed=[])
    changed = settings.model_copy(update={"llm": settings.llm.model_copy(update={"opinion": "never", **llm})})
    return PolicyQA(changed, None, Model(speaker)).answer_from(QUESTION, [FACT]), speaker


@pytest.mark.parametrize("piece", ["好", "如皋建设了", "协同区，", "一二三四五六七八九十" * 3 + "，"])
def test_a_loop_is_cut(settings, piece):
    answer, speaker = ask(settings, lambda: (piece for _ in count()))
    assert len("".join(speaker.taken)) < 700 and speaker.closed
    assert (answer.mode == "extractive" and "5个" in answer.text) or answer.refused


def test_a_model_that_never_ends_is_cut(settings):
    _, speaker = ask(settings, lambda: (f"第{n}点，" for n in count()))
    assert len("".join(speaker.taken)) < 3000


def test_a_model_that_stops_midway_leaves_what_is_supported(settings):
    answer, _ = ask(settings, ["如皋建设了5个科创飞地[1]。其中包括上海的三"])
    assert "5个" in answer.text and "上海的三" not in answer.text


@pytest.mark.parametrize(
    "rubbish", ["", "\n\n\n", "�����", "[1][2][3]", "{}", "lorem ipsum dolor sit amet", "🙂🙂🙂"]
)
def test_rubbish_is_never_shown(settings, rubbish):
    answer, _ = ask(settings, [rubbish])
    assert not rubbish.strip() or rubbish not in answer.text
    assert answer.refused or answer.mode == "extractive"
    assert answer.hits


def test_a_dripping_model_is_stopped_in_time(settings, monkeypatch):
    clock = iter(range(0, 10_000, 50))
    monkeypatch.setattr(drafting, "monotonic", lambda: float(next(clock)))
    answer, speaker = ask(settings, lambda: (f"{n}" for n in count()), timeout_s=120)
    assert len(speaker.taken) < 10
    assert "秒" in answer.notice and "5个" in answer.text and answer.mode == "extractive"


def test_a_draft_that_fails_midway_leaves_quotes(settings):
    def pieces():
        yield "如皋建"
        raise ConnectionError("gone")

    answer, _ = ask(settings, pieces)
    assert answer.notice and answer.mode == "extractive" and "5个" in answer.text


def test_leaving_the_stream_stops_the_model(settings):
    speaker = Speaker(pieces=lambda: (f"第{n}点。" for n in count()), taken=[], closed=[])
    hits = as_hits([FACT])
    steps = Answering(settings, Model(speaker), QUESTION, QUESTION, hits, time.monotonic()).events()
    for step in steps:
        if step.stage == "delta":
            break
    steps.close()
    assert speaker.closed


def test_an_unsupported_draft_gets_a_second_try(settings):
    drafts = iter([["如皋建设了9个科创飞地[1]。"], ["如皋建设了5个科创飞地[1]。"]])
    answer, _ = ask(settings, lambda: next(drafts))
    assert answer.text.startswith("如皋建设了5个科创飞地[1]。") and answer.unsupported == [
        "如皋建设了9个科创飞地。"
    ]


def test_a_no_from_the_model_is_a_refusal(settings):
    answer, _ = ask(settings, ["资料未提及。"])
    assert answer.refusal is Refusal.NO_EVIDENCE and not answer.unsupported


class Judge(Speaker):
    """Says how sure it is that the best sentences answer, then the draft."""

    odds: float
    asked: list

    def _generate(self, messages, stop=None, run_manager=None, **kwargs) -> ChatResult:
        self.asked.append(messages[-1].content)
        top = [{"token": "能", "logprob": self.odds}, {"token": "不能", "logprob": 0.0}]
        metadata = {"logprobs": {"content": [{"top_logprobs": top}]}}
        return ChatResult(
            generations=[ChatGeneration(message=AIMessage(content="能", response_metadata=metadata))]
        )


@pytest.mark.parametrize(("odds", "drafted"), [(-9.0, False), (6.0, True)])
def test_the_model_judges_the_best_sentences_before_it_writes(settings, odds, drafted):
    judge = Judge(
        pieces=["如皋建设了5个科创飞地[1]。"],
        taken=[],
        closed=[],
        asked=[],
        odds=odds,
        disable_streaming=False,
    )
    events = PolicyQA(settings, None, Model(judge))._answering(
        QUESTION, QUESTION, as_hits([FACT]), False, time.monotonic(), {"fact": 1.0}, None
    )
    answer = list(events.events())[-1].answer
    assert len(judge.asked) == 1 and "科创飞地" in judge.asked[0] and bool(judge.taken) == drafted
    assert answer.opinion == odds
    assert not drafted or ("5个" in answer.text and answer.mode == "extractive")


def judged(settings, draft, hits, question=QUESTION):
    """The answer to a question that the model takes for answered, and drafts so."""
    judge = Judge(pieces=[draft], taken=[], closed=[], asked=[], odds=6.0, disable_streaming=False)
    answering = PolicyQA(settings, None, Model(judge))._answering(
        question, question, as_hits(hits), False, time.monotonic(), {"fact": 1.0}, None
    )
    return list(answering.events())[-1].answer


def test_the_article_speaks_where_a_judging_model_drafts_from_what_is_quoted(settings):
    answer = judged(settings, "科创飞地有5个[1]。", [FACT])
    (citation,) = answer.citations
    assert answer.mode == "extractive" and answer.text.startswith(citation.quote.rstrip("。"))


def test_a_draft_without_the_number_that_is_asked_for_is_not_shown(settings):
    beside = "如皋科创飞地的招商推介会在上海举行，多家高校的负责人到会。"
    answer = judged(settings, "如皋科创飞地的招商推介会在上海举行[2]。", [FACT, beside])
    assert answer.mode == "extractive" and "5个" in answer.text and "推介会" not in answer.text


def test_neither_draft_nor_quote_answers_when_without_a_date(settings):
    without = "如皋的科创飞地由如皋与上海交大、复旦大学等高校合作建成，成效明显。"
    answer = judged(
        settings, "如皋的科创飞地由如皋与高校建成[1]。", [without], "如皋的科创飞地是什么时候建成的？"
    )
    assert answer.opinion and answer.refused


def test_a_judging_model_that_finds_nothing_is_believed(settings):
    assert judged(settings, "资料未提及。", [FACT]).refusal is Refusal.NO_EVIDENCE


def test_the_opinion_moves_the_probability():
    assert confidence.combined(0.5, None) == 0.5
    assert confidence.combined(0.5, -2.0) < confidence.combined(0.5, 3.0)
    assert 0 < confidence.combined(0.0, 0.0) < confidence.combined(1.0, 0.0) < 1
