"""Whether the page holds under many visitors: parallel chats, the local model shared by three, a soak.

    python -m benchmarks.page [--only crowd model soak] [--soak 2000]

The sample articles, `guanchao serve` in a process of its own; visitors speak Gradio's own protocol (join the queue, read
the stream), as a browser does, without drawing anything. Every visitor keeps a conversation of its own and looks at all
of it after each answer: a question of somebody else's in it counts as mixed.

- crowd: 20 visitors at once, extractive, 10 questions each.
- model: three visitors at once with the local model, each asking one question after the other; beside it one visitor alone.
- soak: 2,000 questions by four visitors, extractive; resident memory of the server at 200 and at the end.
"""

from __future__ import annotations

import asyncio
import html
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx
from gradio_client.utils import apply_diff

from benchmarks import command_line, results_file
from benchmarks.http import figures, memory_mb, server
from rag.evaluate import load_questions

_QUESTION = re.compile(r'class="gc-question"[^>]*>(.*?)</', re.DOTALL)
_DRAFT = re.compile(r'class="gc-draft">[^<]')
_CONVERSATION_TURNS = 10  # then a visitor begins a new conversation, as the page would


class Answered(NamedTuple):
    """One question of one visitor; seconds from asking to the passages, the first word of the draft, and the answer."""

    passages: float | None
    first: float | None
    total: float
    mixed: bool
    failed: bool


class Visitor:
    """One browser tab, without the browser."""

    def __init__(self, client: httpx.AsyncClient, wiring: dict[str, int]) -> None:
        self._client = client
        self._wiring = wiring
        self._session = uuid.uuid4().hex[:10]
        self._conversation = ""
        self._asked: list[str] = []

    async def ask(self, question: str) -> Answered:
        """Asks, follows the stream to its end, and looks at the conversation that is shown."""
        if len(self._asked) >= _CONVERSATION_TURNS:
            self._conversation, self._asked = "", []
        began = time.perf_counter()
        passages = first = None
        shown: list[Any] = []
        log, failed, total = "", False, 0.0
        joined = await self._client.post(
            "/gradio_api/queue/join",
            json={
                "data": [question, self._conversation, "", ""],
                "fn_index": self._wiring["answer"],
                "trigger_id": self._wiring["box"],
                "session_hash": self._session,
                "event_data": None,
            },
        )
        joined.raise_for_status()
        event = joined.json()["event_id"]
        async for message in self._messages():
            kind = message["msg"]
            if message.get("event_id") not in (event, None):
                continue
            data = (message.get("output") or {}).get("data") or []
            if kind == "process_generating" or (kind == "process_completed" and data):
                # The first step comes whole, the next as changes to it, the end whole again.
                whole = not shown or kind == "process_completed"
                pairs = zip(shown, data, strict=True) if not whole else ()
                shown = data if whole else [apply_diff(old, new) for old, new in pairs]
                live = str(shown[2])
                now = time.perf_counter() - began
                passages = passages or (now if "gc-card" in live else None)
                first = first or (now if _DRAFT.search(live) else None)
                log = shown[1] if isinstance(shown[1], str) else log
                if isinstance(shown[3], str) and shown[3]:
                    self._conversation = shown[3]
            if kind == "process_completed":
                failed = not message.get("success", True)
                total = time.perf_counter() - began
            if kind == "close_stream":  # a browser reads to here; Gradio keeps what is left unread
                break
        self._asked.append(question)
        seen = [html.unescape(text) for text in _QUESTION.findall(log)]
        return Answered(passages, first, total, seen != self._asked, failed or not seen)

    async def _messages(self) -> Any:
        async with self._client.stream(
            "GET", f"/gradio_api/queue/data?session_hash={self._session}"
        ) as stream:
            async for line in stream.aiter_lines():
                if line.startswith("data: "):
                    yield json.loads(line[6:])


def wiring(port: int) -> dict[str, int]:
    """Which function the question's box calls, as the page's own configuration says."""
    config = httpx.get(f"http://127.0.0.1:{port}/config", trust_env=False).json()
    box = next(c["id"] for c in config["components"] if c["props"].get("elem_id") == "gc-box")
    call = next(d["id"] for d in config["dependencies"] if [box, "submit"] in d["targets"])
    return {"box": box, "answer": call}


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[tuple[int, int]]:
    """`guanchao serve` over the sample articles; gives port and process id."""
    environment = os.environ | {
        "PYTHONPATH": str(command_line.ROOT),
        "GUANCHAO_STORE__PATH": str(folder / "index"),
        "GUANCHAO_PAGE__QUESTIONS_PER_MINUTE": "0",
        "GUANCHAO_SERVE__LOG_FILE": str(folder / "log"),
    }
    command = [sys.executable, "-m", "ui.cli", "ingest"]
    subprocess.run(command, cwd=command_line.ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
    with server(environment, *options) as running:
        yield running


async def visits(port: int, lists: Sequence[Sequence[str]], watch: Any = None) -> list[list[Answered]]:
    """Each visitor asks its list, one after the other; all visitors at once. `watch` hears of every answer."""
    calls = wiring(port)
    limits = httpx.Limits(max_connections=4 * len(lists))
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{port}", timeout=300, limits=limits, trust_env=False
    ) as client:

        async def one(asked: Sequence[str]) -> list[Answered]:
            visitor, found = Visitor(client, calls), []
            for question in asked:
                found.append(await visitor.ask(question))
                if watch:
                    watch()
            return found

        return list(await asyncio.gather(*(one(asked) for asked in lists)))


