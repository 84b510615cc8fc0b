"""Any OpenAI-compatible endpoint: real HTTP on loopback, good and bad behaviour."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from docs_store.models import SearchFilter
from docs_store.settings import load_settings
from rag import PolicyQA

PASSAGE = "如皋建设了5个科创飞地。"


class Endpoint(BaseHTTPRequestHandler):
    status = 200
    seen: list[tuple[str, dict]] = []  # noqa: RUF012

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        type(self).seen.append((self.headers["Authorization"], body))
        self.send_response(self.status)
        self.send_header("Content-Type", "text/event-stream" if self.status == 200 else "application/json")
        self.end_headers()
        if self.status != 200:
            self.wfile.write(b'{"error": {"message": "no"}}')
            return
        for piece in ("如皋建设了", "5个科创飞地[1]。"):
            chunk = {
                "id": "1",
                "object": "chat.completion.chunk",
                "created": 1,
                "model": "m",
                "choices": [{"index": 0, "delta": {"role": "assistant", "content": piece}}],
            }
            self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
        self.wfile.write(b"data: [DONE]\n\n")

    def log_message(self, *_):
        pass


@pytest.fixture
def endpoint(monkeypatch):
    Endpoint.status, Endpoint.seen = 200, []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("GUANCHAO_LLM__BASE_URL", f"http://127.0.0.1:{server.server_port}/v1")
    monkeypatch.setenv("GUANCHAO_LLM__MODEL", "some-model")
    monkeypatch.setenv("GUANCHAO_VERIFY__JUDGE", "off")
    monkeypatch.setenv("GUANCHAO_LLM__API_KEY_ENV", "TEST_KEY")
    monkeypatch.setenv("TEST_KEY", "secret")
    yield server
    server.shutdown()
    server.server_close()


def ask():
    with PolicyQA.open(settings=load_settings(), with_store=False) as qa:
        return qa.answer_from("如皋建设了几个科创飞地？", [PASSAGE])


def test_it_streams_with_the_key_and_model_configured(endpoint):
    answer = ask()
    assert answer.text == "如皋建设了5个科创飞地[1]。" and answer.notice is None
    ((key, body),) = Endpoint.seen
    assert key == "Bearer secret" and body["model"] == "some-model" and body["stream"]


@pytest.mark.parametrize(
    ("status", "said"),
    [(401, "密钥"), (403, "密钥"), (404, "没有模型 some-model"), (429, "额度"), (500, "出错")],
)
def test_a_bad_answer_leaves_quotes_and_one_sentence(endpoint, status, said):
    Endpoint.status = status
    answer = ask()
    assert said in answer.notice and answer.mode == "extractive" and answer.citations[0].quote == PASSAGE


def test_an_endpoint_that_is_down(endpoint):
    endpoint.shutdown()
    endpoint.server_close()
    assert "连不上" in ask().notice


def test_a_key_that_is_not_set(endpoint, monkeypatch):
    monkeypatch.delenv("TEST_KEY")
    assert "TEST_KEY" in ask().notice


def test_an_empty_filter_is_false():
    assert not SearchFilter() and SearchFilter(source="a")
