"""The backend `local`: an index in a folder of this machine, with one owner."""

from __future__ import annotations

from docs_store.backend import NOTHING_YET
from docs_store.errors import NothingIndexedError, StoreBusyError
from docs_store.gate import Gate
from docs_store.local import schema, vector_health
from docs_store.local.index_folder import IndexFolder
from docs_store.local.ledger import Ledger
from docs_store.models import IndexLocation
from docs_store.open_index import OpenIndex
from docs_store.settings import Settings


class LocalBackend:
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

    def key_values(self) -> None:
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

    def open(self, *, write: bool) -> OpenIndex:
        """The index in use."""
        return OpenIndex.open(self._folder.current, write=write, model=self._model)

    def open_next(self) -> OpenIndex:
        """A fresh index beside it; it takes vectors from the cache of the one in use."""
        earlier = self._folder.current / "embeddings.sqlite3"
        return OpenIndex.open(self._folder.next, write=True, model=self._model, earlier=earlier)

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

    def follow(self, index: OpenIndex, gate: Gate) -> bool:
        """Nothing: nobody else writes while this process reads."""
        return True

    def prepare(self) -> None:
        """Nothing to make."""

    def location(self, index: OpenIndex) -> IndexLocation:
        """The folder."""
        return IndexLocation()
