"""A running server over the sample articles, a fresh one for each file of tests that asks for it."""

import os
import shutil
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import ThreadingHTTPServer
from pathlib import Path

import pages
import pytest
import yaml

from tests import indexes
from ui.page.people import hash_password
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
    """An index of the sample articles of the clone, of the module's own."""
    folder = tmp_path_factory.mktemp("doors") / "index"
    indexes.copy(indexes.samples(), folder, "docs_store/articles")
    return folder


@pytest.fixture(scope="module")
def url(index, tmp_path_factory):
    articles = tmp_path_factory.mktemp("articles")
    with running(index, GUANCHAO_INGEST__ARTICLES=str(articles)) as address:
        yield address


@pytest.fixture(scope="session")
def page_folder(tmp_path_factory):
    """Where the server of `page_url` has its articles and its index."""
    return tmp_path_factory.mktemp("page")


@pytest.fixture(scope="session")
def page_url(page_folder):
    """One server for all tests of the page."""
    (page_folder / "config.yaml").write_text("{}", encoding="utf-8")
    with pages.running(page_folder, "--config", str(page_folder / "config.yaml"), "--extractive") as url:
        yield url


@pytest.fixture(scope="module")
def browser():
    """One browser for all tests of a module; each visits in a context of its own.

    Not for the session: while Playwright runs, its event loop does, and asyncio's own tests cannot begin one.
    """
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("needs Debian's chromium package")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-background-networking"]
        )
        yield started
        started.close()


@pytest.fixture
def page(browser, page_url):
    """The page, just opened."""
    with pages.visit(browser, page_url) as opened:
        opened.wait_for_selector("#gc-box textarea")
        yield opened


@pytest.fixture(scope="session")
def guarded_url(tmp_path_factory):
    """A server with login, and a model that the test leads."""
    folder = tmp_path_factory.mktemp("guarded")
    endpoint = ThreadingHTTPServer(("127.0.0.1", 0), pages.Model)
    endpoint.daemon_threads = True
    threading.Thread(target=endpoint.serve_forever, daemon=True).start()
    users = [
        {"name": "小王", "password": hash_password("correct horse"), "role": "editor"},
        {"name": "小李", "password": hash_password("battery staple"), "role": "reader"},
    ]
    settings = {
        "page": {"users": users},
        "llm": {"base_url": f"http://127.0.0.1:{endpoint.server_address[1]}/v1", "model": "m"},
    }
    (folder / "config.yaml").write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")
    with pages.running(folder, "--config", str(folder / "config.yaml")) as url:
        yield url
    endpoint.shutdown()
