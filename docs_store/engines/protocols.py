"""What a store engine offers: vectors, full text, and rows of text by key that a shared index is agreed upon with."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from docs_store.local.lexical import LexicalIndex
from docs_store.models import Article, Passage, SearchFilter

Floats = NDArray[np.float32]
Pair = tuple[Article, Passage]


class Vectors(Protocol):
    """Unit vectors of passages, by passage id."""

    def store(self, rows: Sequence[Pair], vectors: Floats) -> None:
        """Adds or replaces passages with their vectors, float32 of shape (rows, dimensions)."""

    def delete(self, ids: Iterable[str]) -> None:
        """Removes vectors; ids that are not there are no error."""

    def search(
        self, vector: Sequence[float], k: int, where: SearchFilter, among: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        """(passage id, cosine similarity in 0..1) of the nearest `k`, best first.

        Of `where` the dates alone are looked at; `among` are the only passage ids wanted.
        """

    def similarities(self, vector: Sequence[float], ids: Sequence[str]) -> Floats:
        """Cosine similarity of each passage id to `vector`, 0 where it is unknown."""

    def ids(self) -> set[str]:
        """Every stored id."""

    def close(self) -> None:
        """Lets go of files or connections."""


class Lexical(Protocol):
    """BM25 of passages and of whole articles; `words` are folded tokens with their weights."""

    def add(self, items: Iterable[tuple[Article, Sequence[Passage]]], gone: Iterable[str] = ()) -> None:
        """Adds or replaces articles with their passages, and removes the articles `gone`."""

    def delete(self, article_ids: Iterable[str]) -> None:
        """Removes articles with their passages."""

    def passages(
        self,
        words: Mapping[str, float],
        k: int,
        where: SearchFilter,
        articles: Collection[str] | None = None,
    ) -> list[tuple[str, str, float]]:
        """(id, article's id, score) of the best `k` passages, best first; dates of `where` and `articles` narrow it."""

    def articles(
        self,
        words: Mapping[str, float],
        k: int,
        where: SearchFilter,
        articles: Collection[str] | None = None,
    ) -> list[tuple[str, float]]:
        """(id, score) of the best `k` whole articles, best first."""

    def idf(self, words: Iterable[str]) -> dict[str, float]:
        """How rare each token is among the passages: BM25's inverse document frequency, above 0."""

    def passage_ids(self) -> dict[str, str]:
        """Every indexed passage's id with its article's id."""

    def article_ids(self) -> set[str]:
        """The ids of all articles indexed whole."""

    def close(self) -> None:
        """Lets go of the files."""


class WholeArticles(Protocol):
    """The engine's own full text of whole articles, where it has one."""

    def add(self, articles: Sequence[Article]) -> None:
        """Adds or replaces articles."""

    def delete(self, ids: Iterable[str]) -> None:
        """Removes articles."""

    def ids(self) -> set[str]:
        """The ids of all articles there."""


class KeyedTable(Protocol):
    """Rows of text by key on the server. A key is ASCII; a value is at most `docs_store.shared.change_log.PORTION` long."""

    def get(self, keys: Sequence[str]) -> dict[str, str]:
        """The rows that are there."""

    def put(self, rows: Mapping[str, str]) -> None:
        """Writes rows, or replaces them."""

    def claim(self, key: str, value: str) -> bool:
        """Writes a row unless its key is taken. True when the row has `value` now."""

    def delete(self, keys: Sequence[str]) -> None:
        """Removes rows."""


class Engine(Protocol):
    """A server that holds one index, in generations: each rebuild makes the next.

    Every method, and every method of what it returns, raises StoreUnavailableError when the server cannot be used, and
    GenerationGoneError when the generation has been dropped.
    """

    name: str
    """As in `store.backend`."""
    address: str
    """As in `store.url`."""
    settle_seconds: float
    """How long a claim must stand before it counts: 0 where the engine itself decides between two."""

    def control(self) -> KeyedTable:
        """What all generations share: which is in use, and who writes."""

    def generations(self) -> list[str]:
        """Those that have collections on the server, in use or not."""

    def create(self, generation: str) -> None:
        """Makes a generation's collections, empty."""

    def drop(self, generation: str) -> None:
        """Deletes a generation with all that it holds."""

    def log(self, generation: str) -> KeyedTable:
        """Where the generation's changes are written down."""

    def vectors(self, generation: str) -> Vectors:
        """The generation's vectors."""

    def lexical(self, generation: str, replica: LexicalIndex) -> Lexical:
        """The generation's lexical half, over this process's own index of the same articles."""

    def whole(self, generation: str) -> WholeArticles | None:
        """The generation's whole articles as the engine indexes them; None where it has no full text."""

    def close(self) -> None:
        """Ends the connection."""
