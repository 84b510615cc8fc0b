"""What Chroma has in a folder, read from its database: a second quicker than importing Chroma, and enough to search exactly.

The layout is that of Chroma 1.5, to which the program is pinned; what does not look like it is left to Chroma itself.
"""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

NAME = "chroma.sqlite3"
_SEGMENT = (
    "SELECT segments.id, max_seq_id.seq_id FROM segments JOIN collections ON segments.collection = collections.id "
    "JOIN max_seq_id ON max_seq_id.segment_id = segments.id WHERE segments.scope = 'METADATA' AND collections.name = ?"
)


def count(folder: Path, collection: str) -> int | None:
    """How many vectors a collection has; None where Chroma must be asked."""
    rows = _read(folder, collection, "SELECT COUNT(*) FROM embeddings WHERE segment_id = ?")
    return int(rows[0][0]) if rows else None


def ids(folder: Path, collection: str) -> set[str] | None:
    """The ids of a collection's vectors; None where Chroma must be asked."""
    rows = _read(folder, collection, "SELECT embedding_id FROM embeddings WHERE segment_id = ?")
    return None if rows is None else {str(id) for (id,) in rows}


def or_chroma_error(*kinds: type[Exception]) -> tuple[type[Exception], ...]:
    """For an `except`: these kinds and Chroma's own, which nothing can raise while Chroma is not imported."""
    module = sys.modules.get("chromadb.errors")
    return kinds if module is None else (*kinds, module.ChromaError)


def _read(folder: Path, collection: str, query: str) -> list[tuple[str | int]] | None:
    try:
        with closing(sqlite3.connect(f"{(folder / NAME).absolute().as_uri()}?mode=ro", uri=True)) as db:
            found = db.execute(_SEGMENT, (collection,)).fetchall()
            if len(found) != 1:
                return None
            segment, seen = found[0]
            # Changes that are written down and not yet done: a process was killed in between. Chroma does them first.
            if db.execute("SELECT 1 FROM embeddings_queue WHERE seq_id > ? LIMIT 1", (seen,)).fetchone():
                return None
            return db.execute(query, (segment,)).fetchall()
    except sqlite3.Error:
        return None
