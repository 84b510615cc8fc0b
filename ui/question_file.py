"""Files of questions and of answers: one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from docs_store.errors import GuanchaoError, os_reason
from ui import console


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The good lines of a question file; bad ones are reported and passed over."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise GuanchaoError(f"读不了 {path}，请检查路径与编码（UTF-8）。") from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                row = json.loads(line)
                if not isinstance(row["question"], str):
                    raise TypeError
            except (ValueError, KeyError, TypeError):
                console.say(f"{path} 第 {number} 行没有 question，已跳过。")
                continue
            yield row


@contextmanager
def results(out: Path, *, append: bool = False) -> Iterator[TextIO]:
    """A file to write results into. Raises GuanchaoError where it cannot be made."""
    try:
        file = out.open("a" if append else "w", encoding="utf-8")
    except OSError as error:
        what = "它的文件夹不存在" if not out.parent.is_dir() else os_reason(error)
        raise GuanchaoError(f"写不了 {out}（{what}），请先建好文件夹，或换一个 --out。") from error
    with file:
        yield file


def write_line(file: TextIO, data: dict[str, Any]) -> None:
    """Appends `data` as a line, at once on disk for a later `--resume`."""
    file.write(json.dumps(data, ensure_ascii=False) + "\n")
    file.flush()


def written(out: Path) -> Iterator[dict[str, Any]]:
    """What an earlier run wrote; nothing if there is no file."""
    if out.exists():
        for line in out.read_text(encoding="utf-8").splitlines():
            try:
                yield json.loads(line)
            except ValueError:  # the line that a kill cut short; its question is asked again
                continue
