"""Where every benchmark puts its figures: a table on the screen, a JSON file and charts in benchmarks/results.

    from benchmarks import results_file
    from ui import charts

    results_file.save("retrieval", {"rows": rows}, {"retrieval": charts.bars("hit@5", labels, {"ours": values})})
    print(results_file.table(rows))

The file names date, commit, machine and versions (`conditions.py`) and the command that wrote it.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.conditions import conditions
from docs_store.atomic import replace_file

FOLDER = Path(__file__).parent / "results"
_PACKAGES = ("chromadb", "tantivy", "torch", "sentence-transformers", "langchain-core", "xllamacpp")


def save(
    name: str,
    figures: Mapping[str, Any],
    drawings: Mapping[str, str] | None = None,
    *,
    folder: Path = FOLDER,
    packages: Sequence[str] = _PACKAGES,
) -> Path:
    """Writes `<name>.json` and a `<drawing>.svg` each; returns the JSON's path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    content = {"name": name, "command": _command(), **conditions(*packages), **figures}
    replace_file(path, json.dumps(content, ensure_ascii=False, indent=1) + "\n")
    for drawing, svg in (drawings or {}).items():
        replace_file(folder / f"{drawing}.svg", svg)
    return path


def table(rows: Sequence[Mapping[str, Any]]) -> str:
    """The rows as aligned text, a column for each key in the order of first appearance."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    cells = [columns, *([_cell(row.get(column)) for column in columns] for row in rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(columns))]
    return "\n".join("  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)) for row in cells)


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _command() -> str:
    """The command of this run, without paths of this machine outside the repository."""
    script = sys.modules["__main__"].__spec__
    head = f"python -m {script.name.removesuffix('.__main__')}" if script else f"python {_near(sys.argv[0])}"
    return " ".join([head, *(_near(part) for part in sys.argv[1:])])


def _near(part: str) -> str:
    return os.path.relpath(part, FOLDER.parents[1]) if os.path.isabs(part) else part
