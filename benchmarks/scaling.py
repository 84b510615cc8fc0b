"""Writes the tables of docs/scaling.md from benchmarks/results: cost a million passages, three sizes, replicas, errors.

    python -m benchmarks.scaling                        # write the tables
    python -m benchmarks.scaling --check                # exit 1 when the page says something else than the results
    python -m benchmarks.scaling --index FOLDER         # first measure what the parts of that index weigh

No figure is written by hand. It reads what benchmarks/{scale,ingest,embedding,retrieval,http,answers}.py measured, so run it
after each of them; `benchmarks/scaling_model.py` holds the model. A machine that did other work makes times too long: the
table of errors shows it.
"""

from __future__ import annotations

import argparse
import json
import re
import sqlite3
import sys
from pathlib import Path
from typing import Any

from benchmarks import results_file
from benchmarks.scaling_model import (
    Point,
    Replica,
    bent,
    held_out,
    ingest_rate,
    line,
    power,
    simulated_ingest_rate,
    straight,
    variation,
)
from docs_store.vectors import EXACT_UP_TO

_PAGE = Path(__file__).parents[1] / "docs" / "scaling.md"
_SIZES = (10**6, 10**8, 10**9)
_WORKERS = (1, 4, 16, 64)
_LOADS = (1, 10, 100)  # questions a second
_P95_S = 1.0
_NIGHT_H, _WEEK_H = 10, 168
_OURS, _M3E = "docs_store/guanchao-embed", "m3e-small"

Figures = dict[str, Any]
Rows = list[list[str]]


class Results:
    """What was measured. Each attribute is a list of points or a rate, named after what it is."""

    def __init__(self, folder: Path = results_file.FOLDER) -> None:
        """Reads the files. Raises OSError or KeyError where one is not there or is of another time."""

        def read(name: str) -> Figures:
            found: Figures = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
            return found

        self.scale, self.http, self.answers = read("scale"), read("http"), read("answers")
        self.hnsw: Figures = read("retrieval")["hnsw"]
        self.parts = read("scaling")
        rows: list[Figures] = self.scale["rows"]
        self.largest = rows[-1]
        self.exponents = len(rows) > 1
        self.ingest: Figures = next(r for r in read("ingest")["runs"] if r["embedding"] == "table")
        self.embedding = {
            **self._speeds(read("embedding_beside_m3e")),
            **self._speeds(read("embedding")),
        }

    @staticmethod
    def _speeds(figures: Figures) -> dict[str, tuple[float, str]]:
        return {
            r["system"]: (r["passages_per_s"], figures["machine"])
            for r in figures["results"]
            if r["set"] == "news_16k" and "passages_per_s" in r
        }

    def by_size(self, key: str) -> list[Point]:
        """A column of the scale benchmark against passages."""
        return [(row["passages"], row[key]) for row in self.scale["rows"]]

    def of_ingest(self, suffix: str, key: str = "seconds") -> list[Point]:
        """A figure of the ingest benchmark against passages, at its two sizes."""
        return [
            (self.ingest[size]["passages"], self.ingest[size + suffix][key]) for size in ("small", "whole")
        ]

    @property
    def writer(self) -> float:
        """Passages a second of the whole pipeline when the vectors are there already."""
        (_, _), (passages, seconds) = self.of_ingest("")
        return passages / seconds

    def replica(self, passages: float) -> Replica:
        """One server of two cores at this size: what it did over HTTP, slower as a search is slower there."""
        p50 = bent(self.by_size("ours p50_ms"))
        capacity = self.http["load"]["search"]["per_second"] * p50(self.http["passages"]) / p50(passages)
        return Replica(capacity, variation(self.largest["ours p50_ms"], self.largest["ours p95_ms"]))


def costs(r: Results) -> Rows:
    """Per million passages, by the straight line through the measured sizes."""
    hour, gb = 3600.0, 1000.0
    scale = f"{len(r.scale['rows'])} sizes to {r.largest['passages']:,}"
    two = f"2 sizes to {r.ingest['whole']['passages']:,}"
    rows = [
        ("ingest, all of it, guanchao-embed", r.by_size("ingest_s"), hour, "h", scale),
        ("ingest, vectors known", r.of_ingest(""), hour, "h", two),
        ("its two indexes alone", r.of_ingest("_indexes_alone"), hour, "h", two),
        ("disk of a local index", r.by_size("disk_mb"), gb, "GB", scale),
        ("memory while searching", r.by_size("search_rss_mb"), gb, "GB", scale),
        ("memory while ingesting", r.by_size("ingest_peak_mb"), gb, "GB", scale),
    ]
    table = []
    for name, points, divisor, unit, sizes in rows:
        fixed, slope = line(points)
        table.append(
            [name, _number(fixed / divisor, unit), _number(slope * 10**6 / divisor, unit), f"measured, {sizes}"]
        )
    for name, megabytes in r.parts["parts_mb"].items():
        each = megabytes / r.parts["passages"] * 10**6 / gb
        table.append(
            [f"disk: {name}", "0 GB", _number(each, "GB"), f"measured at {r.parts['passages']:,}"]
        )
    return [["what", "fixed", "a million passages", "from"], *table]


