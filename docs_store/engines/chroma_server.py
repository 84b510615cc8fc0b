"""An index on a Chroma server: `chroma run`, Chroma's distributed deployment or Chroma Cloud.

Chroma ignores an `add` whose id is taken, and so decides between two that claim the same key.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import chromadb
import httpx
import numpy as np
from chromadb.api import ClientAPI
from chromadb.api.fastapi import FastAPI
from chromadb.api.models.Collection import Collection as ChromaCollection
from chromadb.config import Settings as ChromaSettings
from chromadb.errors import ChromaError, NotFoundError

from docs_store.engines.among_ids import REQUEST_IDS, search_among
from docs_store.engines.protocols import Floats, Lexical, Pair
from docs_store.errors import GenerationGoneError, StoreUnavailableError, translated
from docs_store.local.lexical import LexicalIndex
from docs_store.local.vectors import EF_SEARCH
from docs_store.models import SearchFilter, day_number
from docs_store.network import proxies
from docs_store.settings import StoreSettings

if TYPE_CHECKING:
    from chromadb.api.types import Metadata, Where

_REQUEST_ROWS = 1_000  # rows of one request
PATIENCE_S = 60.0  # for one request; a thousand vectors to a busy server take some
_CONNECT_S = 10.0
_CLOUD_REQUEST_ROWS = 300  # Chroma Cloud takes no more


class ChromaServer:
    """The server's collections whose names begin with `store.collection`."""

    name = "chroma-server"
    settle_seconds = 0.0

    def __init__(self, settings: StoreSettings) -> None:
        """Connects. Raises StoreUnavailableError."""
        assert settings.url is not None
        self.address = settings.url
        self._prefix = settings.collection
        with _client_errors(self.address):
            proxies.spare(settings.url)
            _await_heartbeat(settings.url)
            self._client = _client(settings)
            _limit(self._client)
            cloud = (urlsplit(settings.url).hostname or "").endswith("trychroma.com")
            self._batch = min(
                self._client.get_max_batch_size(), _CLOUD_REQUEST_ROWS if cloud else _REQUEST_ROWS
            )

    def control(self) -> _Rows:
        """What all generations share."""
        return self._rows(f"{self._prefix}_control")

    def _rows(self, name: str) -> _Rows:
        with _client_errors(self.address):
            found = self._client.get_or_create_collection(
                name, embedding_function=None, configuration={"hnsw": {"space": "l2"}}
            )
        return _Rows(found, self.address, self._batch)

    def generations(self) -> list[str]:
        """Those that have collections here."""
        pattern = re.compile(rf"{self._prefix}_([0-9a-f]+)_(?:log|vectors)")
        names: list[str] = []
        with _client_errors(self.address):
            while page := self._client.list_collections(limit=100, offset=len(names)):
                names += [collection.name for collection in page]
        return sorted({match[1] for name in names if (match := pattern.fullmatch(name))})

    def create(self, generation: str) -> None:
        """Makes a generation's collections, empty."""
        with _client_errors(self.address):
            self._client.create_collection(
                f"{self._prefix}_{generation}_vectors",
                embedding_function=None,
                configuration={"hnsw": {"space": "cosine", "ef_search": EF_SEARCH}},
            )
        self._rows(f"{self._prefix}_{generation}_log")

    def drop(self, generation: str) -> None:
        """Deletes a generation."""
        for kind in ("log", "vectors"):
            with _client_errors(self.address):
                try:
                    self._client.delete_collection(f"{self._prefix}_{generation}_{kind}")
                except NotFoundError:
                    continue

    def log(self, generation: str) -> _Rows:
        """Where the generation's changes are written down."""
        return _Rows(self._existing(generation, "log"), self.address, self._batch)

    def vectors(self, generation: str) -> _Vectors:
        """The generation's vectors."""
        return _Vectors(self._existing(generation, "vectors"), self.address, self._batch)

    def _existing(self, generation: str, kind: str) -> ChromaCollection:
        with _client_errors(self.address):
            return self._client.get_collection(f"{self._prefix}_{generation}_{kind}", embedding_function=None)

    def lexical(self, generation: str, replica: LexicalIndex) -> Lexical:
        """This process's own index: Chroma's servers for oneself have no full text that ranks."""
        return replica

    def whole(self, generation: str) -> None:
        """None: no full text here."""

    def close(self) -> None:
        """Ends the connection."""
        close = getattr(self._client, "close", None)
        if close:
            close()


class _Rows:
    """Rows of text in a collection: documents, with a vector of no meaning, since Chroma asks for one."""

    def __init__(self, collection: ChromaCollection, address: str, batch: int) -> None:
        self._collection, self._address, self._batch = collection, address, batch

    def get(self, keys: Sequence[str]) -> dict[str, str]:
        """The rows that are there."""
        rows: dict[str, str] = {}
        for part in _portions(keys, self._batch):
            with _client_errors(self._address):
                found = self._collection.get(ids=part, include=["documents"])
            rows |= dict(zip(found["ids"], found["documents"] or (), strict=True))
        return rows

    def put(self, rows: Mapping[str, str]) -> None:
        """Writes rows, or replaces them."""
        for part in _portions(list(rows), self._batch):
            with _client_errors(self._address):
                self._collection.upsert(
                    ids=part,
                    documents=[rows[key] for key in part],
                    embeddings=np.zeros((len(part), 1), np.float32),
                )

    def claim(self, key: str, value: str) -> bool:
        """Writes a row unless its key is taken. True when the row has `value` now."""
        with _client_errors(self._address):
            self._collection.add(ids=[key], documents=[value], embeddings=np.zeros((1, 1), np.float32))
        return self.get([key]).get(key) == value

    def delete(self, keys: Sequence[str]) -> None:
        """Removes rows."""
        for part in _portions(keys, self._batch):
            with _client_errors(self._address):
                self._collection.delete(ids=part)


