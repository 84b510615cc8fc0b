"""Turns files into stored passages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ingest.pipeline import ingest, remove
    from ingest.report import Engine, FailedSource, FileStatus, IngestReport, Progress, Step

__all__ = ["Engine", "FailedSource", "FileStatus", "IngestReport", "Progress", "Step", "ingest", "remove"]


def __getattr__(name: str) -> Any:
    """Loads the modules when they are asked for: a process that only reads files needs no store."""
    if name in ("ingest", "remove"):
        from ingest import pipeline

        return getattr(pipeline, name)
    if name in __all__:
        from ingest import report

        return getattr(report, name)
    raise AttributeError(name)
