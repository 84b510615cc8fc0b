"""Prints the packages that pyproject.toml asks for, one a line, so that an image can install them before the program.

    python deploy/requirements.py pyproject.toml "[milvus]"

The second argument names optional parts, with or without brackets; an unknown one is an error. The third names declared
packages to leave out, parted by spaces: "torch sentence-transformers langchain-huggingface" makes an image of half the size
that has the program's own embedding and no other local one.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path


def requirements(pyproject: Path, extras: str = "", left_out: str = "") -> list[str]:
    """The declared packages. Raises KeyError for an optional part or a package that is not declared."""
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
    found: list[str] = list(project["dependencies"])
    for name in filter(None, (part.strip() for part in extras.strip("[] ").split(","))):
        found += project["optional-dependencies"][name]
    by_name = {re.split(r"[^A-Za-z0-9_.-]", line, maxsplit=1)[0]: line for line in found}
    for name in left_out.split():
        del by_name[name]
    return list(by_name.values())


if __name__ == "__main__":
    print("\n".join(requirements(Path(sys.argv[1]), *sys.argv[2:4])))
