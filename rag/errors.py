"""Errors of answering. All derive from `docs_store.errors.GuanchaoError`."""

from __future__ import annotations

from docs_store.errors import GuanchaoError, ModelUnavailableError


class QuestionFileError(GuanchaoError):
    """A file of questions cannot be read."""


class QuestionError(GuanchaoError):
    """What was passed is not a question: pass a string, or a mapping with `question`."""


class AliasFileError(GuanchaoError):
    """The file of other names cannot be read: correct the line that the message names."""


class RerankerError(GuanchaoError):
    """The configured reranker cannot be used: check the model or the endpoint, or return to `learned`."""


class AssistantClosedError(GuanchaoError):
    """The assistant was closed, or opened without the index: open it (again)."""


class NoSuchArticleError(GuanchaoError):
    """No article has that id or title: look it up with `guanchao articles`."""


__all__ = [
    "AliasFileError",
    "AssistantClosedError",
    "GuanchaoError",
    "ModelUnavailableError",
    "NoSuchArticleError",
    "QuestionError",
    "QuestionFileError",
    "RerankerError",
]
