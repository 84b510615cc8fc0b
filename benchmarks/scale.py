"""How cost and hit rate change as the corpus grows from 2,000 to 63,635 articles.

    python -m benchmarks.scale [../shared/data] [--minutes 9] [--work .work/scale]

Every gold article is in from the start, so what grows is distractors alone. At each size: ingest time, rate and peak
memory (a process of its own), disk, then 575 questions: p50/p95 and hit@k of our retrieval, of BM25 over passages alone
and of dense search alone, over one index. After `--minutes` it stops between two pieces; the same command goes on from
there. `--rebuild` begins anew. The chart's slopes are exponents: 1 grows as the corpus does, 0 not at all.
"""

from __future__ import annotations

import gzip
import itertools
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import command_line, results_file
from docs_store.embedding.embedder import open_embedder
from docs_store.models import Hit
from docs_store.settings import load_settings
from docs_store.store import DocsStore
from ingest import ingest
from rag import PolicyQA
from rag.evaluation import ranking
from ui import charts, quiet

SIZES = (2_000, 4_000, 8_000, 16_500, 32_000, 63_635)
PIECE = 8_000  # articles ingested by one process
_ANSWERED = 50  # passages asked of each system: ten articles may hide in many passages


def main() -> None:
    """Runs the pieces that are missing, then prints and writes what there is."""
    parser = command_line.parser(__doc__, takes_data=True)
    parser.add_argument("--minutes", type=float, default=9.0)
    parser.add_argument("--work", type=Path, default=Path(".work/scale"))
    parser.add_argument("--sizes", type=int, nargs="*", default=list(SIZES))
    parser.add_argument("--rebuild", action="store_true")
    parser.add_argument("--child", choices=["ingest", "search"])
    args = parser.parse_args()
    if args.child:
        quiet.hush()
        print(json.dumps(_ingest(args.data) if args.child == "ingest" else _search(args.data)))
        return
    if args.rebuild:
        shutil.rmtree(args.work, ignore_errors=True)
    args.work.mkdir(parents=True, exist_ok=True)
    os.environ["GUANCHAO_STORE__PATH"] = str((args.work / "index").absolute())
    state = _State(args.work / "state.json")
    until = time.monotonic() + args.minutes * 60
    done = _run(args.data, args.sizes, args.work, state, until)
    _report(state.rows(), args.sizes)
    if not done:
        print("time is up: run the same command again to go on")
        raise SystemExit(75)


