"""Small texts that belong to an index: in a file beside it, or, where several processes share it, on its server."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from docs_store.atomic import replace_file
from docs_store.engines.protocols import Table
from docs_store.errors import StoreUnavailableError
from docs_store.shared.change_log import PORTION


class KeyValues(Protocol):
    """Texts by name. What cannot be read is not there; what cannot be written is told where it matters, not here."""

    def get(self, name: str) -> str | None:
        """The text, or None."""

    def put(self, name: str, text: str) -> None:
        """Writes a text, or replaces it."""


class FileKeyValues:
    """All of them in one JSON file."""

    def __init__(self, path: Path) -> None:
        """The file need not be there."""
        self._path = path

    def get(self, name: str) -> str | None:
        """The text, or None."""
        found = self._all().get(name)
        return None if found is None else json.dumps(found, ensure_ascii=False)

    def put(self, name: str, text: str) -> None:
        """Writes a JSON text, or replaces it."""
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            all_of_them = json.dumps({**self._all(), name: json.loads(text)}, ensure_ascii=False)
            replace_file(self._path, all_of_them)

    def _all(self) -> dict[str, object]:
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}


class TableKeyValues:
    """Each in rows of a table on the server, a long one in several. The last that is written counts."""

    def __init__(self, table: Table) -> None:
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
