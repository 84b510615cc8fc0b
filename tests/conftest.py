"""Shared parts of the tests: deterministic fakes, an index of the test's own, and no network but loopback."""

import hashlib
import socket
from pathlib import Path

import pytest
from langchain_core.embeddings import Embeddings

from docs_store.analyser import tokens
from settings import Settings, load_settings
from ui import quiet

quiet.hush()


class FakeEmbeddings(Embeddings):
    """Unit vectors from hashed tokens: alike for texts that share words."""

    def embed_documents(self, texts):
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text):
        vector = [0.0] * 64
        for token in tokens(text):
            vector[hashlib.sha256(token.encode()).digest()[0] % 64] += 1.0
        norm = sum(x * x for x in vector) ** 0.5 or 1.0
        return [x / norm for x in vector]


@pytest.fixture
def embedder() -> FakeEmbeddings:
    return FakeEmbeddings()


@pytest.fixture
def settings(tmp_path, monkeypatch) -> Settings:
    monkeypatch.setenv("GUANCHAO_STORE__PATH", str(tmp_path / "index"))
    return load_settings()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    folder = Path(__file__).parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("needs ../shared/data beside the repository")
    return folder


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch):
    """Fails a test whose process connects to anything but this machine."""
    connect = socket.socket.connect

    def guarded(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in (
            "127.0.0.1",
            "::1",
            "localhost",
        ):
            raise AssertionError(f"a test tried to reach {address}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
