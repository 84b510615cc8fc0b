"""What the command lines of all benchmarks share: where things lie, and a parser that shows a module's own text."""

from __future__ import annotations

import argparse
from pathlib import Path

ROOT = Path(__file__).parents[1]
BUILD = ROOT / "build"
DATA = ROOT.parent / "shared" / "data"


def parser(doc: str | None, *, takes_data: bool = False) -> argparse.ArgumentParser:
    """A parser whose help is `doc` as it is written.

    Args:
        doc: of the module.
        takes_data: whether the first argument is `data`, the folder of shared questions and articles; DATA where it is left out.
    """
    made = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    if takes_data:
        made.add_argument("data", type=Path, nargs="?", default=DATA)
    return made
