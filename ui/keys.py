"""API keys: named, with scopes, revocable; only their hashes are kept, in a file beside the index."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from threading import Lock
from typing import Literal

from filelock import FileLock
from pydantic import BaseModel, ConfigDict, ValidationError

from docs_store.atomic import ITS_USER_ALONE, replace_file
from docs_store.errors import GuanchaoError
from docs_store.settings import Settings

Scope = Literal["read", "ingest"]
_FILE = "keys.json"


class KeyFileError(GuanchaoError):
    """The keys cannot be read or written, or there is no such key."""


class KeyRecord(BaseModel):
    """What is kept of a key."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    scopes: tuple[Scope, ...]
    sha256: str
    created_at: datetime
    revoked_at: datetime | None = None


class _Records(BaseModel):
    keys: list[KeyRecord] = []


class KeyFile:
    """The keys of one index. Thread-safe; a change by another process holds from the next call on."""

    def __init__(self, settings: Settings) -> None:
        """Reads nothing yet."""
        chosen = settings.serve.keys_file
        self.path = settings.resolve(chosen) if chosen else settings.index_path / _FILE
        self._lock = Lock()
        self._seen: tuple[int, int] | None = None
        self._records: list[KeyRecord] = []

    def records(self) -> Sequence[KeyRecord]:
        """Every key, revoked ones too, oldest first. Raises KeyFileError."""
        with self._lock:
            try:
                state = self.path.stat()
            except FileNotFoundError:
                self._seen, self._records = None, []
                return self._records
            seen = (state.st_mtime_ns, state.st_ino)
            if seen != self._seen:
                try:
                    found = _Records.model_validate_json(self.path.read_bytes())
                except (OSError, ValidationError) as error:
                    raise KeyFileError(
                        f"读不了密钥文件 {self.path}，请检查权限，或删去它后重新建立密钥。"
                    ) from error
                self._records, self._seen = found.keys, seen
            return self._records

    def any_active(self) -> bool:
        """True when some key is valid."""
        return any(record.revoked_at is None for record in self.records())

    def find(self, key: str) -> KeyRecord | None:
        """The record of a valid key, else None."""
        _, _, rest = key.partition("gc_")
        id, _, _ = rest.partition("_")
        # The key is 256 random bits: a plain hash cannot be searched backwards, and needs no slow one.
        digest = hashlib.sha256(key.encode()).hexdigest()
        for record in self.records():
            if record.id == id and secrets.compare_digest(record.sha256, digest):
                return record if record.revoked_at is None else None
        return None

    def add(self, name: str, scopes: Sequence[Scope]) -> tuple[KeyRecord, str]:
        """A new key, and its text, which is shown this once.

        Raises:
            KeyFileError: a valid key has that name already.
        """
        with self._changing() as records:
            if any(r.name == name and r.revoked_at is None for r in records):
                raise KeyFileError(
                    f"已有名为 {name} 的密钥，请换一个名字，或先 `guanchao keys revoke {name}`。"
                )
            id = secrets.token_hex(4)
            key = f"gc_{id}_{secrets.token_urlsafe(32)}"
            record = KeyRecord(
                id=id,
                name=name,
                scopes=tuple(dict.fromkeys(scopes)),
                sha256=hashlib.sha256(key.encode()).hexdigest(),
                created_at=datetime.now(UTC),
            )
            records.append(record)
        return record, key

    def revoke(self, name: str) -> KeyRecord:
        """Ends the valid key of this name or id. Raises KeyFileError when there is none."""
        with self._changing() as records:
            for number, record in enumerate(records):
                if name in (record.name, record.id) and record.revoked_at is None:
                    records[number] = record.model_copy(update={"revoked_at": datetime.now(UTC)})
                    return records[number]
            raise KeyFileError(f"没有有效的密钥 {name}，请用 `guanchao keys list` 核对。")

    def _changing(self) -> _Change:
        return _Change(self)


class _Change:
    """Holds the file alone, and replaces it when nothing went wrong."""

    def __init__(self, file: KeyFile) -> None:
        self._file = file
        self._records: list[KeyRecord] = []
        file.path.parent.mkdir(parents=True, exist_ok=True)
        self._alone = FileLock(file.path.with_suffix(".lock"), timeout=10)

    def __enter__(self) -> list[KeyRecord]:
        self._alone.acquire()
        try:
            self._records = list(self._file.records())
        except BaseException:
            self._alone.release()
            raise
        return self._records

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                records = _Records(keys=self._records).model_dump_json(indent=1)
                replace_file(self._file.path, records, ITS_USER_ALONE)
        finally:
            self._alone.release()
