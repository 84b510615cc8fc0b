"""Who stands in the table, how each is set up, and what it costs to install."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
WORK = ROOT / "build" / "peers"
SETUPS = Path(__file__).parent / "setups"
REQUIREMENTS = Path(__file__).parent / "requirements"


@dataclass(frozen=True, slots=True)
class System:
    """A system under test.

    `slot` is its slot of the peers' model server, None for ours, which starts its own. `shows` is the package whose version
    is told. `turns` says whether it is given the turns before a question.
    """

    name: str
    title: str
    setup: str
    arguments: tuple[str, ...] = ()
    python: str = "3.11"
    shows: str = ""
    slot: int | None = None

    @property
    def ours(self) -> bool:
        """True for 观潮 itself."""
        return self.slot is None

    @property
    def folder(self) -> Path:
        """Where its environment and index are."""
        return WORK / (self.setup if self.ours else self.name)

    @property
    def interpreter(self) -> Path:
        """The Python of its environment."""
        return self.folder / "venv" / "bin" / "python"

    @property
    def index(self) -> Path:
        """Where it keeps what it made of the articles."""
        return self.folder / f"index-{self.arguments[0]}" if self.arguments else self.folder / "index"


SYSTEMS = (
    System("quoting", "观潮, quoting", "ours", ("quoting",)),
    System("model", "观潮, with the model", "ours", ("model",)),
    System("langchain", "LangChain, tutorial chain", "langchain_tutorial", shows="langchain", slot=0),
    System("llamaindex", "LlamaIndex, query engine", "llamaindex_engine", shows="llama-index-core", slot=0),
    System("haystack", "Haystack, tutorial pipeline", "haystack_pipeline", shows="haystack-ai", slot=0),
    System("haiku", "haiku.rag, client.ask", "haiku_rag", python="3.12", shows="haiku.rag-slim", slot=1),
)
SLOTS = {system.name: system.slot for system in SYSTEMS if system.slot is not None}
_SILENT = {
    "ANONYMIZED_TELEMETRY": "False",
    "DO_NOT_TRACK": "1",
    "GRADIO_ANALYTICS_ENABLED": "False",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "HF_HUB_OFFLINE": "1",
    "LANGSMITH_TRACING": "false",
    "LOGFIRE_SEND_TO_LOGFIRE": "false",
    "OPENAI_API_KEY": "none",
    "OTEL_SDK_DISABLED": "true",
    "TOKENIZERS_PARALLELISM": "false",
}
"""No telemetry, no hub, nothing to a cloud."""


_OURS = {"PYTHONPATH": str(ROOT), "GUANCHAO_LLM__TIMEOUT_S": "3600"}
"""As for the others, a busy machine is no reason to give up the model."""


def environment(system: System) -> dict[str, str]:
    """The variables that its process gets."""
    kept = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy") and k != "PYTHONPATH"}
    return kept | _SILENT | (_OURS if system.ours else {})


def command(system: System) -> list[str]:
    """What starts it; ours runs in the environment that measures."""
    python = sys.executable if system.ours else str(system.interpreter)
    return [python, str(SETUPS / f"{system.setup}.py"), *system.arguments]


def install(system: System) -> None:
    """Makes its environment from the pinned requirements, once; how long that took is kept beside it.

    Raises:
        SystemExit: there is no uv, or no such Python.
    """
    if _took(system).exists():
        return
    uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
    if not Path(uv).exists():
        sys.exit("uv is needed: python -m pip install uv")
    print(f"installing {system.title}", flush=True)
    venv = system.folder / "venv"
    shutil.rmtree(venv, ignore_errors=True)
    system.folder.mkdir(parents=True, exist_ok=True)
    python = sys.executable if system.ours else _python(system.python)
    made = [uv, "venv", "-q", "--seed", "--no-python-downloads", "--python", python, venv]
    subprocess.run(made, check=True)
    began = time.monotonic()
    path = f"{Path(uv).parent}{os.pathsep}{os.environ['PATH']}"
    fresh = os.environ | {"UV_NO_CACHE": "1", "PATH": path}
    if system.ours:  # as `make setup` does
        subprocess.run([system.interpreter, ROOT / "scripts" / "install.py"], env=fresh, check=True)
    else:
        pinned = REQUIREMENTS / f"{system.name}.txt"
        options = ["-q", "--no-deps", "--python", system.interpreter, "-r", pinned]
        subprocess.run([uv, "pip", "install", *options], env=fresh, check=True)
    _took(system).write_text(f"{time.monotonic() - began:.1f}\n", encoding="utf-8")


def cost(system: System) -> dict[str, float | None]:
    """What it takes: seconds to install, MB on disk of environment and index; None where that was not measured."""
    took = _took(system)
    return {
        "install_s": float(took.read_text(encoding="utf-8")) if took.exists() else None,
        "installed_mb": size_mb(system.folder / "venv") or None,
        "index_mb": size_mb(system.index),
    }


def size_mb(folder: Path) -> float:
    """What the files of a folder take."""
    files = (p for p in folder.rglob("*") if p.is_file() and not p.is_symlink())
    return round(sum(p.stat().st_size for p in files) / 2**20, 1)


def versions(system: System) -> Mapping[str, str]:
    """The pinned version that is told."""
    if system.ours:
        return {}
    lines = (REQUIREMENTS / f"{system.name}.txt").read_text(encoding="utf-8").splitlines()
    pinned = dict(line.split("==") for line in lines if "==" in line and ";" not in line)
    return {system.shows: pinned[system.shows.replace(".", "-")]}


def _took(system: System) -> Path:
    return system.folder / "installed_in_seconds"


def _python(version: str) -> str:
    """A Python of that version: in the path, or beside others of pyenv."""
    beside = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python{version}"))
    return str(beside[-1]) if beside else version
