"""Owns everything that persists: articles, passages, their vectors and their lexical index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docs_store.store import DocsStore

__all__ = ["DocsStore"]


def __getattr__(name: str) -> Any:
    """`DocsStore` on demand: Chroma takes a second to import, and most of this package does not need it."""
    if name == "DocsStore":
        from docs_store.store import DocsStore

        return DocsStore
    raise AttributeError(name)
