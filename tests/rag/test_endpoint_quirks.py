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


class Raw:
    """A stream that is sent as it stands."""

    status, kind = 200, "text/event-stream"

    def __init__(self, *events, mark=""):
        lines = (event if isinstance(event, str) else f"data: {json.dumps(event)}\n\n" for event in events)
        self.body = (mark + "".join(lines)).encode()


class Body:
    """A whole response of another kind."""

    def __init__(self, body, status=200, kind="application/json"):
        self.body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.status, self.kind = status, kind


def _chunk(delta, finish=None):
    choice = {"index": 0, "delta": {"role": "assistant", **delta}, "finish_reason": finish}
    return {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}


class Handler(BaseHTTPRequestHandler):
    says: Stream | Body | Raw
    asked: dict

    def do_POST(self):
        type(self).asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        says = type(self).says
        if isinstance(says, Body | Raw):
            self.send_response(says.status)
            self.send_header("Content-Type", says.kind)
            self.send_header("Content-Length", str(len(says.body)))
            if says.status == 308:
                self.send_header("Location", "https://elsewhere.example/v1/chat/completions")
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


def _completion(**message):
    choice = {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": "stop"}
    return {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}


END = _chunk({}, "stop"), "data: [DONE]\n\n"
ODD = {
    "whole though a stream was asked for": Body(_completion(content=ANSWER)),
    "whole, with an error that is null": Body({"error": None, **_completion(content=ANSWER)}),
    "whole, in GBK": Body(json.dumps(_completion(content=ANSWER), ensure_ascii=False).encode("gbk")),
    "a byte order mark": Raw(_chunk({"content": ANSWER}), *END, mark="\ufeff"),
    "comments and names of events": Raw(": ping\n\n", "event: message\n", _chunk({"content": ANSWER}), *END),
    "parts": Raw(_chunk({"content": [{"type": "text", "text": ANSWER}]}), *END),
    "nulls": Raw(_chunk({"content": None}), {"choices": None}, _chunk({"content": ANSWER}), *END),
    "cut within a line, behind a whole sentence": Raw(
        _chunk({"content": ANSWER}), 'data: {"choices":[{"de\n\n'
    ),
    "half an emoji in each of two pieces": Raw(
        _chunk({"content": ANSWER}), _chunk({"content": "\ud83d"}), _chunk({"content": "\ude42"}), *END
    ),
}


@pytest.mark.parametrize("says", ODD.values(), ids=ODD)
def test_what_is_nearly_a_stream_of_openai_is_read(ask, says):
    answer = ask(says)
    assert answer.text == ANSWER and answer.mode == "generated" and answer.notice is None


def test_half_a_character_is_shown_as_such(ask):
    answer = ask(Raw(_chunk({"content": "\ud83d" + ANSWER}), *END))
    assert answer.text == f"\ufffd{ANSWER}" and answer.mode == "generated"


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
    "markers of DeepSeek": "如皋建设了5个科创飞地[citation:1]。",
    "markers of OpenAI": "如皋建设了5个科创飞地【1:0†source】。",
    "doubled markers": "如皋建设了5个科创飞地[[1]]。",
    "linked markers": "如皋建设了5个科创飞地[1](#ref1)。",
    "raised markers": "如皋建设了5个科创飞地<sup>[1]</sup>。",
    "raised digits": "如皋建设了5个科创飞地¹。",
    "tortoise-shell markers": "如皋建设了5个科创飞地〔1〕。",
    "markers with a word": "如皋建设了5个科创飞地[段落1]。",
    "a full stop of English": "如皋建设了5个科创飞地[1].",
    "who speaks": f"助手：{ANSWER}",
    "a tag around it": f"<answer>{ANSWER}</answer>",
    "an object around it": json.dumps({"answer": ANSWER}, ensure_ascii=False),
    "an object in a fence": f'```json\n{{"answer": "{ANSWER}"}}\n```',
    "the template's own words": f"{ANSWER}<|im_end|>",
    "invisible characters": f"如皋\u200b{ANSWER[2:]}",
    "thinking with attributes": f'<think duration="3">{THOUGHT}</think>{ANSWER}',
    "thinking in Chinese": f"<思考>{THOUGHT}</思考>{ANSWER}",
    "thinking of Seed": f"<seed:think>{THOUGHT}</seed:think>{ANSWER}",
    "thinking in a fold": f'<details type="reasoning"><summary>5 s</summary>{THOUGHT}</details>{ANSWER}',
    "thinking of Kimi": f"◁think▷{THOUGHT}◁/think▷{ANSWER}",
    "channels of gpt-oss": f"<|channel|>analysis<|message|>{THOUGHT}<|end|><|start|>assistant<|channel|>final<|message|>{ANSWER}",
}


@pytest.mark.parametrize("text", WHOLE.values(), ids=WHOLE)
def test_the_readers_words_are_taken_and_nothing_else(ask, text):
    answer = ask(Stream(text))
    assert (answer.text, answer.mode, answer.notice) == (ANSWER, "generated", None)
    assert answer.unsupported == []


@pytest.mark.parametrize(
    ("said", "stays"), [("按苏政发〔2024〕1号，", "〔2024〕1号"), ("在1200m²内，", "1200m²")]
)
def test_what_only_looks_like_a_marker_stays(ask, said, stays):
    answer = ask(Stream(said + ANSWER))
    assert stays in answer.text + "".join(answer.unsupported)


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
    "a heading alone": (Stream("## 回答"), "没有写出任何回答"),
    "a courtesy alone": (Stream("好的。"), "没有写出任何回答"),
    "a marker alone": (Stream("[1]"), "没有写出任何回答"),
    "broken characters alone": (Stream("\ufffd\ufffd5\ufffd[1]"), "没有写出任何回答"),
    "moderation of Zhipu": (Stream("", "sensitive"), "内容审核"),
    "length by another name": (Stream("", "max_tokens"), "max_tokens"),
    "DashScope in 200": (
        Raw({"code": "DataInspectionFailed", "message": "输入含不当内容"}),
        "输入含不当内容",
    ),
    "an error that is a text, in a stream": (Raw({"error": "模型过载"}), "模型过载"),
    "MiniMax in 200": (Body({"base_resp": {"status_code": 1004, "status_msg": "login fail"}}), "login fail"),
    "Zhipu in 200": (Body({"code": 500, "msg": "404 NOT_FOUND", "success": False}), "404 NOT_FOUND"),
    "Qianfan in 200": (Body({"error_code": 17, "error_msg": "daily limit reached"}), "daily limit reached"),
    "a list of details": (
        Body({"detail": [{"loc": ["body"], "msg": "field required"}]}, 422),
        "field required",
    ),
    "another address": (Body({}, 308), "转到了别处（https://elsewhere.example"),
    "a page of a gateway": (Body(b"<html>bad gateway</html>", 503, "text/html"), "出错（HTTP 503）"),
    "Ollama's own dialect": (
        Body({"message": {"role": "assistant", "content": ANSWER}, "done": True}),
        "不是 OpenAI 兼容",
    ),
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
    "moderation by another name": (Stream(f"{ANSWER}其中三个在上", "SAFETY"), "内容审核"),
    "length by another name": (Stream(f"{ANSWER}其中三个在上", "MAX_TOKENS"), "max_tokens"),
    "a server without room": (Stream(f"{ANSWER}其中三个在上", "insufficient_system_resource"), "断开"),
    "a reason that nobody knows": (Stream(f"{ANSWER}其中三个在上", "whatever"), "断开"),
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
