"""In which number format a local embedding model computes: bf16 where the processor has it and it proves quicker.

A measurement decides, not the processor's name: at a model's first use both formats embed the same texts, and the choice is
kept in a file beside the models, so that it is made once a model and processor. Vectors of the two are the same to four
digits (cosine .9999), so an index may hold both. Measured with m3e-small, two cores: bf16 3.5 times as quick as fp32 with AMX,
2.1 times with AVX512-bf16 alone. OpenVINO's bf16 is twice as quick again with AMX but slower, 1.6 times, without; it brings
200 MB of its own and a converted copy of each model, and was left out.
"""

from __future__ import annotations

import json
import logging
import platform
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from docs_store.atomic import replace_file
from docs_store.embedding.passages import Embedder

_log = logging.getLogger(__name__)

Format = Literal["fp32", "bf16"]
_LEAST_COSINE = 0.999  # least cosine between the two formats' vectors of a text
_LARGEST_TIME_SHARE = 0.9  # of fp32's time that bf16 must stay under
_SENTENCE = "长江口产业创新绿色发展协同区以跨江融合推动产业链、创新链与人才链的协同，形成利益共享的合作机制。"
SAMPLE: Sequence[str] = [f"{i}。" + _SENTENCE * (1 + i % 5) for i in range(32)]
"""Texts of 50 to 250 characters, as passages are."""


@dataclass(frozen=True, slots=True)
class FormatChoice:
    """What was measured, and what came of it."""

    chosen: Format
    fp32_s: float
    bf16_s: float
    cosine: float


def has_bf16(cpuinfo: Path = Path("/proc/cpuinfo")) -> bool:
    """True when the processor says that it multiplies bf16 by itself; elsewhere bf16 is slower than fp32."""
    try:
        text = cpuinfo.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    flags = {
        flag for line in text.splitlines() if line.startswith(("flags", "Features")) for flag in line.split()
    }
    return not flags.isdisjoint({"avx512_bf16", "amx_bf16", "bf16"})


def choose(
    load: Callable[[Format], Embedder],
    model: str,
    record: Path,
    *,
    able: bool,
    clock: Callable[[], float] = time.perf_counter,
) -> tuple[Format, Embedder]:
    """The better format for a model on this machine, and the model loaded in it.

    Args:
        load: loads the model in a format.
        model: its fingerprint.
        record: the file of earlier choices; one that cannot be read or written is done without.
        able: whether the processor has bf16.
        clock: seconds.
    """
    if not able:
        return "fp32", load("fp32")
    key = f"{model} on {platform.machine()} {_processor()}"
    known = _read(record)
    if key in known:
        chosen: Format = "bf16" if known[key].get("chosen") == "bf16" else "fp32"
        return chosen, load(chosen)
    plain = load("fp32")
    plain_s, expected = _timed(plain, clock)
    quick = load("bf16")
    quick_s, found = _timed(quick, clock)
    cosine = float((expected * found).sum(axis=1).min())
    choice = FormatChoice(
        "bf16" if cosine >= _LEAST_COSINE and quick_s < _LARGEST_TIME_SHARE * plain_s else "fp32",
        plain_s,
        quick_s,
        cosine,
    )
    _log.info("number format of %s: %s", key, choice)
    _write(record, known | {key: asdict(choice)})
    return choice.chosen, quick if choice.chosen == "bf16" else plain


def _timed(model: Embedder, clock: Callable[[], float]) -> tuple[float, np.ndarray]:
    """Seconds for the sample, and its unit vectors. The first, short call pays for what is set up once."""
    model.embed_documents(list(SAMPLE[:2]))
    began = clock()
    vectors = np.asarray(model.embed_documents(list(SAMPLE)), dtype=np.float32)
    spent = clock() - began
    return spent, vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def _read(record: Path) -> dict[str, dict[str, object]]:
    try:
        found = json.loads(record.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {k: v for k, v in found.items() if isinstance(v, dict)} if isinstance(found, dict) else {}


def _write(record: Path, choices: dict[str, dict[str, object]]) -> None:
    with suppress(OSError):
        record.parent.mkdir(parents=True, exist_ok=True)
        replace_file(record, json.dumps(choices, ensure_ascii=False, indent=1))
