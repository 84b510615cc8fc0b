"""观潮 beside other systems: same articles, same questions, same machine, same model, same embedding.

    python -m benchmarks.peers                   # install what is missing, ask, print and write the table
    python -m benchmarks.peers --rows 12         # fewer questions; a longer run later goes on with the same answers
    python -m benchmarks.peers --minutes 60      # begin no further question after an hour
    python -m benchmarks.peers --passages        # without a model: what each puts before it, all questions, minutes
    python -m benchmarks.peers --table           # the tables of what is kept

Who the systems are and how each is set up stands in README.md. Environments, indexes and raw answers lie in build/peers;
the tables go to benchmarks/results/peers.json.
"""

from __future__ import annotations

import json
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

from benchmarks import command_line, results_file
from benchmarks.peers import scoring
from benchmarks.peers.messages import MOST_TOKENS
from benchmarks.peers.recorder import MOST_CALLS, LlamaServer, Model, Recorder, Scripted
from benchmarks.peers.running import LIMIT_S, Kept, ask_all, begin
from benchmarks.peers.sample import LEFT_OUT, SEED, Row, sample, stratum
from benchmarks.peers.systems import ROOT, SLOTS, SYSTEMS, WORK, System, cost, install, versions
from benchmarks.public.articles import ARTICLES
from benchmarks.public.scoring import rows
from docs_store import weights
from docs_store.embedding.embedder import open_embedder
from docs_store.machine import cores
from docs_store.settings import load_settings
from rag.llama import LlamaOptions, LlamaProcess
from rag.llm import DRAFT_AFTER, DRAFT_TOKENS

CONTEXT = 16_384
"""Tokens of the peers' model server, all slots together: no prompt of theirs is cut."""
WITHOUT_MODEL = tuple(system for system in SYSTEMS if system.name != "model")
"""Ours with the model is given the same passages as ours without."""


def articles() -> list[str]:
    """The files that every system reads: the public articles and the samples beside them."""
    return [
        str(p) for folder in (ARTICLES, ROOT / "docs_store" / "articles") for p in sorted(folder.glob("*.md"))
    ]


def with_model(asked: Sequence[Row], kept: Kept, minutes: float | None) -> None:
    """Has every system answer what is not kept yet, with the language model."""
    settings = load_settings()
    job = LlamaOptions(
        str(weights.local_path(settings.llm.model)),
        CONTEXT,
        len(set(SLOTS.values())),
        settings.llm.threads or cores(),
        str(WORK),
        DRAFT_AFTER,
        DRAFT_TOKENS,
    )
    server = LlamaProcess(job)
    try:
        ask(asked, SYSTEMS, kept, minutes, LlamaServer(server.address()), (server.pid,))
    finally:
        server.stop()


def ask(
    asked: Sequence[Row],
    systems: Sequence[System],
    kept: Kept,
    minutes: float | None,
    model: Model,
    beside: Sequence[int] = (),
) -> None:
    """Asks what is not kept yet; `beside` are the processes of the peers' model."""
    settings = load_settings()
    embedder = open_embedder(settings)
    recorder = Recorder(model, embedder.embed_documents, SLOTS)
    recorder.wait()
    given = {
        "articles": articles(),
        "model": settings.llm.model,
        "embedding": settings.embedding.model,
        "dimensions": len(embedder.embed_query("维数")),
        "context": CONTEXT,
        "limit_s": LIMIT_S,
    }
    asking = {
        s.name: begin(
            s,
            given | {"recorder": "" if s.ours else recorder.address(s.name)},
            WORK / f"{s.name}.log",
            beside,
        )
        for s in systems
    }
    try:
        until = None if minutes is None else time.monotonic() + 60 * minutes
        ask_all(asked, systems, asking, kept, recorder, until)
    finally:
        for running in asking.values():
            running.stop()
        recorder.close()


def passages(asked: Sequence[Row], kept: Kept) -> dict[str, Any]:
    """What each system puts before the model, and what ours shows where it quotes: one row each."""
    figures: dict[str, Any] = {}
    for system in WITHOUT_MODEL:
        own = [kept.records[system.name, row["id"]] for row in asked]
        figures[system.name] = {
            "title": system.title,
            "versions": dict(versions(system)),
            **scoring.given(asked, [answer["read"] for answer in own]),
            "calls": statistics.mean(answer["counts"].get("calls", 0) for answer in own),
            "seconds": round(statistics.median(answer["total_s"] for answer in own), 3),
            "processor_s": round(statistics.median(answer["processor_s"] for answer in own), 3),
            "memory_mb": max(answer["memory_mb"] for answer in own),
            **cost(system),
        }
        if system.ours:
            quotes = [[c["quote"] for c in answer["cited"] or ()] for answer in own]
            figures[system.name]["shown"] = scoring.given(asked, quotes)
    return figures


def table(common: Sequence[Row], kept: Kept) -> dict[str, Any]:
    """The figures of each system over the questions that all of them have answered."""
    figures, scored = {}, {}
    for system in SYSTEMS:
        own = [kept.records[system.name, row["id"]] for row in common]
        judged = [scoring.score(row, answer) for row, answer in zip(common, own, strict=True)]
        counts = [answer["counts"] for answer in own if answer["counts"]]
        figures[system.name] = {
            "title": system.title,
            "versions": dict(versions(system)),
            **scoring.figures(judged, own, counts),
            **cost(system),
        }
        scored[system.name] = judged
    strata = Counter(stratum(row) for row in common)
    return {
        "questions": [row["id"] for row in common],
        "strata": dict(strata),
        "systems": figures,
        "rows": scored,
    }


def main() -> None:
    """Asks, scores, prints, writes."""
    parser = command_line.parser(__doc__)
    parser.add_argument("--rows", type=int, default=30, help="how many questions the model answers")
    parser.add_argument("--minutes", type=float, help="begin no further question after so many")
    parser.add_argument("--passages", action="store_true", help="without a model, over all questions")
    parser.add_argument("--table", action="store_true", help="score what is kept; ask nothing")
    parser.add_argument("--install", action="store_true", help="make the environments and end")
    args = parser.parse_args()
    every = sample(rows("questions", "dev"))
    asked = every[: args.rows]
    answers, found = Kept(WORK / "answers.jsonl"), Kept(WORK / "passages.jsonl")
    if not args.table:
        for system in SYSTEMS:
            install(system)
        if args.install:
            return
        if args.passages:
            ask(every, WITHOUT_MODEL, found, None, Scripted())
        else:
            with_model(asked, answers, args.minutes)
    settings = load_settings()
    file = results_file.FOLDER / "peers.json"
    earlier = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    measured: dict[str, Any] = {
        # What this run does not measure again stands as it was.
        **{half: earlier[half] for half in ("passages", "answers") if half in earlier},
        "split": "dev",
        "sample": {"seed": SEED, "left_out": sorted(LEFT_OUT)},
        "articles": len(articles()),
        "model": settings.llm.model,
        "embedding": settings.embedding.model,
        "limits": {"tokens": MOST_TOKENS, "calls": MOST_CALLS},
    }
    if all((system.name, row["id"]) in found.records for system in WITHOUT_MODEL for row in every):
        measured["passages"] = passages(every, found)
        print(results_file.table(list(measured["passages"].values())))
    common = [row for row in asked if all((system.name, row["id"]) in answers.records for system in SYSTEMS)]
    if common:
        measured["answers"] = table(common, answers)
        print(results_file.table(list(measured["answers"]["systems"].values())))
    results_file.save("peers", measured)


if __name__ == "__main__":
    main()
