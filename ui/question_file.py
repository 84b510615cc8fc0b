"""Files of questions and of answers: one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TextIO

from docs_store.errors import GuanchaoError, os_reason
from ui import console, strings


def rows(path: Path, field: str = "question") -> Iterator[dict[str, Any]]:
    """The good lines of a file of questions, or of texts; bad ones are reported and passed over.

    What is null is left out: `passages` and `history`, where they are there, are what they should be.
    """
    try:
        # Lines end with a line feed alone: the separators U+2028 and U+0085 may stand in a JSON string as they are.
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise GuanchaoError(strings.CANNOT_READ_ROWS.format(path=path, why=os_reason(error))) from error
    except UnicodeDecodeError as error:
        raise GuanchaoError(strings.CANNOT_READ_ROWS.format(path=path, why=strings.NOT_UTF_8)) from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        row = _parsed(line)
        if wrong := _wrong(row, field):
            console.say(strings.ROW_PASSED_OVER.format(path=path, number=number, wrong=wrong))
            continue
        yield {key: value for key, value in row.items() if value is not None}


def _parsed(line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _wrong(row: Any, field: str) -> str | None:
    """What is wrong with a row; None for a good one."""
    if not isinstance(row, dict):
        return strings.ROW_NO_JSON
    if not isinstance(row.get(field), str):
        return strings.ROW_LACKS.format(field=field)
    passages, history = row.get("passages"), row.get("history")
    if passages is not None and not (
        isinstance(passages, list) and all(isinstance(passage, str) for passage in passages)
    ):
        return strings.ROW_PASSAGES
    if history is not None and not (isinstance(history, list) and all(map(_is_turn, history))):
        return strings.ROW_HISTORY
    return None


def _is_turn(turn: Any) -> bool:
    return isinstance(turn, dict) and all(isinstance(turn.get(key), str) for key in ("question", "answer"))


@contextmanager
def results(out: Path, *, append: bool = False) -> Iterator[TextIO]:
    """A file to write results into. Raises GuanchaoError where it cannot be made."""
    try:
        stump = append and out.exists() and not out.read_bytes().endswith(b"\n")
        file = out.open("a" if append else "w", encoding="utf-8")
        if stump:  # a kill cut the last line short: what follows begins a line of its own
            file.write("\n")
    except OSError as error:
        why = strings.FOLDER_MISSING if not out.parent.is_dir() else os_reason(error)
        raise GuanchaoError(strings.CANNOT_WRITE_ROWS.format(path=out, why=why)) from error
    try:
        yield file
    finally:
        with suppress(OSError):  # what could not be written has been told
            file.close()


def write_line(file: TextIO, data: dict[str, Any]) -> None:
    """Appends `data` as a line, at once on disk for a later `--resume`. Raises GuanchaoError."""
    try:
        file.write(json.dumps(data, ensure_ascii=False) + "\n")
        file.flush()
    except OSError as error:
        raise GuanchaoError(strings.CANNOT_GO_ON.format(path=file.name, why=os_reason(error))) from error


def written(out: Path) -> Iterator[dict[str, Any]]:
    """What an earlier run wrote; nothing if there is no file. Raises GuanchaoError."""
    if not out.exists():
        return
    try:
        # The line that a kill cut short may end within a character; its question is asked again.
        lines = out.read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError as error:
        raise GuanchaoError(strings.CANNOT_READ_ROWS.format(path=out, why=os_reason(error))) from error
    for line in lines:
        if isinstance(row := _parsed(line), dict):
            yield row
