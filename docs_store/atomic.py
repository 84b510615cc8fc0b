"""Atomic file writes: whoever reads one finds the old content or the new, never a half of it."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

_BINARY = getattr(os, "O_BINARY", 0)  # Windows would else write two characters for a line's end
_EVERYONE = 0o666  # as far as the umask allows
ITS_USER_ALONE = 0o600
"""The mode of files that hold secrets."""


def replace_file(path: Path, content: str | bytes, mode: int = _EVERYONE) -> None:
    """Writes `content` beside `path`, text as UTF-8, and moves it there. Its folder must exist.

    Raises:
        OSError: it cannot be written; what was there before stays, and nothing is left beside it.
    """
    draft = path.with_name(f".{path.name[:50]}.{secrets.token_hex(4)}.part")
    data = content.encode("utf-8") if isinstance(content, str) else content
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, mode), "wb") as file:
            file.write(data)
        os.replace(draft, path)
    except BaseException:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise
