"""The change log of a shared index: every change of its ledger, numbered from 1, on the server.

A change lies in portions, since servers bound the size of a row, and a head under its number, which is written last and
only if the number is free. So a change is there whole or not at all, and two writers never both have a number.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from docs_store.changes.mutations import Mutation, decode, encode
from docs_store.engines.protocols import KeyedTable
from docs_store.errors import StoreBusyError, StoreDamagedError

PORTION = 12_000  # characters of one row; Chroma Cloud takes 16 KB
_CHANGES_READ = 64  # changes looked for at once

_OVERTAKEN = "另一个观潮接手了共享索引的写入，这次没有写进去，请再运行一次 `guanchao ingest`。"
_UNREADABLE = "共享索引的变更日志第 {number} 条读不出来，请运行 `guanchao ingest --rebuild` 重建。"


@dataclass(frozen=True, slots=True)
class Change:
    """A change with its number, and a mark that no other change has."""

    number: int
    mark: str
    mutation: Mutation


class ChangeLog:
    """The log of one generation."""

    def __init__(self, table: KeyedTable, writer: str) -> None:
        """`writer` names this process among all."""
        self._table, self._writer = table, writer

    def append(self, number: int, mutation: Mutation) -> str:
        """Writes the change down as the given number; returns its mark.

        Raises:
            StoreBusyError: another writer has the number.
            StoreUnavailableError: the server cannot be reached; whether it was written shows when it is read again.
        """
        text = encode(mutation)
        digest = hashlib.sha256(text.encode()).hexdigest()[:16]
        name = f"{self._writer}.{digest}"
        portions = [text[i : i + PORTION] for i in range(0, len(text), PORTION)]
        self._table.put({_portion(number, name, i): portion for i, portion in enumerate(portions)})
        head = json.dumps({"by": name, "portions": len(portions)})
        if not self._table.claim(_head(number), head):
            raise StoreBusyError(_OVERTAKEN)
        return name

    def mark(self, number: int) -> str | None:
        """The mark of a change, or None where there is none."""
        found = self._table.get([_head(number)])
        return _Head.of(found[_head(number)]).by if found else None

    def since(self, number: int) -> Iterator[Change]:
        """The changes after a number, in order, as far as they go.

        Raises:
            StoreDamagedError: a change cannot be read.
        """
        while True:
            wanted = range(number + 1, number + 1 + _CHANGES_READ)
            heads = self._table.get([_head(n) for n in wanted])
            for next_one in wanted:
                if _head(next_one) not in heads:
                    return
                yield self._read(next_one, _Head.of(heads[_head(next_one)]))
            number += _CHANGES_READ

    def behind(self, number: int) -> int:
        """How many changes there are after a number."""
        count = 0
        while True:
            wanted = [_head(n) for n in range(number + count + 1, number + count + 1 + _CHANGES_READ)]
            found = len(self._table.get(wanted))
            count += found
            if found < _CHANGES_READ:
                return count

    def _read(self, number: int, head: _Head) -> Change:
        keys = [_portion(number, head.by, i) for i in range(head.portions)]
        rows = self._table.get(keys)
        try:
            text = "".join(rows[key] for key in keys)
            if not head.by.endswith(hashlib.sha256(text.encode()).hexdigest()[:16]):
                raise ValueError("portions of another change")
            return Change(number, head.by, decode(text))
        except (KeyError, ValueError) as error:
            raise StoreDamagedError(_UNREADABLE.format(number=number)) from error


@dataclass(frozen=True, slots=True)
class _Head:
    by: str
    portions: int

    @classmethod
    def of(cls, text: str) -> _Head:
        found = json.loads(text)
        return cls(found["by"], found["portions"])


def _head(number: int) -> str:
    return f"{number:012d}"


def _portion(number: int, name: str, position: int) -> str:
    return f"{number:012d}.{name}.{position}"
