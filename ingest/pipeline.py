"""Diff the sources against the ledger, write what changed, report what happened."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from docs_store.errors import os_reason
from docs_store.local.ledger import Entry
from docs_store.settings import Settings
from docs_store.store import DocsStore
from ingest.batch_writer import BatchWriter
from ingest.errors import NothingToIngestError, UnreadableArticleError
from ingest.preparing import Outcome, Prepared, Unchanged, Unusable, recut
from ingest.progress_meter import ProgressMeter
from ingest.reader_pool import ReaderPool, ReadTask
from ingest.readers import ON_REQUEST
from ingest.report import Engine, FailedSource, FileStatus, IngestReport, Progress, SkippedFile
from ingest.sources import (
    KINDS,
    check_file,
    file_at,
    file_version,
    find_files,
    is_feed_entry,
    is_under,
    source_name,
)
from ingest.upserting import Upserter

if TYPE_CHECKING:
    from ingest.ray_reading import RayReading

_LOOKED_UP = 64  # articles at once


def ingest(
    store: DocsStore,
    paths: Sequence[Path],
    settings: Settings,
    *,
    prune: bool = False,
    progress: Progress | None = None,
    engine: Engine = "plain",
    ray_address: str | None = None,
) -> IngestReport:
    """Brings the store up to date with `paths` (files or folders, read recursively).

    A store that is being rebuilt takes over the articles of the old index whose sources lie elsewhere. With the engine
    `ray`, Ray reads and embeds, on this machine or on the cluster at `ray_address`; the index is the same.

    Raises:
        NothingToIngestError: a path does not exist, or no file under them is of a known kind.
        MissingExtraError, RayError: Ray is not installed, cannot be reached, or gave up.
        StoreWriteError: the index cannot be written any more; what was stored stays.
    """
    began = time.monotonic()
    gone = [path for path in paths if prune and not path.exists() and not path.is_symlink()]
    found = find_files([path for path in paths if path not in gone])
    if not found.files and not prune and store.previous is None:
        raise NothingToIngestError(
            f"{'、'.join(map(str, paths))} 里没有可读的文章（支持 {KINDS}），请放入文章后再试。"
        )
    run = _Run(store, settings, found.files, progress)
    run.report.skipped = [
        SkippedFile(source_name(path, settings, follow=False), why) for path, why in found.skipped
    ]
    run.engine, run.ray_address = engine, ray_address
    run.take_over([source_name(path, settings) for path in paths], prune=prune)
    run.read_all()
    report = run.report
    if prune:
        report.deleted = run.prune([source_name(path, settings) for path in paths])
    else:
        report.missing = run.missing([source_name(path, settings) for path in paths])
    store.reconcile()
    report.articles, report.passages = store.counts()
    report.seconds = time.monotonic() - began
    return report


def remove(store: DocsStore, names: Sequence[str], settings: Settings) -> IngestReport:
    """Forgets the articles of files, folders or sources, by name or path.

    Raises:
        NothingToIngestError: none of them is in the index.
    """
    began = time.monotonic()
    roots = [name for given in names for name in (given, source_name(Path(given), settings))]
    found = [source for source in store.sources() if is_under(source, roots)]
    if not found:
        raise NothingToIngestError(f"索引里没有来源 {'、'.join(names)}，请用 `guanchao status` 核对名字。")
    report = IngestReport(deleted=store.remove_sources(found))
    store.reconcile()
    report.articles, report.passages = store.counts()
    report.seconds = time.monotonic() - began
    return report


class _Run:
    """One pass over the files."""

    engine: Engine = "plain"
    ray_address: str | None = None

    def __init__(
        self, store: DocsStore, settings: Settings, files: Sequence[Path], progress: Progress | None
    ) -> None:
        self._store, self._settings, self._files = store, settings, files
        self.report = IngestReport()
        self._writing = BatchWriter(store)
        self._upserter = Upserter(store, settings, self._writing, self.report)
        self._meter = ProgressMeter(files, progress, self._stored)
        self._versions: dict[str, str] = {}
        self._failed_files: set[str] = set()
        self._names = {source_name(path, settings) for path in files}

    def _stored(self) -> tuple[int, int]:
        return self._writing.articles + self.report.unchanged, self._writing.passages

    def read_all(self) -> None:
        """Reads every file that has changed, and writes what is new."""
        known = self._store.files()
        waiting: list[Path] = []
        for path in self._files:
            name = source_name(path, self._settings)
            status = FileStatus(name)
            try:
                check_file(path, self._settings.ingest)
                version = file_version(path, self._settings.ingest)
            except (UnreadableArticleError, OSError) as error:
                self._fail(status, error)
                self.report.files.append(status)
                self._meter.done(path)
                continue
            self._versions[name] = version
            if known.get(name) == version:
                status.articles = len(self._store.sources_of_file(name))
                self.report.unchanged += status.articles
                self.report.files.append(status)
                self._meter.done(path)
            else:
                waiting.append(path)
        try:
            with self._reading(self._meter.size(waiting)) as reading:
                for job, outcomes in reading.read(self._job(path) for path in waiting):
                    self._file(job, outcomes)
            self._writing.flush()
        finally:
            self._writing.close()

    def _reading(self, size: int) -> ReaderPool | RayReading:
        if self.engine == "plain":
            return ReaderPool(self._settings.ingest, size)
        from ingest.ray_reading import RayReading

        return RayReading(self._settings, size, self.ray_address, self._store.remember)

    def _job(self, path: Path) -> ReadTask:
        name = source_name(path, self._settings)
        here = self._store.sources_of_file(name)
        return ReadTask(path, name, {source: record.content_hash for source, record in here.items()})

    def _file(self, job: ReadTask, outcomes: Iterator[Outcome]) -> None:
        name = job.name
        status = FileStatus(name)
        here = self._store.sources_of_file(name)
        unchanged: list[str] = []
        failures = len(self.report.failed)
        try:
            for found, suspect in self._looked_up(outcomes):
                if isinstance(found, Unusable):
                    self._fail(status, found.error, found.source)
                    continue
                status.notes += found.notes
                self._meter.read(job.path, name, found.position)
                if isinstance(found, Unchanged):
                    unchanged.append(found.source)
                    self.report.unchanged += 1
                    status.happened("unchanged")
                else:
                    source = found.article.source
                    version = self._versions[name]
                    error = self._upserter.upsert(found, here.get(source), status, version, suspect=suspect)
                    if error is not None:
                        self._fail(status, error, source)
        except (UnreadableArticleError, OSError) as error:
            self._fail(status, error)
        self.report.files.append(status)
        self._meter.done(job.path)
        if len(self.report.failed) == failures:
            self._writing.finish_file(name, self._versions[name], unchanged)
        elif unchanged:
            version = self._versions[name]
            self._store.point_sources([here[source]._replace(version=version) for source in unchanged])

    def _looked_up(self, outcomes: Iterator[Outcome]) -> Iterator[tuple[Outcome, bool]]:
        """Each outcome, and whether its text or id may be in the store already, under whatever source.

        Looked up for some at once: a look-up waits for the writing thread each time.
        """
        while portion := list(itertools.islice(outcomes, _LOOKED_UP)):
            articles = [found.article for found in portion if isinstance(found, Prepared)]
            # First what is on its way, then what has arrived: nothing passes between the two unseen.
            seen = {key for a in articles if self._writing.has(a.text, a.id) for key in (a.text, a.id)}
            seen |= self._store.already_there(articles)
            for found in portion:
                if not isinstance(found, Prepared):
                    yield found, False
                    continue
                keys = {found.article.text, found.article.id}
                yield found, not seen.isdisjoint(keys)
                seen |= keys

    def take_over(self, roots: Sequence[str], *, prune: bool) -> None:
        """While rebuilding: the articles of the old index that `roots` do not hold, cut anew but not read again."""
        previous = self._store.previous
        if previous is None:
            return
        records = previous.sources()
        for article in previous.articles():
            left = [
                name
                for name in article.sources or (article.source,)
                if name in records and self._is_elsewhere(name, records[name].file, roots)
            ]
            left = [n for n in left if not prune or file_at(records[n].file, self._settings).exists()]
            if not left:
                continue
            own = replace(article, source=left[0])
            first = records[left[0]]
            passages = recut(own, self._settings.ingest)
            reading = previous.reading_notes(article.id)
            self._writing.put(
                Entry(own, passages, first.content_hash, first.file, first.version, reading=reading)
            )
            if len(left) > 1:
                self._writing.flush()
                self._store.point_sources([records[n]._replace(article_id=own.id) for n in left[1:]])
            self.report.kept += 1
        self._writing.flush()

    def _is_elsewhere(self, source: str, file: str, roots: Sequence[str]) -> bool:
        """True when this run has nothing to say about a source: not under `roots`, or of a list that was not asked for."""
        if not is_under(source, roots):
            return True
        listed = Path(file).suffix.lower() in ON_REQUEST and file not in self._names
        return listed and file_at(file, self._settings).exists()

    def missing(self, roots: Sequence[str]) -> int:
        """How many articles under `roots` have no source left: their file is gone, or their line in it."""
        gone: dict[str, bool] = {}
        left: dict[str, bool] = {}
        for source, record in self._store.sources().items():
            if not is_under(source, roots):
                continue
            if record.file not in gone:
                gone[record.file] = not file_at(record.file, self._settings).exists()
            version = self._versions.get(record.file)
            line_gone = (
                version not in (None, record.version)
                and record.file not in self._failed_files
                and not is_feed_entry(source)
            )
            stays = not (gone[record.file] or line_gone)
            left[record.article_id] = left.get(record.article_id, False) or stays
        return sum(not stays for stays in left.values())

    def prune(self, roots: Sequence[str]) -> int:
        """Forgets the sources under `roots` that are gone: their file, or their line in it."""
        gone = [
            source
            for source, record in self._store.sources().items()
            if not self._is_elsewhere(source, record.file, roots)
            and record.file not in self._failed_files
            and self._versions.get(record.file) != record.version
            and not (is_feed_entry(source) and record.file in self._versions)
        ]
        return self._store.remove_sources(gone) if gone else 0

    def _fail(self, status: FileStatus, error: Exception, source: str | None = None) -> None:
        reason = str(error)
        if isinstance(error, OSError):
            reason = f"读不了（{os_reason(error)}），请检查权限、链接与文件名。"
        self.report.failed.append(FailedSource(source or status.source, type(error).__name__, reason))
        status.failed += 1
        self._failed_files.add(status.source)
