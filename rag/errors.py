"""Errors of answering. All derive from `docs_store.errors.GuanchaoError`."""

from __future__ import annotations

from docs_store.errors import GuanchaoError, ModelUnavailableError


class QuestionFileError(GuanchaoError):
    """A file of questions cannot be read."""


__all__ = ["GuanchaoError", "ModelUnavailableError", "QuestionFileError"]
