"""What an editor does to the articles: each is a job of the server, done while others chat."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docs_store.errors import GuanchaoError
from ui import strings, uploads
from ui.handover import Work
from ui.jobs import discard_failed
from ui.page.context import PageContext
from ui.replacing import replace_older


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
    if not kept:
        return 0, refused
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
    context.job_names.add(job.id, strings.JOB_UPLOAD.format(count=len(kept)), [path.name for path in kept])
    return len(kept), refused


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
