"""Rerankers that read question and passage together: a local cross-encoder, or an endpoint. Both behind `Reranker`.

The learned reranker puts the candidates in order first; only the first of them are read, for each costs a model's pass.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import httpx
import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from docs_store.embedder import api_key
from docs_store.models import Hit
from rag.errors import RerankerError
from rag.layout import Floats
from rag.question import Question
from rag.rerank import LearnedReranker, Reranker
from settings import RetrievalSettings

_TIMEOUT_S = 20.0
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
        found[read] = self._score(question.text, [_text(hits[i]) for i in read])
        found[rest] = found[read].min(initial=0.0) - _BELOW - np.arange(len(rest))
        return found


def _text(hit: Hit) -> str:
    title = hit.article.title
    return hit.passage.text if hit.passage.text.startswith(title) else f"{title}\n{hit.passage.text}"


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
    model_config = ConfigDict(extra="ignore")
    index: int
    relevance_score: float | None = None
    score: float | None = None


class RerankEndpoint:
    """POST `<base_url>/rerank`: Jina's and Cohere's way (`results`), TEI's (a bare list) too."""

    def __init__(self, base_url: str, model: str, api_key_env: str | None) -> None:
        """Calls nothing yet."""
        base = base_url.rstrip("/")
        self._url = base if base.endswith("/rerank") else base + "/rerank"
        self._model = model
        self._key_env = api_key_env

    def __call__(self, question: str, texts: Sequence[str]) -> Sequence[float]:
        """One score a text."""
        # TEI wants `texts`, the others `documents`; each passes over what it does not know.
        body = {"model": self._model, "query": question, "documents": list(texts), "texts": list(texts)}
        headers = {"Authorization": f"Bearer {api_key(self._key_env)}"}
        try:
            answer = httpx.post(self._url, json=body, headers=headers, timeout=_TIMEOUT_S)
            answer.raise_for_status()
            data = answer.json()
            rows = [_Row.model_validate(row) for row in (data["results"] if isinstance(data, dict) else data)]
        except (httpx.HTTPError, ValueError, ValidationError, KeyError, TypeError) as error:
            raise RerankerError(
                f"重排接口 {self._url} 调用失败（{type(error).__name__}），请检查地址、模型名与密钥，或把 retrieval.reranker 改回 learned。"
            ) from error
        values = {
            row.index: row.relevance_score if row.relevance_score is not None else row.score for row in rows
        }
        if set(values) != set(range(len(texts))) or any(value is None for value in values.values()):
            raise RerankerError(
                f"重排接口 {self._url} 没有给每段打分，请换用兼容的接口，或把 retrieval.reranker 改回 learned。"
            )
        return [float(values[i] or 0.0) for i in range(len(texts))]


def open_reranker(settings: RetrievalSettings, resolve: Callable[[Path], Path]) -> Reranker:
    """The configured reranker; nothing is loaded until its first use. `resolve` makes relative paths absolute."""
    if settings.reranker_base_url is not None:
        endpoint = RerankEndpoint(
            settings.reranker_base_url, settings.reranker, settings.reranker_api_key_env
        )
        return FirstRead(endpoint, settings.reranker_passages)
    if settings.reranker == "learned":
        return LearnedReranker()
    folder = resolve(Path(settings.reranker))
    name = str(folder) if folder.is_dir() else settings.reranker
    return FirstRead(LocalCrossEncoder(name), settings.reranker_passages)
