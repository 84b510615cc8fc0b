"""An index on Milvus: a server, a cluster, or milvus-lite in a folder.

Milvus holds the vectors and, as BM25 functions over our own analyser's tokens, the full text of passages and of whole
articles. It has no write that fails when a key is taken: a claim is written and must then stand for a while.
"""

from __future__ import annotations

import logging
import os
import re
import time
from pathlib import Path

from pymilvus import MilvusClient, MilvusException

from docs_store.engines.milvus_collections import Articles, Passages, Rows, client_errors
from docs_store.engines.milvus_schema import PATIENCE, CollectionKind, create
from docs_store.engines.milvus_text import MilvusText
from docs_store.engines.protocols import Lexical
from docs_store.local.lexical import LexicalIndex
from docs_store.network import proxies
from docs_store.settings import StoreSettings

_SETTLES = 0.5  # seconds; longer than two writers' clocks and a slow request are apart


class MilvusEngine:
    """The collections of a database whose names begin with `store.collection`."""

    name = "milvus"
    settle_seconds = _SETTLES

    def __init__(self, settings: StoreSettings) -> None:
        """Connects. Raises StoreUnavailableError."""
        assert settings.url is not None
        # It logs, with tracebacks, what it also raises.
        logging.getLogger("pymilvus").setLevel(logging.CRITICAL)
        self.address = settings.url
        self._prefix = settings.collection
        key = os.environ.get(settings.token_env, "") if settings.token_env else ""
        proxies.spare(settings.url)
        with client_errors(self.address):
            self._client = _connected(_uri(settings.url), key, settings.database or "")

    def control(self) -> Rows:
        """What all generations share."""
        return self._rows(f"{self._prefix}_control")

    def _rows(self, name: str) -> Rows:
        with client_errors(self.address):
            create(self._client, name, CollectionKind.ROWS)
        return Rows(self._client, name, self.address)

    def generations(self) -> list[str]:
        """Those that have collections here."""
        pattern = re.compile(rf"{self._prefix}_([0-9a-f]+)_(?:log|passages|articles)")
        with client_errors(self.address):
            names = self._client.list_collections(timeout=PATIENCE)
        return sorted({match[1] for name in names if (match := pattern.fullmatch(name))})

    def create(self, generation: str) -> None:
        """Makes a generation's collections; that of passages comes with the first vectors, which tell its dimensions."""
        self._rows(f"{self._prefix}_{generation}_log")
        with client_errors(self.address):
            create(self._client, f"{self._prefix}_{generation}_articles", CollectionKind.ARTICLES)

    def drop(self, generation: str) -> None:
        """Deletes a generation."""
        for kind in ("log", "passages", "articles"):
            with client_errors(self.address):
                self._client.drop_collection(f"{self._prefix}_{generation}_{kind}", timeout=PATIENCE)

    def log(self, generation: str) -> Rows:
        """Where the generation's changes are written down."""
        return Rows(self._client, f"{self._prefix}_{generation}_log", self.address)

    def vectors(self, generation: str) -> Passages:
        """The generation's passages."""
        return Passages(self._client, f"{self._prefix}_{generation}_passages", self.address)

    def lexical(self, generation: str, replica: LexicalIndex) -> Lexical:
        """Milvus finds, the replica's index scores."""
        return MilvusText(replica, self.vectors(generation), self.whole(generation))

    def whole(self, generation: str) -> Articles:
        """The generation's whole articles."""
        return Articles(self._client, f"{self._prefix}_{generation}_articles", self.address)

    def close(self) -> None:
        """Ends the connection."""
        self._client.close()


def _connected(uri: str, key: str, database: str) -> MilvusClient:
    """A client. A server that has just been asked much may end one connection and take the next."""
    for wait in (0.3, 1.0):
        try:
            return MilvusClient(uri=uri, token=key, db_name=database, timeout=10)
        except MilvusException:
            time.sleep(wait)
    return MilvusClient(uri=uri, token=key, db_name=database, timeout=10)


def _uri(url: str) -> str:
    """An address as it is; a folder of milvus-lite as a path, which the client knows by its ending."""
    if "://" in url:
        return url
    path = Path(url).expanduser().absolute()
    path.parent.mkdir(parents=True, exist_ok=True)
    return str(path if path.suffix == ".db" else path.with_name(path.name + ".db"))
