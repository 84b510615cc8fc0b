"""Puts measured costs, and what follows from them for 10⁶, 10⁸ and 10⁹ passages, into docs/scaling.md, between its markers.

    python -m benchmarks.scaling          # write
    python -m benchmarks.scaling --check  # exit 1 when the page says something else than the results

Reads benchmarks/results/{scale,ingest,embedding,embedding_beside_m3e,http,answers,index_parts}.json; writes no figure that
does not come from there. Every extrapolated column says so in its head.
"""

from __future__ import annotations

import json
import math
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import capacity, command_line, results_file

_PAGE = Path(__file__).parents[1] / "docs" / "scaling.md"
_PLAN = (10**6, 10**8, 10**9)
_WORKERS = (1, 8, 64)
_SHARD = 10**6  # passages of one shard in the model of many
_RATES = (1, 10, 100, 1000)  # searches a second
_BEGIN_S = 0.1  # 95 of 100 searches begin within this
_CORES = 4  # of one replica
_SEED = 1
_FLOAT, _LINKS = 4, 16 * 2 * 4 + 64  # bytes: a float32; HNSW's links of one vector (M = 16) with its label

Figures = dict[str, Any]


def read() -> Figures:
    """Every results file, by its name."""
    return {
        p.stem: json.loads(p.read_text(encoding="utf-8")) for p in sorted(results_file.FOLDER.glob("*.json"))
    }


def tables(results: Figures) -> dict[str, str]:
    """The Markdown between each pair of markers."""
    return {
        "measured": _measured(results),
        "million": _million(results),
        "checks": _checks(results),
        "plan": _plan(results),
        "load": _load(results),
    }


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(cells) + " |" for cells in (head, ["---"] * len(head), *rows)]
    return "\n".join(lines) + "\n"


def _measured(results: Figures) -> str:
    scale = results["scale"]
    rows = [
        [
            f"{r['articles']:,}", f"{r['passages']:,}", f"{r['last_piece_passages_per_s']:.0f}",
            f"{r['disk_mb']:,}", f"{r['search_rss_mb']:,}", f"{r['ingest_peak_mb']:,}",
            f"{r['ours p50_ms']:.0f} / {r['ours p95_ms']:.0f}", f"{r['bm25 p50_ms']:.0f}", f"{r['dense p50_ms']:.0f}",
        ]
        for r in scale["rows"]
    ]  # fmt: skip
    head = ["articles", "passages", "passages/s, last piece", "disk, MB", "RAM searching, MB", "RAM ingesting, MB",
            "search p50 / p95, ms", "BM25 half, ms", "dense half, ms"]  # fmt: skip
    note = f"\n{scale['date']}, commit {scale['commit']}, {scale['machine']}: `{scale['command']}`.\n"
    if not scale["complete"]:
        note += "The run is not complete: larger sizes are missing.\n"
    return _table(head, rows) + note


def _million(results: Figures) -> str:
    """What a million passages cost, each from one measurement."""
    rows = []
    for stem, name in (("embedding", "guanchao-embed"), ("embedding_beside_m3e", "m3e-small")):
        rate = _embedding_rate(results, stem)
        rows.append(
            [f"embedding with {name}, 2 threads, fp32", f"{_hours(1e6 / rate)} h", f"{rate:,.0f} passages/s"]
        )
    run = results["ingest"]["runs"][0]
    whole, alone = run["whole"], run["whole_indexes_alone"]
    passages = whole["passages"]
    rows += [
        ["ingest without embedding, one process", f"{_hours(1e6 / _rate(whole, passages))} h",
         f"{_rate(whole, passages):,.0f} passages/s"],
        ["of it: writing vectors and lexical index", f"{_hours(1e6 / _rate(alone, passages))} h",
         f"{_rate(alone, passages):,.0f} passages/s"],
        ["ingest of the same again, unchanged", f"{_hours(run['unchanged']['seconds'] * 1e6 / passages)} h",
         f"{run['unchanged']['seconds']} s for {passages:,}"],
    ]  # fmt: skip
    parts = results["index_parts"]
    for name, size in parts["bytes"].items():
        each = size / parts["passages"]
        rows.append([f"disk: {name}", f"{each / 1000:.1f} GB", f"{each:,.0f} bytes a passage"])
    total = sum(parts["bytes"].values()) / parts["passages"]
    rows.append(["disk in all", f"{total / 1000:.1f} GB", f"{total:,.0f} bytes a passage"])
    memory = capacity.line(_points(results, "search_rss_mb"))
    rows.append(["RAM searching, beside the program itself", f"{memory.slope * 1e6 / 1000:.1f} GB",
                 f"{memory.slope * 1e3:.2f} KB a passage, {memory.base:,.0f} MB without any"])  # fmt: skip
    last = results["scale"]["rows"][-1]
    rows.append(
        [
            f"a search, at {last['passages']:,} passages",
            f"{last['ours p50_ms']:.0f} ms",
            "median, one at a time",
        ]
    )
    return _table(["cost of a million passages", "figure", "from"], rows)


