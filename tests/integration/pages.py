"""What the tests of the page in a browser share: a server to visit, its visitor, and a model that a test leads."""

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from tests import indexes
from ui.web import claim_port

ROOT = Path(__file__).parents[2]
WATCHED = Path(__file__).with_name("watched")  # its sitecustomize notes whom a server wants to reach
ASKED = "如皋一共建设了几个科创飞地？"
WAIT = 90_000  # ms; only a machine that is busy with other things needs so long


@contextmanager
def running(folder, *options, port=None, **environment):
    """`guanchao --config folder/config.yaml serve` over its own copy of the sample articles; gives the address.

    Whatever it wants to reach beyond this machine fails the tests that used it.
    """
    shutil.copytree(ROOT / "docs_store" / "articles", folder / "articles", dirs_exist_ok=True)
    port = port or claim_port("127.0.0.1", 0)
    reached = folder / "reached"
    surroundings = os.environ | {
        "PYTHONPATH": f"{WATCHED}{os.pathsep}{ROOT}",
        "TEST_SERVER_REACHED": str(reached),
        "GUANCHAO_STORE__PATH": str(folder / "index"),
        "GUANCHAO_INGEST__ARTICLES": str(folder / "articles"),
        **environment,
    }
    command = [sys.executable, "-m", "ui.cli", *options[:2]]
    if not (folder / "index").exists():
        indexes.copy(
            indexes.samples(), folder / "index", "articles"
        )  # as a configuration in this folder names them
    server = subprocess.Popen(
        [*command, "serve", "--port", str(port), *options[2:]],
        cwd=ROOT,
        env=surroundings,
        stdout=subprocess.DEVNULL,
        stderr=(folder / "log").open("w"),
    )
    url = f"http://127.0.0.1:{port}/"
    try:
        for _ in range(800):
            try:
                urllib.request.urlopen(url, timeout=2).close()
                break
            except OSError:
                assert server.poll() is None, (folder / "log").read_text()
                time.sleep(0.25)
        yield url
    finally:
        server.terminate()
        assert server.wait(timeout=20) == 0  # told to stop, it ends well
        assert not reached.exists(), reached.read_text()


@contextmanager
def visit(browser, url, **options):
    """A fresh visitor; whatever the page asks of others, shows as a dialog or throws fails the test."""
    context = browser.new_context(**{"viewport": {"width": 1366, "height": 860}, "locale": "zh-CN"} | options)
    context.set_default_timeout(WAIT)
    page = context.new_page()
    trouble = []

    def requested(request):
        if not request.url.startswith((url, "data:", "blob:")):
            trouble.append(request.url)

    page.on("request", requested)
    page.on("dialog", lambda d: (trouble.append(f"dialog {d.message}"), d.dismiss()))
    page.on("pageerror", lambda e: trouble.append(f"error {e}"))
    page.goto(url)
    yield page
    context.close()
    assert trouble == []


def send(page, question):
    """Sends a question, and waits for nothing."""
    page.fill("#gc-box textarea", question)
    page.press("#gc-box textarea", "Enter")


def ask(page, question, outcome=".gc-answer", wait=WAIT):
    before = page.locator(f"#gc-log {outcome}").count()
    send(page, question)
    page.wait_for_function(
        "([s, n]) => document.querySelectorAll('#gc-log ' + s).length > n && !document.querySelector('#gc-live .gc-turn')",
        arg=[outcome, before],
        timeout=wait,
    )


def narrow(page, **names):
    """Chooses a scope in its panel: a name of `regions` or `issuers`, days `since` and `until`."""
    page.click("[data-act=scope]")
    page.wait_for_selector("#gc-scope .gc-panel")
    for field, value in names.items():
        if field in ("since", "until"):
            page.fill(f"#gc-{field}", value)
        else:
            page.check(f"#gc-scope [name={field}][value='{value}']")
    page.wait_for_function("document.querySelector('#gc-reach').textContent.includes('篇文章')")
    page.click("#gc-scope .gc-main")
    page.wait_for_selector("#gc-scope", state="hidden")


def tab(page, name):
    page.get_by_role("tab", name=name).click()


class Model(BaseHTTPRequestHandler):
    """An OpenAI-compatible model that the test leads: 'answer', 'hang' or 'die' in the middle of a draft."""

    behaviour = "answer"
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        pieces = ["如皋一共", "建设了5个", "科创飞地[1]。", "如皋还建设了99个", "火箭发射场[1]。"]
        try:
            for number, piece in enumerate(pieces):
                if number == 2 and type(self).behaviour == "die":
                    return
                while number == 2 and type(self).behaviour == "hang":
                    time.sleep(0.1)
                    self.wfile.write(b": wait\n\n")
                    self.wfile.flush()
                time.sleep(0.15)
                chunk = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m"}
                chunk["choices"] = [{"index": 0, "delta": {"content": piece}, "finish_reason": None}]
                self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
                self.wfile.flush()
            self.wfile.write(b"data: [DONE]\n\n")
        except OSError:
            pass
        finally:
            self.close_connection = True


def log_in(page, name, password):
    page.get_by_label("用户名").fill(name)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()
