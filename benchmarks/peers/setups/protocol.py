"""What every system under test speaks: JSON lines on standard input and output.

The first line in says where things are ({"articles", "index", "recorder", "model"}); the first line out is {"ready": true, …}.
Then a question a line, {"question", "history"}; for it {"first": true} when the first piece of its answer would be on the
screen, and the answer: {"text", "cited", "read", "refused", times, memory}.
Standard library alone: each setup runs in an environment of its own.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Given = dict[str, Any]
First = Callable[[], None]
"""Called when the first piece of the answer would be on the screen."""
Ask = Callable[[str, "list[dict[str, str]]", First], Given]


def reply(
    text: str, *, read: list[str], cited: list[Given] | None = None, refused: bool | None = None
) -> Given:
    """An answer.

    Args:
        text: what the reader sees.
        read: the texts that were before the model.
        cited: {"source", "quote"} and, where sentences name their citation, its "marker"; None where nothing is cited.
        refused: True or False where the system says so itself.
    """
    return {"text": text, "read": read, "cited": cited, "refused": refused}


def serve(build: Callable[[Given], Ask]) -> None:
    """Builds the system, then answers until standard input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints goes where nobody reads JSON
    began = time.monotonic()
    ask = build(json.loads(sys.stdin.readline()))
    _say(answers, {"ready": True, "seconds": round(time.monotonic() - began, 1), "memory_mb": _memory_mb()})
    for line in sys.stdin:
        asked = json.loads(line)
        seen: list[float] = []
        began = time.monotonic()

        def first(seen: list[float] = seen, began: float = began) -> None:
            if not seen:
                _say(answers, {"first": True})
            seen.append(time.monotonic() - began)

        try:
            answer = ask(asked["question"], asked.get("history", []), first)
        except Exception as error:  # whatever a system raises is its answer to this question
            answer = reply("", read=[]) | {"error": f"{type(error).__name__}: {error}"[:300]}
        total = time.monotonic() - began
        answer |= {
            "first_content_s": round(seen[0] if seen else total, 3),
            "total_s": round(total, 3),
            "memory_mb": _memory_mb(),
        }
        _say(answers, answer)
    os._exit(0)  # threads of clients would keep the process


def _say(stream: Any, value: Given) -> None:
    stream.write(json.dumps(value, ensure_ascii=False) + "\n")
    stream.flush()


def _memory_mb() -> int:
    """The most that the process has held, in MB; getrusage would count what its parent held when it began."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) // 1024
