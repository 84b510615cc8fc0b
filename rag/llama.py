"""The local language model: llama.cpp in a process of its own, reached over loopback, and its prompt cache on disk."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from docs_store.errors import ModelUnavailableError
from docs_store.network import proxies

_log = logging.getLogger(__name__)
_PATIENCE_S = 300.0  # for reading the fixed part of the prompt on a machine that does much else
_WAITING = {"GOMP_SPINCOUNT": "1000"}
"""How long a thread that waits for its sibling spins before it sleeps: some 50 µs, as such waits last on an idle machine.

OpenMP's own 300,000 turns take the processor from whoever is waited for: on 2 cores with a load of 13, the 1.5B model wrote
0.11 tokens a second with them, and 1.6 to 2.5 with 1,000 (at once asleep, `OMP_WAIT_POLICY=PASSIVE`: 2.0 to 2.7).
"""
Messages = Sequence[Mapping[str, str]]
"""A conversation as OpenAI's API has it: role and content."""


@dataclass(frozen=True, slots=True)
class LlamaOptions:
    """The orders to `rag.llama_process`. Sizes in tokens.

    Where the last `draft_after` tokens stand in the prompt too, the `draft_tokens` that follow them there are checked in one
    pass instead of being written one by one (self-speculative decoding): the text is the same, and what copies the articles
    is written several at a time. 0 turns it off.
    """

    model: str
    context_tokens: int
    slots: int
    threads: int
    slot_folder: str
    draft_after: int = 0
    draft_tokens: int = 0
    port: int = 0
    """0 means any free port."""


class LlamaProcess:
    """A model that is being loaded, or runs."""

    command: Sequence[str] = ("-m", "rag.llama_process")
    """What Python runs."""

    def __init__(self, job: LlamaOptions) -> None:
        """Begins to load the model; `address` waits for it."""
        self._job = job
        self._address: str | None = None
        # The child finds this package where its parent did, however that was started.
        environment = _WAITING | os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
        self._process = subprocess.Popen(
            [sys.executable, *self.command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            text=True,
            encoding="utf-8",
        )
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # it ended already; `address` says so
            self._process.stdin.write(json.dumps(asdict(job) | {"port": job.port or free_port()}) + "\n")
            self._process.stdin.flush()

    def address(self) -> str:
        """Where it listens, without /v1, once the model is loaded.

        Raises:
            ModelUnavailableError: the file is no model that llama.cpp reads, or there is too little memory.
        """
        if self._address is None:
            assert self._process.stdout is not None
            line = self._process.stdout.readline()
            said = json.loads(line) if line else {"error": _ended(self._process.wait())}
            if "address" not in said:
                self.stop()
                raise ModelUnavailableError(
                    f"打不开语言模型 {self._job.model}（{said['error']}），请检查 llm.model 或重新下载；"
                    "内存不足时请换小一些的模型。"
                )
            self._address = str(said["address"])
        return self._address

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """False once the process has ended."""
        return self._process.poll() is None

    def stop(self) -> None:
        """Ends the process, loaded or not, and waits for it."""
        self._process.kill()
        self._process.wait()

    def remember(self, fixed: Messages, folder: Path) -> None:
        """Has the part that all prompts begin with in every slot: from the disk, else read now and written there.

        Reading it takes seconds, and the file a few milliseconds. A cache that cannot be used is done without.

        Args:
            fixed: a conversation whose words up to its end, or nearly so, begin every prompt.
            folder: where the cache lies, the job's `slot_folder`.
        """
        name = self._cache_name(fixed)
        try:
            with proxies.client(self.address(), _PATIENCE_S) as client:
                known = (folder / name).is_file() and self._slot(client, 0, "restore", name)
                if not known:
                    body = {"messages": list(fixed), "max_tokens": 1, "temperature": 0, "id_slot": 0}
                    client.post(f"{self.address()}/v1/chat/completions", json=body).raise_for_status()
                    if not self._slot(client, 0, "save", f"{name}.draft"):
                        return
                    for old in folder.glob(f"{name.split('-')[0]}-*"):
                        if old.name != f"{name}.draft":
                            old.unlink(missing_ok=True)
                    (folder / f"{name}.draft").replace(folder / name)
                for slot in range(1, self._job.slots):
                    self._slot(client, slot, "restore", name)
        except Exception as error:  # whatever goes wrong, the prompt is read when it is asked
            _log.info("no prompt cache: %s", error)
            if not self.running:
                (folder / name).unlink(missing_ok=True)

    def _slot(self, client: Any, slot: int, action: str, name: str) -> bool:
        response = client.post(
            f"{self.address()}/slots/{slot}", params={"action": action}, json={"filename": name}
        )
        return bool(response.is_success)

    def _cache_name(self, fixed: Messages) -> str:
        """Another file for each model, version of llama.cpp and prompt; the part before the hyphen is the model's."""
        model = Path(self._job.model)
        stat = model.stat()
        of_model = hashlib.sha256(str(model.absolute()).encode()).hexdigest()[:12]
        of_all = json.dumps([stat.st_size, stat.st_mtime_ns, version("xllamacpp"), [dict(m) for m in fixed]])
        return f"{of_model}-{hashlib.sha256(of_all.encode()).hexdigest()[:20]}"


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _ended(code: int) -> str:
    return f"进程被信号 {-code} 结束，多半是内存不足" if code < 0 else f"进程以 {code} 结束"
