"""Installs the program into the environment that runs this script: with uv where there is one, else with pip.

    .venv/bin/python scripts/install.py            # the program
    .venv/bin/python scripts/install.py dev        # and an optional part of it

uv is five times as quick as pip but reads none of pip's settings: mirror, local folders, certificate and constraints are
handed to it, and whatever it cannot do is done by pip. On Linux, PyPI's own torch brings several GB of CUDA that nobody
here uses: PyTorch's index of CPU builds is named as well, unless pip's settings have another source of torch, or the index
cannot be reached. TORCH_INDEX=<address> names a mirror of it, TORCH_INDEX=none leaves it away.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

CPU_INDEX = "https://download.pytorch.org/whl/cpu"
_ROOT = Path(__file__).resolve().parents[1]
_PATIENCE_S = 8  # for the index to answer at all
_FOR_UV = {
    "index-url": "--default-index",
    "extra-index-url": "--index",
    "find-links": "--find-links",
    "constraint": "--constraint",
    "trusted-host": "--allow-insecure-host",
}

Settings = Mapping[str, Sequence[str]]
"""pip's settings by name, each with the values that hold."""


def main() -> None:
    """Installs; ends with pip's exit code."""
    what = f".[{sys.argv[1]}]" if len(sys.argv) > 1 else "."
    settings = pip_settings(_config())
    index = torch_index(settings, sys.platform, os.environ.get("TORCH_INDEX", CPU_INDEX))
    if index is not None and not _answers(index):
        print(
            f"连不上 PyTorch 的 CPU 版索引 {index}，改用默认的 torch（Linux 上会多下载几 GB）。可用 TORCH_INDEX=镜像地址 另指一个。"
        )
        index = None
    uv = shutil.which("uv")
    if uv is not None:
        done = subprocess.run(uv_command(uv, what, settings, index), cwd=_ROOT, env=_environment(settings))
        if done.returncode == 0:
            return
        print("uv 没有装成，改用 pip。")
    raise SystemExit(subprocess.run(pip_command(what, index), cwd=_ROOT).returncode)


def pip_command(what: str, index: str | None) -> list[str]:
    """pip, with its own settings."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--extra-index-url", index] if index else []
    return [*command, "-c", "constraints.txt", "-e", what]


def uv_command(uv: str, what: str, settings: Settings, index: str | None) -> list[str]:
    """uv, with pip's settings in its own words; like pip it takes the best version of all indexes."""
    command = [
        uv,
        "pip",
        "install",
        "--quiet",
        "--python",
        sys.executable,
        "--index-strategy",
        "unsafe-best-match",
    ]
    command.append("--no-sources")  # pyproject.toml names an index of torch for those who run uv themselves
    for name, option in _FOR_UV.items():
        for value in settings.get(name, ()):
            command += [option, value]
    if settings.get("no-index"):
        command.append("--no-index")
    command += ["--index", index] if index else []
    return [*command, "-c", "constraints.txt", "-e", what]


def torch_index(settings: Settings, platform: str, address: str) -> str | None:
    """Where CPU builds of torch are to be had; None where they are not needed, not wanted, or in the settings already."""
    if platform != "linux" or address == "none" or settings.get("no-index"):
        return None
    mine = f"torch-*-cp{sys.version_info[0]}{sys.version_info[1]}-*.whl"
    if any(any(Path(folder).glob(mine)) for folder in settings.get("find-links", ())):
        return None
    indexes = [*settings.get("index-url", ()), *settings.get("extra-index-url", ())]
    return None if any("pytorch" in one for one in indexes) else address


def pip_settings(listed: str) -> dict[str, list[str]]:
    """What `pip config list` prints, as it holds: the environment's word before the user's, and theirs before the machine's."""
    found: dict[str, tuple[int, list[str]]] = {}
    for line in listed.splitlines():
        name, equals, value = line.partition("=")
        section, _, key = name.rpartition(".")
        rank = {"global": 0, "install": 1, ":env:": 2}.get(section)
        if equals and rank is not None and (key not in found or rank >= found[key][0]):
            found[key] = rank, value.strip("'\"").replace("\\n", " ").split()
    return {key: values for key, (_, values) in found.items()}


def _config() -> str:
    command = [sys.executable, "-m", "pip", "config", "list"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def _environment(settings: Settings) -> dict[str, str]:
    """uv takes a company's certificate from the environment."""
    certificate = settings.get("cert", ())
    return dict(os.environ) | ({"SSL_CERT_FILE": certificate[0]} if certificate else {})


def _answers(index: str) -> bool:
    """True when the index says anything of torch."""
    try:
        with urllib.request.urlopen(f"{index.rstrip('/')}/torch/", timeout=_PATIENCE_S) as response:
            return bool(response.read(1))
    except (OSError, ValueError):
        return False


if __name__ == "__main__":
    main()
