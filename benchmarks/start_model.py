"""The local model as the program runs it beside llama.cpp's plain settings: same prompts, same text, in turns.

A part of `benchmarks.start`. The prompts are the program's own, for rows of answer_dev.jsonl; each is read once, by the plain
server, and handed to the other as a slot file, so that what is compared is writing alone.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
import urllib.request
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

from docs_store import weights
from docs_store.machine import cores
from docs_store.settings import load_settings
from rag import PolicyQA, llm
from rag.generation.prompts import fixed
from rag.llama import LlamaOptions, LlamaProcess

_DATA = Path(__file__).parents[2] / "shared" / "data" / "answer_dev.jsonl"
_ROWS = 3
_LONGEST = 120  # tokens of an answer

Figures = dict[str, Any]


class _Recorder:
    """In the place of the language model: keeps what it is asked."""

    def __init__(self) -> None:
        self.asked: list[list[Figures]] = []

    def chat(self) -> Any:
        from langchain_core.messages import AIMessage, convert_to_openai_messages
        from langchain_core.runnables import RunnableLambda

        def answer(prompt: Any, **_: Any) -> AIMessage:
            self.asked.append(convert_to_openai_messages(prompt.to_messages()))
            return AIMessage("资料未提及。")

        return RunnableLambda(answer)

    def close(self) -> None:
        pass


def measure() -> list[Figures]:
    """What was kept of the prompt, the speed of writing, and that of llama.cpp's threads as they come."""
    asked = prompts()
    with tempfile.TemporaryDirectory() as folder:
        plain_job = LlamaOptions(str(weights.local_path(load_settings().llm.model)), 8192, 4, cores(), folder)
        ours_job = replace(plain_job, draft_after=llm.DRAFT_AFTER, draft_tokens=llm.DRAFT_TOKENS)
        plain, ours = LlamaProcess(plain_job), LlamaProcess(ours_job)
        with patch.dict(os.environ, GOMP_SPINCOUNT="300000"):  # libgomp's own number
            spinning = LlamaProcess(plain_job)
        try:
            rows = _kept(plain, ours, asked[0], Path(folder))
            rows += _writing({"plain": plain, "ours": ours}, asked)
            return rows + _waiting({"threads that spin (as it comes)": spinning, "ours": ours})
        finally:
            for server in (plain, ours, spinning):
                server.stop()


def _kept(plain: LlamaProcess, ours: LlamaProcess, messages: list[Figures], folder: Path) -> list[Figures]:
    """The first prompt of a process, with and without what was kept of an earlier one; they are asked in turn."""
    ours.remember(fixed(), folder)  # read, and kept
    began = time.perf_counter()
    ours.remember(fixed(), folder)  # taken from the disk
    restored = round(time.perf_counter() - began, 3)
    rows = [
        {"what": "the beginning of all prompts, taken from the disk", "server": "ours", "seconds": restored}
    ]
    for name, server in (("plain", plain), ("ours", ours)):
        timings = ask(server, messages, 1)["timings"]
        seconds = round(timings["prompt_ms"] / 1000, 2)
        rows.append(
            {"what": "first prompt", "server": name, "tokens": timings["prompt_n"], "seconds": seconds}
        )
    return rows


def _writing(servers: dict[str, LlamaProcess], asked: list[list[Figures]]) -> list[Figures]:
    """Tokens a second over all answers; a prompt is read once, by the first, and handed to the others as a file."""
    totals = {name: Counter[str]() for name in servers}
    same = 0
    for messages in asked:
        texts = set()
        for number, (name, server) in enumerate(servers.items()):
            if number == 0:
                ask(server, messages, 1)
            _slot(server, "restore" if number else "save")
            answer = ask(server, messages, _LONGEST)
            timings = answer["timings"]
            texts.add(answer["choices"][0]["message"]["content"])
            for key, field in (
                ("tokens", "predicted_n"),
                ("drafted", "draft_n"),
                ("accepted", "draft_n_accepted"),
            ):
                totals[name][key] += timings.get(field) or 0
            totals[name]["ms"] += round(timings["predicted_ms"])
        same += len(texts) == 1
    return [
        {
            "what": f"writing {len(asked)} answers, {same} of them with the same text",
            "server": name,
            "tokens": total["tokens"],
            "seconds": round(total["ms"] / 1000, 2),
            "tokens_per_s": round(total["tokens"] / total["ms"] * 1000, 2),
            "drafted": total["drafted"],
            "accepted": total["accepted"],
        }
        for name, total in totals.items()
    ]


def _waiting(servers: dict[str, LlamaProcess]) -> list[Figures]:
    """A few tokens by each, in turns: how threads wait tells where the machine does other things too."""
    rows = []
    for _ in range(2):
        for name, server in servers.items():
            timings = ask(server, [{"role": "user", "content": "你好"}], 4)["timings"]
            rows.append(
                {
                    "what": f"a few words, load {os.getloadavg()[0]:.1f}",
                    "server": name,
                    "tokens": timings["predicted_n"],
                    "seconds": round(timings["predicted_ms"] / 1000, 2),
                    "tokens_per_s": round(timings["predicted_per_second"], 2),
                }
            )
    return rows


def prompts(rows: int = _ROWS) -> list[list[Figures]]:
    """The program's own prompts for the first rows of answer_dev.jsonl, as messages."""
    recorder = _Recorder()
    settings = load_settings()
    settings = settings.model_copy(update={"llm": settings.llm.model_copy(update={"opinion": "never"})})
    with PolicyQA(settings, None, recorder) as qa, _DATA.open(encoding="utf-8") as file:  # type: ignore[arg-type]
        for line in file:
            row = json.loads(line)
            qa.answer_from(row["question"], row["passages"])
            if len(recorder.asked) == rows:
                break
    return recorder.asked


def ask(server: LlamaProcess, messages: list[Figures], longest: int) -> Figures:
    """An answer of at most `longest` tokens in the server's first slot, with its timings."""
    body = {"messages": messages, "temperature": 0, "max_tokens": longest, "id_slot": 0}
    return post(server, "/v1/chat/completions", body)


def _slot(server: LlamaProcess, action: str) -> None:
    post(server, f"/slots/0?action={action}", {"filename": "prompt.slot"})


def post(server: LlamaProcess, path: str, body: Figures) -> Figures:
    """What the server answers."""
    request = urllib.request.Request(
        server.address() + path, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=600) as response:
        found: Figures = json.load(response)
    return found
