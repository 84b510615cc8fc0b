"""Embedding over HTTP: a loopback server that answers as OpenAI's and TEI's do, well and badly; llama.cpp's own endpoint."""

import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from docs_store import weights
from docs_store.embedding.embedder import embedder_fingerprint, open_embedder
from docs_store.errors import ModelUnavailableError, StoreMismatchError
from docs_store.settings import SettingsError, load_settings
from docs_store.store import DocsStore
from docs_store.text.analyser import tokens
from ingest import ingest
from ui.web import claim_port

TEXTS = [f"第{i}段：如皋建设了{i}个科创飞地。" for i in range(40)]
SHA = "5c38ec7c405ec4b44b94cc5a9bb96e735b38267a"


def vector(text, salt, size):
    row = np.full(size, 0.01)
    for token in tokens(text):
        row[hashlib.sha256(salt + token.encode()).digest()[0] % size] += 1
    return (7 * row).tolist()  # not of unit length, as some servers answer


class Server(ThreadingHTTPServer):
    """What it does next is in `script`: a list of functions that get the handler and the right answer."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.script, self.sizes, self.paths, self.keys = [], [], [], []
        self.salt, self.sha, self.size, self.largest = b"", SHA, 96, 8
        self.under_way = self.most_under_way = 0
        self.lock = threading.Lock()
        self.delay = 0.0


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        known = self.path == "/info"
        self.send(
            200 if known else 404,
            {"model_id": "m", "model_sha": self.server.sha, "max_client_batch_size": self.server.largest},
        )

    def do_POST(self):
        server = self.server
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with server.lock:
            server.under_way += 1
            server.most_under_way = max(server.most_under_way, server.under_way)
            server.paths.append(self.path)
            server.keys.append(self.headers["Authorization"])
            act = server.script.pop(0) if server.script else None
        time.sleep(server.delay)
        tei = self.path == "/embed"
        texts = body["inputs" if tei else "input"]
        rows = [vector(text, server.salt, server.size) for text in texts]
        answer = rows
        if not tei:
            data = [{"index": i, "embedding": row} for i, row in enumerate(rows)]
            answer = {"data": data[::-1], "model": body["model"]}
        with server.lock:
            server.under_way -= 1
            server.sizes.append(len(texts))
        if act is None:
            self.send(200, answer)
        else:
            act(self, answer)

    def send(self, status, answer, **headers):
        data = json.dumps(answer).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


def fails(status, body=None, **headers):
    return lambda handler, _: handler.send(status, body or {"error": {"message": "no"}}, **headers)


def says(change):
    return lambda handler, answer: handler.send(200, change(answer))


@pytest.fixture
def server():
    running = Server()
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield running
    running.shutdown()
    running.server_close()
    thread.join()


@pytest.fixture(params=["openai", "tei"])
def api(request):
    return request.param


@pytest.fixture
def configure(server, tmp_path, monkeypatch):
    def configured(api="openai", **more):
        url = f"http://127.0.0.1:{server.server_port}"
        values = {
            "STORE__PATH": tmp_path / "index",
            "EMBEDDING__BASE_URL": url if api == "tei" else url + "/v1",
            "EMBEDDING__MODEL": "some-model",
            "EMBEDDING__API": api,
            "EMBEDDING__BATCH_SIZE": "16",
            **{f"EMBEDDING__{name.upper()}": value for name, value in more.items()},
        }
        for name, value in values.items():
            monkeypatch.setenv(f"GUANCHAO_{name}", str(value))
        return load_settings()

    return configured


def test_vectors_come_in_order_in_batches_of_unit_length(server, configure, api):
    found = np.array(open_embedder(configure(api)).embed_documents(TEXTS))
    wanted = np.array([vector(text, b"", 96) for text in TEXTS])
    assert np.allclose(found, wanted / np.linalg.norm(wanted, axis=1, keepdims=True), atol=1e-6)
    largest = 8 if api == "tei" else 16  # TEI says its own under /info
    assert max(server.sizes) == largest and sum(server.sizes) == 3 + len(TEXTS)
    assert set(server.paths) == {"/embed" if api == "tei" else "/v1/embeddings"}


def test_a_few_requests_are_under_way_at_once_and_no_more(server, configure):
    server.delay = 0.05
    open_embedder(configure(batch_size=2, requests=3)).embed_documents(TEXTS)
    assert server.most_under_way == 3


def test_the_key_goes_along(server, configure, monkeypatch):
    monkeypatch.setenv("EMBEDDING_KEY", "secret")
    open_embedder(configure(api_key_env="EMBEDDING_KEY")).embed_query("如皋")
    assert set(server.keys) == {"Bearer secret"}


def test_busy_and_broken_for_a_moment_is_waited_for(server, configure):
    server.script = [fails(429, Retry_After="1"), fails(500)]
    began = time.monotonic()
    assert len(open_embedder(configure()).embed_documents(TEXTS[:5])) == 5
    assert 1 + 0.75 <= time.monotonic() - began < 8  # what it asked for, then doubling


def test_a_slow_answer_is_tried_again(server, configure):
    server.script = [lambda handler, answer: time.sleep(0.6)]
    assert len(open_embedder(configure(timeout_s="0.3")).embed_query("如皋")) == 96


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (fails(401), r"不接受密钥（no），请检查 embedding\.api_key_env"),
        (fails(403, {"detail": "key secret is blocked"}), "不接受密钥（key … is blocked）"),
        (fails(404), r"没有模型 some-model（no），请检查 embedding\.base_url 与 embedding\.model"),
        (fails(413, {"error": "batch size 16 > maximum"}), r"batch size 16 > maximum.*调小 embedding\.batch_size"),
        (fails(429, {"error": {"code": "insufficient_quota", "message": "You exceeded"}}), "额度.*You exceeded.*充值"),
        (fails(429, Retry_After="3600"), "要求 3600 秒后再试"),
        (fails(302, {}, Location="http://192.0.2.1/"), "HTTP 302"),
        (says(lambda answer: {"oops": 1}), r"请检查 embedding\.base_url 与 embedding\.api"),
        (says(lambda answer: {"data": answer["data"][1:]}), "给了 2 个向量|请检查"),
        (says(lambda answer: {"data": [answer["data"][0]] * 3}), "请检查"),
        (says(lambda answer: {"data": answer["data"] + [{"index": 3, "embedding": [0.5] * 96}]}), "给了 4 个向量"),
        (says(lambda answer: {"data": [r | {"embedding": [float("nan")] * 96} for r in answer["data"]]}), "非数字"),
        (says(lambda answer: {"data": [r | {"embedding": [0.0] * 96} for r in answer["data"]]}), "全为零"),
        (says(lambda answer: {"data": [r | {"embedding": [1.0] * r["index"]} for r in answer["data"]]}), "长短不一"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_told_at_once_with_the_next_step(server, configure, monkeypatch, act, said):
    monkeypatch.setenv("EMBEDDING_KEY", "secret")
    server.script = [act]
    began = time.monotonic()
    with pytest.raises(ModelUnavailableError, match=said) as caught:
        open_embedder(configure(api_key_env="EMBEDDING_KEY")).embed_documents(TEXTS)
    assert time.monotonic() - began < 2 and "secret" not in str(caught.value) and "，请" in str(caught.value)


def test_a_service_that_stays_broken_is_given_up_in_time(server, configure):
    server.script = [fails(500)] * 20
    began = time.monotonic()
    with pytest.raises(ModelUnavailableError, match="HTTP 500"):
        open_embedder(configure(retry_s="1.5")).embed_documents(TEXTS)
    assert time.monotonic() - began < 3


def test_nobody_listening_and_no_address(configure):
    with pytest.raises(ModelUnavailableError, match=r"连不上.*embedding\.base_url"):
        open_embedder(configure(base_url="http://127.0.0.1:9/v1")).embed_query("如皋")
    with pytest.raises(SettingsError, match=r"embedding\.base_url.*http://"):
        configure(base_url="127.0.0.1:9")


def test_a_key_that_no_header_can_hold(server, configure, monkeypatch):
    monkeypatch.setenv("EMBEDDING_KEY", "密钥")
    with pytest.raises(ModelUnavailableError, match=r"embedding\.api_key_env"):
        open_embedder(configure(api_key_env="EMBEDDING_KEY")).embed_query("如皋")


def test_the_fingerprint_needs_no_network(configure):
    settings = configure(base_url="http://127.0.0.1:9/v1")
    assert embedder_fingerprint(settings) == "http://127.0.0.1:9/v1#some-model"
    assert embedder_fingerprint(configure(revision="2")).endswith("#some-model@2")


@pytest.mark.parametrize("what", ["weights", "length"])
def test_a_model_that_was_exchanged_is_noticed(server, configure, api, what):
    server.sha = None  # nobody says so
    settings = configure(api)
    open_embedder(settings).embed_documents(TEXTS)
    open_embedder(settings).embed_query("如皋")  # the same: all is well
    if what == "weights":
        server.salt = b"other"
    else:
        server.size = 64
    with pytest.raises(StoreMismatchError, match=r"换了模型.*embedding\.revision.*ingest --rebuild"):
        open_embedder(settings).embed_documents(TEXTS)
    with pytest.raises(StoreMismatchError):  # and again, not only the first time
        open_embedder(settings).embed_query("如皋")


def test_an_exchange_behind_a_running_process_is_noticed_in_the_call_that_is_interrupted(server, configure):
    embedder = open_embedder(configure())
    embedder.embed_query("如皋")

    def restart(handler, _):
        server.salt = b"other"
        handler.send(503, {"error": "starting"})

    server.script = [restart]
    with pytest.raises(StoreMismatchError):
        embedder.embed_query("如皋")


def test_an_interruption_alone_does_no_harm(server, configure):
    embedder = open_embedder(configure())
    before = embedder.embed_query("如皋")
    server.script = [fails(503)]
    assert embedder.embed_query("如皋") == before


def test_tei_states_its_revision(server, configure):
    settings = configure("tei", revision=SHA[:7])
    open_embedder(settings).embed_query("如皋")
    server.sha = "f" * 40
    with pytest.raises(StoreMismatchError, match=rf"f{{40}}.*embedding\.revision 是 {SHA[:7]}"):
        open_embedder(settings).embed_query("如皋")


def test_a_revision_that_changed_is_noticed_though_the_vectors_are_alike(server, configure):
    settings = configure("tei")
    open_embedder(settings).embed_query("如皋")
    server.sha = "f" * 40
    with pytest.raises(StoreMismatchError, match=f"版本由 {SHA} 变为 f"):
        open_embedder(settings).embed_query("如皋")


def test_after_the_exchange_a_new_revision_and_a_rebuild_use_only_new_vectors(
    server, configure, articles_folder
):
    settings = configure()
    with DocsStore.open(settings, write=True) as store:
        ingest(store, [articles_folder], settings)
    server.salt = b"other"
    with DocsStore.open(settings) as store, pytest.raises(StoreMismatchError):
        store.search_dense("盐城港新开通几条航线？", 1)
    settings = configure(revision="2")
    with pytest.raises(StoreMismatchError, match="--rebuild"):
        DocsStore.open(settings)
    before = sum(server.sizes)
    with DocsStore.open(settings, write=True, rebuild=True) as store:
        ingest(store, [articles_folder], settings)
        _, passages = store.counts()
    assert sum(server.sizes) - before == 3 + passages  # nothing came from the old model's cache
    with DocsStore.open(settings) as store:
        assert store.search_dense("盐城港新开通几条航线？", 1)[0].article.title == "港口简报"


@pytest.mark.integration
def test_llama_cpp_serves_embeddings_too(configure):
    xllamacpp = pytest.importorskip("xllamacpp")
    try:
        path = weights.local_path("qwen2.5-coder-0.5b")
    except (ModelUnavailableError, KeyError) as error:
        pytest.skip(f"the 0.5B model is not here ({error})")
    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.embedding = True
    params.pooling_type = xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN
    params.n_ctx = params.n_batch = params.n_ubatch = 512
    params.n_gpu_layers = 0
    params.warmup = False
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = (
        1  # spinning threads starve on a busy machine
    )
    params.verbosity = -1
    params.hostnames = ["127.0.0.1"]
    params.port = claim_port("127.0.0.1", 0)
    running = xllamacpp.Server(params)
    embedder = open_embedder(configure(base_url=f"{running.listening_address}/v1", batch_size=2))
    rows = np.array(embedder.embed_documents(["上海港开通了新航线", "港口新增航线", "今天食堂吃面条"]))
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert rows[0] @ rows[1] > rows[0] @ rows[2]