class _State:
    """What is measured so far, on disk after each piece."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.pieces: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}

    def put(self, key: str, value: dict[str, Any]) -> None:
        self.pieces[key] = value
        self._path.write_text(json.dumps(self.pieces))

    def rows(self) -> list[dict[str, Any]]:
        """One row a size that is measured whole, smallest first."""
        sizes = sorted(int(key.split()[1]) for key in self.pieces if key.startswith("search "))
        rows = []
        for size in sizes:
            parts = [v for k, v in self.pieces.items() if k.startswith("ingest ") and v["until"] <= size]
            seconds = sum(p["seconds"] for p in parts)
            last = max(parts, key=lambda p: p["until"])
            searched = dict(self.pieces[f"search {size}"])
            rows.append(
                {
                    "articles": searched.pop("articles"),
                    "passages": searched["passages"],
                    "ingest_s": round(seconds, 1),
                    "passages_per_s": round(sum(p["added_passages"] for p in parts) / seconds, 1),
                    "last_piece_passages_per_s": round(last["added_passages"] / last["seconds"], 1),
                    "ingest_peak_mb": round(max(p["peak_mb"] for p in parts)),
                    **{k: v for k, v in searched.items() if k != "passages"},
                }
            )
        return rows


def _run(data: Path, sizes: Sequence[int], work: Path, state: _State, until: float) -> bool:
    """Does the missing pieces; False when time ran out before the last."""
    stream = _articles(data)
    at = 0
    for size in sizes:
        while at < size:
            upper = min(size, at + PIECE)
            lines = list(itertools.islice(stream, upper - at))
            key, at = f"ingest {upper}", upper
            if key in state.pieces or not lines:
                continue
            if time.monotonic() > until:
                return False
            piece = work / "piece.jsonl"
            piece.write_text("".join(lines), encoding="utf-8")
            state.put(key, {**_child("ingest", piece), "until": upper})
            print(key, state.pieces[key], flush=True)
        if (key := f"search {size}") not in state.pieces:
            if time.monotonic() > until:
                return False
            state.put(key, _child("search", data))
            print(key, state.pieces[key], flush=True)
    return True


def _articles(data: Path) -> Iterator[str]:
    """Lines of articles: every gold or also acceptable one, then the others of both corpora."""
    gold = {id for q in _questions(data) for id in _right(q)}
    first, rest = data / "news_16k.jsonl.gz", data / "news_rest_47k.jsonl.gz"
    for wanted in (True, False):
        with gzip.open(first, "rt", encoding="utf-8") as lines:
            yield from (line for line in lines if (json.loads(line)["id"] in gold) == wanted)
    with gzip.open(rest, "rt", encoding="utf-8") as lines:
        yield from lines


def _questions(data: Path) -> list[dict[str, Any]]:
    text = (data / "retrieval_qa_dev.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def _right(question: dict[str, Any]) -> set[str]:
    return {*question["gold_article_ids"], *question.get("also_acceptable_ids", [])}


def _child(what: str, path: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.scale", str(path), "--child", what]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _ingest(piece: Path) -> dict[str, Any]:
    settings = load_settings()
    embedder = open_embedder(settings)
    embedder.embed_query("预热")  # a start-up of the program is not a cost of the corpus
    began = time.monotonic()
    with DocsStore.open(settings, embedder, write=True) as store:
        before = store.counts()[1]
        ingest(store, [piece], settings)
        articles, passages = store.counts()
    seconds = time.monotonic() - began
    return {
        "seconds": seconds,
        "articles": articles,
        "added_passages": passages - before,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _search(data: Path) -> dict[str, Any]:
    questions = _questions(data)
    settings = load_settings()
    with PolicyQA.open(settings=settings, extractive=True) as qa:
        store = qa.store
        assert store is not None
        systems: dict[str, Callable[[str], Sequence[Hit]]] = {
            "ours": lambda q: qa.search(q, _ANSWERED),
            "bm25": lambda q: store.search_lexical(q, _ANSWERED),
            "dense": lambda q: store.search_dense(q, _ANSWERED),
        }
        articles, passages = store.counts()
        figures: dict[str, Any] = {"articles": articles, "passages": passages}
        for name, search in systems.items():
            for question in questions[:20]:
                search(question["question"])
            spent, ranks = [], []
            for question in questions:
                began = time.monotonic()
                hits = search(question["question"])
                spent.append((time.monotonic() - began) * 1000)
                ranks.append(ranking.first_rank(ranking.articles_in_order(hits), _right(question)))
            figures |= {
                f"{name} p50_ms": round(float(np.percentile(spent, 50)), 1),
                f"{name} p95_ms": round(float(np.percentile(spent, 95)), 1),
                f"{name} hit@1": _mean([ranking.hit_at(r, 1) for r in ranks]),
                f"{name} hit@5": _mean([ranking.hit_at(r, 5) for r in ranks]),
                f"{name} mrr@10": _mean([ranking.reciprocal(r) for r in ranks]),
            }
        figures["search_rss_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    root = settings.index_path
    figures["disk_mb"] = round(sum(f.stat().st_size for f in root.rglob("*") if f.is_file()) / 1e6)
    return figures


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), 3)


def _report(rows: list[dict[str, Any]], sizes: Sequence[int]) -> None:
    if not rows:
        return
    columns = ("articles", "passages", "ingest_s", "last_piece_passages_per_s", "ingest_peak_mb", "disk_mb")
    columns += ("search_rss_mb", "ours p50_ms", "ours p95_ms", "ours hit@5", "bm25 hit@5", "dense hit@5")
    print(results_file.table([{c: row[c] for c in columns} for row in rows]))
    slopes: dict[str, float] = {}
    drawings = {}
    if len(rows) > 1:
        costs = {
            "ingest, s": "ingest_s",
            "disk, MB": "disk_mb",
            "memory while searching, MB": "search_rss_mb",
            "memory while ingesting, MB": "ingest_peak_mb",
            "search p50, ms": "ours p50_ms",
            "search p95, ms": "ours p95_ms",
        }
        points = {label: [(r["articles"], r[key]) for r in rows] for label, key in costs.items()}
        slopes = {label: round(charts.slope(series), 2) for label, series in points.items()}
        labelled = {f"{label} ({slopes[label]:+.2f})": series for label, series in points.items()}
        drawings["scale_cost"] = charts.lines(
            "Cost as the corpus grows (fitted exponent in brackets)",
            "articles",
            "cost",
            labelled,
            log_x=True,
            log_y=True,
        )
        hits = {
            f"{name} {at}": [(r["articles"], r[f"{name} {at}"]) for r in rows]
            for at in ("hit@5", "hit@1")
            for name in ("ours", "bm25", "dense")
        }
        drawings["scale_hits"] = charts.lines(
            "Hit rate as distractors grow", "articles", "share of 575 questions", hits, log_x=True
        )
        print("fitted exponents:", slopes)
    figures = {
        "questions": 575,
        "complete": len(rows) == len(sizes),
        "rows": rows,
        "exponents": slopes,
    }
    results_file.save("scale", figures, drawings)


if __name__ == "__main__":
    main()
