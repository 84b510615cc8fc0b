"""The local model as the program runs it beside llama.cpp's plain settings: same prompts, same text, in turns.

A part of `benchmarks.start`. The prompts are the program's own, for rows of answer_dev.jsonl; each is read once, by the plain
server, and handed to the other as a slot file, so that what is compared is writing alone.
"""

from __future__ import annotations

import json
import tempfile
import time
import urllib.request
from dataclasses import replace
from pathlib import Path
from typing import Any

from docs_store import weights
from docs_store.machine import cores
from rag import PolicyQA, llm
from rag.generation import prompts
from rag.llama import Job, LlamaProcess
from settings import load_settings

_DATA = Path(__file__).parents[2] / "shared" / "data" / "answer_dev.jsonl"
_ROWS = 4
_LONGEST = 160  # tokens of an answer

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
    """Speed of writing, and the first prompt of a process, plain and as the program does it."""
    asked = _prompts()
    rows: list[Figures] = []
    with tempfile.TemporaryDirectory() as folder:
        name = load_settings().llm.model
        plain_job = Job(str(weights.local_path(name)), 8192, 4, cores(), folder)
        ours_job = replace(plain_job, draft_after=llm.DRAFT_AFTER, draft_tokens=llm.DRAFT_TOKENS)
        plain, ours = LlamaProcess(plain_job), LlamaProcess(ours_job)
        servers = {"plain": plain, "ours": ours}
        try:
            ours.remember(prompts.fixed(), Path(folder))  # the first time it is read, and kept
            began = time.perf_counter()
            ours.remember(prompts.fixed(), Path(folder))
            restored = time.perf_counter() - began
            totals = {which: {"tokens": 0, "ms": 0.0, "drafted": 0, "accepted": 0} for which in servers}
            same = 0
            for number, messages in enumerate(asked):
                first = dict.fromkeys(servers) if number == 0 else {"plain": None}
                for which in first:
                    timings = _ask(servers[which], messages, 1)["timings"]
                    if number == 0:
                        rows.append(
                            {
                                "what": "first prompt",
                                "server": which,
                                "tokens_read": timings["prompt_n"],
                                "seconds": round(timings["prompt_ms"] / 1000, 2),
                                "tokens_per_s": round(timings["prompt_per_second"], 1),
                            }
                        )
                _slot(plain, "save")
                _slot(ours, "restore")
                texts = {}
                for which, server in servers.items():
                    answer = _ask(server, messages, _LONGEST)
                    timings = answer["timings"]
                    texts[which] = answer["choices"][0]["message"]["content"]
                    totals[which]["tokens"] += timings["predicted_n"]
                    totals[which]["ms"] += timings["predicted_ms"]
                    totals[which]["drafted"] += timings.get("draft_n") or 0
                    totals[which]["accepted"] += timings.get("draft_n_accepted") or 0
                same += texts["plain"] == texts["ours"]
            for which, total in totals.items():
                speed = {"tokens_per_s": round(total["tokens"] / total["ms"] * 1000, 2)}
                rows.append(
                    {
                        "what": "writing",
                        "server": which,
                        **total,
                        **speed,
                        "same_text": f"{same}/{len(asked)}",
                    }
                )
            rows.append(
                {
                    "what": "kept beginning of prompts, from disk",
                    "server": "ours",
                    "seconds": round(restored, 3),
                }
            )
        finally:
            plain.stop()
            ours.stop()
    return rows


def _prompts() -> list[list[Figures]]:
    recorder = _Recorder()
    settings = load_settings()
    settings = settings.model_copy(update={"llm": settings.llm.model_copy(update={"opinion": "never"})})
    with PolicyQA(settings, None, recorder) as qa, _DATA.open(encoding="utf-8") as file:  # type: ignore[arg-type]
        for line in file:
            row = json.loads(line)
            qa.answer_from(row["question"], row["passages"])
            if len(recorder.asked) == _ROWS:
                break
    return recorder.asked


def _ask(server: LlamaProcess, messages: list[Figures], longest: int) -> Figures:
    body = {"messages": messages, "temperature": 0, "max_tokens": longest, "id_slot": 0}
    return _post(server, "/v1/chat/completions", body)


def _slot(server: LlamaProcess, action: str) -> None:
    _post(server, f"/slots/0?action={action}", {"filename": "prompt.slot"})


def _post(server: LlamaProcess, path: str, body: Figures) -> Figures:
    request = urllib.request.Request(
        server.address() + path, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=600) as response:
        found: Figures = json.load(response)
    return found
