"""Exact nearest neighbours: the vectors once more in plain files, mapped into memory.

`exact.f32` holds rows of float32, `exact.log` one line a change: `+<dimensions> <day> <id>` for the next row, `-<id>` for a
removal. Both only grow between compactions, so a change costs no more than its own bytes. A torn or missing tail shows as
another number of ids than Chroma has; then the files are written anew from there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from threading import Lock, RLock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from docs_store.local.quantised import Quantised
from docs_store.machine import MAPS_LIVE_FILES

Floats = NDArray[np.float32]
Block = tuple[Sequence[str], Floats, Sequence[int]]
_DEAD_SHARE = 0.3  # of rows, above which the owner writes the files anew
_GATHERED_SHARE = 0.1  # of rows, below which they are taken out first


class ExactVectors:
    """Unit vectors in the order they were added. Searches go on with what they hold while others change the files."""

    def __init__(self, folder: Path) -> None:
        """Opens nothing yet."""
        self._rows = folder / "exact.f32"
        self._log = folder / "exact.log"
        self._current: LoadedVectors | None = None  # None: not read since the last change
        self._lock = RLock()

    def add(self, ids: Sequence[str], vectors: Floats, days: Sequence[int]) -> None:
        """Appends rows; an id that is there already is replaced."""
        lines = "".join(f"+{vectors.shape[1]} {day} {id}\n" for id, day in zip(ids, days, strict=True))
        with self._lock, self._rows.open("ab") as rows, self._log.open("a", encoding="utf-8") as log:
            self._current = None
            rows.write(np.ascontiguousarray(vectors, np.float32).tobytes())
            log.write(lines)

    def remove(self, ids: Iterable[str]) -> None:
        """Notes that rows are gone."""
        with self._lock, self._log.open("a", encoding="utf-8") as log:
            self._current = None
            log.write("".join(f"-{id}\n" for id in ids))

    def load(self, count: int, blocks: Callable[[], Iterator[Block]], *, write: bool) -> LoadedVectors:
        """Maps the files; if they do not hold `count` ids, takes them from `blocks` (and, when `write`, mends the files)."""
        with self._lock:
            if self._current is None or len(self._current) != count:
                self._current = self._loaded(count, blocks, write)
            return self._current

    def _loaded(self, count: int, blocks: Callable[[], Iterator[Block]], write: bool) -> LoadedVectors:
        try:
            loaded = self._replayed()
        except (OSError, ValueError):
            loaded = None
        if loaded is not None and len(loaded) == count:
            many_gone = loaded.rows > 64 and count < (1 - _DEAD_SHARE) * loaded.rows
            if not (write and many_gone):
                return loaded
        if write:
            self.rewrite(blocks())
            return self._replayed()
        return _of_blocks(list(blocks()))

    def rewrite(self, blocks: Iterable[Block]) -> None:
        """Writes the files anew; what searches hold of the old ones stays."""
        with self._lock:
            self._rows.unlink(missing_ok=True)
            self._log.unlink(missing_ok=True)
            for ids, vectors, days in blocks:
                self.add(ids, vectors, days)

    def _replayed(self) -> LoadedVectors:
        row_of: dict[str, int] = {}
        days: list[int] = []
        ids: list[str] = []
        width = 0
        lines = self._log.read_text(encoding="utf-8").splitlines() if self._log.exists() else []
        for line in lines:
            if line[0] == "+":
                dimensions, day, id = line[1:].split(" ", 2)
                width = int(dimensions)
                row_of[id] = len(ids)
                ids.append(id)
                days.append(int(day))
            else:
                row_of.pop(line[1:], None)
        if (self._rows.stat().st_size if self._rows.exists() else 0) != 4 * width * len(ids):
            raise ValueError("rows and log differ")
        if not ids:
            return _of_blocks([])
        if MAPS_LIVE_FILES:
            matrix: Floats = np.memmap(self._rows, np.float32, "r", shape=(len(ids), width))
        else:
            matrix = np.fromfile(self._rows, np.float32).reshape(len(ids), width)
        return LoadedVectors(row_of, ids, days, matrix)

    def close(self) -> None:
        """Lets go of the files."""
        with self._lock:
            self._current = None


def _of_blocks(blocks: Sequence[Block]) -> LoadedVectors:
    ids = [id for block in blocks for id in block[0]]
    days = [day for block in blocks for day in block[2]]
    matrix = np.concatenate([block[1] for block in blocks]) if ids else np.zeros((0, 0), np.float32)
    return LoadedVectors({id: row for row, id in enumerate(ids)}, ids, days, matrix)


class LoadedVectors:
    """The vectors as they were at one moment: nothing that is done to the files since is seen. Thread-safe."""

    def __init__(
        self, row_of: Mapping[str, int], ids: Sequence[str], days: Sequence[int], matrix: Floats
    ) -> None:
        """Of all rows of `matrix`, those in `row_of` (row by id) are there; the others are gone."""
        self._row_of = row_of
        self._ids = np.array(ids, object)
        self._days = np.full(len(ids), -1, np.int64)  # -1: gone
        there = np.fromiter(row_of.values(), np.int64, len(row_of))
        if len(there):
            self._days[there] = np.asarray(days, np.int64)[there]
        self._matrix = matrix
        self._quantised: Quantised | None = None
        self._quantising = Lock()
        self._last: tuple[object, NDArray[np.int64]] = (None, np.zeros(0, np.int64))

    def __len__(self) -> int:
        """How many ids there are."""
        return len(self._row_of)

    @property
    def rows(self) -> int:
        """How many rows there are, those that are gone with them."""
        return len(self._ids)

    def search(
        self, vector: Sequence[float], k: int, low: int, high: int, among: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        """(id, cosine similarity) of the nearest `k`, best first, of days from `low` to `high` and of the ids `among`."""
        of_days = (self._days >= low) & (self._days <= high)  # never of a row that is gone
        if among is None:
            rows = np.flatnonzero(of_days)
        else:
            rows = self._rows_of(among)
            rows = rows[of_days[rows]]
        count = min(k, len(rows))
        if not count:
            return []
        wanted = np.asarray(vector, np.float32)
        if len(rows) >= _GATHERED_SHARE * len(self._matrix):
            rows = self._in_eight_bits().nearest(wanted, count, rows)
        scores = weighed(self._matrix[rows], wanted)
        best = np.argsort(-scores, kind="stable")[:count]
        return [(str(self._ids[rows[i]]), float(scores[i])) for i in best]

    def _in_eight_bits(self) -> Quantised:
        with self._quantising:  # once, however many searches are the first
            if self._quantised is None:
                self._quantised = Quantised(self._matrix)
            return self._quantised

    def _rows_of(self, among: Collection[str]) -> NDArray[np.int64]:
        """The rows of ids; those of the last set asked for are remembered, since folders are asked for again and again."""
        known, rows = self._last
        if known is not among:
            rows = np.array([self._row_of[id] for id in among if id in self._row_of], np.int64)
            if isinstance(among, frozenset):
                self._last = (among, rows)
        return rows

    def similarities(self, vector: Sequence[float], ids: Sequence[str]) -> Floats:
        """Cosine similarity of each id; 0 for one that is not here."""
        rows = np.array([self._row_of.get(id, -1) for id in ids], np.int64)
        found = np.zeros(len(ids), np.float32)
        known = rows >= 0
        if known.any():
            found[known] = weighed(self._matrix[rows[known]], np.asarray(vector, np.float32))
        return found


def weighed(rows: NDArray[Any], weight: NDArray[Any]) -> NDArray[Any]:
    """`rows @ weight`, the weighted sum of each row, without BLAS.

    The threads that BLAS starts go on waiting for work for some 25 ms, busily, on cores that the rest of a search, and
    other people's searches, could use.
    """
    found: NDArray[Any] = np.vecdot(rows, weight)
    return found
