"""Errors of ingest."""

from __future__ import annotations

from docs_store.errors import GuanchaoError


class UnreadableArticleError(GuanchaoError):
    """One source cannot be read: report it with this reason and go on with the rest."""


class NothingToIngestError(GuanchaoError):
    """None of the given paths holds an article."""
