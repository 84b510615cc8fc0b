"""The page in a real browser: an answer with a marker that leads to its marked quote, and no outside request."""

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from ui.web import claim_port

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def page_url(tmp_path_factory):
    index = tmp_path_factory.mktemp("page") / "index"
    port = claim_port("127.0.0.1", 0)
    environment = os.environ | {"PYTHONPATH": str(ROOT), "GUANCHAO_STORE__PATH": str(index)}
    command = [sys.executable, "-m", "ui.cli"]
    subprocess.run([*command, "ingest"], cwd=ROOT, env=environment, check=True, capture_output=True)
    server = subprocess.Popen(
        [*command, "serve", "--port", str(port), "--extractive"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(180):
            try:
                urllib.request.urlopen(url, timeout=2).close()
                break
            except OSError:
                assert server.poll() is None, "the server stopped"
                time.sleep(0.5)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=20)


@pytest.fixture
def page(page_url):
    browser_path = shutil.which("chromium") or shutil.which("google-chrome")
    if browser_path is None:
        pytest.skip("needs Debian's chromium package")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browser_path, args=["--no-sandbox", "--disable-background-networking"]
        )
        opened = browser.new_page(viewport={"width": 1280, "height": 900})
        outside = []
        opened.on(
            "request",
            lambda r: outside.append(r.url) if not r.url.startswith((page_url, "data:", "blob:")) else None,
        )
        opened.goto(page_url)
        opened.wait_for_selector("#gc-box textarea")
        yield opened
        browser.close()
    assert outside == []


def ask(page, question):
    page.fill("#gc-box textarea", question)
    page.press("#gc-box textarea", "Enter")


def test_an_answer_leads_to_its_marked_quote(page):
    ask(page, "如皋一共建设了几个科创飞地？")
    page.wait_for_selector(".gc-marker", timeout=30_000)
    page.click(".gc-marker")
    card = page.locator(".gc-card:target")
    assert "5个科创飞地" in card.locator("mark").inner_text()
    assert "南通发布" in card.inner_text() and "2025-01-20" in card.inner_text()


def test_a_refusal_is_plain_and_shows_the_nearest_passages(page):
    ask(page, "盐城建设了几个科创飞地？")
    page.wait_for_selector(".gc-refusal", timeout=30_000)
    assert "没有找到" in page.inner_text(".gc-refusal")
    assert page.locator("#gc-sources .gc-card").count() > 0


def test_markup_in_a_question_is_text(page):
    ask(page, "<img src=x onerror=\"document.title='hacked'\"> <script>document.title='hacked'</script>")
    page.wait_for_selector(".gc-refusal", timeout=30_000)
    assert page.title() != "hacked"
    assert page.locator("#gc-chat img[src='x']").count() == 0
