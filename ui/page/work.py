"""Ingest jobs as the articles tab shows them: file by file, with reasons where one failed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from html import escape
from threading import Lock
from typing import Any

from ui import strings, uploads
from ui.jobs import Job

_SHOWN = 6  # jobs
_FILES = 60  # files of a job
_KEPT = 600


class JobNames:
    """What the page calls its jobs, and the files that each reads in turn. Thread-safe."""

    def __init__(self) -> None:
        """Empty."""
        self._names: OrderedDict[str, tuple[str, list[str]]] = OrderedDict()
        self._lock = Lock()

    def add(self, job: str, name: str, files: list[str]) -> None:
        """Names a job."""
        with self._lock:
            self._names[job] = (name, files)
            while len(self._names) > _KEPT:
                self._names.popitem(last=False)

    def get(self, job: str) -> tuple[str, list[str]]:
        """Name and files of a job; a plain name for one that another interface began."""
        with self._lock:
            return self._names.get(job, (strings.JOBS, []))


def jobs_html(jobs: Sequence[Job], names: JobNames) -> str:
    """The latest jobs."""
    if not jobs:
        return f'<p class="gc-empty">{strings.NO_JOBS}</p>'
    return f"<h2>{strings.JOBS}</h2>" + "".join(_job(job, *names.get(job.id)) for job in jobs[:_SHOWN])


def _job(job: Job, name: str, files: Sequence[str]) -> str:
    body = ""
    if job.step:
        share = 100 * job.step.files_done / max(job.step.files, 1)
        said = strings.JOB_PROGRESS.format(
            done=job.step.files_done,
            all=job.step.files,
            articles=job.step.articles,
            passages=job.step.passages,
        )
        if job.state == "running":
            body += f'<progress max="100" value="{share:.0f}" aria-label="{strings.JOBS}"></progress>'
            body += f'<div class="gc-meta">{said}</div>'
    if job.error:
        body += f'<div class="gc-notice" role="alert">{escape(job.error)}</div>'
    if job.report:
        body += f'<div class="gc-meta">{_report(job.report)}</div>'
        body += _files(_reported(job.report))
    elif files:
        done = job.step.files_done if job.step else 0
        body += _files(
            [
                (
                    file,
                    "read" if n < done else "reading" if n == done and job.state == "running" else "waiting",
                    "",
                )
                for n, file in enumerate(files)
            ]
        )
    state = f'<span class="gc-state gc-{job.state}">{strings.JOB_STATES[job.state]}</span>'
    return f'<section class="gc-job"><div><b>{escape(name)}</b>{state}</div>{body}</section>'


def _report(report: dict[str, Any]) -> str:
    counts = {name: report[name] for name in ("added", "updated", "unchanged", "deleted")}
    return strings.JOB_REPORT.format(**counts, failed=len(report["failed"]))


def _reported(report: dict[str, Any]) -> list[tuple[str, str, str]]:
    """(file, state, reason) of what happened; unchanged files are left out, failed ones come first."""
    reasons: dict[str, str] = {}
    for failed in report["failed"]:
        reasons.setdefault(failed["source"].partition("#")[0], failed["reason"])
    rows = [
        (file["source"], file["status"], reasons.get(file["source"], ""))
        for file in report["files"]
        if file["status"] != "unchanged" or file["source"] in reasons
    ]
    listed = {name for name, _, _ in rows}
    rows += [(name, "failed", why) for name, why in reasons.items() if name not in listed]
    return sorted(rows, key=lambda row: row[1] != "failed")


def _files(rows: Sequence[tuple[str, str, str]]) -> str:
    items = "".join(
        f'<li class="gc-{state}"><span title="{escape(uploads.shown_name(file))}">{escape(uploads.shown_name(file))}</span>'
        f"<em>{strings.FILE_STATES[state]}</em><small>{escape(why)}</small></li>"
        for file, state, why in rows[:_FILES]
    )
    return f'<ul class="gc-files">{items}</ul>' if items else ""
