"""Embeddings from an endpoint, OpenAI's way or TEI's, in batches; notices when another model answers than before."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from docs_store.errors import ModelUnavailableError, StoreMismatchError
from docs_store.key_values import KeyValues
from docs_store.network.model_endpoint import ModelEndpoint, Wording, in_batches
from docs_store.settings import EmbeddingSettings

_QUESTION_PATIENCE_S = 15.0  # someone waits
_CHECKED_FOR_S = 600.0  # then the endpoint is asked again who it is
_SAME = 0.999  # cosine; bf16 beside fp32 has .99999, int8 .998
_PROBES = ("长三角一体化发展规划纲要", "如皋建设了5个科创飞地", "The port opened 3 container routes in 2024.")
_WORDS = Wording(
    "向量接口",
    "embedding.",
    "embedding.model",
    "embedding.batch_size 或 ingest.passage_max_chars",
    ModelUnavailableError,
)

Vectors = NDArray[np.float32]


class _Info(BaseModel):
    """What TEI says under /info."""

    model_config = ConfigDict(extra="ignore")
    model_sha: str | None = None
    max_client_batch_size: int | None = None


class _Known(BaseModel):
    """Who answered when the first vectors were made."""

    revision: str | None
    probes: list[list[float]]


class EmbeddingEndpoint:
    """Unit vectors, in order, as many as texts, all of one length, all finite; anything else is an error. Thread-safe."""

    def __init__(
        self, settings: EmbeddingSettings, name: str, key: Callable[[], str], record: KeyValues
    ) -> None:
        """Calls nothing yet.

        Args:
            settings: address, model, dialect, batches.
            name: fingerprint of the embedder; what is recorded holds for it alone.
            key: gives the key, or raises ModelUnavailableError.
            record: remembers, with the index, which model answered; processes that share the index share it.
        """
        assert settings.base_url is not None
        self._settings, self._name, self._record = settings, name, record
        self._endpoint = ModelEndpoint(settings.base_url, key, settings.model, _WORDS, settings.timeout_s)
        self._lock = Lock()
        self._checked_at: tuple[float, int] | None = None
        self._batch = settings.batch_size
        self._length: int | None = None

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One unit vector a text, in order.

        Raises:
            ModelUnavailableError: the endpoint cannot be used; the message says what to do.
            StoreMismatchError: another model answers than the one that made the index's vectors.
        """
        rows: list[list[float]] = self._embedded(texts, self._settings.retry_s).tolist()
        return rows

    def embed_query(self, text: str) -> list[float]:
        """The unit vector of a question; waits less long than `embed_documents`. Raises as it does."""
        patience = min(self._settings.retry_s, _QUESTION_PATIENCE_S)
        row: list[float] = self._embedded([text], patience)[0].tolist()
        return row

    def check(self, patience_s: float) -> None:
        """Asks the endpoint who it is, unless it was asked lately and has not been interrupted since. Raises as above."""
        with self._lock:
            now = time.monotonic()
            if self._checked_at is not None:
                at, interruptions = self._checked_at
                if now - at < _CHECKED_FOR_S and interruptions == self._endpoint.interruptions:
                    return
            revision = self._revision(patience_s)
            probes = self._request(list(_PROBES), patience_s)
            self._compare(revision, probes)
            self._length = probes.shape[1]
            self._checked_at = (time.monotonic(), self._endpoint.interruptions)

    def _embedded(self, texts: Sequence[str], patience_s: float) -> Vectors:
        self.check(patience_s)

        def work(part: Sequence[str]) -> list[Vectors]:
            found = self._request(part, patience_s)
            if found.shape[1] != self._length:
                raise self._endpoint.failure(
                    f"的向量长度由 {self._length} 变为 {found.shape[1]}", "请确认接口后面只有一个模型"
                )
            return list(found)

        rows = in_batches(work, texts, self._batch, self._settings.requests)
        self.check(patience_s)  # an interruption meanwhile may have been a restart with another model
        return np.stack(rows)

    def _revision(self, patience_s: float) -> str | None:
        """The revision that the endpoint states; only TEI does. Learns its largest batch too."""
        if self._settings.api != "tei":
            return None
        try:
            info = _Info.model_validate(self._endpoint.get("/info", patience_s) or {})
        except ValidationError as error:
            raise self._endpoint.failure("的 /info 不是 TEI 的样子", "请检查 embedding.api") from error
        self._batch = min(self._settings.batch_size, info.max_client_batch_size or self._settings.batch_size)
        wanted = self._settings.revision
        if info.model_sha and wanted and not info.model_sha.startswith(wanted):
            raise StoreMismatchError(
                f"向量接口 {self._endpoint.url} 的模型版本是 {info.model_sha}，而 embedding.revision 是 {wanted}。"
                "请换回原来的模型，或改 embedding.revision 后运行 `guanchao ingest --rebuild`。"
            )
        return info.model_sha

    def _compare(self, revision: str | None, probes: Vectors) -> None:
        mine = self._read()
        if mine is None:  # or not to be had: then nothing is compared
            known = _Known(revision=revision, probes=np.round(probes, 5).tolist())
            self._record.put(self._name, known.model_dump_json())
            return
        before = np.asarray(mine.probes, np.float32)
        alike = float((before * probes).sum(axis=1).min()) if before.shape == probes.shape else 0.0
        changed = None not in (mine.revision, revision) and mine.revision != revision
        if changed or alike < _SAME:
            what = (
                f"版本由 {mine.revision} 变为 {revision}"
                if changed
                else f"同样的句子，向量相似度只有 {alike:.3f}"
            )
            raise StoreMismatchError(
                f"向量接口 {self._endpoint.url} 换了模型（{what}），与索引里的向量不能混用。请换回原来的模型；"
                f"要改用新模型，请把 embedding.revision 改为{'它的版本号' if revision else '另一个记号'}，"
                "再运行 `guanchao ingest --rebuild`。"
            )

    def _read(self) -> _Known | None:
        text = self._record.get(self._name)
        try:
            return None if text is None else _Known.model_validate_json(text)
        except ValidationError:
            return None

    def _request(self, texts: Sequence[str], patience_s: float) -> Vectors:
        """Unit vectors of one batch, float32 of shape (texts, dimensions)."""
        if self._settings.api == "tei":
            body: dict[str, Any] = {"inputs": list(texts), "normalize": True, "truncate": False}
            rows = self._endpoint.post("/embed", body, patience_s)
        else:
            body = {"model": self._settings.model, "input": list(texts), "encoding_format": "float"}
            rows = self._in_order(self._endpoint.post("/embeddings", body, patience_s))
        return self._unit(rows, len(texts))

    def _in_order(self, answer: Any) -> list[Any]:
        try:
            rows = {int(row["index"]): row["embedding"] for row in answer["data"]}
            if len(rows) != len(answer["data"]):
                raise ValueError("an index stands twice")
            return [rows[i] for i in range(len(rows))]
        except (KeyError, TypeError, ValueError) as error:
            raise self._endpoint.failure(
                "的回答不是 OpenAI 兼容的样子", "请检查 embedding.base_url 与 embedding.api（openai 或 tei）"
            ) from error

    def _unit(self, rows: Any, count: int) -> Vectors:
        try:
            found = np.asarray(rows, dtype=np.float32)
        except (TypeError, ValueError) as error:
            raise self._endpoint.failure(
                "给的向量长短不一或不是数字", "请检查 embedding.base_url 与 embedding.api（openai 或 tei）"
            ) from error
        if found.ndim != 2 or len(found) != count:
            raise self._endpoint.failure(
                f"对 {count} 段文字给了 {len(found) if found.ndim else 0} 个向量",
                "请调小 embedding.batch_size 或换一个接口",
            )
        length = np.linalg.norm(found, axis=1, keepdims=True)
        if not np.isfinite(length).all() or not length.all():
            raise self._endpoint.failure("给的向量含有非数字或全为零", "请检查该模型的精度设置，或换一个接口")
        return np.asarray(found / length, dtype=np.float32)
