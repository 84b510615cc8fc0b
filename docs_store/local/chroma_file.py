"""What Chroma has in a folder, read from its database: a second quicker than importing Chroma, and enough to search exactly.

And the one thing that is written there by us: zeros over what Chroma saved of memory that it had not used.

The layout is that of Chroma 1.5, to which the program is pinned; what does not look like it is left to Chroma itself.
"""

from __future__ import annotations

import logging
import sqlite3
import struct
import sys
from contextlib import closing
from pathlib import Path

NAME = "chroma.sqlite3"
_log = logging.getLogger(__name__)
_SEGMENT = (
    "SELECT segments.id, max_seq_id.seq_id FROM segments JOIN collections ON segments.collection = collections.id "
    "JOIN max_seq_id ON max_seq_id.segment_id = segments.id WHERE segments.scope = 'METADATA' AND collections.name = ?"
)

_GRAPH = struct.Struct("=iQQQQ")
"""The beginning of hnswlib's header: version, offset, room, vectors, bytes of each with its links."""
_LENGTH = 4  # bytes of each vector's norm in length.bin


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


def clear_unused(folder: Path) -> None:
    """Puts zeros into the room of vectors that are not there yet, to be called while Chroma has the folder closed.

    Chroma saves a new graph with room for 100 vectors as the memory was when it got it, which may hold text of articles
    that were read and deleted before: a store that forgets must not keep it.
    """
    for header in folder.glob("*/header.bin"):
        try:
            version, offset, room, count, size = _GRAPH.unpack_from(header.read_bytes())
            if (version, offset) != (1, 0) or count > room:
                continue  # another layout: nothing of ours
            for name, entry in (("data_level0.bin", size), ("length.bin", _LENGTH)):
                _zero(header.with_name(name), count * entry, room * entry)
        except (OSError, struct.error) as error:
            _log.warning("what Chroma did not use of %s could not be cleared: %s", header.parent, error)


def _zero(path: Path, start: int, most: int) -> None:
    size = path.stat().st_size
    rest = size - start
    if rest <= 0 or size > most:
        return
    with path.open("r+b") as file:
        file.seek(start)
        if any(file.read()):
            file.seek(start)
            file.write(bytes(rest))


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
