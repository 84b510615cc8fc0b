"""Rerankers that read: a real (tiny) cross-encoder built here, and endpoints on loopback in each dialect."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import numpy as np
import pytest

from docs_store.models import Article, Hit, Passage
from docs_store.settings import RetrievalSettings
from rag.errors import RerankerError
from rag.query.question import understand
from rag.retrieval.cross_encoder import LocalCrossEncoder, RerankEndpoint, open_reranker
from rag.retrieval.features import measure
from rag.retrieval.reranker import LearnedReranker


def hit(id, text):
    return Hit(Passage(id, id, 0, 0, len(text), text), Article(id, "标题", id, text), 0.0)


HITS = [hit("a", "如皋建设了5个科创飞地。"), hit("b", "盐城的科创飞地。"), hit("c", "洋山港新航线。")]


class Handler(BaseHTTPRequestHandler):
    dialect = "jina"
    seen: ClassVar[list[dict]] = []

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.seen.append({"path": self.path, "key": self.headers["Authorization"], **body})
        scores = [float("航线" in text) for text in body["documents"]]
        rows = [{"index": i, "relevance_score": s} for i, s in enumerate(scores)]
        answer = {"results": sorted(rows, key=lambda row: -row["relevance_score"])}
        if self.dialect == "tei":
            answer = [{"index": i, "score": s} for i, s in enumerate(scores)]
        elif self.dialect == "short":
            answer = {"results": rows[:-1]}
        elif self.dialect == "rubbish":
            answer = {"oops": 1}
        elif self.dialect == "infinite":
            answer = {"results": [row | {"relevance_score": float("inf")} for row in rows]}
        elif self.dialect == "twice":
            answer = {"results": [rows[0]] * len(rows)}
        busy = self.dialect == "busy" and len(self.seen) == 1
        self.send_response(500 if self.dialect == "down" else 429 if busy else 200)
        if busy:
            self.send_header("Retry-After", "1")
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *args):
        pass


@pytest.fixture
def endpoint():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    Handler.seen.clear()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()
    thread.join()


def order(reranker):
    question = understand("洋山港开了什么？", lambda tokens: dict.fromkeys(tokens, 5.0))
    scores = reranker.scores(question, HITS, measure(question, HITS))
    return [HITS[i].passage.id for i in np.argsort(-scores)]


@pytest.mark.parametrize("dialect", ["jina", "tei"])
def test_endpoints_in_each_dialect(endpoint, monkeypatch, dialect):
    monkeypatch.setattr(Handler, "dialect", dialect)
    monkeypatch.setenv("RERANK_KEY", "secret")
    settings = RetrievalSettings(
        reranker="some-model", reranker_base_url=endpoint, reranker_api_key_env="RERANK_KEY"
    )
    assert order(open_reranker(settings, lambda path: path))[0] == "c"
    sent = Handler.seen[0]
    assert sent["path"] == "/v1/rerank"
    assert sent["model"] == "some-model"
    assert sent["key"] == "Bearer secret"
    assert sent["query"] == "洋山港开了什么？"


def reranking(url, **more):
    return RerankEndpoint(RetrievalSettings(reranker="m", reranker_base_url=url, **more))


@pytest.mark.parametrize("dialect", ["short", "rubbish", "down", "infinite", "twice"])
def test_an_endpoint_that_fails_says_what_to_do(endpoint, monkeypatch, dialect):
    monkeypatch.setattr(Handler, "dialect", dialect)
    with pytest.raises(RerankerError, match=r"，请.*learned"):
        reranking(endpoint, reranker_timeout_s=0.3)("问题", ["甲", "乙"])


def test_a_busy_endpoint_is_asked_again(endpoint, monkeypatch):
    monkeypatch.setattr(Handler, "dialect", "busy")
    assert list(reranking(endpoint)("问题", ["甲", "航线"])) == [0.0, 1.0]
    assert len(Handler.seen) == 2


@pytest.mark.parametrize("dialect", ["jina", "tei"])
def test_batches_are_bounded_and_their_scores_stay_in_order(endpoint, monkeypatch, dialect):
    monkeypatch.setattr(Handler, "dialect", dialect)
    texts = ["航线" if i % 3 == 0 else "甲" for i in range(20)]
    assert list(reranking(endpoint, reranker_batch_size=6)("问题", texts)) == [
        float("航" in t) for t in texts
    ]
    assert sorted(len(seen["texts"]) for seen in Handler.seen) == [2, 6, 6, 6]


def test_nobody_listening_says_what_to_do():
    with pytest.raises(RerankerError, match=r"重排接口.*连不上.*retrieval\.reranker_base_url"):
        reranking("http://127.0.0.1:9")("问题", ["甲"])


def test_only_the_first_candidates_are_read_and_the_rest_stay_below(endpoint):
    settings = RetrievalSettings(reranker="m", reranker_base_url=endpoint, reranker_passages=2)
    found = order(open_reranker(settings, lambda path: path))
    assert len(Handler.seen[0]["documents"]) == 2
    read = {text.split("\n")[1] for text in Handler.seen[0]["documents"]}
    assert {h.passage.id for h in HITS if h.passage.text in read} == set(found[:2])


def test_a_local_cross_encoder(tmp_path):
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    characters = sorted(set("".join(h.passage.text for h in HITS) + "洋山港开了什么？标题"))
    (tmp_path / "vocab.txt").write_text(
        "\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *characters]), encoding="utf-8"
    )
    BertTokenizerFast(vocab=str(tmp_path / "vocab.txt")).save_pretrained(tmp_path / "model")
    config = BertConfig(
        vocab_size=5 + len(characters),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        num_labels=1,
    )
    BertForSequenceClassification(config).save_pretrained(tmp_path / "model")
    settings = RetrievalSettings(reranker="model")
    reranker = open_reranker(settings, lambda path: tmp_path / path)
    assert sorted(order(reranker)) == ["a", "b", "c"]
    assert order(reranker) == order(reranker)


def test_a_model_that_is_not_there_says_what_to_do(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(RerankerError, match=r"retrieval\.reranker"):
        LocalCrossEncoder(str(tmp_path / "empty"))("问题", ["甲"])


def test_the_default_is_the_learned_one():
    assert isinstance(open_reranker(RetrievalSettings(), lambda path: path), LearnedReranker)
