"""Two `guanchao serve` behind one Chroma server: the same answers, changes seen by both, an outage told and survived."""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.docs_store.conformance.conftest import chroma, eventually
from tests.integration.conftest import running

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.integration


def call(url, body):
    """(status, JSON) of a request."""
    request = urllib.request.Request(
        url, json.dumps(body).encode(), {"Content-Type": "application/json"}, method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def guanchao(environment, *arguments):
    """(exit code, output, errors) of the program."""
    done = subprocess.run(
        [sys.executable, "-m", "ui.cli", *arguments],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return done.returncode, done.stdout, done.stderr


def answer(url, question="如皋一共建设了几个科创飞地？"):
    status, body = call(f"{url}/api/ask", {"question": question})
    assert status == 200, body
    return body["answer"], [(c["article_id"], c["quote"]) for c in body["citations"]]


def test_two_servers_answer_alike_and_outlive_an_outage(tmp_path):
    server = chroma(tmp_path).start()
    store = {
        "GUANCHAO_STORE__BACKEND": "chroma-server",
        "GUANCHAO_STORE__URL": server.url,
        "GUANCHAO_STORE__REFRESH_SECONDS": "0.5",
    }
    writer = store | {"GUANCHAO_STORE__PATH": str(tmp_path / "writer")}
    more = tmp_path / "more.txt"
    more.write_text("洋口港扩建\n\n洋口港扩建液化天然气码头，投资19亿元。", encoding="utf-8")
    try:
        code, _, errors = guanchao(writer, "ingest")
        assert code == 0, errors
        with ExitStack() as servers, ThreadPoolExecutor(2) as pool:
            contexts = [running(tmp_path / name, "--no-page", **store) for name in "ab"]
            started = [pool.submit(servers.enter_context, context) for context in contexts]  # side by side
            one, other = (server.result() for server in started)
            assert answer(one) == answer(other) and "5个" in answer(one)[0]
            assert guanchao(writer, "ingest", str(more))[0] == 0
            wanted = "洋口港扩建液化天然气码头投资多少？"
            eventually(lambda: all("19亿元" in answer(url, wanted)[0] for url in (one, other)), 20)
            server.stop()
            status, body = call(f"{one}/api/search", {"question": "科创飞地"})
            assert status == 503 and "请确认服务已启动" in json.dumps(body, ensure_ascii=False)
            code, _, errors = guanchao(writer, "status")
            assert code == 1 and "请确认服务已启动" in errors and "Traceback" not in errors
            server.start()
            eventually(lambda: call(f"{one}/api/search", {"question": "科创飞地"})[0] == 200, 20)
        code, output, _ = guanchao(writer, "status", "--json")
        told = json.loads(output)
        assert code == 0 and told["agree"] and told["articles"] == 16
        assert (told["backend"], told["url"], told["behind"]) == ("chroma-server", server.url, 0)
    finally:
        server.stop()
