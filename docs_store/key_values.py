"""A key-value store of small texts that belong to an index; here in a file beside it, in `docs_store.shared` on its server."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from docs_store.atomic import replace_file


class KeyValues(Protocol):
    """Texts by name. What cannot be read is not there; what cannot be written is not an error here."""

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
