"""The store's backends, each real: Chroma and tantivy in a folder, a `chroma run`, a milvus-lite server."""

import os
import socket
import subprocess
import sys
import time
import uuid
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import pytest

from docs_store.errors import StoreUnavailableError
from docs_store.settings import load_settings

BACKENDS = ("local", "chroma-server", "milvus")
SHARED = BACKENDS[1:]
BIN = Path(sys.executable).parent


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A server process on loopback, over a folder, that can be stopped and started again on its port."""

    def __init__(self, command, port, log):
        self.command, self.port, self.log = command, port, log
        self.url = f"http://127.0.0.1:{port}"
        self.process = None

    def start(self):
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdout=log,
                stderr=log,
                env={**os.environ, "ANONYMIZED_TELEMETRY": "False"},
            )
        for _ in range(600):
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return self
            assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.1)
        raise AssertionError("the server did not start")

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(timeout=2)
            except subprocess.TimeoutExpired:  # it waits for its clients to go
                self.process.kill()
                self.process.wait()


def chroma(folder, port=None):
    port = port or free_port()
    command = [BIN / "chroma", "run", "--path", folder / "chroma", "--host", "127.0.0.1", "--port", str(port)]
    return Server(command, port, folder / "chroma.log")


def milvus(folder, port=None):
    if find_spec("milvus_lite") is None:
        pytest.skip("needs pip install 'guanchao[milvus]'")
    port = port or free_port()
    command = [BIN / "milvus-lite", "server", "--data-dir", folder / "milvus", "--host", "127.0.0.1"]
    return Server([*command, "--port", str(port)], port, folder / "milvus.log")


MADE = {"chroma-server": chroma, "milvus": milvus}


@pytest.fixture(scope="session")
def servers(tmp_path_factory):
    """The running server of a backend, one a session, started when first asked for."""
    running = {}

    def of(backend):
        if backend not in running:
            running[backend] = MADE[backend](tmp_path_factory.mktemp(backend)).start()
        return running[backend]

    yield of
    for server in running.values():
        server.stop()


@pytest.fixture
def place(tmp_path, monkeypatch, servers):
    """Settings of an index of the test's own on a backend: `place(backend, "folder")`.

    Two folders are two machines. The environment says the same, for processes that a test starts.
    """
    collection = "t" + uuid.uuid4().hex[:10]

    if find_spec("pymilvus"):
        # Writers of one test start one after the other, save in the test of the lease itself.
        monkeypatch.setattr("docs_store.engines.milvus.MilvusEngine.settle_seconds", 0.02)

    def of(backend, folder="index", url=None, **store):
        values = {"path": str(tmp_path / folder), "backend": backend}
        if backend != "local":
            values |= {"url": url or servers(backend).url, "collection": collection, "refresh_seconds": 0.3}
        values |= store
        for key, value in values.items():
            monkeypatch.setenv(f"GUANCHAO_STORE__{key.upper()}", str(value))
        return load_settings()

    return of


@pytest.fixture(params=BACKENDS)
def backend(request):
    return request.param


@pytest.fixture(params=SHARED)
def shared(request):
    return request.param


def eventually(what, seconds=10.0):
    """Waits until `what()` is true, and a server that was away is back."""
    until = time.monotonic() + seconds
    while True:
        with suppress(StoreUnavailableError):
            if what():
                return
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.05)
