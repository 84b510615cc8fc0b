"""A proxy in the environment: near addresses are called directly, and no value of it ends the program."""

import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from docs_store.engines import chroma_server, open_engine
from docs_store.errors import ModelUnavailableError, StoreUnavailableError
from docs_store.network import proxies
from docs_store.network.model_endpoint import ModelEndpoint, Wording
from docs_store.settings import StoreSettings, load_settings
from rag.llm import LanguageModel
from tests.docs_store.conformance.conftest import chroma, milvus

DEAD = "http://127.0.0.1:9"  # where no proxy listens
NAMES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    """The proxies that the test sets, and no others; what the program changes is undone."""
    for name in NAMES:
        monkeypatch.setenv(name, "")
        monkeypatch.setenv(name.upper(), "")
        monkeypatch.delenv(name)
        monkeypatch.delenv(name.upper())
    return monkeypatch


@pytest.mark.parametrize(
    ("url", "near"),
    [
        ("http://127.0.0.1:8000/v1", True),
        ("http://[::1]:8000", True),
        ("http://localhost:11434/v1", True),
        ("http://10.3.4.5:8000", True),
        ("http://192.168.1.20", True),
        ("http://vllm:8000/v1", True),
        ("http://chroma.default.svc.cluster.local:8000", True),
        ("http://milvus.default.svc:19530", True),
        ("https://api.deepseek.com/v1", False),
        ("https://8.8.8.8/v1", False),
        ("docs_store/milvus", False),
    ],
)
def test_near_is_this_machine_or_this_network(url, near):
    assert proxies.is_near(url) is near


@pytest.mark.parametrize(
    ("value", "becomes"),
    [
        ("socks5://127.0.0.1:7890", "socks5://127.0.0.1:7890"),
        ("socks5h://127.0.0.1:7890", "socks5h://127.0.0.1:7890"),
        ("socks://127.0.0.1:7891/", "socks5://127.0.0.1:7891/"),
        ("http://user:pass@proxy:8080", "http://user:pass@proxy:8080"),
        ("127.0.0.1:7890", "127.0.0.1:7890"),
        ("socks4://127.0.0.1:7890", None),
        ("http://127.0.0.1:port", None),
        ("http://", None),
    ],
)
@pytest.mark.parametrize("name", ["ALL_PROXY", "all_proxy", "HTTPS_PROXY"])
def test_every_proxy_that_is_left_lets_a_client_be_made(environment, name, value, becomes):
    environment.setenv(name, value)
    assert proxies.repair() == ([] if becomes else [name])
    assert os.environ.get(name) == becomes
    httpx.Client().close()


class Answers(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    do_POST = do_GET

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    answering = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=answering.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{answering.server_port}"
    answering.shutdown()
    answering.server_close()


@pytest.mark.parametrize("proxy", [DEAD, "socks5://127.0.0.1:9"])
def test_an_endpoint_at_hand_is_called_directly(environment, server, proxy):
    environment.setenv("ALL_PROXY", proxy)
    environment.setenv("HTTP_PROXY", proxy)
    words = Wording("重排接口", "retrieval.reranker_", "retrieval.reranker", "批", ModelUnavailableError)
    endpoint = ModelEndpoint(server, lambda: "key", "m", words, 5)
    assert endpoint.post("/rerank", {}, 5) == {} and endpoint.get("/info", 5) == {}


def test_an_endpoint_far_away_is_called_through_the_proxy(environment, server):
    environment.setenv("HTTP_PROXY", server)  # a proxy that answers everything itself
    with proxies.client("http://models.example.com", 5) as client:
        assert client.get("http://models.example.com/v1").status_code == 200


@pytest.mark.parametrize("proxy", [DEAD, "socks5://127.0.0.1:9"])
def test_a_language_model_at_hand_is_called_directly(environment, server, proxy):
    environment.setenv("ALL_PROXY", proxy)
    environment.setenv("HTTP_PROXY", proxy)
    environment.setenv("GUANCHAO_LLM__BASE_URL", f"{server}/v1")
    chat = LanguageModel(load_settings()).chat()
    for client in (chat.root_client, chat.root_async_client):
        assert client._client.trust_env is False
    assert chat.root_client.post("/anything", cast_to=object) == "{}"


@pytest.mark.integration
@pytest.mark.parametrize(("backend", "made"), [("chroma-server", chroma), ("milvus", milvus)])
def test_a_store_at_hand_is_reached_beside_a_proxy(environment, tmp_path, backend, made):
    environment.setenv("HTTP_PROXY", DEAD)
    environment.setenv("ALL_PROXY", DEAD)
    running = made(tmp_path).start()
    try:
        engine = open_engine(StoreSettings(backend=backend, url=running.url))
        engine.control().put({"a": "1"})
        assert engine.control().get(["a"]) == {"a": "1"}
        engine.close()
    finally:
        running.stop()


class Hangs(Answers):
    def do_GET(self):
        self.server.over.wait(30)

    do_POST = do_GET


def test_a_chroma_server_that_hangs_is_told_within_the_limit(environment):
    environment.setattr(chroma_server, "PATIENCE_S", 0.3)
    hanging = ThreadingHTTPServer(("127.0.0.1", 0), Hangs)
    hanging.daemon_threads, hanging.over = True, threading.Event()
    threading.Thread(target=hanging.serve_forever, daemon=True).start()
    try:
        with pytest.raises(StoreUnavailableError, match="连不上共享索引"):
            open_engine(StoreSettings(backend="chroma-server", url=f"http://127.0.0.1:{hanging.server_port}"))
    finally:
        hanging.over.set()
        hanging.shutdown()
        hanging.server_close()


@pytest.mark.integration
def test_a_chroma_server_that_begins_to_hang_is_told_within_the_limit(environment, tmp_path):
    environment.setattr(chroma_server, "PATIENCE_S", 3.0)
    running = chroma(tmp_path).start()
    try:
        engine = open_engine(StoreSettings(backend="chroma-server", url=running.url))
        control = engine.control()
        running.process.send_signal(19)  # SIGSTOP
        with pytest.raises(StoreUnavailableError, match="连不上共享索引"):
            control.get(["a"])
    finally:
        running.process.send_signal(18)  # SIGCONT
        running.stop()


@pytest.mark.parametrize(
    ("given", "kept", "told"),
    [
        ("localhost,127.0.0.1,::1", "localhost,127.0.0.1,::1", []),
        ("[::1], 10.0.0.0/8", "::1,10.0.0.0/8", []),
        ("fd00::/8,*.local,fe80::/10", "*.local", ["no_proxy"]),
        ("http://x:y,example.com:8080,https://h:1,a:b:c", "example.com:8080,https://h:1", ["no_proxy"]),
        ("*", "*", []),
    ],
)
def test_entries_of_no_proxy_that_would_end_the_program_are_left_out(monkeypatch, given, kept, told):
    environment = {"no_proxy": given, "http_proxy": "http://127.0.0.1:9"}
    assert proxies.repair(environment) == told and environment["no_proxy"] == kept
    for name in ("NO_PROXY", *environment):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    proxies.client("https://api.example.com").close()  # can be made


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_certificates_that_are_gone_are_left_out(tmp_path, name):
    environment = {name: str(tmp_path / "none")}
    assert proxies.repair(environment) == [name] and environment == {}
    environment = {name: str(tmp_path)}
    assert proxies.repair(environment) == [] and environment == {name: str(tmp_path)}