def embedding(r: Results) -> Rows:
    """Hours a million passages, by model and machine."""
    return [
        ["model", "machine", "passages/s", "hours a million"],
        *(
            [name.rsplit("/", 1)[-1], machine, f"{rate:,.0f}", f"{10**6 / rate / 3600:.2f}"]
            for name, (rate, machine) in r.embedding.items()
        ),
    ]


def sizes(r: Results) -> Rows:
    """Disk, memory and the time of a search: measured sizes, then the three that are extrapolated."""
    table = [
        [
            f"{row['passages']:,}",
            "measured",
            f"{row['disk_mb'] / 1000:.2f} GB",
            "",
            f"{row['search_rss_mb'] / 1000:.1f} GB",
            f"{row['ours p50_ms']:.0f} / {row['ours p95_ms']:.0f} ms",
        ]
        for row in r.scale["rows"]
    ]
    disk, memory = straight(r.by_size("disk_mb")), straight(r.by_size("search_rss_mb"))
    p50, p95 = bent(r.by_size("ours p50_ms")), bent(r.by_size("ours p95_ms"))
    ours = sum(mb for name, mb in r.parts["parts_mb"].items() if not name.startswith("vectors"))
    for passages in _SIZES:
        table.append(
            [
                f"{passages:,}",
                f"extrapolated {passages / r.largest['passages']:,.0f}×",
                _bytes(disk(passages)),
                _bytes(ours / r.parts["passages"] * passages),
                _bytes(memory(passages)),
                f"{_time(p50(passages))} / {_time(max(p95(passages), p50(passages)))}",
            ]
        )
    return [["passages", "", "disk", "of it a replica's", "memory of a server", "search p50 / p95"], *table]


def ingesting(r: Results) -> Rows:
    """Hours by model and workers, one writer behind them."""
    table = []
    for name, (rate, _) in r.embedding.items():
        for workers in _WORKERS:
            total = ingest_rate(workers, rate, r.writer)
            bound = "writer" if total >= r.writer else "embedding"
            hours = [_hours(passages / total / 3600) for passages in _SIZES]
            table.append([name.rsplit("/", 1)[-1], str(workers), f"{total:,.0f}", bound, *hours])
    return [["model", "workers", "passages/s", "held up by", *(f"{s:,}" for s in _SIZES)], *table]


def replicas(r: Results) -> Rows:
    """Servers of two cores that keep 95 of 100 searches under a second."""
    table = []
    for passages in (r.largest["passages"], *_SIZES):
        one = r.replica(passages)
        needed = [one.needed(load, _P95_S) for load in _LOADS]
        table.append(
            [
                f"{passages:,}",
                f"{one.capacity:.1f}",
                *("more do not help" if n is None else f"{n:,}" for n in needed),
            ]
        )
    return [["passages", "searches/s of one", *(f"{load}/s" for load in _LOADS)], *table]


def limits(r: Results) -> Rows:
    """Where the model says that something must change."""
    factor, exponent = power(r.by_size("ours p50_ms"))
    fixed, slope = line(r.by_size("disk_mb"))
    ours, m3e = r.embedding[_OURS][0], r.embedding[_M3E][0]
    seconds = r.answers["cost"]["ours_ms"] / 1000
    rows = [
        ("exact vector search gives way to HNSW, by itself", EXACT_UP_TO, "set in the program"),
        ("half of searches take a second", (1000 / factor) ** (1 / exponent), "measured slope, extrapolated"),
        ("an index fills 100 GB", (100_000 - fixed) / slope, "measured slope, extrapolated"),
        (f"m3e-small with 1 worker takes {_NIGHT_H} hours", m3e * 3600 * _NIGHT_H, "measured rate"),
        (
            f"guanchao-embed with 1 worker takes {_NIGHT_H} hours",
            ingest_rate(1, ours, r.writer) * 3600 * _NIGHT_H,
            "measured rates",
        ),
        (f"the one writer takes {_WEEK_H} hours", r.writer * 3600 * _WEEK_H, "measured rate, extrapolated"),
    ]
    table = [[name, f"{_rounded(passages):,} passages", basis] for name, passages, basis in rows]
    table.append(
        [
            "questions at once in the model, when one is asked a second",
            f"{seconds:.1f}",
            f"time to the first word, local 1.5B, 2 cores: {seconds:.1f} s",
        ]
    )
    return [["what", "at", "from"], *table]


