"""观潮 beside other systems: same articles, same questions, same machine, same model, same embedding.

    python -m benchmarks.peers                   # install what is missing, ask, print and write the table
    python -m benchmarks.peers --rows 12         # fewer questions; a longer run later goes on with the same answers
    python -m benchmarks.peers --minutes 60      # begin no further question after an hour
    python -m benchmarks.peers --table           # the table of the answers that are kept

Who the systems are and how each is set up stands in README.md. Environments, indexes and raw answers lie in build/peers;
the table goes to benchmarks/results/peers.json.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from typing import Any

from benchmarks import results_file
from benchmarks.peers import scoring
from benchmarks.peers.door import MOST_CALLS, MOST_TOKENS, Door
from benchmarks.peers.running import LIMIT_S, Kept, ask_all, begin
from benchmarks.peers.sample import LEFT_OUT, SEED, sample, stratum
from benchmarks.peers.systems import ROOT, SLOTS, SYSTEMS, WORK, cost, install, versions
from benchmarks.public.articles import ARTICLES
from benchmarks.public.scoring import rows
from docs_store import weights
from docs_store.embedder import open_embedder
from docs_store.machine import cores
from rag.llama import Job, LlamaProcess
from rag.llm import DRAFT_AFTER, DRAFT_TOKENS
from settings import load_settings

CONTEXT = 16_384
"""Tokens of the peers' model server, all slots together: no prompt of theirs is cut."""
ANSWERS = WORK / "answers.jsonl"


def articles() -> list[str]:
    """The files that every system reads: the public articles and the samples beside them."""
    return [
        str(p) for folder in (ARTICLES, ROOT / "docs_store" / "articles") for p in sorted(folder.glob("*.md"))
    ]


def run(asked: list[dict[str, Any]], kept: Kept, minutes: float | None) -> None:
    """Asks what is not kept yet."""
    settings = load_settings()
    embedder = open_embedder(settings)
    server = LlamaProcess(
        Job(
            str(weights.local_path(settings.llm.model)),
            CONTEXT,
            len(set(SLOTS.values())),
            settings.llm.threads or cores(),
            str(WORK),
            DRAFT_AFTER,
            DRAFT_TOKENS,
        )
    )
    door = Door(server.address(), embedder.embed_documents, SLOTS)
    door.wait()
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
            s, given | {"door": "" if s.ours else door.address(s.name)}, WORK / f"{s.name}.log", server.pid
        )
        for s in SYSTEMS
    }
    try:
        until = None if minutes is None else time.monotonic() + 60 * minutes
        ask_all(asked, SYSTEMS, asking, kept, door, until)
    finally:
        for running in asking.values():
            running.stop()
        door.close()
        server.stop()


def table(asked: list[dict[str, Any]], kept: Kept) -> dict[str, Any]:
    """The figures of each system over the questions that all of them were asked."""
    common = [row for row in asked if all((s.name, row["id"]) in kept.records for s in SYSTEMS)]
    figures, scored = {}, {}
    for system in SYSTEMS:
        own = [kept.records[system.name, row["id"]] for row in common]
        judged = [scoring.score(row, answer) for row, answer in zip(common, own, strict=True)]
        counts = [a["counts"] for a in own if a["counts"]]
        made = {"made_s": max((a["started"].get("seconds", 0.0) for a in own), default=None)}
        figures[system.name] = {
            "title": system.title,
            "versions": dict(versions(system)),
            **scoring.figures(judged, own, counts),
            **cost(system),
            **made,
        }
        scored[system.name] = judged
    return {"questions": [row["id"] for row in common], "systems": figures, "rows": scored}


def main() -> None:
    """Asks, scores, prints, writes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=30, help="how many questions")
    parser.add_argument("--minutes", type=float, help="begin no further question after so many")
    parser.add_argument("--table", action="store_true", help="score the answers that are kept; ask nothing")
    parser.add_argument("--install", action="store_true", help="make the environments and end")
    given = parser.parse_args()
    asked = sample(rows("questions", "dev"), given.rows)
    kept = Kept(ANSWERS)
    if not given.table:
        for system in SYSTEMS:
            install(system)
        if given.install:
            return
        run(asked, kept, given.minutes)
    measured = table(asked, kept)
    print(results_file.table([{"system": name, **own} for name, own in measured["systems"].items()]))
    settings = load_settings()
    strata = Counter(stratum(row) for row in asked if row["id"] in measured["questions"])
    about = {
        "split": "dev",
        "sample": {"seed": SEED, "left_out": sorted(LEFT_OUT), "strata": dict(strata)},
        "articles": len(articles()),
        "model": settings.llm.model,
        "embedding": settings.embedding.model,
        "limits": {"tokens": MOST_TOKENS, "calls": MOST_CALLS},
    }
    results_file.save("peers", {**about, **measured})


if __name__ == "__main__":
    main()
