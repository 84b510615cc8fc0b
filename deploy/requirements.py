"""Prints the packages that pyproject.toml asks for, one a line, so that an image can install them before the program.

    python deploy/requirements.py pyproject.toml "[milvus]"

The second argument names optional parts, with or without brackets; an unknown one is an error.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path


def requirements(pyproject: Path, extras: str) -> list[str]:
    """The declared packages. Raises KeyError for an optional part that is not declared."""
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
    found: list[str] = list(project["dependencies"])
    for name in filter(None, (part.strip() for part in extras.strip("[] ").split(","))):
        found += project["optional-dependencies"][name]
    return found


if __name__ == "__main__":
    print("\n".join(requirements(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "")))
