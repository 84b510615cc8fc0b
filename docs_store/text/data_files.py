"""Knowledge as data: the lines of a package's own text files."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources.abc import Traversable
from pathlib import Path


def data_lines(file: Path | Traversable) -> Iterator[str]:
    """The lines of a UTF-8 file, without empty ones and comments (#)."""
    for line in file.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line