def errors(r: Results) -> Rows:
    """How far the model is from what was measured or simulated."""
    rows: list[tuple[str, float | None]] = [
        ("disk at the largest size, from the smaller ones", held_out(r.by_size("disk_mb"), straight)),
        ("ingest time likewise", held_out(r.by_size("ingest_s"), straight)),
        ("memory while searching likewise", held_out(r.by_size("search_rss_mb"), straight)),
        ("search p50 likewise", held_out(r.by_size("ours p50_ms"), bent)),
    ]
    (small, few), (whole, many) = r.of_ingest("")
    rows.append(("ingest, vectors known: from the small run's rate", few / small * whole / many - 1))
    one = ingest_rate(1, r.embedding[_OURS][0], r.writer)
    rows.append(
        ("ingest rate of 1 worker, against `scale`'s last piece", one / r.largest["last_piece_passages_per_s"] - 1)
    )
    for workers, each in ((1, 300.0), (4, 300.0), (16, 15.0), (64, 15.0)):
        simulated = simulated_ingest_rate(workers, each, r.writer)
        name = f"ingest rate of {workers} workers at {each:.0f}/s, against the simulation"
        rows.append((name, ingest_rate(workers, each, r.writer) / simulated - 1))
    server = r.replica(r.largest["passages"])
    for busy in (0.5, 0.7, 0.85):
        arriving = busy * server.capacity
        share = server.p95_seconds(arriving) / server.simulated_p95_seconds(arriving) - 1
        rows.append((f"p95 of a server {busy:.0%} busy, against the simulation", share))
    for what in ("search", "ask_extractive"):
        load = r.http["load"][what]
        stayed = 1000 * load["in_flight"] / load["per_second"]
        rows.append(
            (f"`http`, {what}: time by Little's law, against the measured median", stayed / load["p50_ms"] - 1)
        )
    return [
        ["what the model says", "error"],
        *([name, "two sizes only, no check" if e is None else f"{e:+.0%}"] for name, e in rows),
    ]


TABLES = {
    "costs": costs,
    "embedding": embedding,
    "sizes": sizes,
    "ingesting": ingesting,
    "replicas": replicas,
    "limits": limits,
    "errors": errors,
}


def filled(page: str, r: Results) -> str:
    """The page with every table between its markers anew. Raises ValueError where a marker is missing."""
    for name, table in TABLES.items():
        head, *rest = table(r)
        lines = [head, ["---"] * len(head), *rest]
        text = "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
        between = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        page, found = between.subn(lambda match, text=text: match[1] + text + match[2], page)
        if found != 1:
            raise ValueError(f"{_PAGE.name} has no single place for the table {name!r}")
    return page


def measured_parts(index: Path) -> Figures:
    """What the parts of a local index weigh, MB."""
    current = index / "current"
    ledger = current / "ledger.sqlite3"
    database = sqlite3.connect(f"file:{ledger}?mode=ro", uri=True)
    (passages,) = database.execute("SELECT count(*) FROM passages").fetchone()
    database.close()

    def weight(*names: str) -> float:
        files = [f for name in names for f in [current / name, *(current / name).rglob("*")] if f.is_file()]
        return round(sum(f.stat().st_size for f in files) / 1e6, 1)

    parts = {
        "texts and what is known of them (ledger)": weight("ledger.sqlite3"),
        "lexical index": weight("lexical"),
        "cache of vectors, so that a rebuild embeds nothing twice": weight("embeddings.sqlite3"),
        "vectors, exact and HNSW": weight("vectors"),
    }
    return {"passages": passages, "parts_mb": parts}


def _number(value: float, unit: str) -> str:
    return f"{value:.2f} {unit}" if abs(value) < 10 else f"{value:,.0f} {unit}"


def _bytes(megabytes: float) -> str:
    value, unit = (megabytes / 1e6, "TB") if megabytes >= 1e6 else (megabytes / 1e3, "GB")
    return f"{value:.1f} {unit}" if value < 10 else f"{value:,.0f} {unit}"


def _time(milliseconds: float) -> str:
    return f"{milliseconds:,.0f} ms" if milliseconds < 1000 else f"{milliseconds / 1000:.1f} s"


def _hours(hours: float) -> str:
    return f"{hours:.1f} h" if hours < 48 else f"{hours / 24:,.0f} days"


def _rounded(value: float) -> int:
    """Two digits are all that is known of it."""
    return int(float(f"{value:.1e}"))


def main() -> None:
    """Writes the page's tables, or checks them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--index", type=Path)
    given = parser.parse_args()
    if given.index:
        results_file.save("scaling", measured_parts(given.index), packages=("chromadb", "tantivy"))
    page = _PAGE.read_text(encoding="utf-8")
    fresh = filled(page, Results())
    if given.check and fresh != page:
        sys.exit("docs/scaling.md differs from benchmarks/results: run `python -m benchmarks.scaling`")
    if not given.check:
        _PAGE.write_text(fresh, encoding="utf-8")


if __name__ == "__main__":
    main()
