"""Schemathesis calls every operation with what its OpenAPI allows and forbids: no 5xx, nothing off the schema."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest

from ui.http.app import build, make_server
from ui.keys import KeyFile
from ui.web import listen


@pytest.fixture
def key(settings):
    return KeyFile(settings).add("all", ["read", "ingest"])[1]


@pytest.fixture
def address(serving, key):
    """A server of this process on a real port; it wants keys."""
    ready = threading.Event()
    with serving(calls_per_minute=0, keys="required") as client, listen("127.0.0.1", 0) as listening:
        server = make_server(build(client.service, None), ready.set)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        assert ready.wait(20)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        server.should_exit = True
        thread.join()


def test_every_operation_keeps_to_its_schema(address, key, tmp_path):
    program = Path(sys.executable).with_name("schemathesis")
    command = [program, "run", f"{address}api/openapi.json", "-H", f"Authorization: Bearer {key}"]
    options = ["--max-examples", "6", "--seed", "1", "--phases", "examples,coverage,fuzzing", "--no-color"]
    done = subprocess.run(
        [*command, *options], cwd=tmp_path, capture_output=True, text=True, check=False, env=os.environ
    )
    assert done.returncode == 0, done.stdout[-6000:]
    assert "26 selected / 26 total" in done.stdout


def test_the_description_has_an_example_of_each_body(address):
    found = httpx.get(f"{address}api/openapi.json").json()
    bodies = [
        operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        for path in found["paths"].values()
        for operation in path.values()
        if "application/json" in operation.get("requestBody", {}).get("content", {})
    ]
    assert len(bodies) == 13
    for name in bodies:
        schema = found["components"]["schemas"][name]
        assert "example" in schema or name == "IngestBody", name
