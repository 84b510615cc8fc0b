"""Where the stores of an index live, as `DocsStore` sees it: who may use them, and how a rebuilt index takes over."""

from __future__ import annotations

from typing import Protocol

from docs_store.errors import NothingIndexedError, StoreBusyError
from docs_store.gate import Gate
from docs_store.local import schema, vector_health
from docs_store.local.index_folder import IndexFolder
from docs_store.local.ledger import Ledger
from docs_store.models import Place
from docs_store.notes import Notes
from docs_store.open_index import Parts
from docs_store.settings import Settings

NOTHING_YET = "还没有收录任何文章，请先运行 `guanchao ingest`（可在后面写文件或文件夹）。"


class Home(Protocol):
    """One index. Used by one store at a time."""

    shared: bool
    """True where other processes may change the index while this one reads."""

    def notes(self) -> Notes | None:
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

    def open(self, *, write: bool) -> Parts:
        """The index in use; of a shared one up to its last change."""

    def open_next(self) -> Parts:
        """A fresh index beside it, to write into."""

    def update(self) -> None:
        """Before a rebuild, while nothing is open: brings the index in use up to its last change."""

    def previous(self) -> Ledger | None:
        """The ledger of the index in use, to read; None where there is none that can be read."""

    def swap(self) -> None:
        """Puts the fresh index, closed, in the place of that in use."""

    def clean_up(self) -> None:
        """Removes what nobody uses any more: the index that was replaced, or a fresh one that is not wanted."""

    def follow(self, parts: Parts, gate: Gate) -> bool:
        """Does what others have changed, behind the gate. False where they rebuilt it: `prepare`, close, `open` again."""

    def prepare(self) -> None:
        """Makes this process's part of what `open` will open, while the old one is still in use."""

    def place(self, parts: Parts) -> Place:
        """Where it is, and how far behind."""


class LocalHome:
    """An index in a folder of this machine, with one owner."""

    shared = False

    def __init__(self, settings: Settings, model: str) -> None:
        """Creates the folder. `model` is the fingerprint of the embedder."""
        self._root, self._model = settings.index_path, model
        self._known: IndexFolder | None = None

    @property
    def _folder(self) -> IndexFolder:
        if self._known is None:
            self._known = IndexFolder(self._root)
        return self._known

    def notes(self) -> None:
        """None: one owner."""

    def check(self) -> None:
        """Raises NothingIndexedError where there is nothing to read."""
        if not any((self._root / name / "ledger.sqlite3").is_file() for name in ("current", "old")):
            raise NothingIndexedError(NOTHING_YET)

    def is_whole(self) -> bool:
        """False where the vectors are damaged, a crash came in the middle of a swap, or the ledger is to be migrated."""
        current = self._folder.current
        return (
            current.exists()
            and vector_health.is_whole(current)
            and schema.is_current(current / "ledger.sqlite3")
        )

    def acquire(self, *, write: bool) -> None:
        """Takes the folder's lock."""
        self._folder.acquire(write=write)

    def change(self, *, write: bool) -> None:
        """Changes the lock; another process may come in between."""
        try:
            self._folder.change(write=write)
        except StoreBusyError:
            self._folder.acquire(write=False)
            raise

    def release(self) -> None:
        """Gives the lock back."""
        if self._known is not None:
            self._known.release()

    def open(self, *, write: bool) -> Parts:
        """The index in use."""
        return Parts.open(self._folder.current, write=write, model=self._model)

    def open_next(self) -> Parts:
        """A fresh index beside it; it takes vectors from the cache of the one in use."""
        earlier = self._folder.current / "embeddings.sqlite3"
        return Parts.open(self._folder.next, write=True, model=self._model, earlier=earlier)

    def update(self) -> None:
        """Nothing: there is one copy."""

    def previous(self) -> Ledger | None:
        """The ledger of the index in use."""
        return Ledger.replaced(self._folder.current / "ledger.sqlite3")

    def swap(self) -> None:
        """Puts the fresh index in its place."""
        self._folder.swap()

    def clean_up(self) -> None:
        """Nothing: `swap` and the next owner do it."""

    def follow(self, parts: Parts, gate: Gate) -> bool:
        """Nothing: nobody else writes while this process reads."""
        return True

    def prepare(self) -> None:
        """Nothing to make."""

    def place(self, parts: Parts) -> Place:
        """The folder."""
        return Place()
