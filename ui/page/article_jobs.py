"""What an editor does to the articles: each is a job of the server, done while others chat."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from docs_store.errors import GuanchaoError
from ui import strings, uploads
from ui.handover import Work
from ui.jobs import discard_failed
from ui.page.context import PageContext
from ui.replacing import replace_older

_SHORTEST = 40  # characters of a pasted article with its title
_TITLE = 60  # characters of its title that name the file


def add(
    context: PageContext, paths: Sequence[str], names: Sequence[str], replaced: str
) -> tuple[int, list[str]]:
    """Keeps uploads and queues their reading; an article that is `replaced` goes once the new one is in.

    Returns:
        How many were taken, and why each of the others was not.
    """
    kept: list[Path] = []
    refused: list[str] = []
    for path, name in zip(paths, names, strict=True):
        try:
            with Path(path).open("rb") as content:
                kept.append(uploads.save(context.settings, name, content))
        except (GuanchaoError, OSError) as error:
            refused.append(f"{name}：{error}")
        finally:
            Path(path).unlink(missing_ok=True)  # Gradio's copy
    if kept:
        _read(context, kept, replaced)
    return len(kept), refused


def _read(context: PageContext, kept: list[Path], replaced: str = "", name: str = "") -> None:
    """Queues the reading of kept uploads, which progress calls by their own names, or as `name`."""
    old = context.store.article(replaced) if replaced else None

    def after(report: dict[str, Any]) -> None:
        discard_failed(report, kept, context.settings)
        replace_older(report, kept, context.settings, context.jobs.submit, context.store)
        context.catalogue.forget()
        gone = [s for s in (old.sources or (old.source,)) if old] if old else []
        fresh = [f for f in report["files"] if f["status"] in ("added", "updated")]
        mine = {f["source"] for f in report["files"]}
        gone = [s for s in gone if s not in mine]
        if old and fresh and gone:
            drop(context, gone, old.title)

    job = context.jobs.submit(Work([str(path) for path in kept], []), after)
    context.job_names.add(
        job.id, strings.JOB_UPLOAD.format(count=len(kept)), [name] if name else [path.name for path in kept]
    )


def paste(context: PageContext, text: str) -> None:
    """Takes what was pasted: addresses of web pages, a line each, or the text of one article with its title first.

    Raises:
        UploadRefusedError: it is neither, cannot be kept, or web pages are not to be fetched.
        TooManyJobsError: too much waits to be read.
    """
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    if not lines:
        raise uploads.UploadRefusedError(strings.PASTE_NOTHING)
    links = all(line.lower().startswith(("https://", "http://")) and " " not in line for line in lines)
    if links and not context.settings.ingest.fetch_urls:
        raise uploads.UploadRefusedError(strings.PASTE_NO_FETCH)
    if not links and (len(lines) < 2 or len(text) < _SHORTEST):
        raise uploads.UploadRefusedError(strings.PASTE_SHORT)
    name = "page.urls" if links else f"{lines[0][:_TITLE]}.txt"
    content = BytesIO(("\n".join(lines) + "\n").encode())
    _read(
        context, [uploads.save(context.settings, name, content)], name=strings.PASTED_LINKS if links else ""
    )


def drop(context: PageContext, sources: list[str], title: str) -> None:
    """Queues the deletion of an article and of its uploaded files. Raises TooManyJobsError."""

    def after(_: dict[str, Any]) -> None:
        uploads.remove(context.settings, sources)
        context.catalogue.forget()

    job = context.jobs.submit(Work([], sources), after)
    context.job_names.add(job.id, strings.JOB_DELETE.format(title=title), [])


def reread(context: PageContext, *, prune: bool) -> None:
    """Queues a new look at the folder of articles; `prune` deletes what has no file there now. Raises TooManyJobsError."""
    work = Work([str(path) for path in context.settings.article_folders], [], prune=prune)
    job = context.jobs.submit(work, lambda _: context.catalogue.forget())
    context.job_names.add(job.id, strings.JOB_FOLDER, [])
