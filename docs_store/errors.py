"""Errors of the store and its models, named by what the caller does about them."""

from __future__ import annotations

from settings import GuanchaoError


class NothingIndexedError(GuanchaoError):
    """No index yet: ingest first. (Exit code 3.)"""


class StoreMismatchError(GuanchaoError):
    """Index and configuration disagree: rebuild or restore the setting. (Exit code 4.)"""


class StoreBusyError(GuanchaoError):
    """Another process owns the index: wait or stop it."""


class StoreDamagedError(GuanchaoError):
    """Files of the index cannot be read: rebuild."""


class StoreWriteError(GuanchaoError):
    """The index cannot be written (disk full, no permission): make room and run ingest again. Nothing stored is lost."""


class ModelUnavailableError(GuanchaoError):
    """A model is not on this machine or its endpoint does not serve it: fetch or configure it."""


class ModelDownloadError(GuanchaoError):
    """Fetching a model failed; what was fetched so far is kept, and the next call resumes."""


__all__ = [
    "GuanchaoError",
    "ModelDownloadError",
    "ModelUnavailableError",
    "NothingIndexedError",
    "StoreBusyError",
    "StoreDamagedError",
    "StoreMismatchError",
]
