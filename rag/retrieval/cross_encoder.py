"""Rerankers that read question and passage together: a local cross-encoder, or an endpoint. Both behind `Reranker`.

The learned reranker puts the candidates in order first; only the first of them are read, for each costs a model's pass.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import numpy as np
from pydantic import BaseModel, ConfigDict

from docs_store.embedding.embedder import api_key
from docs_store.embedding.passages import embedded_text
from docs_store.models import Hit
from docs_store.network.model_endpoint import ModelEndpoint, Wording, in_batches
from docs_store.settings import RetrievalSettings
from rag.errors import RerankerError
from rag.query.question import Question
from rag.retrieval.layout import Floats
from rag.retrieval.reranker import LearnedReranker, Reranker

_REQUESTS = 4  # batches under way at an endpoint at once
_WORDS = Wording(
    "重排接口",
    "retrieval.reranker_",
    "retrieval.reranker",
    "retrieval.reranker_batch_size",
    RerankerError,
    "，或把 retrieval.reranker 改回 learned 并去掉 retrieval.reranker_base_url",
)
_BELOW = 1000.0  # what was not read stays below what was, in the learned order


class PairScorer(Protocol):
    """Says how well each text answers a question; any scale, higher is better."""

    def __call__(self, question: str, texts: Sequence[str]) -> Sequence[float]:
        """One score a text. Raises RerankerError."""
        ...


class FirstRead:
    """Scores the first `count` candidates with a `PairScorer`; the rest follow as the learned reranker has them."""

    def __init__(self, score: PairScorer, count: int) -> None:
        """Loads nothing."""
        self._score = score
        self._count = count
        self._learned = LearnedReranker()

    def scores(self, question: Question, hits: Sequence[Hit], features: Floats) -> Floats:
        """One score a hit."""
        order = np.argsort(-self._learned.scores(question, hits, features), kind="stable")
        read, rest = order[: self._count], order[self._count :]
        found = np.zeros(len(hits))
        found[read] = self._score(
            question.text, [embedded_text(hits[i].article.title, hits[i].passage.text) for i in read]
        )
        found[rest] = found[read].min(initial=0.0) - _BELOW - np.arange(len(rest))
        return found


class LocalCrossEncoder:
    """A sentence-transformers CrossEncoder, loaded at its first use."""

    def __init__(self, model: str) -> None:
        """A folder or a hub id."""
        self._name = model
        self._lock = Lock()
        self._predict: Callable[..., Any] | None = None

    def __call__(self, question: str, texts: Sequence[str]) -> Sequence[float]:
        """One score a text."""
        with self._lock:
            if self._predict is None:
                self._predict = self._load()
        scores = self._predict([(question, text) for text in texts], show_progress_bar=False)
        return [float(score) for score in np.asarray(scores, np.float64).reshape(len(texts), -1)[:, -1]]

    def _load(self) -> Callable[..., Any]:
        if Path(self._name).is_dir():
            os.environ.setdefault("HF_HUB_OFFLINE", "1")
        from sentence_transformers import CrossEncoder

        try:
            predict: Callable[..., Any] = CrossEncoder(self._name, device="cpu", max_length=512).predict
        except (OSError, ValueError) as error:
            raise RerankerError(
                f"打不开重排模型 {self._name}，请检查 retrieval.reranker 是否为模型文件夹或可访问的 hub 名称，或改回 learned。"
            ) from error
        return predict


class _Row(BaseModel):
    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)
    index: int
    relevance_score: float | None = None
    score: float | None = None

    @property
    def value(self) -> float:
        """The score, under either name. Raises ValueError when there is none."""
        found = self.score if self.relevance_score is None else self.relevance_score
        if found is None:
            raise ValueError("no score")
        return found


class RerankEndpoint:
    """POST `<base_url>/rerank`: Jina's and Cohere's way (`results`), TEI's (a bare list) too. In batches, retried."""

    def __init__(self, settings: RetrievalSettings) -> None:
        """Calls nothing yet; `reranker_base_url` is set."""
        base = (settings.reranker_base_url or "").rstrip("/").removesuffix("/rerank")
        key_env = settings.reranker_api_key_env
        self._endpoint = ModelEndpoint(
            base, lambda: api_key(key_env), settings.reranker, _WORDS, settings.reranker_timeout_s
        )
        self._settings = settings

    def __call__(self, question: str, texts: Sequence[str]) -> Sequence[float]:
        """One score a text."""
        until = time.monotonic() + self._settings.reranker_timeout_s

        def work(part: Sequence[str]) -> list[float]:
            # TEI wants `texts`, the others `documents`; each passes over what it does not know.
            body = {
                "model": self._settings.reranker,
                "query": question,
                "documents": list(part),
                "texts": list(part),
                "truncate": True,
            }
            answer = self._endpoint.post("/rerank", body, until - time.monotonic())
            return self._scores(answer, len(part))

        return in_batches(work, texts, self._settings.reranker_batch_size, _REQUESTS)

    def _scores(self, answer: Any, count: int) -> list[float]:
        try:
            rows = [
                _Row.model_validate(row)
                for row in (answer["results"] if isinstance(answer, dict) else answer)
            ]
            values = {row.index: row.value for row in rows}
            if len(rows) != count:
                raise ValueError("another number of scores than of texts")
            return [values[i] for i in range(count)]
        except (ValueError, KeyError, TypeError) as error:
            raise self._endpoint.failure(
                "没有给每段打一个分", "请换用 Jina、Cohere 或 TEI 方式的接口"
            ) from error


def open_reranker(settings: RetrievalSettings, resolve: Callable[[Path], Path]) -> Reranker:
    """The configured reranker; nothing is loaded until its first use. `resolve` makes relative paths absolute."""
    if settings.reranker_base_url is not None:
        return FirstRead(RerankEndpoint(settings), settings.reranker_passages)
    if settings.reranker == "learned":
        return LearnedReranker()
    folder = resolve(Path(settings.reranker))
    name = str(folder) if folder.is_dir() else settings.reranker
    return FirstRead(LocalCrossEncoder(name), settings.reranker_passages)
