"""The key-value store of a shared index, in its control table: small texts that its processes remember together."""

from __future__ import annotations

import hashlib
from contextlib import suppress

from docs_store.engines.protocols import KeyedTable
from docs_store.errors import StoreUnavailableError
from docs_store.shared.change_log import PORTION


class TableKeyValues:
    """Each in rows of a table on the server, a long one in several. The last that is written counts."""

    def __init__(self, table: KeyedTable) -> None:
        """Asks nothing yet."""
        self._table = table

    def get(self, name: str) -> str | None:
        """The text, or None."""
        head = _key(name)
        with suppress(StoreUnavailableError, ValueError):
            count = int(self._table.get([head]).get(head, "0"))
            keys = [f"{head}-{n}" for n in range(count)]
            rows = self._table.get(keys)
            if keys and len(rows) == count:
                return "".join(rows[key] for key in keys)
        return None

    def put(self, name: str, text: str) -> None:
        """Writes a text, or replaces it."""
        head = _key(name)
        pieces = [text[i : i + PORTION] for i in range(0, len(text), PORTION)]
        with suppress(StoreUnavailableError):
            self._table.put({f"{head}-{n}": piece for n, piece in enumerate(pieces)})
            self._table.put({head: str(len(pieces))})  # last: whoever reads finds all of it


def _key(name: str) -> str:
    return f"note-{hashlib.sha256(name.encode()).hexdigest()[:16]}"
