"""What each command imports, seen in `sys.modules` when it ends: nothing heavy that it does not need."""

import json
import os
import signal
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = {"torch", "sentence_transformers", "transformers", "gradio", "ray", "pandas", "scipy", "sklearn"}
LANGCHAIN = {"langchain_core", "langchain_openai", "langchain_huggingface", "langsmith", "openai", "tiktoken"}
SERVER = {"fastapi", "uvicorn", "mcp", "chromadb"}
"""What only those need that serve something, or write."""
RUN = (
    "import atexit, json, sys; "
    "atexit.register(lambda: open({out!r}, 'w').write(json.dumps(sorted(sys.modules)))); "
    "sys.argv = {argv!r}; from ui.cli import main; main()"
)
QUESTION = "如皋建设了几个科创飞地？"


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    """An index of the sample articles, and what ingesting them imported."""
    folder = tmp_path_factory.mktemp("imports")
    return folder / "index", imported(folder, folder / "index", "ingest", "docs_store/articles")


class Endpoint(BaseHTTPRequestHandler):
    """A language model that says one sentence."""

    def log_message(self, *_):
        pass

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        delta = {"role": "assistant", "content": "如皋建设了5个科创飞地[1]。"}
        for choice in ({"delta": delta, "finish_reason": None}, {"delta": {}, "finish_reason": "stop"}):
            chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
            self.wfile.write(f"data: {json.dumps(chunk | {'choices': [{'index': 0} | choice]})}\n\n".encode())
        self.wfile.write(b"data: [DONE]\n\n")


@pytest.fixture(scope="module")
def endpoint():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield {
        "GUANCHAO_LLM__BASE_URL": f"http://127.0.0.1:{server.server_port}/v1",
        "GUANCHAO_LLM__OPINION": "never",
    }
    server.shutdown()
    server.server_close()


def begin(folder, index, *argv, **environment):
    code = RUN.format(out=str(folder / "modules.json"), argv=["guanchao", *argv])
    return subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT), "GUANCHAO_STORE__PATH": str(index)} | environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def modules(folder):
    return {name.partition(".")[0] for name in json.loads((folder / "modules.json").read_text())}


def imported(folder, index, *argv, said="", **environment):
    """Top-level packages that a command, which must succeed, had imported when it ended."""
    process = begin(folder, index, *argv, **environment)
    out, err = process.communicate(said, timeout=120)
    assert process.returncode == 0, err
    assert not said or "5个" in out
    return modules(folder)


def test_ingest(index):
    _, found = index
    assert not found & (HEAVY | LANGCHAIN | {"fastapi", "mcp"})


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["search", QUESTION], ""),
        (["search", QUESTION, "--json", "--since", "2024-01-01"], ""),
        (["ask", QUESTION, "--extractive"], ""),
        (["ask", QUESTION, "--extractive", "--json"], ""),
        (["status"], ""),
        (["chat", "--extractive"], f"{QUESTION}\n/new\n/exit\n"),
        (["models", "list"], ""),
        (["--help"], ""),
    ],
    ids=lambda value: " ".join(value[:1]) if isinstance(value, list) else "",
)
def test_commands_without_a_language_model(index, tmp_path, argv, said):
    found = imported(tmp_path, index[0], *argv, said=said)
    assert not found & (HEAVY | LANGCHAIN | SERVER)


@pytest.mark.parametrize("command", ["status", "articles", "models"])
def test_what_answers_nothing_loads_no_vectors_and_no_dictionary(index, tmp_path, command):
    found = imported(tmp_path, index[0], *([command, "list"] if command == "models" else [command]))
    assert not found & {"rjieba", "tokenizers", "rich", "chromadb"}


def test_an_ingest_that_finds_nothing_new_leaves_chroma_alone(index, tmp_path):
    assert "chromadb" in index[1]
    assert "chromadb" not in imported(tmp_path, index[0], "ingest", "docs_store/articles")


def test_ask_with_a_language_model_adds_its_client_alone(index, endpoint, tmp_path):
    found = imported(tmp_path, index[0], "ask", QUESTION, **endpoint)
    assert "langchain_openai" in found and not found & (HEAVY | SERVER)


def test_mcp(index, tmp_path):
    process = begin(tmp_path, index[0], "mcp", "--extractive")
    client = {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "t", "version": "1"},
    }
    call = {"name": "ask", "arguments": {"question": QUESTION}}
    for message in (
        {"id": 1, "method": "initialize", "params": client},
        {"method": "notifications/initialized"},
        {"id": 2, "method": "tools/call", "params": call},
    ):
        process.stdin.write(json.dumps({"jsonrpc": "2.0"} | message) + "\n")
    process.stdin.flush()
    process.stdout.readline()
    assert "5个" in process.stdout.readline()
    process.communicate(timeout=60)
    assert not modules(tmp_path) & (HEAVY | LANGCHAIN | {"chromadb"})


def test_serve_adds_the_page_alone(index, tmp_path):
    process = begin(tmp_path, index[0], "serve", "--port", "0", "--extractive")
    line = next(line for line in process.stderr if "http://" in line)
    url = "http://" + line.split("http://")[1].split()[0].rstrip("/。，")
    assert "观潮" in urlopen(url, timeout=60).read().decode()
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    # pandas is Gradio's own.
    assert not modules(tmp_path) & ((HEAVY | LANGCHAIN) - {"gradio", "pandas"})


def test_gradio_writes_no_stubs(tmp_path):
    code = (
        "from ui import quiet; quiet.hush(); import gradio, gradio.component_meta as meta; "
        "assert meta.create_or_modify_pyi.__module__ == 'ui.gradio_stubs'; assert gradio.Textbox().change"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
