"""How long a command takes from nothing, what `serve` takes to its first page, and what it keeps in memory.

    python -m benchmarks.start [--only cold page memory imports packages model writing] [--before 525a5d9] [--rounds 5]

Two commits side by side in the same environment, in turns: this working tree, and `--before` in a git worktree of its own
under build/, each with its own index of the sample articles. Every figure is of a fresh process with warm files; beside each stands `python -c "import sentence_transformers"`
of the same round, so that ratios hold on a machine that does other things.

- cold: wall and processor seconds of commands; "served" ones are answered by a running `guanchao serve`.
- page: seconds from starting `guanchao serve` to the first whole page.
- memory: resident MB of `serve` with all its processes, extractive: at the first page (and when that was), and after 100
  questions; and with the language model, where it is here: once it is loaded, and after 100 questions, 10 of which it writes.
- imports: the packages that take the longest to import, per command (`python -X importtime`).
- packages: what is installed for whom, in MB.
- model: the 1.5B model, plain and as the program runs it: speed of writing, and the first prompt with and without what was
  kept of an earlier run. Needs the model; some minutes.
- writing: the model with each way of guessing ahead and each number of threads (benchmarks.start_writing). An idle machine;
  a quarter of an hour.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks import results_file, start_model, start_packages, start_writing
from docs_store import weights
from docs_store.settings import load_settings
from rag.llama import free_port

_ROOT = Path(__file__).parents[1]
_QUESTION = "如皋建设了几个科创飞地？"
_BASE = ["-c", "import sentence_transformers"]
_CLI = ["-m", "ui.cli"]
_COMMANDS = {
    "search": ["search", _QUESTION],
    "ask --extractive": ["ask", _QUESTION, "--extractive"],
    "status": ["status"],
    "ingest, nothing new": ["ingest", "docs_store/articles"],
    "--help": ["--help"],
}
_SERVED = {
    "search, served": ["search", _QUESTION],
    "ask --extractive, served": ["ask", _QUESTION, "--extractive"],
}
_PARTS = ("cold", "page", "memory", "imports", "packages", "model", "writing")
_ASKED = 100
_ASKED_MODEL = 10  # of these the model writes the answers; each takes it seconds
_IMPORT_LINE = re.compile(r"import time:\s+(\d+) \|\s+\d+ \|\s*(\S+)")

Figures = dict[str, Any]


def main() -> None:
    """Runs the parts, prints their tables, and writes benchmarks/results/start.json after each."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--only", nargs="+", choices=_PARTS, default=_PARTS)
    options.add_argument("--before", default="525a5d9")
    options.add_argument("--rounds", type=int, default=5)
    given = options.parse_args()
    found = _earlier() | {"before": given.before}
    with tempfile.TemporaryDirectory() as folder, _worktree(given.before) as earlier:
        trees = {"before": earlier, "after": _ROOT}
        index = Path(folder)
        for tree in trees.values():
            _run(tree, index, [*_CLI, "ingest", "docs_store/articles"])
        run: dict[str, Callable[[], Any]] = {
            "cold": lambda: cold(trees, index, given.rounds),
            "page": lambda: page(trees, index, given.rounds),
            "memory": lambda: memory(trees, index),
            "imports": lambda: {name: imports(tree, index) for name, tree in trees.items()},
            "packages": start_packages.table,
            "model": start_model.measure,
            "writing": start_writing.measure,
        }
        for part in given.only:
            found[part] = run[part]()
            found.setdefault("load_average", {})[part] = round(os.getloadavg()[0], 1)
            print(f"\n{part}\n{results_file.table(_rows(found[part]))}", flush=True)
            results_file.save(
                "start", found | {"command": "python -m benchmarks.start", "headline": _headline(found)}
            )


def _earlier() -> Figures:
    """The figures of the parts that are not measured this time."""
    path = results_file.FOLDER / "start.json"
    kept: Figures = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return {name: kept[name] for name in (*_PARTS, "load_average") if name in kept}


