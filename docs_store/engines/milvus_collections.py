"""Collections of an index on Milvus: rows of text, passages, whole articles."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

import numpy as np
from pymilvus import MilvusClient, MilvusException

from docs_store.engines.among_ids import search_among
from docs_store.engines.milvus_schema import PATIENCE, CollectionKind, create, days, one_of, spelt
from docs_store.engines.protocols import Floats, Pair
from docs_store.errors import GenerationGoneError, StoreUnavailableError, translated
from docs_store.local.lexical import lead_of, short_names
from docs_store.models import Article, SearchFilter, day_number
from docs_store.text.analyser import tokens

_REQUEST_ROWS = 500  # rows of one request
_PAGE = 5_000  # ids of one answer
_NOT_THERE, _NOT_LOADED = 100, 101  # Milvus' codes of a collection
_ARTICLE_PORTION = 3_000  # characters of an article in one row; 65,535 bytes hold no more of its tokens


class _Collection:
    """One collection. A missing one is GenerationGoneError."""

    def __init__(self, client: MilvusClient, name: str, address: str) -> None:
        """Asks nothing yet."""
        self._client, self._name, self._address = client, name, address

    def _ask(self, what: Callable[[], Any]) -> Any:
        """A request; a collection that the server has not loaded, as after its restart, is loaded first."""
        with client_errors(self._address):
            try:
                return what()
            except MilvusException as error:
                if error.code != _NOT_LOADED:
                    raise
                self._client.load_collection(self._name, timeout=PATIENCE)
                return what()

    def _upsert(self, rows: Sequence[dict[str, Any]]) -> None:
        for i in range(0, len(rows), _REQUEST_ROWS):
            part = list(rows[i : i + _REQUEST_ROWS])
            self._ask(partial(self._client.upsert, self._name, part, timeout=PATIENCE))

    def delete(self, ids: Iterable[str]) -> None:
        """Removes rows by id."""
        gone = list(ids)
        for i in range(0, len(gone), _REQUEST_ROWS):
            self._ask(
                partial(self._client.delete, self._name, ids=gone[i : i + _REQUEST_ROWS], timeout=PATIENCE)
            )

    def _all(self, field: str) -> set[str]:
        """A field of every row."""
        found: set[str] = set()
        pages = self._ask(
            lambda: self._client.query_iterator(
                self._name, batch_size=_PAGE, filter="", output_fields=["id", field], timeout=PATIENCE
            )
        )
        try:
            while page := self._ask(pages.next):
                found |= {str(row[field]) for row in page}
        finally:
            pages.close()
        return found

    def _search(
        self, field: str, wanted: str | Sequence[float], k: int, clauses: Sequence[str]
    ) -> list[tuple[str, str, float]]:
        """(id, article's id, distance) of the best `k`."""
        metric = "BM25" if field == "sparse" else "COSINE"
        (hits,) = self._ask(
            lambda: self._client.search(
                self._name,
                data=[wanted],
                anns_field=field,
                limit=k,
                filter=" and ".join(clauses),
                search_params={"metric_type": metric},
                output_fields=["article"],
                timeout=PATIENCE,
            )
        )
        return [(str(hit["id"]), str(hit["entity"]["article"]), float(hit["distance"])) for hit in hits]


class Rows(_Collection):
    """Rows of text by key."""

    def get(self, keys: Sequence[str]) -> dict[str, str]:
        """The rows that are there."""
        found: dict[str, str] = {}
        for i in range(0, len(keys), _REQUEST_ROWS):
            part = list(keys[i : i + _REQUEST_ROWS])
            rows = self._ask(
                partial(self._client.get, self._name, part, output_fields=["id", "value"], timeout=PATIENCE)
            )
            found |= {str(row["id"]): str(row["value"]) for row in rows}
        return found

    def put(self, rows: Mapping[str, str]) -> None:
        """Writes rows, or replaces them."""
        self._upsert([{"id": key, "value": value, "nothing": [0.0, 0.0]} for key, value in rows.items()])

    def claim(self, key: str, value: str) -> bool:
        """Writes a row unless its key is taken. Two at the same moment may both succeed: see `settle_seconds`."""
        there = self.get([key]).get(key)
        if there is None:
            self.put({key: value})
            there = self.get([key]).get(key)
        return there == value

    def delete(self, keys: Iterable[str]) -> None:
        """Removes rows."""
        super().delete(keys)


class Passages(_Collection):
    """Passages with vector and tokens, so that one request can weigh both."""

    def store(self, rows: Sequence[Pair], vectors: Floats) -> None:
        """Adds or replaces passages."""
        if not rows:
            return
        with client_errors(self._address):
            create(self._client, self._name, CollectionKind.PASSAGES, vectors.shape[1])
        self._upsert(
            [
                {
                    "id": passage.id,
                    "article": article.id,
                    "day": day_number(article.published_on),
                    "tokens": spelt(_passage_tokens(article, passage.text, passage.heading_path)),
                    "vector": vector.tolist(),
                }
                for (article, passage), vector in zip(rows, vectors, strict=True)
            ]
        )

    def _there(self) -> bool:
        with client_errors(self._address):
            return bool(self._client.has_collection(self._name, timeout=PATIENCE))

    def delete(self, ids: Iterable[str]) -> None:
        """Removes passages."""
        gone = list(ids)
        if gone and self._there():
            super().delete(gone)

    def search(
        self, vector: Sequence[float], k: int, where: SearchFilter, among: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        """(passage id, cosine similarity in 0..1) of the nearest `k`, best first."""

        def ask(count: int, ids: Sequence[str] | None) -> list[tuple[str, float]]:
            clauses = [*days(where), *([one_of("id", ids)] if ids is not None else [])]
            found = self._search("vector", [float(x) for x in vector], count, clauses)
            return [(id, max(0.0, score)) for id, _, score in found]

        return search_among(ask, k, among) if self._there() else []

    def similarities(self, vector: Sequence[float], ids: Sequence[str]) -> Floats:
        """Cosine similarity of each passage id to `vector`, 0 where it is unknown."""
        known: dict[str, float] = {}
        for i in range(0, len(ids), _REQUEST_ROWS):
            part = ids[i : i + _REQUEST_ROWS]
            known |= dict(self.search(vector, len(part), SearchFilter(), part))
        return np.array([known.get(id, 0.0) for id in ids], np.float32)

    def text(self, words: str, k: int, clauses: Sequence[str]) -> list[str]:
        """Ids of the best `k` passages by the engine's BM25, best first; `words` are spelt tokens."""
        return [id for id, _, _ in self._search("sparse", words, k, clauses)] if self._there() else []

    def ids(self) -> set[str]:
        """Every passage's id."""
        return self._all("id") if self._there() else set()

    def close(self) -> None:
        """Nothing to let go of: the connection is the engine's."""


class Articles(_Collection):
    """Whole articles, the long ones in several rows; the best row stands for its article."""

    def add(self, articles: Sequence[Article]) -> None:
        """Adds or replaces articles."""
        self.delete([article.id for article in articles])
        self._upsert(
            [
                {
                    "id": f"{article.id}#{number}",
                    "article": article.id,
                    "day": day_number(article.published_on),
                    "tokens": spelt(tokens(f"{article.title}\n{portion}")),
                }
                for article in articles
                for number, portion in enumerate(_cut(article.text))
            ]
        )

    def delete(self, ids: Iterable[str]) -> None:
        """Removes articles."""
        gone = list(ids)
        for i in range(0, len(gone), _REQUEST_ROWS):
            these = one_of("article", gone[i : i + _REQUEST_ROWS])
            self._ask(partial(self._client.delete, self._name, filter=these, timeout=PATIENCE))

    def text(self, words: str, k: int, clauses: Sequence[str]) -> list[str]:
        """Ids of the best articles by the engine's BM25, best first: those of the best `k` rows."""
        found = self._search("sparse", words, k, clauses)
        return list(dict.fromkeys(article for _, article, _ in found))

    def ids(self) -> set[str]:
        """The ids of all articles."""
        return self._all("article")


def _passage_tokens(article: Article, text: str, headings: Sequence[str]) -> list[str]:
    lead = lead_of(article.text)
    return tokens("\n".join((text, article.title, lead, *headings, *short_names(article.text))))


def _cut(text: str) -> Iterator[str]:
    for start in range(0, max(1, len(text)), _ARTICLE_PORTION):
        yield text[start : start + _ARTICLE_PORTION]


def client_errors(address: str) -> AbstractContextManager[None]:
    """Turns what the client raises into errors that say what to do."""

    def explained(error: Exception) -> StoreUnavailableError | None:
        if isinstance(error, MilvusException):
            if error.code == _NOT_THERE:
                return GenerationGoneError.gone(address)
            return StoreUnavailableError.of("Milvus", address, error.message)
        return (
            StoreUnavailableError.of("Milvus", address, error)
            if isinstance(error, (OSError, ValueError))
            else None
        )

    return translated(explained)
