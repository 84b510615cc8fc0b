"""How many of the key points of open questions a brief on their subject holds, and how long it is.

    python -m benchmarks.deliverables.brief [../shared/data] [--index FOLDER] [--length N]

The answerable questions of open_dev.jsonl of the kinds multi (an overview) and summary; the topic is the question as it is
put. Counted is what the brief shows, its list of sources left out; the same for the points alone.
"""

from __future__ import annotations

import statistics
import time
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks import command_line, results_file
from benchmarks.open_questions import library
from benchmarks.training.relevance import covered, rows
from rag import PolicyQA
from rag.generation.deliverables.brief import Brief
from ui.exports import reports
from ui.exports.report import Grid, Report

_WORK = command_line.BUILD / "open_questions"
_KINDS = ("multi", "summary")


def shown(report: Report) -> str:
    """What a reader sees, without the sources."""
    lines = []
    for block in report.blocks:
        lines += ["\t".join(row) for row in block.rows] if isinstance(block, Grid) else [block.text]
    return "\n".join(lines)


def main() -> None:
    """Measures, prints, writes benchmarks/results/deliverables_brief.json."""
    parser = command_line.parser(__doc__, takes_data=True)
    parser.add_argument("--index", type=Path, default=_WORK / "index")
    parser.add_argument("--length", default="normal")
    given = parser.parse_args()
    found: list[dict[str, Any]] = []
    with PolicyQA.open(settings=library(given.data, given.index), extractive=True) as qa:
        for row in rows(given.data, ("open_dev.jsonl",)):
            if row["kind"] not in _KINDS:
                continue
            began = time.monotonic()
            made: Brief = qa.brief(row["question"], length=given.length)
            seconds = time.monotonic() - began
            text = shown(reports.brief(made, date.today()))
            points = "\n".join(quoted.text for quoted in made.quoted())
            found.append(
                {
                    "id": row["id"],
                    "kind": row["kind"],
                    "key_points": round(covered(text, row["key_points"]), 3),
                    "in_points": round(covered(points, row["key_points"]), 3),
                    "chars": len(text),
                    "seconds": round(seconds, 2),
                }
            )
    print(results_file.table(found))
    figures: dict[str, Any] = {"length": given.length}
    for kind in (*_KINDS, "all"):
        own = [row for row in found if kind in (row["kind"], "all")]
        figures[kind] = {
            "questions": len(own),
            "key_points": round(statistics.mean(row["key_points"] for row in own), 3),
            "in_points": round(statistics.mean(row["in_points"] for row in own), 3),
            "median_chars": statistics.median(row["chars"] for row in own),
        }
    print(figures)
    results_file.save("deliverables_brief", {**figures, "rows": found})


if __name__ == "__main__":
    main()
