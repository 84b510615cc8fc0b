"""The local model's process: loads aside, tells what is amiss, ends with its parent, keeps what it has read on disk."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time

import pytest

from docs_store import machine
from docs_store.errors import ModelUnavailableError
from rag.generation import prompts
from rag.llama import LlamaOptions, LlamaProcess
from rag.llm import LanguageModel

# In the place of llama.cpp: the same few names, the same slots over HTTP, and what it was asked in a file.
FAKE = """
import json, os, signal, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import SimpleNamespace as Names
from urllib.parse import parse_qs, urlsplit

common_speculative_type = Names(COMMON_SPECULATIVE_TYPE_NGRAM_SIMPLE="simple")

def CommonParams():
    return Names(model=Names(path=""), cpuparams=Names(), cpuparams_batch=Names(),
                 speculative=Names(types=[], ngram_simple=Names()))

class Server:
    def __init__(self, params):
        print("llama.cpp says something")
        path = params.model.path
        if "broken" in path:
            raise RuntimeError("not a model")
        if "huge" in path:
            os.kill(os.getpid(), signal.SIGKILL)
        if "slow" in path:
            time.sleep(1)
        log = open(path + ".log", "a", buffering=1)
        print(json.dumps({"threads": params.cpuparams.n_threads, "drafts": params.speculative.types}), file=log)
        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_): pass
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                url = urlsplit(self.path)
                action = parse_qs(url.query).get("action", ["chat"])[0]
                print(json.dumps({"slot": url.path.rpartition("/")[2], "action": action} | body), file=log)
                file = params.slot_save_path + body.get("filename", "")
                if action == "save":
                    open(file, "w").write("kept")
                ok = action != "restore" or open(file).read() == "kept"
                self.send_response(200 if ok else 400)
                self.end_headers()
                self.wfile.write(b"{}")
                if "fragile" in path and action == "restore":
                    os._exit(1)
        server = ThreadingHTTPServer((params.hostnames[0], params.port), Handler)
        Thread(target=server.serve_forever, daemon=True).start()
        self.listening_address = f"http://127.0.0.1:{params.port}"