def summary(answered: Sequence[Answered]) -> dict[str, Any]:
    """Counts and times of some answers."""
    known = {
        "passages": [a.passages for a in answered if a.passages],
        "first_word": [a.first for a in answered if a.first],
        "answer": [a.total for a in answered],
    }
    return {
        "questions": len(answered),
        "mixed": sum(a.mixed for a in answered),
        "failed": sum(a.failed for a in answered),
        **{name: figures([1000 * s for s in seconds]) for name, seconds in known.items() if seconds},
    }


def questions() -> list[str]:
    """The sample questions that stand alone."""
    file = Path(__file__).with_name("sample_qa.jsonl")
    return [q.question for q in load_questions(file) if not q.history]


def crowd(folder: Path, asked: Sequence[str]) -> dict[str, Any]:
    """20 visitors at once."""
    lists = [[asked[(7 * v + n) % len(asked)] for n in range(10)] for v in range(20)]
    with serving(folder, "--extractive") as (port, _):
        asyncio.run(visits(port, [asked[:3]]))
        found = asyncio.run(visits(port, lists))
    return {"visitors": 20, **summary([a for own in found for a in own])}


def model(folder: Path, asked: Sequence[str]) -> dict[str, Any]:
    """Three visitors share the local model; beside it one alone."""
    with serving(folder) as (port, _):
        asyncio.run(visits(port, [asked[:2]]))
        alone = asyncio.run(visits(port, [asked[2:6]]))
        together = asyncio.run(visits(port, [asked[2:6], asked[6:10], asked[10:14]]))
    spent = [sum(a.total for a in own) for own in together]
    return {
        "alone": summary(alone[0]),
        "together": summary([a for own in together for a in own]),
        "seconds_of_each_visitor": [round(s, 1) for s in spent],
        "slowest_to_quickest": round(max(spent) / min(spent), 2),
        # Jain's index: 1 when all wait alike, 1/3 when one gets everything.
        "fairness": round(sum(spent) ** 2 / (len(spent) * sum(s * s for s in spent)), 3),
    }


def soak(folder: Path, asked: Sequence[str], count: int) -> dict[str, Any]:
    """Many questions; the memory of the server as they go by."""
    memory: dict[int, float] = {}
    done = 0
    with serving(folder, "--extractive") as (port, pid):

        def watch() -> None:
            nonlocal done
            done += 1
            if done % 200 == 0:
                memory[done] = memory_mb(pid)
                print(f"\rsoak {done}/{count} {memory[done]} MB", end="", file=sys.stderr, flush=True)

        lists = [[asked[(v + n) % len(asked)] for n in range(count // 4)] for v in range(4)]
        found = asyncio.run(visits(port, lists, watch))
    last = max(memory)
    return {
        **summary([a for own in found for a in own]),
        "rss_mb": memory,
        "growth": round(memory[last] / memory[200], 3),
    }


def main() -> None:
    """Measures, prints, saves."""
    parser = command_line.parser(__doc__)
    parts = ("crowd", "model", "soak")
    parser.add_argument("--only", nargs="*", choices=parts, default=parts)
    parser.add_argument("--soak", type=int, default=2000, help="questions")
    args = parser.parse_args()
    path = results_file.FOLDER / "page.json"
    kept = json.loads(path.read_text("utf-8")) if path.exists() else {}
    found: dict[str, Any] = {part: kept[part] for part in parts if part in kept}
    with tempfile.TemporaryDirectory() as name:
        folder, asked = Path(name), questions()
        if "crowd" in args.only:
            found["crowd"] = crowd(folder, asked)
        if "model" in args.only:
            found["model"] = model(folder, asked)
        if "soak" in args.only:
            found["soak"] = soak(folder, asked, args.soak)
    print(json.dumps(found, ensure_ascii=False, indent=1))
    results_file.save("page", found, packages=("gradio", "fastapi", "uvicorn", "xllamacpp"))


if __name__ == "__main__":
    main()
