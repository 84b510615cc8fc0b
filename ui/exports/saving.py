"""Writing a deliverable to a file: whole or not at all, with an error that says what to do."""

from __future__ import annotations

from pathlib import Path

from docs_store.atomic import replace_file
from docs_store.errors import GuanchaoError, os_reason
from ui import strings


def save(path: Path, content: bytes | str) -> None:
    """Writes `content` to `path`, UTF-8 where it is text; an older file stays whole until the new one is.

    Raises:
        GuanchaoError: the folder is not there, or the file cannot be written.
    """
    if not path.parent.is_dir():
        raise GuanchaoError(strings.NO_FOLDER.format(folder=path.parent))
    try:
        replace_file(path, content)
    except OSError as error:
        raise GuanchaoError(strings.CANNOT_WRITE.format(path=path, why=os_reason(error))) from error
