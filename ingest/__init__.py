"""Turns files into stored passages."""

from ingest.pipeline import ingest, remove
from ingest.report import FailedSource, FileStatus, IngestReport, Progress, Step

__all__ = ["FailedSource", "FileStatus", "IngestReport", "Progress", "Step", "ingest", "remove"]
