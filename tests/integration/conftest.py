"""A running server over the sample articles, a fresh one for each file of tests that asks for it."""

import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from ui.web import claim_port

ROOT = Path(__file__).parents[2]


@contextmanager
def running(folder, *options, **environment):
    """`guanchao serve` over an index in `folder`; gives the address."""
    port = claim_port("127.0.0.1", 0)
    surroundings = os.environ | {"PYTHONPATH": str(ROOT), "GUANCHAO_STORE__PATH": str(folder)} | environment
    server = subprocess.Popen(
        [sys.executable, "-m", "ui.cli", "serve", "--port", str(port), "--extractive", *options],
        cwd=ROOT,
        env=surroundings,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        for line in server.stderr:
            if url in line:
                break
        else:
            raise AssertionError("the server stopped")
        yield url
    finally:
        server.terminate()
        server.communicate(timeout=20)


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    folder = tmp_path_factory.mktemp("doors") / "index"
    environment = os.environ | {"PYTHONPATH": str(ROOT), "GUANCHAO_STORE__PATH": str(folder)}
    command = [sys.executable, "-m", "ui.cli", "ingest"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def url(index, tmp_path_factory):
    articles = tmp_path_factory.mktemp("articles")
    with running(index, GUANCHAO_INGEST__ARTICLES=str(articles)) as address:
        yield address
