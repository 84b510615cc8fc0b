"""Diff the sources against the ledger, write what changed, report what happened."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from docs_store.ledger import Entry, SourceRecord
from docs_store.models import Article
from docs_store.store import DocsStore
from ingest.errors import NothingToIngestError, UnreadableArticleError
from ingest.meter import Meter
from ingest.preparing import Outcome, Prepared, Unchanged, Unusable, id_of, recut
from ingest.readers import ON_REQUEST
from ingest.reading import Job, Reading
from ingest.report import FailedSource, FileStatus, IngestReport, Progress
from ingest.sources import KINDS, check_file, file_version, find_files, is_under, source_name
from ingest.writing import Writing
from settings import Settings

_LOOKED_UP = 64  # articles at once


def ingest(
    store: DocsStore,
    paths: Sequence[Path],
    settings: Settings,
    *,
    prune: bool = False,
    progress: Progress | None = None,
) -> IngestReport:
    """Brings the store up to date with `paths` (files or folders, read recursively).

    A store that is being rebuilt takes over the articles of the old index whose sources lie elsewhere.

    Raises:
        NothingToIngestError: a path does not exist, or no file under them is of a known kind.
        StoreWriteError: the index cannot be written any more; what was stored stays.
    """
    began = time.monotonic()
    gone = [path for path in paths if prune and not path.exists() and not path.is_symlink()]
    files = find_files([path for path in paths if path not in gone])
    if not files and not prune and store.previous is None:
        raise NothingToIngestError(
            f"{'、'.join(map(str, paths))} 里没有可读的文章（支持 {KINDS}），请放入文章后再试。"
        )
    run = _Run(store, settings, files, progress)
    run.take_over([source_name(path, settings) for path in paths], prune=prune)
    run.read_all()
    report = run.report
    if prune:
        report.deleted = run.prune([source_name(path, settings) for path in paths])
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

    def __init__(
        self, store: DocsStore, settings: Settings, files: Sequence[Path], progress: Progress | None
    ) -> None:
        self._store, self._settings, self._files = store, settings, files
        self.report = IngestReport()
        self._writing = Writing(store)
        self._meter = Meter(files, progress, self._stored)
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
            with Reading(self._settings.ingest, self._meter.size(waiting)) as reading:
                for job, outcomes in reading.read(self._job(path) for path in waiting):
                    self._file(job, outcomes)
            self._writing.flush()
        finally:
            self._writing.close()

    def _job(self, path: Path) -> Job:
        name = source_name(path, self._settings)
        here = self._store.sources_of_file(name)
        return Job(path, name, {source: record.content_hash for source, record in here.items()})

    def _file(self, job: Job, outcomes: Iterator[Outcome]) -> None:
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
                    self._article(found, here.get(found.article.source), status, suspect=suspect)
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

    def _article(
        self, found: Prepared, record: SourceRecord | None, status: FileStatus, *, suspect: bool
    ) -> None:
        for kind, line in found.removed:
            self.report.took_out(kind, line)
        article, file = found.article, status.source
        source, version = article.source, self._versions[file]
        entry = Entry(article, found.passages, found.content_hash, file, version, found.signature)
        if record is None and not suspect:
            self.report.added += 1
            status.happened("added")
            self._writing.put(entry)
            return
        if self._writing.has(article.text, article.id):
            self._writing.flush()
        twin = self._store.same_text(article.text)
        if twin is not None and not (record and record.article_id == twin):
            self._writing.flush()
            if found.own_id and not _has_own_id(twin_article := self._store.article(twin)):
                assert twin_article is not None
                self._rename(twin_article, entry)
                self.report.duplicates += 1
                status.happened("duplicate")
                return
            self._store.point_sources([SourceRecord(source, twin, found.content_hash, file, version)])
            self.report.duplicates += 1
            self.report.updated += record is not None
            status.happened("updated" if record else "duplicate")
            return
        holder = self._store.article(article.id)
        if holder is not None:
            others = [name for name in holder.sources or (holder.source,) if name != source]
            if others and holder.text != article.text:
                if found.own_id and self._still_there(others[0]):
                    reason = f"编号 {article.id} 已属于 {others[0]} 里的另一篇文章，请改用别的编号。"
                    self._fail(status, UnreadableArticleError(reason), source)
                    return
                self._writing.flush()
                self._rehome(holder, others)
        self.report.updated += record is not None
        self.report.added += record is None
        status.happened("updated" if record else "added")
        self._writing.put(entry)

    def _rename(self, old: Article, entry: Entry) -> None:
        """A text that came without an id takes the one that another source gives it."""
        names = old.sources or (old.source,)
        self._store.replace_articles([entry])
        records = [r for name in names if (r := self._store.source(name))]
        self._store.point_sources([r._replace(article_id=entry.article.id) for r in records])

    def _still_there(self, source: str) -> bool:
        record = self._store.source(source)
        return record is not None and self._settings.resolve(Path(record.file)).exists()

    def _rehome(self, article: Article, sources: Sequence[str]) -> None:
        """Gives a text whose first source now says something else an id of its own, for the sources that still hold it."""
        first = sources[0]
        own = replace(article, id=id_of(first), source=first, sources=())
        records = [r for name in sources if (r := self._store.source(name))]
        if records and records[0].content_hash:
            passages = recut(own, self._settings.ingest)
            entry = Entry(own, passages, records[0].content_hash, records[0].file, records[0].version)
            self._store.replace_articles([entry])
            self._store.point_sources([r._replace(article_id=own.id) for r in records])

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
            left = [n for n in left if not prune or self._settings.resolve(Path(records[n].file)).exists()]
            if not left:
                continue
            own = replace(article, source=left[0])
            first = records[left[0]]
            passages = recut(own, self._settings.ingest)
            self._writing.put(Entry(own, passages, first.content_hash, first.file, first.version))
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
        return listed and self._settings.resolve(Path(file)).exists()

    def prune(self, roots: Sequence[str]) -> int:
        """Forgets the sources under `roots` that are gone: their file, or their line in it."""
        gone = [
            source
            for source, record in self._store.sources().items()
            if not self._is_elsewhere(source, record.file, roots)
            and record.file not in self._failed_files
            and self._versions.get(record.file) != record.version
        ]
        return self._store.remove_sources(gone) if gone else 0

    def _fail(self, status: FileStatus, error: Exception, source: str | None = None) -> None:
        reason = str(error)
        if isinstance(error, OSError):
            reason = f"读不了（{error.strerror or error}），请检查权限、链接与文件名。"
        self.report.failed.append(FailedSource(source or status.source, type(error).__name__, reason))
        status.failed += 1
        self._failed_files.add(status.source)


def _has_own_id(article: Article | None) -> bool:
    """True when a source gave the article its id, as lines of .jsonl do."""
    return article is not None and any(
        name.endswith("#" + article.id) for name in article.sources or (article.source,)
    )
