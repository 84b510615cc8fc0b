"""The public set in one table: answers, claims and files, measured by anyone from a clone.

    python -m benchmarks.public [--split dev] [--model] [--rows 20] [--floors benchmarks/public/floors.json]

The articles of `articles/` and the samples of `docs_store/articles` go into an index of their own in build/public. Quoting
answers every question of the half; with `--model` the configured model answers `--rows` of them, each kind in turn. The
table and every answer go to benchmarks/results/public.json. The half `test` is asked at releases only (README.md).
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

from benchmarks import command_line, results_file
from benchmarks.public import make_files, scoring
from benchmarks.public.articles import ARTICLES
from docs_store.settings import Settings, load_settings
from docs_store.store import DocsStore
from ingest import ingest
from rag import PolicyQA

WORK = command_line.BUILD / "public"
_PARTS = ("by_kind", "by_format", "wrong")


def library(folder: Path = WORK / "index") -> Settings:
    """Settings of an index that holds the public articles beside the samples."""
    settings = load_settings()
    settings = settings.model_copy(
        update={"store": settings.store.model_copy(update={"path": folder.resolve()})}
    )
    with DocsStore.open(settings, write=True) as store:
        ingest(store, [ARTICLES, command_line.ROOT / "docs_store" / "articles"], settings)
    return settings


def in_turn(asked: Sequence[scoring.Record]) -> list[scoring.Record]:
    """The rows so that every kind has its turn."""
    kinds: dict[str, list[scoring.Record]] = {}
    for row in asked:
        kinds.setdefault(row["kind"], []).append(row)
    return [row for turn in zip_longest(*kinds.values()) for row in turn if row is not None]


def main() -> None:
    """Measures, prints the table, writes the results, and ends with 1 where a floor is not held."""
    parser = command_line.parser(__doc__)
    parser.add_argument("--split", choices=("dev", "test"), default="dev")
    parser.add_argument("--model", action="store_true", help="also let the configured model answer")
    parser.add_argument("--rows", type=int, default=20, help="how many questions the model answers")
    parser.add_argument("--floors", type=Path, help="figures that must be reached")
    given = parser.parse_args()
    began = time.monotonic()
    figures: dict[str, Any] = {}
    answers: dict[str, list[scoring.Record]] = {}
    asked = scoring.rows("questions", given.split)
    with PolicyQA.open(settings=library()) as qa:
        qa.search("预热", 1)
        answers["quoting"] = [scoring.answered(qa, row, extractive=True) for row in asked]
        figures["quoting"] = scoring.of_answers(asked, answers["quoting"])
        if given.model:
            qa.warm_up()
            some = in_turn(asked)[: given.rows]
            answers["model"] = [scoring.answered(qa, row, extractive=False) for row in some]
            figures["model"] = scoring.of_answers(some, answers["model"])
    figures["claims"] = scoring.of_claims(scoring.rows("claims", given.split))
    figures["files"] = scoring.of_files(make_files.WORK, make_files.make())
    for name, part in figures.items():
        print(f"\n{name}")
        print(results_file.table([{k: v for k, v in part.items() if k not in _PARTS}]))
        for key in ("by_kind", "by_format"):
            if key in part:
                cells = [
                    {"kind": k, **(v if isinstance(v, dict) else {"held": v})} for k, v in part[key].items()
                ]
                print(results_file.table(cells))
    print(f"\n{given.split}, {time.monotonic() - began:.0f} s")
    results_file.save("public", {"split": given.split, "figures": figures, "answers": answers})
    if given.floors and (
        under := scoring.below(figures, json.loads(given.floors.read_text(encoding="utf-8")))
    ):
        sys.exit("\n".join(under))


if __name__ == "__main__":
    main()
