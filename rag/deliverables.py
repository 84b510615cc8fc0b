"""What `PolicyQA` makes for an office beside answers: each is quoted from the articles, and none needs a model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from docs_store.store import DocsStore
from rag.errors import AssistantClosedError
from rag.lexicon.synonyms import Group, read_aliases
from settings import Settings

if TYPE_CHECKING:
    from rag.generation.deliverables.statements import Progress, Scope
    from rag.generation.deliverables.table import Table


class Deliverables:
    """The deliverables of an assistant. Each raises AssistantClosedError where there is nothing to look in."""

    store: DocsStore | None
    settings: Settings

    def _library(self) -> DocsStore:
        if self.store is None:
            raise AssistantClosedError("助手打开时没有带索引，请用 PolicyQA.open() 重新打开。")
        return self.store

    def _aliases(self) -> Sequence[Group]:
        return read_aliases(self.settings.retrieval.aliases)

    def table(
        self,
        topic: str,
        scope: Scope | None = None,
        *,
        columns: Sequence[str] | None = None,
        progress: Progress | None = None,
    ) -> Table:
        """梳理表: a row for each fact on `topic`, as `rag.generation.deliverables.table.table` describes."""
        from rag.generation.deliverables import table

        return table.table(self._library(), topic, scope, columns=columns or table.COLUMNS, progress=progress)
