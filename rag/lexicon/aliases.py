"""Other names of what a question speaks of, from a small file that users may edit."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from docs_store.text.normal import fold
from rag.errors import AliasFileError

Group = tuple[str, ...]
_OWN = Path(__file__).parent / "aliases.txt"


@lru_cache(maxsize=4)
def read_aliases(path: Path | None = None) -> tuple[Group, ...]:
    """The groups of a file (None: the one that comes with the program), folded.

    Raises:
        AliasFileError: the file cannot be read, or a line has no second name.
    """
    path = path or _OWN
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise AliasFileError(
            f"读不了别名文件 {path}，请检查 retrieval.aliases 的路径与编码（UTF-8）。"
        ) from error
    groups: list[Group] = []
    for number, line in enumerate(lines, start=1):
        if not (text := line.split("#")[0].strip()):
            continue
        names = tuple(name for part in text.split("=") if (name := fold(part.strip())))
        if len(names) < 2:
            raise AliasFileError(f"别名文件 {path} 第 {number} 行应写成“长三角 = 长江三角洲”，请修改。")
        groups.append(names)
    return tuple(groups)


def other_names(folded: str, groups: Sequence[Group]) -> list[tuple[str, str]]:
    """(name in the question, other name) pairs; of names that hold one another the longest counts."""
    found = []
    for group in groups:
        present = max((name for name in group if name in folded), key=len, default=None)
        if present is not None:
            found += [(present, other) for other in group if other not in folded]
    return found
