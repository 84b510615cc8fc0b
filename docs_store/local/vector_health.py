"""Whether a folder of vectors is whole. Chroma may crash its process on damaged files, so look before opening."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import struct
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from docs_store.atomic import replace_file

_STAMP = "vectors.json"
_PROBE = "from pathlib import Path; from docs_store.local.vectors import VectorIndex; VectorIndex(Path(sys.argv[1])).probe()"


def stamp(folder: Path) -> None:
    """Records size, time and digest of each vector file; written when the owner closes the index in good order.

    Where there is no room for it there is no stamp, and the next owner tries the files before it opens them.
    """
    files = {
        str(path.relative_to(folder)): [path.stat().st_size, path.stat().st_mtime_ns, _digest(path)]
        for path in _files(folder)
    }
    with suppress(OSError):
        replace_file(folder / _STAMP, json.dumps(files))


def unstamp(folder: Path) -> None:
    """Says that the files are being changed."""
    (folder / _STAMP).unlink(missing_ok=True)


def is_whole(folder: Path) -> bool:
    """True when the vectors may be opened: the files are as they were left, or a trial in another process went well."""
    database = folder / "vectors" / "chroma.sqlite3"
    if not database.is_file():
        return False
    try:
        db = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
        try:
            if db.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                return False
        finally:
            db.close()
        stamped = json.loads((folder / _STAMP).read_text(encoding="utf-8"))
    except sqlite3.DatabaseError:
        return False
    except (OSError, ValueError):  # no stamp: the owner was killed
        return _opens(folder)
    return all(_unchanged(folder / name, *seen) for name, seen in stamped.items())


def _files(folder: Path) -> list[Path]:
    """The index's own files. The database is left out: opening it writes a little; SQLite can check it itself."""
    return [
        p for p in (folder / "vectors").rglob("*") if p.is_file() and not p.name.startswith("chroma.sqlite3")
    ]


def _unchanged(path: Path, size: int, modified: int, digest: str) -> bool:
    try:
        now = path.stat()
        if now.st_size != size:
            return False
        return now.st_mtime_ns == modified or _digest(path) == digest  # a copied index has other times
    except OSError:
        return False


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        if path.name == "length.bin":
            return hashlib.sha256(file.read(_used(path))).hexdigest()
        return hashlib.file_digest(file, "sha256").hexdigest()


def _used(lengths: Path) -> int:
    """The bytes of length.bin that mean something: Chroma rewrites the rest from memory that it never set.

    It does so at every opening, by a reader too. The number of elements stands in header.bin after the format's
    version (4 bytes), the offset of the first level and the room for elements (8 bytes each).
    """
    try:
        (elements,) = struct.unpack_from("<Q", lengths.with_name("header.bin").read_bytes(), 20)
    except (OSError, struct.error):
        return -1  # all of it
    return 4 * int(elements)


def _opens(folder: Path) -> bool:
    code = f"import sys; sys.path[:0] = {[p for p in sys.path if p]!r}; {_PROBE}"
    command = [sys.executable, "-c", code, str(folder / "vectors")]
    try:
        return subprocess.run(command, capture_output=True, timeout=120, check=False).returncode == 0
    except subprocess.TimeoutExpired:
        return False
