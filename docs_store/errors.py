"""Errors of the store and its models, named by what the caller does about them."""

from __future__ import annotations

from settings import GuanchaoError

_SAID = 200  # characters of a server's own words


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


class StoreUnavailableError(GuanchaoError):
    """The server of a shared index does not answer or refuses: start it, or correct the settings. May pass by itself."""

    @classmethod
    def of(cls, engine: str, address: str, error: object) -> StoreUnavailableError:
        """Names the server and what it said."""
        said = (" ".join(str(error).split()) or type(error).__name__)[:_SAID]
        return cls(
            f"连不上共享索引 {address}（{engine}：{said}），请确认服务已启动，并检查 store.url、store.database 与密钥。"
        )


class GenerationGoneError(StoreUnavailableError):
    """The index was rebuilt, and this process has not changed over yet: ask again."""

    @classmethod
    def gone(cls, address: str) -> GenerationGoneError:
        """Names the server."""
        return cls(f"共享索引 {address} 刚被重建或删除，正在换到新的一份，请过几秒再试。")


class MissingExtraError(GuanchaoError):
    """A client that is an optional extra is not installed: install it."""

    @classmethod
    def of(cls, what: str, extra: str) -> MissingExtraError:
        """Names what needs it."""
        return cls(f"{what} 需要另外安装，请运行 `pip install 'guanchao[{extra}]'`。")


class ModelUnavailableError(GuanchaoError):
    """A model is not on this machine or its endpoint does not serve it: fetch or configure it."""


class ModelDownloadError(GuanchaoError):
    """Fetching a model failed; what was fetched so far is kept, and the next call resumes."""


__all__ = [
    "GenerationGoneError",
    "GuanchaoError",
    "MissingExtraError",
    "ModelDownloadError",
    "ModelUnavailableError",
    "NothingIndexedError",
    "StoreBusyError",
    "StoreDamagedError",
    "StoreMismatchError",
    "StoreUnavailableError",
    "StoreWriteError",
]
