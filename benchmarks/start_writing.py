"""Ways of guessing ahead and numbers of threads for the local model: the same prompts, the same text, one server after another.

    python -m benchmarks.start_writing [--rows 3] [--longest 120] [--rounds 2]

A part of `benchmarks.start`, also run by itself; it wants an idle machine. The prompts are the program's own
(`start_model.prompts`). Each is read once, by the plain server, and handed to all others as a slot file, so that writing
alone is compared; how quickly a prompt is read is measured beside it, for threads. The 0.5B model drafts where it was
fetched (`guanchao models fetch qwen2.5-coder-0.5b`); a slot file holds nothing of what the drafting model has read, so that
these ways write each answer twice and the second is timed.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from benchmarks import results_file, start_model
from docs_store import weights
from docs_store.errors import ModelUnavailableError
from docs_store.machine import cores
from docs_store.settings import load_settings
from rag import llama_process, llm
from rag.llama import LlamaOptions, LlamaProcess

_SMALL = "qwen2.5-coder-0.5b"
_DRAFTING_MODEL = "DRAFT_SIMPLE"
Figures = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Way:
    """One way to run the server: what of the job, and what of llama.cpp's own parameters, differs from the plain one."""

    name: str
    kind: str = ""
    """llama.cpp's name of the way to guess ahead, without its prefix; several with + between them."""
    numbers: tuple[tuple[str, int], ...] = ()
    """Its parameters, by path."""
    threads: int = 0
    batch_threads: int = 0


def ways() -> list[Way]:
    """The plain server, what the program does, and what else llama.cpp has."""

    def copied(kind: str, after: int, drafted: int) -> tuple[tuple[str, int], ...]:
        return ((f"{kind}.size_n", after), (f"{kind}.size_m", drafted))

    ours = f"n-gram simple {llm.DRAFT_AFTER}/{llm.DRAFT_TOKENS} (the program's)"
    found = [
        Way("plain"),
        Way(ours, "NGRAM_SIMPLE", copied("ngram_simple", llm.DRAFT_AFTER, llm.DRAFT_TOKENS)),
    ]
    for after, drafted in ((2, 6), (2, 12), (3, 8), (3, 16), (4, 24), (6, 24), (12, 48)):
        found.append(
            Way(f"n-gram simple {after}/{drafted}", "NGRAM_SIMPLE", copied("ngram_simple", after, drafted))
        )
    for after, drafted in ((3, 12), (6, 24)):
        found.append(
            Way(f"n-gram map {after}/{drafted}", "NGRAM_MAP_K", copied("ngram_map_k", after, drafted))
        )
    for match, least, most in ((4, 2, 12), (8, 4, 32)):
        numbers = (("ngram_mod.n_match", match), ("ngram_mod.n_min", least), ("ngram_mod.n_max", most))
        found.append(Way(f"n-gram mod {match}/{least}–{most}", "NGRAM_MOD", numbers))
    found.append(Way("n-gram cache", "NGRAM_CACHE"))
    found += [Way(f"0.5B drafts {most}", _DRAFTING_MODEL, (("draft.n_max", most),)) for most in (3, 8)]
    for threads in sorted({1, cores(), 2 * cores()} - {cores()}):
        found.append(Way(f"threads {threads}", threads=threads))
        found.append(Way(f"threads {cores()}, for prompts {threads}", batch_threads=threads))
    return found


def measure(rows: int = 3, longest: int = 120, rounds: int = 2, among: str = "") -> list[Figures]:
    """A row a way: tokens a second of writing as a median over rounds, and how often the text is that of the plain server."""
    asked = start_model.prompts(rows)
    wanted = [part for part in among.split(",") if part] or [""]
    tried = [way for way in ways() if way.name == "plain" or any(part in way.name for part in wanted)]
    spent: dict[str, list[Counter[str]]] = {}
    texts: dict[str, list[str]] = {}
    reading: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        job = LlamaOptions(str(weights.local_path(load_settings().llm.model)), 8192, 1, cores(), folder)
        for number in range(rounds):
            for way in tried:
                server = _Process(job, way)
                try:
                    if (way.name == "plain" and number == 0) or way.threads or way.batch_threads:
                        reading.setdefault(way.name, []).append(
                            _read(server, asked, save=way.name == "plain")
                        )
                    total, said = _write(server, asked, longest, twice=way.kind == _DRAFTING_MODEL)
                except ModelUnavailableError as error:  # a way that this build of llama.cpp does not have
                    print(f"{way.name}: {error}", file=sys.stderr)
                    continue
                finally:
                    server.stop()
                spent.setdefault(way.name, []).append(total)
                texts[way.name] = said
                print(f"{way.name}: {dict(total)}", file=sys.stderr, flush=True)
    speed = {
        name: statistics.median(one["tokens"] / one["ms"] * 1000 for one in totals)
        for name, totals in spent.items()
    }
    return [
        {
            "way": name,
            "tokens": totals[0]["tokens"],
            "tokens_per_s": round(speed[name], 2),
            "times_plain": round(speed[name] / speed["plain"], 2),
            "drafted": totals[0]["drafted"],
            "accepted": totals[0]["accepted"],
            "same_text": sum(a == b for a, b in zip(texts[name], texts["plain"], strict=True)),
            "prompt_tokens_per_s": round(statistics.median(reading[name]), 1) if name in reading else None,
        }
        for name, totals in spent.items()
    ]


