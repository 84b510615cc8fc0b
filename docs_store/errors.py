"""Errors of the store and its models, named by what the caller does about them."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_MESSAGE_CHARS = 200  # of a server's own words


class GuanchaoError(Exception):
    """Base of every error that users may meet. `str(error)` is one Chinese sentence with the next step."""


@contextmanager
def translated(explain: Callable[[Exception], GuanchaoError | None]) -> Iterator[None]:
    """Raises what `explain` makes of an error inside in its place, where it makes anything of it."""
    try:
        yield
    except Exception as error:
        explained = explain(error)
        if explained is None or explained is error:
            raise
        raise explained from error


class NothingIndexedError(GuanchaoError):
    """No index yet: ingest first. (Exit code 3.)"""


class StoreMismatchError(GuanchaoError):
    """Index and configuration disagree: rebuild or restore the setting. (Exit code 4.)"""


class StoreBusyError(GuanchaoError):
    """Another process owns the index: wait or stop it."""


class StoreDamagedError(GuanchaoError):
    """Files of the index cannot be read: rebuild."""


class StoreClosedError(GuanchaoError):
    """The store was closed while this was asked: the process is ending."""


class StoreWriteError(GuanchaoError):
    """The index cannot be written (disk full, no permission): make room and run ingest again. Nothing stored is lost."""


class StoreUnavailableError(GuanchaoError):
    """The server of a shared index does not answer or refuses: start it, or correct the settings. May pass by itself."""

    @classmethod
    def of(cls, engine: str, address: str, error: object) -> StoreUnavailableError:
        """Names the server and what it said."""
        said = (" ".join(str(error).split()) or type(error).__name__)[:_MESSAGE_CHARS]
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


_OS_REASONS = {
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "磁盘是只读的",
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "超出了磁盘配额",
    errno.ENOENT: "它不存在",
    errno.EEXIST: "它已存在",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EISDIR: "它是文件夹",
    errno.ELOOP: "链接绕成了圈",
    errno.ENAMETOOLONG: "名称太长",
    errno.EMFILE: "打开的文件太多",
    errno.EBUSY: "正被占用",
    errno.EIO: "磁盘读写出错",
    errno.ESTALE: "网络盘断开过",
}


def os_reason(error: OSError) -> str:
    """What the operating system says, in the user's language; its own words where they are rare ones."""
    return _OS_REASONS.get(error.errno or 0) or error.strerror or str(error)


_UNWRITABLE_MESSAGES = (
    ("disk is full", "磁盘已满"),
    ("no space left", "磁盘已满"),
    ("readonly database", "没有写权限"),
    ("read-only file system", "磁盘是只读的"),
    ("unable to open database file", "没有写权限"),
    ("permission denied", "没有权限"),
)


def unwritable(error: BaseException) -> str | None:
    """Why a place cannot be written, where an error of the system, SQLite or Chroma, or its cause, says that; else None."""
    at: BaseException | None = error
    while at is not None:
        if isinstance(at, OSError) and at.errno in _OS_REASONS:
            return _OS_REASONS[at.errno]
        said = str(at).lower()
        if found := next((reason for words, reason in _UNWRITABLE_MESSAGES if words in said), None):
            return found
        at = at.__cause__ or at.__context__
    return None


__all__ = [
    "GenerationGoneError",
    "GuanchaoError",
    "MissingExtraError",
    "ModelDownloadError",
    "ModelUnavailableError",
    "NothingIndexedError",
    "StoreBusyError",
    "StoreClosedError",
    "StoreDamagedError",
    "StoreMismatchError",
    "StoreUnavailableError",
    "StoreWriteError",
    "os_reason",
    "translated",
    "unwritable",
]
