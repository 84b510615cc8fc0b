"""Turns files into stored passages."""

from ingest.pipeline import FailedSource, IngestReport, ingest

__all__ = ["FailedSource", "IngestReport", "ingest"]
