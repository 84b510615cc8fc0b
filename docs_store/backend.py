"""Where the stores of an index live, as `DocsStore` sees it: who may use them, and how a rebuilt index takes over."""

from __future__ import annotations

from typing import Protocol

from docs_store.gate import Gate
from docs_store.key_values import KeyValues
from docs_store.local.ledger import Ledger
from docs_store.models import IndexLocation
from docs_store.open_index import OpenIndex

NOTHING_YET = "还没有收录任何文章，请先运行 `guanchao ingest`（可在后面写文件或文件夹）。"


class Backend(Protocol):
    """One index. Used by one store at a time."""

    shared: bool
    """True where other processes may change the index while this one reads."""

    def key_values(self) -> KeyValues | None:
        """What processes that share the index remember together; None where there is one process at a time."""

    def check(self) -> None:
        """Raises NothingIndexedError where there is nothing to read."""

    def is_whole(self) -> bool:
        """False where an owner must repair it before it can be read."""

    def acquire(self, *, write: bool) -> None:
        """The right to read or to write. Raises StoreBusyError, StoreDamagedError."""

    def change(self, *, write: bool) -> None:
        """The right to read for that to write, or back. After StoreBusyError the right to read is there as before."""

    def release(self) -> None:
        """Gives the right back."""

    def open(self, *, write: bool) -> OpenIndex:
        """The index in use; of a shared one up to its last change."""

    def open_next(self) -> OpenIndex:
        """A fresh index beside it, to write into."""

    def update(self) -> None:
        """Before a rebuild, while nothing is open: brings the index in use up to its last change."""

    def previous(self) -> Ledger | None:
        """The ledger of the index in use, to read; None where there is none that can be read."""

    def swap(self) -> None:
        """Puts the fresh index, closed, in the place of that in use."""

    def clean_up(self) -> None:
        """Removes what nobody uses any more: the index that was replaced, or a fresh one that is not wanted."""

    def follow(self, index: OpenIndex, gate: Gate) -> bool:
        """Does what others have changed, behind the gate. False where they rebuilt it: `prepare`, close, `open` again."""

    def prepare(self) -> None:
        """Makes this process's part of what `open` will open, while the old one is still in use."""

    def location(self, index: OpenIndex) -> IndexLocation:
        """Where it is, and how far behind."""
