"""Where finished models lie, and how their presence is checked without reading them again.

Beside each finished model stands NAME.stamp.json: the model's digest and the size and modification time of
each of its files, written after the full check. Later checks compare sizes and times alone.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docs_store.atomic import replace_file
from docs_store.errors import ModelUnavailableError
from docs_store.weights.catalogue import CATALOGUE, ModelSpec

SHIPPED_WEIGHTS = "0_StaticEmbedding/model.safetensors"
"""The file of a model that comes with the program whose size and sha256 the catalogue states."""


@dataclass(frozen=True, slots=True)
class ModelState:
    """Whether a model of the catalogue is on this machine, and where it lies or would lie."""

    spec: ModelSpec
    present: bool
    path: Path


def cache_dir() -> Path:
    """The folder of all fetched models: XDG_CACHE_HOME (or ~/.cache) / guanchao / models. May not exist yet."""
    root = os.environ.get("XDG_CACHE_HOME", "")
    # The XDG standard says that a relative path there is invalid and to be ignored.
    base = Path(root) if root and Path(root).is_absolute() else Path.home() / ".cache"
    return base / "guanchao" / "models"


def target_path(spec: ModelSpec) -> Path:
    """Where the finished model lies: a .gguf file for an LLM, a folder for an embedding model."""
    if spec.shipped:
        return Path(__file__).parents[1] / spec.name
    return cache_dir() / (f"{spec.name}.gguf" if spec.kind == "llm" else spec.name)


def stamp_path(spec: ModelSpec) -> Path:
    """The stamp that says that the model was checked in full."""
    return cache_dir() / f"{spec.name}.stamp.json"


def write_stamp(spec: ModelSpec) -> None:
    """Record sizes and times of the finished files. Call it only after the digest was checked."""
    data = {"model": spec.name, "digest": spec.sha256, "files": _facts(target_path(spec))}
    replace_file(stamp_path(spec), json.dumps(data, indent=1))


def is_stamped(spec: ModelSpec, *, times: bool) -> bool:
    """True when the files are those that were checked: same names and sizes, and if `times`, untouched since."""
    if spec.shipped:
        file = target_path(spec) / SHIPPED_WEIGHTS
        return file.is_file() and file.stat().st_size == spec.size_bytes
    try:
        stamp = json.loads(stamp_path(spec).read_text(encoding="utf-8"))
        facts = _facts(target_path(spec))
    except (OSError, ValueError):
        return False
    if not isinstance(stamp, dict) or stamp.get("digest") != spec.sha256:
        return False
    recorded = stamp.get("files")
    if not isinstance(recorded, dict) or not facts:
        return False
    if times:
        return recorded == facts
    return _sizes(recorded) == _sizes(facts)


def local_path(name: str) -> Path:
    """The model's folder (embedding) or .gguf file (LLM), checked by size.

    Raises:
        ModelUnavailableError: no such model, not fetched yet, or its files changed size.
    """
    spec = find(name)
    path = target_path(spec)
    if is_stamped(spec, times=False):
        return path
    if spec.shipped:
        raise ModelUnavailableError(f"程序自带的模型 {name} 不完整（{path}），请重新安装观潮或还原该文件夹。")
    if path.exists():
        raise ModelUnavailableError(
            f"模型 {name} 的文件不完整或被改动过，请运行 `guanchao models fetch {name}` 修复。"
        )
    raise ModelUnavailableError(f"本机还没有模型 {name}，请运行 `guanchao models fetch {name}` 下载。")


def states() -> list[ModelState]:
    """Every model of the catalogue, in its order."""
    return [ModelState(spec, is_stamped(spec, times=False), target_path(spec)) for spec in CATALOGUE.values()]


def find(name: str) -> ModelSpec:
    """The catalogue's entry.

    Raises:
        ModelUnavailableError: there is none of that name.
    """
    try:
        return CATALOGUE[name]
    except KeyError:
        known = "、".join(CATALOGUE)
        raise ModelUnavailableError(
            f"目录里没有名为 {name} 的模型，可下载的有：{known}。请改用其中之一。"
        ) from None


def _facts(path: Path) -> dict[str, dict[str, int]]:
    files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
    facts: dict[str, dict[str, int]] = {}
    for file in files:
        stat = file.stat()
        key = file.name if file == path else file.relative_to(path).as_posix()
        facts[key] = {"size": stat.st_size, "mtime_ns": stat.st_mtime_ns}
    return facts


def _sizes(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: fact.get("size") if isinstance(fact, dict) else None for name, fact in facts.items()}
