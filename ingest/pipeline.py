"""Diff the sources against the ledger, write what changed, report what happened."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from docs_store.ledger import Entry, SourceRecord
from docs_store.models import Article
from docs_store.store import DocsStore
from ingest.chunk import cut
from ingest.clean import Cleaned, clean
from ingest.draft import Draft
from ingest.errors import NothingToIngestError, UnreadableArticleError
from ingest.metadata import regions
from ingest.reading import Reading
from ingest.report import FailedSource, FileStatus, IngestReport, Progress, Step
from ingest.sources import KINDS, check_file, file_version, find_files, is_under, source_name
from settings import Settings

_BATCH = 1024  # passages written at once
_BATCH_SECONDS = 10.0  # and what was read waits no longer than this, where embedding is slow
_TICK = 0.1  # seconds between two reports of progress
_EMPTY = "清理后没有正文，请检查文件内容。"


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
        self._store, self._settings, self._files, self._progress = store, settings, files, progress
        self.report = IngestReport()
        self._sizes = [_size(path) for path in files]
        self._done_files, self._done_bytes = 0, 0.0
        self._written = self._passages = 0
        self._batch: list[Entry] = []
        self._texts: set[str] = set()  # of the batch
        self._ids: set[str] = set()
        # One batch is written while the next is read: the indexes' own code runs beside ours.
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="write")
        self._writing: Future[None] | None = None
        self._written_texts: set[str] = set()  # of the batch that is being written
        self._written_ids: set[str] = set()
        self._finished: list[tuple[str, str, list[str]]] = []  # files whose last article is in the batch
        self._since = time.monotonic()
        self._told = 0.0
        self._versions: dict[str, str] = {}
        self._failed_files: set[str] = set()

    def read_all(self) -> None:
        """Reads every file that has changed, and writes what is new."""
        known = self._store.files()
        waiting: list[Path] = []
        for path, size in zip(self._files, self._sizes, strict=True):
            name = source_name(path, self._settings)
            status = FileStatus(name)
            try:
                check_file(path, self._settings.ingest)
                version = file_version(path, self._settings.ingest)
            except (UnreadableArticleError, OSError) as error:
                self._fail(status, error)
                self.report.files.append(status)
                self._file_done(size)
                continue
            self._versions[name] = version
            if known.get(name) == version:
                status.articles = len(self._store.sources_of_file(name))
                self.report.unchanged += status.articles
                self.report.files.append(status)
                self._file_done(size)
            else:
                waiting.append(path)
        try:
            with Reading(self._settings.ingest) as reading:
                for path, items in reading.read(waiting):
                    self._file(path, items)
            self._flush()
        finally:
            self._writer.shutdown()  # nothing may write any more when the store is closed

    def _file(self, path: Path, items: Iterator[Draft | UnreadableArticleError]) -> None:
        name = source_name(path, self._settings)
        status = FileStatus(name)
        version = self._versions[name]
        here = self._store.sources_of_file(name)
        unchanged: list[str] = []
        size, before = _size(path), self._done_bytes
        failures = len(self.report.failed)
        try:
            for item in items:
                if isinstance(item, UnreadableArticleError):
                    self._fail(status, item)
                    continue
                self._done_bytes = before + size * item.position
                source = f"{name}#{item.key}" if item.key else name
                record = here.get(source)
                content = _content_hash(item, self._settings.ingest.ocr)
                status.notes += item.notes
                if record and record.content_hash == content:
                    unchanged.append(source)
                    self.report.unchanged += 1
                    status.happened("unchanged")
                else:
                    self._article(source, item, content, record, status)
                self._tell(name)
        except (UnreadableArticleError, OSError) as error:
            self._fail(status, error)
        self.report.files.append(status)
        self._done_bytes = before
        self._file_done(size)
        if len(self.report.failed) == failures:
            self._finished.append((name, version, unchanged))
        elif unchanged:
            self._store.point_sources([here[source]._replace(version=version) for source in unchanged])

    def _article(
        self, source: str, draft: Draft, content: str, record: SourceRecord | None, status: FileStatus
    ) -> None:
        cleaned = clean(draft)
        for kind, line in cleaned.removed:
            self.report.took_out(kind, line)
        id = draft.key or "a" + hashlib.sha256(source.encode()).hexdigest()[:15]
        file = status.source
        article = _article(id, source, cleaned)
        section = self._settings.ingest
        passages = cut(article, section.passage_chars, section.passage_max_chars)
        if not passages:
            self._fail(status, UnreadableArticleError(_EMPTY), source)
            return
        if any(article.text in texts for texts in (self._texts, self._written_texts)) or any(
            id in ids for ids in (self._ids, self._written_ids)
        ):
            self._flush()
        twin = self._store.same_text(article.text)
        if twin is not None and not (record and record.article_id == twin):
            self._flush()
            if draft.key and not _has_own_id(twin_article := self._store.article(twin)):
                assert twin_article is not None
                self._rename(twin_article, Entry(article, passages, content, file, self._versions[file]))
                self.report.duplicates += 1
                status.happened("duplicate")
                return
            known = SourceRecord(source, twin, content, file, self._versions[file])
            self._store.point_sources([known])
            self.report.duplicates += 1
            self.report.updated += record is not None
            status.happened("updated" if record else "duplicate")
            return
        holder = self._store.article(id)
        if holder is not None:
            others = [name for name in holder.sources or (holder.source,) if name != source]
            if others and holder.text != article.text:
                if draft.key and self._still_there(others[0]):
                    reason = f"编号 {id} 已属于 {others[0]} 里的另一篇文章，请改用别的编号。"
                    self._fail(status, UnreadableArticleError(reason), source)
                    return
                self._flush()
                self._rehome(holder, others)
        self.report.updated += record is not None
        self.report.added += record is None
        status.happened("updated" if record else "added")
        self._batch.append(Entry(article, passages, content, file, self._versions[file]))
        self._texts.add(article.text)
        self._ids.add(id)
        waited = time.monotonic() - self._since
        if sum(len(e.passages) for e in self._batch) >= _BATCH or waited > _BATCH_SECONDS:
            self._write_behind()

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
        id = "a" + hashlib.sha256(first.encode()).hexdigest()[:15]
        section = self._settings.ingest
        own = replace(article, id=id, source=first, sources=())
        records = [r for name in sources if (r := self._store.source(name))]
        if records and records[0].content_hash:
            passages = cut(own, section.passage_chars, section.passage_max_chars)
            entry = Entry(own, passages, records[0].content_hash, records[0].file, records[0].version)
            self._store.replace_articles([entry])
            self._store.point_sources([r._replace(article_id=id) for r in records])

    def _write_behind(self) -> None:
        """Hands the batch to the writing thread, once that has done the one before."""
        self._settle()
        if self._batch or self._finished:
            self._writing = self._writer.submit(self._write, self._batch, self._finished)
            self._written += len(self._batch)
            self._passages += sum(len(e.passages) for e in self._batch)
        self._written_texts, self._written_ids = self._texts, self._ids
        self._batch, self._texts, self._ids, self._finished = [], set(), set(), []
        self._since = time.monotonic()

    def _write(self, batch: Sequence[Entry], finished: Sequence[tuple[str, str, list[str]]]) -> None:
        if batch:
            self._store.replace_articles(batch)
        if finished:
            self._store.finish_files(finished)

    def _settle(self) -> None:
        """Waits for the writing thread; raises what it raised."""
        writing, self._writing = self._writing, None
        if writing is not None:
            writing.result()
        self._written_texts, self._written_ids = set(), set()

    def _flush(self) -> None:
        """Writes all that was read, and waits for it."""
        self._write_behind()
        self._settle()

    def take_over(self, roots: Sequence[str], *, prune: bool) -> None:
        """While rebuilding: the articles of the old index that `roots` do not hold, cut anew but not read again."""
        previous = self._store.previous
        if previous is None:
            return
        section = self._settings.ingest
        records = previous.sources()
        for article in previous.articles():
            left = [
                name
                for name in article.sources or (article.source,)
                if name in records and not is_under(name, roots)
            ]
            left = [n for n in left if not prune or self._settings.resolve(Path(records[n].file)).exists()]
            if not left:
                continue
            own = replace(article, source=left[0])
            first = records[left[0]]
            passages = cut(own, section.passage_chars, section.passage_max_chars)
            self._batch.append(Entry(own, passages, first.content_hash, first.file, first.version))
            if len(left) > 1 or sum(len(e.passages) for e in self._batch) >= _BATCH:
                self._flush()
                self._store.point_sources([records[n]._replace(article_id=own.id) for n in left[1:]])
            self.report.kept += 1
        self._flush()

    def prune(self, roots: Sequence[str]) -> int:
        """Forgets the sources under `roots` that are gone: their file, or their line in it."""
        gone = [
            source
            for source, record in self._store.sources().items()
            if is_under(source, roots)
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

    def _file_done(self, size: int) -> None:
        self._done_files += 1
        self._done_bytes += size
        self._tell("", always=self._done_files == len(self._files))

    def _tell(self, source: str, *, always: bool = False) -> None:
        now = time.monotonic()
        if self._progress and (always or now - self._told > _TICK):
            self._told = now
            step = Step(
                source,
                self._done_files,
                len(self._files),
                self._done_bytes,
                sum(self._sizes),
                self._written + len(self._batch) + self.report.unchanged,
                self._passages,
            )
            self._progress(step)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _has_own_id(article: Article | None) -> bool:
    """True when a source gave the article its id, as lines of .jsonl do."""
    return article is not None and any(
        name.endswith("#" + article.id) for name in article.sources or (article.source,)
    )


def _content_hash(draft: Draft, ocr: bool) -> str:
    plain = replace(draft, notes=[], position=0.0)
    return hashlib.sha256(f"2{ocr}{plain!r}".encode("utf-8", "surrogatepass")).hexdigest()


def _article(id: str, source: str, cleaned: Cleaned) -> Article:
    d = cleaned.draft
    title = d.title or Path(source).stem
    return Article(
        id,
        title,
        source,
        d.text,
        d.issuer,
        d.column,
        d.published_on,
        d.url,
        tuple(d.roles),
        d.document_number,
        d.effective_on,
        d.expires_on,
        regions(title, d.text),
        cleaned.page_starts,
    )
