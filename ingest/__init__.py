"""Turns files into stored passages."""

from ingest.pipeline import ingest
from ingest.report import FailedSource, FileStatus, IngestReport, Progress

__all__ = ["FailedSource", "FileStatus", "IngestReport", "Progress", "ingest"]