class _Vectors:
    """One collection in cosine space. A vector's metadata repeat its id: an `ids` that is unknown is an error to Chroma."""

    def __init__(self, collection: ChromaCollection, address: str, batch: int) -> None:
        self._collection, self._address, self._batch = collection, address, batch

    def store(self, rows: Sequence[Pair], vectors: Floats) -> None:
        """Adds or replaces vectors."""
        for i in range(0, len(rows), self._batch):
            part = rows[i : i + self._batch]
            about: list[Metadata] = [{"day": day_number(a.published_on), "passage": p.id} for a, p in part]
            with _client_errors(self._address):
                self._collection.upsert(
                    ids=[p.id for _, p in part], embeddings=vectors[i : i + len(part)], metadatas=about
                )

    def delete(self, ids: Iterable[str]) -> None:
        """Removes vectors."""
        for part in _portions(list(ids), self._batch):
            with _client_errors(self._address):
                self._collection.delete(ids=part)

    def search(
        self, vector: Sequence[float], k: int, where: SearchFilter, among: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        """(passage id, cosine similarity in 0..1) of the nearest `k`, best first."""
        return search_among(lambda n, ids: self._query(vector, n, _days(where), ids), k, among)

    def _query(
        self,
        vector: Sequence[float],
        k: int,
        clauses: Sequence[dict[str, Any]],
        ids: Sequence[str] | None,
    ) -> list[tuple[str, float]]:
        wanted = [*clauses, {"passage": {"$in": list(ids)}}] if ids is not None else list(clauses)
        where: Where | None = {"$and": wanted} if len(wanted) > 1 else (wanted[0] if wanted else None)
        with _client_errors(self._address):
            found = self._collection.query(
                query_embeddings=np.asarray([vector], np.float32),
                n_results=k,
                where=where,
                include=["distances"],
            )
        distances = found["distances"] or [[]]
        return [(id, max(0.0, 1.0 - d)) for id, d in zip(found["ids"][0], distances[0], strict=True)]

    def similarities(self, vector: Sequence[float], ids: Sequence[str]) -> Floats:
        """Cosine similarity of each passage id to `vector`, 0 where it is unknown."""
        known: dict[str, float] = {}
        for part in _portions(ids, min(REQUEST_IDS, self._batch)):
            known |= dict(self._query(vector, len(part), (), part))
        return np.array([known.get(id, 0.0) for id in ids], np.float32)

    def ids(self) -> set[str]:
        """Every stored id."""
        found: set[str] = set()
        offset = 0
        while True:
            with _client_errors(self._address):
                page = self._collection.get(limit=self._batch, offset=offset, include=[])["ids"]
            if not page:
                return found
            found |= set(page)
            offset += len(page)

    def close(self) -> None:
        """Nothing to let go of: the connection is the engine's."""


def _client(settings: StoreSettings) -> ClientAPI:
    address = urlsplit(settings.url or "")
    secure = address.scheme == "https"
    key = os.environ.get(settings.token_env) if settings.token_env else None
    headers = {}
    if key:
        bearer = settings.token_header.lower() == "authorization"
        headers[settings.token_header] = f"Bearer {key}" if bearer else key
    return chromadb.HttpClient(
        host=address.hostname or "",
        port=address.port or (443 if secure else 8000),
        ssl=secure,
        headers=headers,
        settings=ChromaSettings(anonymized_telemetry=False),
        **{
            name: value
            for name, value in (("tenant", settings.tenant), ("database", settings.database))
            if value is not None
        },
    )


def _await_heartbeat(url: str) -> None:
    """Raises httpx.HTTPError where nobody answers: the client's own first calls wait without a limit."""
    with proxies.client(url, PATIENCE_S) as probe:
        probe.get(f"{url.rstrip('/')}/api/v2/heartbeat")


def _limit(client: ClientAPI) -> None:
    """Chroma's client waits for ever, and has no setting for it: a server that hangs would hold every search."""
    server = client._server  # type: ignore[attr-defined]
    assert isinstance(server, FastAPI)
    server._session.timeout = httpx.Timeout(PATIENCE_S, connect=_CONNECT_S)


def _days(where: SearchFilter) -> list[dict[str, Any]]:
    """A dated filter as Chroma's clauses; articles without a date have day 0 and never match."""
    if not (where.since or where.until):
        return []
    low, high = where.day_range
    return [{"day": {"$gte": low}}, {"day": {"$lte": high}}]


def _portions(keys: Sequence[str], size: int) -> Iterator[list[str]]:
    for i in range(0, len(keys), size):
        yield list(keys[i : i + size])


def _client_errors(address: str) -> AbstractContextManager[None]:
    """Turns what the client raises into errors that say what to do."""

    def explained(error: Exception) -> StoreUnavailableError | None:
        if isinstance(error, NotFoundError):
            return GenerationGoneError.gone(address)
        refused = type(error) is Exception  # what the client raises when a request is refused
        if refused or isinstance(error, (httpx.HTTPError, ChromaError, ValueError, OSError)):
            return StoreUnavailableError.of("Chroma", address, error)
        return None

    return translated(explained)
