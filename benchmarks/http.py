"""What HTTP costs over the call in this process, and how the server holds under load.

    python -m benchmarks.http [--examples 60]

Index: the 1,002 articles of ../shared/data/policy_news.jsonl (the sample articles without it), embedded with
guanchao-embed. Questions: those of retrieval_qa_dev.jsonl, else the samples'. Server: `guanchao serve --extractive` in a
process of its own; the client is in this one and shares the machine's cores with it.

- one at a time: each question first in this process, then over a kept connection; medians side by side.
- in flight: 200 searches and 32 questions at once until all are done; beside it the same searches by 4 threads in this process.
- too many: 600 searches at once against a queue of 256 + 4; every one must end as 200 or 503.
- Schemathesis over the OpenAPI in all its phases, with `--examples` for each operation.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from benchmarks import command_line, results_file
from docs_store.settings import load_settings
from rag import PolicyQA
from ui import charts
from ui.web import claim_port

_WARM = 30
_SEQUENTIAL = 300


def questions() -> list[str]:
    """What is asked."""
    file = command_line.DATA / "retrieval_qa_dev.jsonl"
    file = file if file.exists() else Path(__file__).with_name("sample_qa.jsonl")
    return [json.loads(line)["question"] for line in file.read_text(encoding="utf-8").splitlines()]


@contextmanager
def server(environment: dict[str, str], *options: str) -> Iterator[tuple[int, int]]:
    """A running `guanchao serve` with these options: its port and process id."""
    port = claim_port("127.0.0.1", 0)
    command = [sys.executable, "-m", "ui.cli", "serve", "--port", str(port), *options]
    process = subprocess.Popen(
        command, cwd=command_line.ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(600):
            try:
                httpx.get(f"http://127.0.0.1:{port}/api/health", trust_env=False)
                break
            except httpx.HTTPError:
                assert process.poll() is None, "the server stopped"
                time.sleep(0.2)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(30)


def figures(ms: list[float]) -> dict[str, float]:
    """Median and tail, in milliseconds."""
    ordered = sorted(ms)
    p95 = ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]
    return {"p50_ms": round(statistics.median(ordered), 2), "p95_ms": round(p95, 2)}


def one_at_a_time(qa: PolicyQA, port: int, asked: list[str]) -> list[dict[str, Any]]:
    """Search and extractive answers, in this process and over HTTP by turns."""
    connection = http.client.HTTPConnection("127.0.0.1", port)

    def get(question: str) -> None:
        connection.request("GET", f"/api/search?k=10&q={quote(question)}")
        response = connection.getresponse()
        assert response.status == 200 and response.read()

    def post(question: str) -> None:
        body = json.dumps({"question": question})
        connection.request("POST", "/api/ask", body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        assert response.status == 200 and response.read()

    rows = []
    pairs: list[tuple[str, Callable[[str], Any], Callable[[str], None]]] = [
        ("search", lambda q: qa.search(q, 10), get),
        ("ask, extractive", lambda q: qa.ask(q).to_dict(), post),
    ]
    for name, here, there in pairs:
        times: dict[str, list[float]] = {"in process": [], "HTTP": []}
        for number, question in enumerate(asked[: _WARM + _SEQUENTIAL]):
            for way, call in (("in process", here), ("HTTP", there)):
                began = time.perf_counter()
                call(question)
                if number >= _WARM:
                    times[way].append((time.perf_counter() - began) * 1000)
        rows += [{"what": name, "way": way, "n": len(ms), **figures(ms)} for way, ms in times.items()]
    return rows


async def at_once(port: int, calls: list[tuple[str, dict[str, Any] | None]], flying: int) -> dict[str, Any]:
    """Keeps `flying` calls in flight until all are done."""
    waiting = iter(calls)
    statuses: Counter[int] = Counter()
    ms: list[float] = []
    limits = httpx.Limits(max_connections=flying, max_keepalive_connections=flying)
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{port}", limits=limits, timeout=300, trust_env=False
    ) as client:

        async def one() -> None:
            for path, body in waiting:
                began = time.perf_counter()
                response = await (client.get(path) if body is None else client.post(path, json=body))
                ms.append((time.perf_counter() - began) * 1000)
                statuses[response.status_code] += 1

        began = time.perf_counter()
        await asyncio.gather(*(one() for _ in range(flying)))
        seconds = time.perf_counter() - began
    shown = {str(status): count for status, count in sorted(statuses.items())}
    return {
        "n": len(calls),
        "in_flight": flying,
        "per_second": round(len(calls) / seconds, 1),
        **figures(ms),
        "statuses": shown,
    }


def threads_here(qa: PolicyQA, asked: list[str], count: int) -> dict[str, Any]:
    """The same searches by 4 threads of this process."""
    with ThreadPoolExecutor(4) as pool:
        began = time.perf_counter()
        list(pool.map(lambda n: qa.search(asked[n % len(asked)], 10), range(count)))
        return {"n": count, "threads": 4, "per_second": round(count / (time.perf_counter() - began), 1)}


def memory_mb(pid: int) -> float:
    """Resident memory of a process."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="utf-8").split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)


