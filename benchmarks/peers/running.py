"""Asks every system the same questions, one after another, and keeps each answer as soon as it is there."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Protocol

from benchmarks.peers import processors
from benchmarks.peers.systems import System, command, environment

LIMIT_S = 3600.0
"""When a system is given up and started anew. What a model that never ends is held to are calls and tokens (`recorder.py`): a
busy machine must not fail those who need more of it."""
_START_S = 3600.0  # reading 91 articles, and loading the model where a system has its own

Record = dict[str, Any]


class Running:
    """A system in a process of its own, which is started when it is asked first."""

    def __init__(
        self,
        given: Mapping[str, Any],
        command: Sequence[str],
        environment: Mapping[str, str],
        log: IO[bytes],
        beside: Sequence[int] = (),
    ) -> None:
        """Remembers how to start it.

        Args:
            given: what it is told first.
            command: what starts it.
            environment: its variables.
            log: where its complaints go.
            beside: processes whose work counts as its own while it answers: the model's server.
        """
        self._given, self._command, self._environment, self._log = given, command, environment, log
        self._beside = beside
        self._process: subprocess.Popen[str] | None = None
        self._lines: queue.Queue[str] = queue.Queue()
        self.started: Record = {}

    def ask(self, question: str, history: Sequence[Mapping[str, str]], limit_s: float = LIMIT_S) -> Record:
        """Its answer, as `setups/protocol.py` says; with "error" where there is none."""
        if self._process is None:
            self._start()
        began = time.monotonic()
        spent = self._processor_s()
        self._say({"question": question, "history": list(history)})
        line, first = self._hear(limit_s), None
        if line and json.loads(line).get("first"):
            first = self._processor_s() - spent
            line = self._hear(limit_s)
        if line:
            answer: Record = json.loads(line)
            whole = self._processor_s() - spent
            answer["first_processor_s"] = round(whole if first is None else first, 2)
            answer["processor_s"] = round(whole, 2)
            return answer
        self.stop()
        waited = round(time.monotonic() - began, 1)
        why = f"no answer in {limit_s:g} s" if line is None else "the process ended"
        nothing: Record = {"text": "", "read": [], "cited": None, "refused": None, "memory_mb": None}
        return nothing | {"error": why, "first_content_s": waited, "total_s": waited}

    def _processor_s(self) -> float:
        assert self._process is not None
        return processors.spent_s([self._process.pid, *self._beside])

    def stop(self) -> None:
        """Ends the process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _start(self) -> None:
        self._process = subprocess.Popen(
            list(self._command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env=dict(self._environment),
            text=True,
            encoding="utf-8",
        )
        self._lines = queue.Queue()
        threading.Thread(target=_read, args=(self._process.stdout, self._lines), daemon=True).start()
        self._say(self._given)
        line = self._hear(_START_S)
        if not line:
            self.stop()
            raise RuntimeError(f"{' '.join(self._command)} did not start; see its log")
        self.started = json.loads(line)

    def _say(self, value: Mapping[str, Any]) -> None:
        assert self._process is not None and self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(value, ensure_ascii=False) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # it ended; hearing nothing says so

    def _hear(self, limit_s: float) -> str | None:
        """The next line; "" once the process has ended, None where nothing came in time."""
        try:
            return self._lines.get(timeout=limit_s)
        except queue.Empty:
            return None


def _read(stream: Any, lines: queue.Queue[str]) -> None:
    for line in stream:
        lines.put(line)
    lines.put("")


class Meter(Protocol):
    """Tells what a system spends on a question: `benchmarks.peers.recorder.Recorder`."""

    def begin(self, name: str) -> None:
        """A question begins."""

    def spent(self, name: str) -> tuple[dict[str, int], list[str]]:
        """Counts, and the texts that its model was given; both empty where that is not known."""


class Kept:
    """Answers on disk, a line each, so that a stopped run goes on."""

    def __init__(self, path: Path) -> None:
        """Reads what is there."""
        self._path = path
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        self.records: dict[tuple[str, str], Record] = {}
        for line in lines:
            record = json.loads(line)
            self.records[record["system"], record["id"]] = record

    def add(self, record: Record) -> None:
        """Keeps an answer."""
        self.records[record["system"], record["id"]] = record
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(record, ensure_ascii=False) + "\n")


def ask_all(
    rows: Sequence[Record],
    systems: Sequence[System],
    asking: Mapping[str, Running],
    kept: Kept,
    meter: Meter,
    until: float | None = None,
) -> None:
    """Asks question by question, the systems in another order each time, and leaves out what is kept.

    Args:
        rows: the questions.
        systems: whom to ask.
        asking: their processes, by name.
        kept: where answers go.
        meter: what each spends.
        until: time of `time.monotonic` after which no further question begins.
    """
    for number, row in enumerate(rows):
        if until is not None and time.monotonic() > until:
            return
        at = number % len(systems)
        for system in (*systems[at:], *systems[:at]):
            if (system.name, row["id"]) in kept.records:
                continue
            meter.begin(system.name)
            answer = asking[system.name].ask(row["question"], row.get("history", ()))
            counts, texts = meter.spent(system.name)
            answer["read"] = texts or answer["read"]
            started = asking[system.name].started
            kept.add({"system": system.name, "id": row["id"], **answer, "counts": counts, "started": started})
            said = answer.get("error") or answer["text"][:40].replace("\n", " ")
            print(f"{number + 1:3} {system.name:10} {answer['total_s']:6.1f} s  {said}", flush=True)


def begin(system: System, given: Mapping[str, Any], log: Path, beside: Sequence[int]) -> Running:
    """The process of a system, not yet started; `beside` are the processes of the peers' model."""
    system.index.mkdir(parents=True, exist_ok=True)
    log.parent.mkdir(parents=True, exist_ok=True)
    orders = {**given, "index": str(system.index)}
    server = () if system.ours else beside
    return Running(orders, command(system), environment(system), log.open("ab"), server)
