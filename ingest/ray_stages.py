"""What Ray's processes do: one kind reads, cleans and cuts files, the other embeds their passages.

Rows travel as `job` (the file's place in the order given), `part` (of the file), `last` (whether it is the file's last
part) and pickled bytes. The same file gives the same parts each time, so one that is read again after a crash adds nothing.
"""

from __future__ import annotations

import itertools
import pickle
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from docs_store.embedding.embedder import open_embedder
from docs_store.embedding.passages import PassageEmbedder, embedded_text
from docs_store.embedding.token_budget import TokenBudget
from docs_store.settings import Settings
from ingest.errors import UnreadableArticleError
from ingest.preparing import Outcome, Prepared
from ingest.reader_pool import ReaderPool, ReadTask

_BATCH = 64  # articles of a part

Batch = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FilePart:
    """Some of a file's outcomes in order; with the last of them, why the file could not be read to its end."""

    outcomes: Sequence[Outcome]
    error: Exception | None = None
    texts: Sequence[str] = ()
    """What is embedded for the passages of the outcomes."""
    vectors: NDArray[np.float32] | None = None
    """Unit vectors of the texts, one a row."""


class Reader:
    """Reads files as the plain engine does, in processes that a bad file may take down."""

    def __init__(self, settings: Settings, size: float) -> None:
        """`size` is that of all files, in bytes."""
        self._reading = ReaderPool(settings.ingest, size)

    def __call__(self, batch: Batch) -> Iterator[Batch]:
        """The parts of each file."""
        for number, pickled in zip(batch["job"], batch["data"], strict=True):
            job: ReadTask = pickle.loads(pickled)
            for place, (part, last) in enumerate(_parts(self._reading, job)):
                yield _row(int(number), place, last, part)

    def __del__(self) -> None:
        """Ends the processes."""
        self._reading.__exit__(None, None, None)


class EmbeddingActor:
    """Holds the embedding model."""

    def __init__(self, settings: Settings) -> None:
        """Loads it with the first part."""
        self._embedder = PassageEmbedder(open_embedder(settings), TokenBudget(settings))

    def __call__(self, batch: Batch) -> Iterator[Batch]:
        """The same parts with their vectors."""
        for i, pickled in enumerate(batch["data"]):
            part: FilePart = pickle.loads(pickled)
            articles = [found for found in part.outcomes if isinstance(found, Prepared)]
            texts = [embedded_text(a.article.title, p.text) for a in articles for p in a.passages]
            texts = list(dict.fromkeys(texts))
            vectors = self._embedder.embed(texts, None) if texts else None
            whole = FilePart(part.outcomes, part.error, texts, vectors)
            yield _row(int(batch["job"][i]), int(batch["part"][i]), bool(batch["last"][i]), whole)


def _parts(pool: ReaderPool, job: ReadTask) -> Iterator[tuple[FilePart, bool]]:
    """The file's parts, and whether each is its last."""
    ((_, outcomes),) = pool.read([job])
    waiting: list[Outcome] = []
    try:
        while portion := list(itertools.islice(outcomes, _BATCH - len(waiting))):
            waiting += portion
            if len(waiting) == _BATCH:
                yield FilePart(waiting), False
                waiting = []
    except (UnreadableArticleError, OSError) as error:
        yield FilePart(waiting, error), True
        return
    yield FilePart(waiting), True


def _row(job: int, part: int, last: bool, content: FilePart) -> Batch:
    data = np.empty(1, object)
    data[0] = pickle.dumps(content, pickle.HIGHEST_PROTOCOL)
    return {"job": np.array([job]), "part": np.array([part]), "last": np.array([last]), "data": data}
