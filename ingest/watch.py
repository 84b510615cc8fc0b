"""What changes in the articles folder while a server runs, and which files list addresses to look at again."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Event

from ingest.readers import ON_REQUEST
from ingest.sources import find_files, why_not

_log = logging.getLogger(__name__)
_QUIET_MS = 500  # a file that is being copied changes more often
_LONGEST_MS = 5_000  # and is read after so long at the latest, and again when it is whole
_TICK_MS = 1_000


def changes(folder: Path, stop: Event) -> Iterator[list[Path]]:
    """Files that came or changed, once they have been quiet for a moment; [] about every second in which none did.

    Files that go are no change: `guanchao ingest` counts them, and `--prune` forgets their articles. Hidden files, lock
    files and what no reader reads are passed over. Ends when `stop` is set; where the folder cannot be watched, it is
    logged and nothing more is found.
    """
    try:
        from watchfiles import watch

        for found in watch(
            folder,
            watch_filter=lambda _, path: _is_article(Path(path), folder),
            debounce=_LONGEST_MS,
            step=_QUIET_MS,
            rust_timeout=_TICK_MS,
            yield_on_timeout=True,
            stop_event=stop,
            raise_interrupt=False,
        ):
            yield sorted({Path(path) for _, path in found if Path(path).is_file()})
    except (OSError, RuntimeError) as error:  # no such folder, or the system watches no more files
        _log.error(
            "文章文件夹 %s 的改动看不到了（%s），请检查它在不在，改动后运行 guanchao ingest。", folder, error
        )
    while not stop.wait(_TICK_MS / 1000):
        yield []


def _is_article(path: Path, folder: Path) -> bool:
    inner = path.relative_to(folder).parts if path.is_relative_to(folder) else path.parts[-1:]
    if any(part.startswith((".", "~$")) for part in inner):
        return False
    return why_not(path) is None and path.suffix.lower() not in ON_REQUEST


def lists(folders: Sequence[Path]) -> list[Path]:
    """The files under the folders that list addresses of pages and feeds."""
    there = [folder for folder in folders if folder.is_dir()]
    return find_files(there).lists
