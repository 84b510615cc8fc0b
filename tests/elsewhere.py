"""A pytest plugin that takes from Linux what Windows and macOS have not: `pytest -p tests.elsewhere`.

- A file that is open or mapped in this process cannot be moved, replaced or deleted, nor can a folder that holds one.
- A rename never replaces.
- There is no os.sched_getaffinity, and nothing under /proc can be read by the program.
"""

import contextlib
import errno
import os
import sys
from pathlib import Path

from docs_store import machine
from docs_store.local import exact

_OURS = tuple(str(Path(__file__).parents[1] / name) for name in ("docs_store", "ingest", "rag", "ui"))
_real = {name: getattr(os, name) for name in ("rename", "replace", "unlink", "remove", "rmdir", "readlink")}
_open = open


def _in_use():
    """The files that this process has open or mapped."""
    found = set()
    for number in os.listdir("/proc/self/fd"):
        with contextlib.suppress(OSError):
            found.add(_real["readlink"](f"/proc/self/fd/{number}"))
    with _open("/proc/self/maps", encoding="utf-8", errors="replace") as maps:
        found |= {line.split(maxsplit=5)[5].strip() for line in maps if line.count("/")}
    return found


def _refuse(path, dir_fd=None, *, new=False):
    path = os.fsdecode(path)
    if dir_fd is not None:
        path = os.path.join(_real["readlink"](f"/proc/self/fd/{dir_fd}"), path)
    path = os.path.realpath(os.path.dirname(path)) + os.sep + os.path.basename(path)
    if new and os.path.lexists(path):
        raise FileExistsError(errno.EEXIST, "a rename never replaces", path)
    for used in _in_use():
        if used == path or (used.startswith(path + os.sep) and os.path.isfile(used)):
            raise PermissionError(errno.EACCES, f"in use: {used}", path)


def _rename(source, target, *, src_dir_fd=None, dst_dir_fd=None):
    _refuse(source, src_dir_fd)
    _refuse(target, dst_dir_fd, new=True)
    _real["rename"](source, target, src_dir_fd=src_dir_fd, dst_dir_fd=dst_dir_fd)


def _replace(source, target, *, src_dir_fd=None, dst_dir_fd=None):
    _refuse(source, src_dir_fd)
    _refuse(target, dst_dir_fd)
    _real["replace"](source, target, src_dir_fd=src_dir_fd, dst_dir_fd=dst_dir_fd)


def _unlink(path, *, dir_fd=None):
    _refuse(path, dir_fd)
    _real["unlink"](path, dir_fd=dir_fd)


def _no_proc(event, arguments):
    """No file of ours reads /proc."""
    if event == "open" and isinstance(arguments[0], str) and arguments[0].startswith("/proc/"):
        frame = sys._getframe(1)
        while frame and "pathlib" in frame.f_code.co_filename:
            frame = frame.f_back
        if frame and frame.f_code.co_filename.startswith(_OURS):
            raise FileNotFoundError(errno.ENOENT, "no /proc elsewhere", arguments[0])


os.rename, os.replace, os.unlink, os.remove = _rename, _replace, _unlink, _unlink
del os.sched_getaffinity
machine.sys = type("Elsewhere", (), {"platform": "win32"})
exact.MAPS_LIVE_FILES = False
sys.addaudithook(_no_proc)
