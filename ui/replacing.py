"""An upload of a name that is there already replaces the older one, which is set aside for a while."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

from docs_store.models import Article
from docs_store.settings import Settings
from docs_store.store import DocsStore
from ingest.sources import source_name
from ui.editing import Edit
from ui.handover import Work
from ui.jobs import TooManyJobsError

_NAME = re.compile(r"(.+)-[0-9a-f]{12}")
"""What `uploads.save` calls a file."""
_WHOLE_CHARS, _WHOLE_BYTES = 59, 147  # a longer name was cut, and two that were cut may be two articles
_NOBODYS = frozenset({"article", "page"})
_ASIDE = ".replaced"
_DAYS = 30  # for which a replaced file is kept

Submit = Callable[[Work, Callable[[dict[str, Any]], None]], object]


def older(path: Path) -> list[Path]:
    """The other uploads of the name that `path` was uploaded under."""
    match = _NAME.fullmatch(path.stem)
    if match is None or match.group(1) in _NOBODYS or _may_be_cut(match.group(1)):
        return []
    found = (other for other in path.parent.glob(f"*{path.suffix}") if other != path)
    return sorted(o for o in found if (m := _NAME.fullmatch(o.stem)) and m.group(1) == match.group(1))


def _may_be_cut(name: str) -> bool:
    return len(name) > _WHOLE_CHARS or len(name.encode()) > _WHOLE_BYTES


def replace_older(
    report: dict[str, Any], files: Sequence[Path], settings: Settings, submit: Submit, store: DocsStore
) -> None:
    """Forgets the articles of older uploads of the same names, once the new ones are stored; corrections go over.

    Args:
        report: of the ingest of `files`; gets `replaced`, the sources that go.
        files: what was uploaded; those that could not be read are gone by now.
        settings: where uploads lie.
        submit: queues work.
        store: where the articles are.
    """
    old = list(dict.fromkeys(o for path in files if path.exists() for o in older(path) if o not in files))
    report["replaced"] = []
    if old:
        sources = [source_name(path, settings) for path in old]
        with suppress(TooManyJobsError):  # the older ones stay; the next upload of the name finds them
            for path in files:
                if edit := _corrections(store, path, settings):
                    submit(Work([], [], edit=edit), lambda _: None)
            submit(Work([], sources), lambda _: _set_aside(old))
            report["replaced"] = sources


def _corrections(store: DocsStore, path: Path, settings: Settings) -> Edit | None:
    """What users corrected in the article that an upload replaces, as an edit of the new one."""
    new = _only_article(store, path, settings)
    before = next((a for o in reversed(older(path)) if (a := _only_article(store, o, settings))), None)
    if new is None or before is None or not before.corrected:
        return None
    values = {field: getattr(before, field) for field, _ in before.corrected}
    plain = {f: v.isoformat() if isinstance(v, date) else v for f, v in values.items()}
    return Edit([new.id], {f: list(v) if isinstance(v, tuple) else v for f, v in plain.items()})


def _only_article(store: DocsStore, path: Path, settings: Settings) -> Article | None:
    """The article of a file that holds one."""
    records = list(store.sources_of_file(source_name(path, settings)).values())
    return store.article(records[0].article_id) if len(records) == 1 else None


def _set_aside(files: Sequence[Path]) -> None:
    """Moves files where no ingest finds them; what has lain there for long is deleted."""
    for path in files:
        folder = path.parent / _ASIDE
        folder.mkdir(exist_ok=True)
        if path.exists():
            path.replace(folder / path.name)
            (folder / path.name).touch()
        for kept in folder.iterdir():
            if kept.is_file() and time.time() - kept.stat().st_mtime > _DAYS * 86_400:
                kept.unlink(missing_ok=True)