def _rate(run: Figures, passages: int) -> float:
    return float(passages / run["seconds"])


def _hours(seconds: float) -> str:
    hours = seconds / 3600
    return f"{hours:.2f}" if hours < 1 else f"{hours:.1f}" if hours < 10 else f"{hours:,.0f}"


def _points(results: Figures, key: str) -> list[tuple[float, float]]:
    return [(r["passages"], r[key]) for r in results["scale"]["rows"]]


_FITS: tuple[tuple[str, str, Callable[[capacity.Points], Any]], ...] = (
    ("ingest, s", "ingest_s", capacity.power),
    ("disk, MB", "disk_mb", capacity.line),
    ("RAM searching, MB", "search_rss_mb", capacity.line),
    ("search p50, ms", "ours p50_ms", capacity.power),
    ("search p95, ms", "ours p95_ms", capacity.power),
)


def _checks(results: Figures) -> str:
    rows = []
    for name, key, fit in _FITS:
        points = _points(results, key)
        fitted, missed = fit(points), capacity.held_out(points, fit)
        if isinstance(fitted, capacity.Power):
            law = f"grows with passages to the {fitted.exponent:.2f}"
        else:
            law = f"{fitted.base:,.0f} + {fitted.slope * 1000:.2f} a thousand passages"
        said = "needs three sizes" if missed is None else f"{missed:+.0%} at {points[-1][0]:,.0f} passages"
        rows.append([name, law, "the largest size, predicted from the others", said])
    last = results["scale"]["rows"][-1]
    said_s = max(last["passages"] / _worker(results, "embedding"), _writing_s(results, last["passages"]))
    rows.append([f"ingest of {last['passages']:,} passages, one worker", f"{said_s:,.0f} s",
                 f"measured by `scale`: {last['ingest_s']:,.0f} s", f"{said_s / last['ingest_s'] - 1:+.0%}"])  # fmt: skip
    for name, key in (("searches under load", "search"), ("extractive answers under load", "ask_extractive")):
        load = results["http"]["load"][key]
        little = load["in_flight"] / load["per_second"] * 1000
        rows.append([name, f"in flight / throughput = {little:,.0f} ms", f"measured median {load['p50_ms']:,.0f} ms",
                     f"{little / load['p50_ms'] - 1:+.0%}"])  # fmt: skip
    service, varied = _service_s(results), _variation(results)
    rate, servers = 0.8 * _CORES / service, _CORES
    draws = np.random.default_rng(_SEED + 1)
    sigma = math.sqrt(math.log1p(varied))
    for name, value, times in (
        ("exponential times", 1.0, draws.exponential(service, 200_000)),
        (
            "times spread as measured",
            varied,
            draws.lognormal(math.log(service) - sigma**2 / 2, sigma, 200_000),
        ),
    ):
        simulated = float(capacity.simulated_waits(rate, times, servers, _SEED).mean())
        model = capacity.mean_wait(rate, service, servers, value)
        rows.append([f"mean wait, {servers} cores at 80%, {name}", f"M/G/c: {model * 1000:.1f} ms",
                     f"simulation: {simulated * 1000:.1f} ms", f"{model / simulated - 1:+.0%}"])  # fmt: skip
    p50, p95 = _shard(results)
    for shards in (100, 1000):
        model = capacity.slowest_of(shards, p50, p95, 0.5)
        simulated = capacity.simulated_slowest(shards, p50, p95, 0.5, _SEED)
        rows.append([f"median of the slowest of {shards} shards", f"formula: {model:,.0f} ms",
                     f"simulation: {simulated:,.0f} ms", f"{model / simulated - 1:+.1%}"])  # fmt: skip
    return _table(["quantity", "model", "against", "error"], rows)


def _service_s(results: Figures) -> float:
    """Seconds of one core that a search takes, HTTP included: two cores were busy all the time."""
    return float(2 / results["http"]["load"]["search"]["per_second"])


def _variation(results: Figures) -> float:
    """Squared coefficient of variation of a search's time, at the largest size."""
    last = results["scale"]["rows"][-1]
    return capacity.variation(last["ours p50_ms"], last["ours p95_ms"])


def _shard(results: Figures) -> tuple[float, float]:
    """p50 and p95, ms, of a search in one shard: the fitted median at its size, spread as at the largest size measured."""
    last = results["scale"]["rows"][-1]
    p50 = capacity.power(_points(results, "ours p50_ms")).at(_SHARD)
    return p50, p50 * last["ours p95_ms"] / last["ours p50_ms"]


def _writing_s(results: Figures, passages: int) -> float:
    """Seconds in which one writer writes an index: it slows down as the index grows, so a sum over growing sizes."""
    run = results["ingest"]["runs"][0]
    rate = capacity.power(
        [
            (run[size]["passages"], run[size]["passages"] / run[f"{size}_indexes_alone"]["seconds"])
            for size in ("small", "whole")
        ]
    )
    sizes = np.linspace(0, passages, 2001)[1:]
    return float((passages / 2000 / np.array([rate.at(size) for size in sizes])).sum())


