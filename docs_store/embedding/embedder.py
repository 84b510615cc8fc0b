"""Opens the configured embedding model: our own look-up table in NumPy, any other by sentence-transformers or an endpoint."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from threading import Lock

import numpy as np

from docs_store import weights
from docs_store.embedding import number_format
from docs_store.embedding.passages import Embedder
from docs_store.embedding.static import is_static, open_static
from docs_store.errors import ModelUnavailableError
from docs_store.key_values import FileKeyValues, KeyValues
from docs_store.settings import Settings

_log = logging.getLogger(__name__)


def open_embedder(settings: Settings, key_values: KeyValues | None = None) -> LazyEmbedder:
    """The configured embedder. Nothing is loaded until its first use or `warm_up()`.

    `key_values` remember which model an endpoint had; None: a file beside the index.
    """
    return LazyEmbedder(settings, key_values)


def embedder_fingerprint(settings: Settings) -> str:
    """Names the vector space without loading the model: vectors of two fingerprints must not be mixed."""
    section = settings.embedding
    if section.base_url:
        name = f"{section.base_url}#{section.model}"
        return f"{name}@{section.revision}" if section.revision else name
    spec = weights.CATALOGUE.get(section.model)
    name = f"{section.model}@{spec.sha256[:12]}" if spec else section.model
    return f"{name}|{section.query_prefix}" if section.query_prefix else name


class LazyEmbedder:
    """Loads its model once, on first use; unit-length vectors. Thread-safe."""

    def __init__(self, settings: Settings, key_values: KeyValues | None = None) -> None:
        """Remembers the settings; loads nothing."""
        self._settings = settings
        self._key_values = key_values or FileKeyValues(settings.index_path / "embedding-endpoint.json")
        self._lock = Lock()
        self._model: Embedder | None = None

    def warm_up(self) -> None:
        """Loads the weights now.

        Raises:
            ModelUnavailableError: the model is not here, or its endpoint cannot be used.
            StoreMismatchError: the endpoint's model is another than the index was built with.
        """
        model = self._loaded()
        if self._settings.embedding.base_url:
            from docs_store.embedding.endpoint import EmbeddingEndpoint

            assert isinstance(model, EmbeddingEndpoint)
            model.check(self._settings.embedding.timeout_s)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One unit vector a text, in order."""
        return self._loaded().embed_documents(texts) if texts else []

    def embed_query(self, text: str) -> list[float]:
        """The unit vector of a question."""
        return self._loaded().embed_query(self._settings.embedding.query_prefix + text)

    def _loaded(self) -> Embedder:
        with self._lock:
            if self._model is None:
                self._model = _load(self._settings, self._key_values)
            return self._model


class _UnitLength:
    """Brings vectors to unit length in full precision: in bf16 itself the length would be off by a thousandth."""

    def __init__(self, model: Embedder) -> None:
        self._model = model

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        rows = np.asarray(self._model.embed_documents(texts), dtype=np.float32)
        rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
        found: list[list[float]] = rows.tolist()
        return found

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]


def _load(settings: Settings, key_values: KeyValues) -> Embedder:
    section = settings.embedding
    if section.base_url:
        from docs_store.embedding.endpoint import EmbeddingEndpoint

        api_key(section.api_key_env)
        return EmbeddingEndpoint(
            section,
            embedder_fingerprint(settings),
            lambda: api_key(section.api_key_env),
            key_values,
        )
    folder = _folder(settings)
    if folder is not None and is_static(folder):
        try:
            return open_static(folder)
        except (OSError, ValueError) as error:
            _log.info("%s is left to sentence-transformers: %s", folder, error)
    return _sentence_transformers(settings, folder)


def _sentence_transformers(settings: Settings, folder: Path | None) -> Embedder:
    """A model of sentence-transformers, in the quicker number format. `folder` is None for a hub id."""
    section = settings.embedding
    if folder is not None:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from langchain_huggingface import HuggingFaceEmbeddings

    def load(kind: number_format.Format) -> Embedder:
        half = kind == "bf16"
        model = HuggingFaceEmbeddings(
            model_name=str(folder) if folder else section.model,
            model_kwargs={"device": "cpu", **({"model_kwargs": {"dtype": "bfloat16"}} if half else {})},
            encode_kwargs={"normalize_embeddings": not half, "batch_size": section.batch_size},
        )
        return _UnitLength(model) if half else model

    try:
        if section.backend == "fp32":
            return load("fp32")
        if section.backend == "bf16":
            return load("bf16")
        record = weights.cache_dir() / "number_formats.json"
        able = number_format.has_bf16()
        return number_format.choose(load, embedder_fingerprint(settings), record, able=able)[1]
    except (
        Exception
    ) as error:  # the hub client, torch, tokenizers and safetensors each raise kinds of their own
        raise ModelUnavailableError(
            f"打不开向量模型 {section.model}，请检查 embedding.model 是否为模型文件夹、可访问的 hub 名称，"
            "或改回 guanchao-embed。"
        ) from error


def _folder(settings: Settings) -> Path | None:
    """The local folder that `embedding.model` means; None for a hub id."""
    name = settings.embedding.model
    if name in weights.CATALOGUE:
        return weights.local_path(name)
    path = settings.resolve(Path(name))
    return path if path.is_dir() else None


def api_key(variable: str | None) -> str:
    """The key that the environment variable holds; a placeholder where none is configured (local servers).

    Raises:
        ModelUnavailableError: the variable is named but not set.
    """
    if variable is None:
        return "none"
    value = os.environ.get(variable)
    if not value:
        raise ModelUnavailableError(f"环境变量 {variable} 没有设置，请先 export {variable}=你的密钥。")
    return value