"""


@pytest.fixture
def job(tmp_path, monkeypatch):
    """Makes jobs for a model of some name, with slots and a folder for what was read."""
    (tmp_path / "fake").mkdir()
    (tmp_path / "fake" / "xllamacpp.py").write_text(textwrap.dedent(FAKE), encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path / "fake"))
    (tmp_path / "slots").mkdir()

    def make(name="model.gguf", **changed):
        if not (tmp_path / name).exists():  # what was kept belongs to a file of one time
            (tmp_path / name).touch()
        return LlamaOptions(str(tmp_path / name), 8192, 3, 2, str(tmp_path / "slots"), **changed)

    return make


@pytest.fixture
def started():
    """Starts processes and ends them."""
    running = []

    def start(job):
        running.append(LlamaProcess(job))
        return running[-1]

    yield start
    for process in running:
        process.stop()


def asked(job):
    with open(job.model + ".log", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def test_it_listens_and_ends_when_it_is_told(job, started):
    process = started(job(draft_after=4, draft_tokens=12))
    assert process.address().startswith("http://127.0.0.1:") and process.running
    assert asked(job())[0] == {"threads": 2, "drafts": ["simple"]}
    process.stop()
    assert not process.running


def test_while_it_loads_the_program_goes_on(job, started):
    began = time.monotonic()
    process = started(job("slow.gguf"))
    seen = []
    waiting = threading.Thread(target=lambda: seen.append(process.address()))
    waiting.start()
    steps = 0
    while waiting.is_alive():
        steps += 1
        time.sleep(0.01)
    assert seen and steps > 20 and time.monotonic() - began > 1


@pytest.mark.parametrize(("name", "why"), [("broken.gguf", "not a model"), ("huge.gguf", "信号 9.*内存不足")])
def test_a_model_that_cannot_be_loaded_is_told_with_the_next_step(job, started, name, why):
    with pytest.raises(ModelUnavailableError, match=f"{name}.*{why}.*llm.model"):
        started(job(name)).address()


def test_it_ends_when_its_parent_is_killed(job, tmp_path):
    script = (
        "import json, sys, time; from rag.llama import LlamaOptions, LlamaProcess; "
        "p = LlamaProcess(LlamaOptions(**json.loads(sys.argv[1]))); p.address(); print(p.pid, flush=True); time.sleep(60)"
    )
    fields = {name: getattr(job(), name) for name in LlamaOptions.__dataclass_fields__}
    parent = subprocess.Popen(
        [sys.executable, "-c", script, json.dumps(fields)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
    )
    child = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    for _ in range(200):
        try:
            os.kill(child, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    raise AssertionError("the model's process lives on")


def test_the_beginning_of_all_prompts_is_read_once_and_then_taken_from_the_disk(job, started, tmp_path):
    fixed, slots = prompts.fixed(), tmp_path / "slots"
    first = started(job())
    first.remember(fixed, slots)
    actions = [(row["action"], row["slot"]) for row in asked(job())[1:]]
    assert actions == [("chat", "completions"), ("save", "0"), ("restore", "1"), ("restore", "2")]
    assert asked(job())[1]["messages"] == fixed and len(list(slots.iterdir())) == 1
    started(job()).remember(fixed, slots)
    actions = [(row["action"], row["slot"]) for row in asked(job())[6:]]
    assert actions == [("restore", "0"), ("restore", "1"), ("restore", "2")]


def test_another_prompt_is_read_anew_and_takes_the_olds_place(job, started, tmp_path):
    slots = tmp_path / "slots"
    process = started(job())
    process.remember(prompts.fixed(), slots)
    (kept,) = slots.iterdir()
    process.remember([{"role": "user", "content": "另一个开头"}], slots)
    (other,) = slots.iterdir()
    assert other.name != kept.name


def test_what_was_kept_and_cannot_be_read_is_read_anew(job, started, tmp_path):
    slots = tmp_path / "slots"
    process = started(job())
    process.remember(prompts.fixed(), slots)
    (kept,) = slots.iterdir()
    kept.write_text("torn")
    process.remember(prompts.fixed(), slots)
    assert kept.read_text() == "kept"


def test_what_was_kept_and_ends_the_process_is_thrown_away(job, started, tmp_path):
    slots = tmp_path / "slots"
    process = started(job("fragile.gguf"))
    process.remember(prompts.fixed(), slots)
    for _ in range(100):
        if not process.running:
            break
        time.sleep(0.05)
    process.remember(prompts.fixed(), slots)
    assert not process.running and not [p for p in slots.iterdir() if p.suffix != ".draft"]


def test_a_model_whose_process_ended_is_started_again(job, settings, tmp_path, monkeypatch):
    path = job().model
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    changed = settings.model_copy(update={"llm": settings.llm.model_copy(update={"model": path})})
    changed._folder = tmp_path
    model = LanguageModel(changed)
    first = model.chat()
    assert model.chat() is first
    model._server._process.kill()
    model._server._process.wait()
    assert model.chat() is not first and model._server.running
    model.close()


def test_a_model_that_is_not_there_is_told_before_the_server_opens(settings):
    changed = settings.model_copy(update={"llm": settings.llm.model_copy(update={"model": "nowhere"})})
    changed._folder = settings._folder
    with pytest.raises(ModelUnavailableError, match="没有语言模型 nowhere"):
        LanguageModel(changed).warm_up_in_background()


def test_threads_are_the_physical_cores_within_the_containers_quota(tmp_path, monkeypatch):
    for number, siblings in enumerate(["0,4", "1,5", "2,6", "3,7", "0,4", "1,5", "2,6", "3,7"]):
        folder = tmp_path / f"cpu{number}" / "topology"
        folder.mkdir(parents=True)
        (folder / "thread_siblings_list").write_text(siblings + "\n")
    assert machine.physical_cores(range(8), tmp_path) == 4
    assert machine.physical_cores([0, 4], tmp_path) == 1
    assert machine.physical_cores(range(3), tmp_path / "nowhere") == 3
    quota = tmp_path / "cpu.max"
    for text, expected in [("150000 100000", 1.5), ("max 100000", None), ("", None)]:
        quota.write_text(text)
        assert machine.quota_of(quota) == expected
    monkeypatch.setattr(machine, "quota_of", lambda: 0.5)
    assert machine.cores() == 1