def _plan(results: Figures) -> str:
    """10⁶, 10⁸, 10⁹: time to ingest, room, latency."""
    parts = results["index_parts"]
    each = {name: size / parts["passages"] for name, size in parts["bytes"].items()}
    p50, p95 = _shard(results)
    rows = []
    for n in _PLAN:
        shards = n // _SHARD
        writing = _writing_s(results, n)
        hours = [
            " / ".join(_hours(max(n / (_worker(results, stem) * w), writing)) for w in _WORKERS)
            for stem in ("embedding", "embedding_beside_m3e")
        ]
        apart = max(n / (_worker(results, "embedding") * _WORKERS[-1]), _writing_s(results, _SHARD))
        slowest = (capacity.slowest_of(shards, p50, p95, share) / 1000 for share in (0.5, 0.95))
        sizes = (
            each["ledger"] + each["lexical index"],
            each["vectors"],
            parts["dimensions"] * _FLOAT + _LINKS,
        )
        rows.append(
            [f"{n:,}", *hours, _hours(writing), _hours(apart), *(f"{n * size / 1e9:,.0f}" for size in sizes),
             f"{shards:,}", " / ".join(f"{seconds:.1f}" for seconds in slowest)]
        )  # fmt: skip
    workers = " / ".join(map(str, _WORKERS))
    head = ["passages", f"ingest, hours, with {workers} workers (extrapolated)", "the same with m3e-small (extrapolated)",
            "of it the one writer", f"{_WORKERS[-1]} workers and a writer a shard",
            "a replica's disk, GB (computed)", "vectors on disk, GB (computed)", "vectors in RAM under HNSW, GB (computed)",
            f"shards of {_SHARD:,}", "search p50 / p95, s (extrapolated)"]  # fmt: skip
    return _table(head, rows)


def _worker(results: Figures, stem: str) -> float:
    """Passages a second that one worker (one core) reads, cleans, cuts and embeds with the model of `stem`.

    Reading is what the two cores of the measured ingest did beside writing, so the rate is a lower bound.
    """
    run = results["ingest"]["runs"][0]
    reading = (2 * run["whole"]["seconds"] - run["whole_indexes_alone"]["seconds"]) / run["whole"]["passages"]
    return 1 / (reading + 2 / _embedding_rate(results, stem))


def _embedding_rate(results: Figures, stem: str) -> float:
    """Passages a second on two threads of the last model measured in a file."""
    return float(
        [r for r in results[stem]["results"] if "passages_per_s" in r and r["set"] == "news_16k"][-1][
            "passages_per_s"
        ]
    )


def _load(results: Figures) -> str:
    """Cores and replicas for a number of searches a second, and of answers written."""
    service, varied = _service_s(results), _variation(results)
    fitted = capacity.power(_points(results, "ours p50_ms"))
    base = results["http"]["passages"]
    sizes = (base, int(results["scale"]["rows"][-1]["passages"]), _SHARD)
    rows = []
    for rate in _RATES:
        cells = [f"{rate:,}"]
        for size in sizes:
            seconds = service * max(fitted.at(size) / fitted.at(base), 1.0)
            cores = capacity.servers_for(rate, seconds, _BEGIN_S, varied)
            cells.append(f"{cores:,} ({math.ceil(cores / _CORES):,})")
        rows.append([*cells, f"{cores * (_PLAN[1] // _SHARD):,}"])
    head = ["searches/s", f"{sizes[0]:,} passages (a search's time measured)", f"{sizes[1]:,} (scaled by the measured slope)",
            f"{sizes[2]:,} (extrapolated)", f"cores for {_PLAN[1]:,} in shards (extrapolated)"]  # fmt: skip
    seconds = results["answers"]["seed"]["sample generated"]["total_ms"] / 1000
    written = (
        f"\nAnswers by the local 1.5B model take {seconds:.1f} s at the median on this machine, one at a time: "
        f"{3600 / seconds:,.0f} an hour. Beyond that, an endpoint writes them.\n"
    )
    return _table(head, rows) + written


def fresh(text: str, results: Figures) -> str:
    """The page with its tables made anew. Raises ValueError when a marker is missing."""
    for name, table in tables(results).items():
        pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        text, found = pattern.subn(lambda m, table=table: m[1] + table + m[2], text)  # type: ignore[misc]
        if found != 1:
            raise ValueError(f"docs/scaling.md has no markers for {name}")
    return text


def main() -> None:
    """Writes the tables, or checks them."""
    parser = command_line.parser(__doc__)
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args()
    text = _PAGE.read_text(encoding="utf-8")
    page = fresh(text, read())
    if not given.check:
        _PAGE.write_text(page, encoding="utf-8")
        print(page)
    elif page != text:
        sys.exit("docs/scaling.md differs from benchmarks/results: run `python -m benchmarks.scaling`")


if __name__ == "__main__":
    main()
