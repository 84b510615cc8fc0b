"""What each part of an index takes on disk, for docs/scaling.md. Only reads.

    python -m benchmarks.index_parts .work/scale/index

Writes benchmarks/results/index_parts.json.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from benchmarks import command_line, results_file

_PARTS = {
    "ledger": "ledger.sqlite3",
    "lexical index": "lexical",
    "vectors": "vectors",
    "embedding cache": "embeddings.sqlite3",
}
_FLOAT = 4  # bytes


def measure(root: Path) -> dict[str, Any]:
    """Passages, dimensions, embedding and bytes of each part of the index under `root`."""
    current = root / "current"
    ((passages,),) = _ask(current / "ledger.sqlite3", "SELECT count(*) FROM passages")
    ((model,),) = _ask(current / "ledger.sqlite3", "SELECT value FROM meta WHERE key = 'embedding'")
    ((length,),) = _ask(current / "embeddings.sqlite3", "SELECT length(vector) FROM vectors LIMIT 1")
    sizes = {name: _size(current / part) for name, part in _PARTS.items()}
    return {"passages": passages, "dimensions": length // _FLOAT, "embedding": model, "bytes": sizes}


def _ask(path: Path, query: str) -> list[tuple[Any, ...]]:
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return db.execute(query).fetchall()
    finally:
        db.close()


def _size(path: Path) -> int:
    """Bytes of a folder's files, or of a file with its journals."""
    found = path.rglob("*") if path.is_dir() else path.parent.glob(path.name + "*")
    return sum(file.stat().st_size for file in found if file.is_file())


def main() -> None:
    """Measures and writes."""
    parser = command_line.parser(__doc__)
    parser.add_argument("index", type=Path)
    figures = measure(parser.parse_args().index)
    print(figures)
    results_file.save("index_parts", figures)


if __name__ == "__main__":
    main()