@contextmanager
def _worktree(commit: str) -> Iterator[Path]:
    folder = _ROOT / "build" / f"start-{commit}"
    if not folder.exists():
        subprocess.run(["git", "worktree", "prune"], cwd=_ROOT, check=True)
        command = ["git", "worktree", "add", "--detach", str(folder), commit]
        subprocess.run(command, cwd=_ROOT, check=True, capture_output=True)
    try:
        yield folder
    finally:
        command = ["git", "worktree", "remove", "--force", str(folder)]
        subprocess.run(command, cwd=_ROOT, check=False, capture_output=True)


def _environment(tree: Path, index: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPATH": str(tree), "GUANCHAO_STORE__PATH": str(index / tree.name)}


def _run(tree: Path, index: Path, arguments: Sequence[str]) -> tuple[float, float]:
    """Wall and processor seconds of a Python process and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=tree,
        env=_environment(tree, index),
        capture_output=True,
        check=False,
    )
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise RuntimeError(f"{arguments}: {done.stderr.decode()[-500:]}")
    return wall, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def cold(trees: dict[str, Path], index: Path, rounds: int) -> list[Figures]:
    """Each command of each commit, in turns; medians, and their ratio to importing sentence-transformers."""
    spent: dict[tuple[str, str], list[tuple[float, float]]] = {}

    def one(tree: str, name: str, arguments: Sequence[str]) -> None:
        spent.setdefault((tree, name), []).append(_run(trees[tree], index, arguments))

    for _ in range(rounds):
        one("after", "import sentence_transformers", _BASE)
        for name, arguments in _COMMANDS.items():
            for tree in trees:
                one(tree, name, [*_CLI, *arguments])
    with serving(trees["after"], index):
        for _ in range(rounds):
            for name, arguments in _SERVED.items():
                one("after", name, [*_CLI, *arguments])
    base = [
        statistics.median(column)
        for column in zip(*spent["after", "import sentence_transformers"], strict=True)
    ]
    rows = []
    for (tree, name), values in spent.items():
        wall, cpu = (statistics.median(column) for column in zip(*values, strict=True))
        rows.append(
            {
                "command": name,
                "tree": tree,
                "wall_s": round(wall, 2),
                "cpu_s": round(cpu, 2),
                "least_wall_s": round(min(w for w, _ in values), 2),
                "of_import_wall": round(wall / base[0], 3),
                "of_import_cpu": round(cpu / base[1], 3),
            }
        )
    return rows


@contextmanager
def serving(tree: Path, index: Path, *, extractive: bool = True) -> Iterator[tuple[str, int, float]]:
    """A running `guanchao serve`: its address, its process, and the seconds to its first page."""
    port = free_port()
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *_CLI, "serve", "--port", str(port), *(["--extractive"] if extractive else [])],
        cwd=tree,
        env=_environment(tree, index),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        while True:
            try:
                with urllib.request.urlopen(url, timeout=60) as response:
                    assert "观潮" in response.read().decode()
                break
            except OSError:
                if process.poll() is not None:
                    raise RuntimeError("serve stopped") from None
                time.sleep(0.02)
        yield url, process.pid, time.perf_counter() - began
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def page(trees: dict[str, Path], index: Path, rounds: int) -> list[Figures]:
    """Seconds to the first whole page, in turns."""
    seconds: dict[str, list[float]] = {}
    for _ in range(rounds):
        for name, tree in trees.items():
            with serving(tree, index) as (_, _, spent):
                seconds.setdefault(name, []).append(spent)
    return [
        {"tree": name, "first_page_s": round(statistics.median(v), 2), "least_s": round(min(v), 2)}
        for name, v in seconds.items()
    ]


def memory(trees: dict[str, Path], index: Path) -> list[Figures]:
    """Resident MB of the server and all that it started, without and with the language model."""
    here = any(state.present for state in weights.states() if state.spec.name == load_settings().llm.model)
    return [
        _memory(name, tree, index, extractive=extractive)
        for extractive in ((True, False) if here else (True,))
        for name, tree in trees.items()
    ]


def _memory(name: str, tree: Path, index: Path, *, extractive: bool) -> Figures:
    with serving(tree, index, extractive=extractive) as (url, pid, spent):
        if not extractive:
            _ask(url, extractive=False)  # the model is loaded by then
        idle = resident_mb(pid)
        for number in range(_ASKED):
            _ask(url, extractive=extractive or number >= _ASKED_MODEL)
        return {
            "tree": name,
            "model": "none" if extractive else "1.5B",
            "first_page_s": round(spent, 2),
            "idle_mb": idle,
            f"after_{_ASKED}_mb": resident_mb(pid),
        }


def _ask(url: str, *, extractive: bool) -> None:
    body = json.dumps({"question": _QUESTION, "extractive": extractive}).encode()
    request = urllib.request.Request(f"{url}/api/ask", body, {"Content-Type": "application/json"})
    urllib.request.urlopen(request, timeout=600).read()


def resident_mb(pid: int) -> int:
    """Resident memory of a process and its descendants, MB."""
    parents: dict[int, list[int]] = {}
    sizes: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
        except OSError:
            continue
        parents.setdefault(int(fields["PPid"]), []).append(int(folder.name))
        sizes[int(folder.name)] = int(fields.get("VmRSS", "0").split()[0])
    total, waiting = 0, [pid]
    while waiting:
        one = waiting.pop()
        total += sizes.get(one, 0)
        waiting += parents.get(one, [])
    return round(total / 1000)


def imports(tree: Path, index: Path) -> list[Figures]:
    """Milliseconds of import by top-level package, the longest first; and how many modules."""
    rows = []
    for name in ("search", "ask --extractive", "status"):
        done = subprocess.run(
            [sys.executable, "-X", "importtime", *_CLI, *_COMMANDS[name]],
            cwd=tree,
            env=_environment(tree, index),
            capture_output=True,
            text=True,
            check=True,
        )
        spent: Counter[str] = Counter()
        modules = 0
        for line in done.stderr.splitlines():
            if match := _IMPORT_LINE.match(line):
                spent[match[2].partition(".")[0]] += int(match[1])
                modules += 1
        longest = ", ".join(f"{package} {micros / 1000:.0f}" for package, micros in spent.most_common(8))
        total = round(sum(spent.values()) / 1e6, 2)
        rows.append({"command": name, "modules": modules, "import_s": total, "longest_ms": longest})
    return rows


def _rows(found: Any) -> list[Figures]:
    if isinstance(found, dict):
        return [{"tree": name} | row for name, rows in found.items() for row in rows]
    return list(found)


def _headline(found: Figures) -> list[Figures]:
    rows = []
    if "cold" in found:
        search = {row["tree"]: row for row in found["cold"] if row["command"] == "search"}
        value = f"{search['before']['of_import_wall']:.2f}× → {search['after']['of_import_wall']:.2f}×"
        rows.append(
            {
                "en": "A cold `guanchao search`, in units of `import sentence_transformers`: before → now",
                "zh": "冷启动一次 `guanchao search`，以 `import sentence_transformers` 的用时为 1：从前 → 现在",
                "value": value,
            }
        )
    if "memory" in found:
        mb = {row["tree"]: row[f"after_{_ASKED}_mb"] for row in found["memory"] if row.get("model") != "1.5B"}
        rows.append(
            {
                "en": f"Memory of `guanchao serve` after {_ASKED} questions without a model: before → now",
                "zh": f"`guanchao serve` 不用语言模型回答 {_ASKED} 个问题后的内存：从前 → 现在",
                "value": f"{mb['before']} → {mb['after']} MB",
            }
        )
    return rows


if __name__ == "__main__":
    main()
