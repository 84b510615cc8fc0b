"""Exact nearest neighbours: the vectors once more in plain files, mapped into memory.

`exact.f32` holds rows of float32, `exact.log` one line a change: `+<dimensions> <day> <id>` for the next row, `-<id>` for a
removal. Both only grow between compactions, so a change costs no more than its own bytes. A torn or missing tail shows as
another number of ids than Chroma has; then the files are written anew from there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from docs_store.quantised import Quantised

Floats = NDArray[np.float32]
Block = tuple[Sequence[str], Floats, Sequence[int]]
_DEAD_SHARE = 0.3  # of rows, above which the owner writes the files anew
_FEW = 0.1  # of rows, below which they are taken out first


class ExactVectors:
    """Unit vectors in the order they were added. Not thread-safe for changes; searching is."""

    def __init__(self, folder: Path) -> None:
        """Opens nothing yet."""
        self._rows = folder / "exact.f32"
        self._log = folder / "exact.log"
        self._place: dict[str, int] | None = None
        self._days: NDArray[np.int64] = np.zeros(0, np.int64)
        self._ids: NDArray[np.object_] = np.zeros(0, object)
        self._matrix: Floats = np.zeros((0, 0), np.float32)
        self._quantised: Quantised | None = None
        self._last: tuple[object, object, NDArray[np.int64]] = (None, None, np.zeros(0, np.int64))

    def add(self, ids: Sequence[str], vectors: Floats, days: Sequence[int]) -> None:
        """Appends rows; an id that is there already is replaced."""
        self._place = None
        lines = "".join(f"+{vectors.shape[1]} {day} {id}\n" for id, day in zip(ids, days, strict=True))
        with self._rows.open("ab") as rows, self._log.open("a", encoding="utf-8") as log:
            rows.write(np.ascontiguousarray(vectors, np.float32).tobytes())
            log.write(lines)

    def remove(self, ids: Iterable[str]) -> None:
        """Notes that rows are gone."""
        self._place = None
        with self._log.open("a", encoding="utf-8") as log:
            log.write("".join(f"-{id}\n" for id in ids))

    def load(self, count: int, blocks: Callable[[], Iterator[Block]], *, write: bool) -> None:
        """Maps the files; if they do not hold `count` ids, takes them from `blocks` (and, when `write`, mends the files)."""
        if self._place is not None and len(self._place) == count:
            return
        try:
            self._replay()
        except (OSError, ValueError):
            self._place = None
        whole = self._place is not None and len(self._place) == count
        if whole and not (write and len(self._matrix) > 64 and count < (1 - _DEAD_SHARE) * len(self._matrix)):
            return
        if write:
            self.rewrite(blocks())
            self._replay()
        else:
            self._hold(list(blocks()))

    def rewrite(self, blocks: Iterable[Block]) -> None:
        """Writes the files anew."""
        self._matrix = np.zeros((0, 0), np.float32)
        self._rows.unlink(missing_ok=True)
        self._log.unlink(missing_ok=True)
        for ids, vectors, days in blocks:
            self.add(ids, vectors, days)

    def _replay(self) -> None:
        place: dict[str, int] = {}
        days: list[int] = []
        ids: list[str] = []
        width = 0
        lines = self._log.read_text(encoding="utf-8").splitlines() if self._log.exists() else []
        for line in lines:
            if line[0] == "+":
                dimensions, day, id = line[1:].split(" ", 2)
                width = int(dimensions)
                place[id] = len(ids)
                ids.append(id)
                days.append(int(day))
            else:
                place.pop(line[1:], None)
        if (self._rows.stat().st_size if self._rows.exists() else 0) != 4 * width * len(ids):
            raise ValueError("rows and log differ")
        if ids:
            self._matrix = np.memmap(self._rows, np.float32, "r", shape=(len(ids), width))
        else:
            self._matrix = np.zeros((0, 0), np.float32)
        self._settle(place, ids, days)

    def _hold(self, blocks: Sequence[Block]) -> None:
        ids = [id for block in blocks for id in block[0]]
        days = [day for block in blocks for day in block[2]]
        self._matrix = np.concatenate([block[1] for block in blocks]) if ids else np.zeros((0, 0), np.float32)
        self._settle({id: row for row, id in enumerate(ids)}, ids, days)

    def _settle(self, place: dict[str, int], ids: Sequence[str], days: Sequence[int]) -> None:
        self._ids = np.array(ids, object)
        self._days = np.full(len(ids), -1, np.int64)  # -1: gone
        live = np.fromiter(place.values(), np.int64, len(place))
        self._days[live] = np.asarray(days, np.int64)[live] if len(ids) else self._days[live]
        self._quantised = None
        self._place = place

    def search(
        self, vector: Sequence[float], k: int, low: int, high: int, among: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        """(id, cosine similarity) of the nearest `k`, best first, of days from `low` to `high` and of the ids `among`."""
        assert self._place is not None
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
        if len(rows) >= _FEW * len(self._matrix):
            rows = self._in_eight_bits().nearest(wanted, count, rows)
        scores = weighed(self._matrix[rows], wanted)
        best = np.argsort(-scores, kind="stable")[:count]
        return [(str(self._ids[rows[i]]), float(scores[i])) for i in best]

    def _in_eight_bits(self) -> Quantised:
        if self._quantised is None:
            self._quantised = Quantised(self._matrix)
        return self._quantised

    def _rows_of(self, among: Collection[str]) -> NDArray[np.int64]:
        """The rows of ids; those of the last set asked for are remembered, since folders are asked for again and again."""
        place = self._place
        assert place is not None
        known, of, rows = self._last
        if known is not among or of is not place:
            rows = np.array([place[id] for id in among if id in place], np.int64)
            if isinstance(among, frozenset):
                self._last = (among, place, rows)
        return rows

    def similarities(self, vector: Sequence[float], ids: Sequence[str]) -> Floats:
        """Cosine similarity of each id; 0 for one that is not here."""
        assert self._place is not None
        rows = np.array([self._place.get(id, -1) for id in ids], np.int64)
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
