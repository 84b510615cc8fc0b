"""What OpenAI-compatible endpoints really send: thinking, empty answers, cut streams, errors inside a 200."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from docs_store.settings import load_settings
from rag import PolicyQA

PASSAGES = ["如皋建设了5个科创飞地，分别在上海和南京。", "与如皋合作的高校有上海交大、复旦大学和同济大学。"]
ANSWER = "如皋建设了5个科创飞地[1]。"
THOUGHT = "用户问如皋。\n与如皋合作的高校有上海交大、复旦大学和同济大学。\n"


class Stream:
    """A streamed answer: pieces of content, then a reason, then [DONE]; each may be missing."""

    def __init__(self, text="", finish="stop", *, done=True, reasoning="", error=None):
        self.text, self.finish, self.done, self.reasoning, self.error = text, finish, done, reasoning, error

    def lines(self):
        for char in self.reasoning:
            yield _chunk({"content": "", "reasoning": char, "reasoning_content": char})
        for char in self.text:
            yield _chunk({"content": char})
        if self.error:
            yield {"error": {"message": self.error}}
        if self.finish:
            yield _chunk({"content": ""}, self.finish)


class Body:
    """A whole response of another kind."""

    def __init__(self, body, status=200, kind="application/json"):
        self.body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.status, self.kind = status, kind


def _chunk(delta, finish=None):
    choice = {"index": 0, "delta": {"role": "assistant", **delta}, "finish_reason": finish}
    return {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}


class Handler(BaseHTTPRequestHandler):
    says: Stream | Body
    asked: dict

    def do_POST(self):
        type(self).asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        says = type(self).says
        if isinstance(says, Body):
            self.send_response(says.status)
            self.send_header("Content-Type", says.kind)
            self.send_header("Content-Length", str(len(says.body)))
            self.end_headers()
            self.wfile.write(says.body)
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        for line in says.lines():
            self.wfile.write(f"data: {json.dumps(line, ensure_ascii=False)}\n\n".encode())
        if says.done:
            self.wfile.write(b"data: [DONE]\n\n")

    def log_message(self, *_):
        pass


@pytest.fixture
def ask(monkeypatch):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("GUANCHAO_LLM__BASE_URL", f"http://127.0.0.1:{server.server_port}/v1")
    monkeypatch.setenv("GUANCHAO_LLM__MODEL", "some-model")
    monkeypatch.setenv("GUANCHAO_VERIFY__JUDGE", "off")  # its request would be the last one seen
    monkeypatch.setenv("GUANCHAO_LLM__API_KEY_ENV", "TEST_KEY")
    monkeypatch.setenv("TEST_KEY", "secret-key")

    def asked(says, question="如皋建设了几个科创飞地？"):
        Handler.says = says
        with PolicyQA.open(settings=load_settings(), with_store=False) as qa:
            return qa.answer_from(question, PASSAGES)

    yield asked
    server.shutdown()
    server.server_close()


WHOLE = {
    "plain": ANSWER,
    "thinking first": f"<think>\n{THOUGHT}</think>\n\n{ANSWER}",
    "thinking without its opening tag": f"{THOUGHT}</think>\n\n{ANSWER}",
    "thinking by another name": f"<THINKING>{THOUGHT}</THINKING>{ANSWER}",
    "bold": "**如皋建设了5个科创飞地**[1]。",
    "bold inside": "如皋建设了**5个**科创飞地[1]。",
    "markers of RAGFlow": "如皋建设了5个科创飞地 [ID:0]。",
    "footnotes": "如皋建设了5个科创飞地[^1]。",
    "full-width markers": "如皋建设了5个科创飞地【1】。",
}


@pytest.mark.parametrize("text", WHOLE.values(), ids=WHOLE)
def test_the_readers_words_are_taken_and_nothing_else(ask, text):
    answer = ask(Stream(text))
    assert (answer.text, answer.mode, answer.notice) == (ANSWER, "generated", None)
    assert answer.unsupported == []


def test_reasoning_in_a_field_of_its_own_is_left_alone(ask):
    assert ask(Stream(ANSWER, reasoning=THOUGHT)).text == ANSWER


def test_a_stream_without_a_last_word_counts_when_its_sentences_are_whole(ask):
    answer = ask(Stream(ANSWER, finish=None, done=False))
    assert answer.text == ANSWER and answer.notice is None


NOTHING = {
    "all tokens went into reasoning": (Stream("", "length", reasoning="资料里说五个" * 20), "max_tokens"),
    "an endless thought": (Stream(f"<think>{THOUGHT}", "length"), "max_tokens"),
    "empty": (Stream(""), "没有写出任何回答"),
    "moderation": (Stream("", "content_filter"), "内容审核"),
    "cut off": (Stream("如皋建设了5", None, done=False), "断开"),
    "cut off at once": (Stream("", None, done=False), "空的"),
    "length in the first sentence": (Stream("如皋建设了5个", "length"), "max_tokens"),
    "an error midway": (Stream("如皋建设", None, error="触发敏感词"), "触发敏感词"),
    "One-API in 200": (Body({"error": {"message": "额度不足", "type": "one_api_error"}}), "额度不足"),
    "a 400 with its reason": (
        Body({"error": {"message": "max_tokens is not supported with secret-key"}}, 400),
        "max_tokens is not supported with …",
    ),
    "a 401 with another key": (
        Body({"error": {"message": "Incorrect API key provided: sk-abcdef0123456789"}}, 401),
        "Incorrect API key provided: …",
    ),
    "a 422 with its reason": (Body({"detail": "temperature 过大"}, 422), "temperature 过大"),
    "a 404 with its reason": (Body({"error": "model 'x' not found"}, 404), "model 'x' not found"),
    "a 429 with its reason": (Body({"error": {"message": "insufficient_quota"}}, 429), "insufficient_quota"),
    "a 500 with its reason": (Body({"error": {"message": "CUDA out of memory"}}, 500), "CUDA out of memory"),
    "a page": (Body(b"<html>502 bad gateway</html>", 200, "text/html"), "不是 OpenAI 兼容"),
}


@pytest.mark.parametrize(("says", "told"), NOTHING.values(), ids=NOTHING)
def test_no_answer_is_no_refusal_the_reason_is_told_and_the_original_quoted(ask, says, told):
    answer = ask(says)
    assert not answer.refused and answer.mode == "extractive" and "5个科创飞地" in answer.text
    assert told in answer.notice and "secret-key" not in answer.notice


PARTLY = {
    "length": (Stream(f"{ANSWER}其中三个在上", "length"), "max_tokens"),
    "moderation": (Stream(f"{ANSWER}其中三个在上", "content_filter"), "内容审核"),
    "cut off": (Stream(f"{ANSWER}其中三个在上", None, done=False), "断开"),
}


@pytest.mark.parametrize(("says", "told"), PARTLY.values(), ids=PARTLY)
def test_of_half_an_answer_the_whole_sentences_stand_and_it_is_said(ask, says, told):
    answer = ask(says)
    assert answer.text == ANSWER and answer.mode == "generated" and told in answer.notice


def test_half_a_list_never_passes_as_whole(ask):
    answer = ask(Stream("与如皋合作的高校有上海交大", None, done=False), "与如皋合作的高校有哪些？")
    assert "上海交大[" not in answer.text and "断开" in answer.notice


def test_an_open_question_has_room_in_its_evidence_and_in_its_answer(ask):
    ask(Stream(ANSWER), "总结一下如皋与高校合作的情况")
    prompt = "".join(str(message["content"]) for message in Handler.asked["messages"])
    assert all(passage in prompt for passage in PASSAGES)
    assert Handler.asked["max_completion_tokens"] == 2000


def test_a_limit_of_the_users_own_holds_for_open_questions_too(ask, monkeypatch):
    monkeypatch.setenv("GUANCHAO_LLM__MAX_TOKENS", "700")
    ask(Stream(ANSWER), "总结一下如皋与高校合作的情况")
    assert Handler.asked["max_completion_tokens"] == 700