def schema(environment: dict[str, str], examples: int) -> dict[str, Any]:
    """Schemathesis' own verdict, with keys required."""
    command = [
        sys.executable,
        "-m",
        "ui.cli",
        "keys",
        "add",
        "schemathesis",
        "--scope",
        "read",
        "--scope",
        "ingest",
        "--json",
    ]
    added = subprocess.run(
        command, cwd=command_line.ROOT, env=environment, capture_output=True, text=True, check=True
    )
    key = json.loads(added.stdout)["key"]
    strict = environment | {"GUANCHAO_SERVE__KEYS": "required", "GUANCHAO_SERVE__CALLS_PER_MINUTE": "0"}
    with server(strict, "--extractive") as (port, _), tempfile.TemporaryDirectory() as folder:
        program = Path(sys.executable).with_name("schemathesis")
        done = subprocess.run(
            [program, "run", f"http://127.0.0.1:{port}/api/openapi.json", "-H", f"Authorization: Bearer {key}",
             "--max-examples", str(examples), "--seed", "1", "--no-color"],
            cwd=folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
    cases = re.search(r"(\d+) generated", done.stdout)
    failures = re.findall(r"❌ (.+: \d+)", done.stdout)
    if done.returncode:
        print(done.stdout[-8000:], file=sys.stderr)
    return {
        "examples": examples,
        "clean": done.returncode == 0,
        "cases": int(cases[1]) if cases else None,
        "failures": failures,
    }


def main() -> None:
    """Measures all, prints and saves it."""
    parser = command_line.parser(__doc__)
    parser.add_argument("--examples", type=int, default=60)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        news = command_line.DATA / "policy_news.jsonl"
        os.environ |= {
            "GUANCHAO_STORE__PATH": f"{folder}/index",
            "GUANCHAO_SERVE__LOG_FILE": f"{folder}/requests.log",
        }
        environment = os.environ | {"PYTHONPATH": str(command_line.ROOT)}
        source = [str(news)] if news.exists() else []
        command = [sys.executable, "-m", "ui.cli", "ingest", *source]
        subprocess.run(command, cwd=command_line.ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
        environment["GUANCHAO_INGEST__ARTICLES"] = (
            f"{folder}/articles"  # uploads of the schema's cases go there
        )
        asked = questions()
        searches: list[tuple[str, dict[str, Any] | None]]
        searches = [(f"/api/search?k=10&q={quote(asked[n % len(asked)])}", None) for n in range(2000)]
        asks: list[tuple[str, dict[str, Any] | None]]
        asks = [("/api/ask", {"question": asked[n % len(asked)]}) for n in range(400)]
        with (
            PolicyQA.open(settings=load_settings(), extractive=True) as qa,
            server(environment, "--extractive") as (port, pid),
        ):
            assert qa.store is not None
            articles, passages = qa.store.counts()
            rows = one_at_a_time(qa, port, asked)
            before = memory_mb(pid)
            load = {
                "search": asyncio.run(at_once(port, searches, 200)),
                "search_in_process": threads_here(qa, asked, 2000),
                "ask_extractive": asyncio.run(at_once(port, asks, 32)),
                "too_many": asyncio.run(at_once(port, searches[:1200], 600)),
                "server_rss_mb": [before, memory_mb(pid)],
            }
        checked = schema(environment, options.examples)
    overhead = {
        what: round(there["p50_ms"] - here["p50_ms"], 2)
        for what in ("search", "ask, extractive")
        for here in [r for r in rows if r["what"] == what and r["way"] == "in process"]
        for there in [r for r in rows if r["what"] == what and r["way"] == "HTTP"]
    }
    print(results_file.table(rows))
    print("overhead at p50, ms:", overhead)
    print(json.dumps({"load": load, "schemathesis": checked}, ensure_ascii=False, indent=1))
    chart = charts.bars(
        "One call at a time, p50 in ms",
        ["search", "ask, extractive"],
        {way: [r["p50_ms"] for r in rows if r["way"] == way] for way in ("in process", "HTTP")},
    )
    results_file.save(
        "http",
        {"articles": articles, "passages": passages, "one_at_a_time": rows, "overhead_p50_ms": overhead, "load": load, "schemathesis": checked},
        {"http": chart},
        packages=("fastapi", "starlette", "uvicorn", "pydantic", "schemathesis", "chromadb", "tantivy"),
    )  # fmt: skip


if __name__ == "__main__":
    main()