class _Process(LlamaProcess):
    """The server of one way: this file run as a program."""

    def __init__(self, job: LlamaOptions, way: Way) -> None:
        numbers: Figures = dict(way.numbers)
        if way.kind == _DRAFTING_MODEL:
            numbers["draft.mparams.path"] = str(weights.local_path(_SMALL))
        change = {"kind": way.kind, "numbers": numbers, "batch_threads": way.batch_threads}
        self.command = ("-m", "benchmarks.start_writing", "--server", json.dumps(change))
        super().__init__(replace(job, threads=way.threads or job.threads))


def _changed(said: Figures) -> Callable[[Any], None]:
    """Sets what a way says in llama.cpp's parameters."""

    def change(params: Any) -> None:
        import xllamacpp

        kinds = xllamacpp.common_speculative_type
        if said["kind"]:
            names = said["kind"].split("+")
            params.speculative.types = [getattr(kinds, f"COMMON_SPECULATIVE_TYPE_{name}") for name in names]
        for path, value in said["numbers"].items():
            *outer, last = path.split(".")
            section = params.speculative
            for name in outer:
                section = getattr(section, name)
            setattr(section, last, value)
        if said["batch_threads"]:
            params.cpuparams_batch.n_threads = said["batch_threads"]

    return change


def _read(server: LlamaProcess, asked: Sequence[list[Figures]], *, save: bool) -> float:
    """Tokens a second of reading all prompts; `save` keeps each for the writing."""
    tokens = ms = 0.0
    for number, messages in enumerate(asked):
        start_model.post(server, "/slots/0?action=erase", {})
        timings = start_model.ask(server, messages, 1)["timings"]
        tokens, ms = tokens + timings["prompt_n"], ms + timings["prompt_ms"]
        if save:
            start_model.post(server, "/slots/0?action=save", {"filename": f"{number}.slot"})
    return tokens / ms * 1000


def _write(
    server: LlamaProcess, asked: Sequence[list[Figures]], longest: int, *, twice: bool
) -> tuple[Counter[str], list[str]]:
    """Totals of tokens, milliseconds, drafted and accepted ones over all answers, and the answers.

    twice: each answer is written once before it is timed.
    """
    total, said = Counter[str](), []
    for number, messages in enumerate(asked):
        start_model.post(server, "/slots/0?action=restore", {"filename": f"{number}.slot"})
        if twice:
            start_model.ask(server, messages, longest)
        answer = start_model.ask(server, messages, longest)
        timings = answer["timings"]
        said.append(answer["choices"][0]["message"]["content"])
        for key, field in (
            ("tokens", "predicted_n"),
            ("drafted", "draft_n"),
            ("accepted", "draft_n_accepted"),
        ):
            total[key] += timings.get(field) or 0
        total["ms"] += round(timings["predicted_ms"])
    return total, said


def main() -> None:
    """Prints the table."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rows", type=int, default=3)
    options.add_argument("--longest", type=int, default=120)
    options.add_argument("--rounds", type=int, default=2)
    options.add_argument(
        "--among",
        default="",
        help="only ways whose name holds one of these, with commas between, beside the plain one",
    )
    options.add_argument("--server", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.server:
        llama_process.main(_changed(json.loads(given.server)))
        return
    began = time.perf_counter()
    print(results_file.table(measure(given.rows, given.longest, given.rounds, given.among)))
    print(f"{time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
