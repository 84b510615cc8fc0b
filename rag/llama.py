"""The local language model: llama.cpp in a process of its own, reached over loopback."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Self

from docs_store.errors import ModelUnavailableError


@dataclass(frozen=True, slots=True)
class Job:
    """What `rag.llama_process` is told. Sizes in tokens."""

    model: str
    context_tokens: int
    slots: int
    threads: int
    batch_threads: int
    slot_folder: str
    port: int


class LlamaProcess:
    """A running model; `address` is that of its OpenAI-compatible API, without /v1."""

    def __init__(self, process: subprocess.Popen[str], address: str) -> None:
        """Use `start`."""
        self._process, self.address = process, address

    @classmethod
    def start(cls, job: Job) -> Self:
        """Loads the model and waits until it answers: some seconds, most of them without using this process.

        Raises:
            ModelUnavailableError: the file is no model that llama.cpp reads, or there is too little memory.
        """
        # The child finds this package where its parent did, however that was started.
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
        process = subprocess.Popen(
            [sys.executable, "-m", "rag.llama_process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            text=True,
            encoding="utf-8",
        )
        assert process.stdin is not None and process.stdout is not None
        with suppress(BrokenPipeError):
            process.stdin.write(json.dumps(asdict(job)) + "\n")
            process.stdin.flush()
        line = process.stdout.readline()
        said = json.loads(line) if line else {"error": _ended(process.wait())}
        if "address" not in said:
            process.kill()
            process.wait()
            raise ModelUnavailableError(
                f"打不开语言模型 {job.model}（{said['error']}），请检查 llm.model 或重新下载；内存不足时请换小一些的模型。"
            )
        return cls(process, said["address"])

    @property
    def running(self) -> bool:
        """False once the process has ended by itself."""
        return self._process.poll() is None

    def stop(self) -> None:
        """Ends the process and waits for it."""
        with suppress(OSError, subprocess.TimeoutExpired):
            self._process.communicate(timeout=5)
        if self.running:
            self._process.kill()
            self._process.wait()


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _ended(code: int) -> str:
    return f"进程被信号 {-code} 结束，多半是内存不足" if code < 0 else f"进程以 {code} 结束"
