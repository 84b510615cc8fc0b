"""Diff the sources against the ledger, write what changed, report what happened."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from docs_store.models import Article, Passage
from docs_store.store import DocsStore
from ingest.chunk import cut
from ingest.clean import clean
from ingest.errors import NothingToIngestError, UnreadableArticleError
from ingest.readers import READERS, Draft
from settings import Settings

_BATCH = 256  # passages written at once


@dataclass(frozen=True, slots=True)
class FailedSource:
    """A source that could not be read, and why."""

    source: str
    error: str
    reason: str


@dataclass(slots=True)
class IngestReport:
    """What an ingest did. Counts are articles; `articles` and `passages` are what the store holds now."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    deleted: int = 0
    failed: list[FailedSource] = field(default_factory=list)
    articles: int = 0
    passages: int = 0
    seconds: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """The JSON of CONTRACT.md."""
        failed = [{"source": f.source, "error": f.error, "reason": f.reason} for f in self.failed]
        return {
            "added": self.added,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "deleted": self.deleted,
            "failed": failed,
            "articles": self.articles,
            "passages": self.passages,
            "seconds": round(self.seconds, 2),
        }


Progress = Callable[[str, int, int], None]
"""Called with the source, files done and files in all."""


def ingest(
    store: DocsStore,
    paths: Sequence[Path],
    settings: Settings,
    *,
    prune: bool = False,
    progress: Progress | None = None,
) -> IngestReport:
    """Brings the store up to date with `paths` (files or folders, read recursively).

    Raises:
        NothingToIngestError: a path does not exist, or no file under them is of a known kind.
    """
    began = time.monotonic()
    report = IngestReport()
    files = _files(paths)
    if not files and not prune:
        kinds = " ".join(READERS)
        raise NothingToIngestError(
            f"{'、'.join(map(str, paths))} 里没有可读的文章（支持 {kinds}），请放入文章后再试。"
        )
    known = store.sources()
    seen: set[str] = set()
    batch: list[tuple[Article, list[Passage], str]] = []
    for number, path in enumerate(files):
        if progress:
            progress(str(path), number, len(files))
        for source, draft in _drafts(path, settings, report):
            seen.add(source)
            article, content_hash = _article(source, draft)
            record = known.get(source)
            if record and record.content_hash == content_hash:
                report.unchanged += 1
                continue
            passages = cut(article, settings.ingest.passage_chars, settings.ingest.passage_max_chars)
            if not passages:
                report.failed.append(
                    FailedSource(source, "UnreadableArticleError", "清理后没有正文，请检查文件内容。")
                )
                continue
            report.updated += record is not None
            report.added += record is None
            batch.append((article, passages, content_hash))
            if sum(len(p) for _, p, _ in batch) >= _BATCH:
                store.replace_articles(batch)
                batch = []
    if batch:
        store.replace_articles(batch)
    if prune:
        report.deleted = _prune(store, paths, settings, seen | {f.source for f in report.failed})
    report.articles, report.passages = store.counts()
    report.seconds = time.monotonic() - began
    if progress:
        progress("", len(files), len(files))
    return report


def _files(paths: Sequence[Path]) -> list[Path]:
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_file():
            found[path.resolve()] = None
        elif path.is_dir():
            for folder, names, files in os.walk(path):  # does not follow links to folders: no loops
                names[:] = sorted(n for n in names if not n.startswith("."))
                for name in sorted(files):
                    if not name.startswith(".") and Path(name).suffix.lower() in READERS:
                        found[(Path(folder) / name).resolve()] = None
        else:
            raise NothingToIngestError(f"找不到 {path}，请检查路径。")
    return list(found)


def _drafts(path: Path, settings: Settings, report: IngestReport) -> Iterator[tuple[str, Draft]]:
    source = source_name(path, settings)
    reader = READERS.get(path.suffix.lower())
    try:
        if reader is None:
            raise UnreadableArticleError(
                f"不支持 {path.suffix or '没有后缀的'} 文件，请另存为 {' '.join(READERS)} 之一。"
            )
        if path.stat().st_size > settings.ingest.max_file_mb * 1e6:
            raise UnreadableArticleError(
                f"文件超过 {settings.ingest.max_file_mb} MB，请拆分，或调大 ingest.max_file_mb。"
            )
        for item in reader(path):
            if isinstance(item, UnreadableArticleError):
                report.failed.append(FailedSource(source, type(item).__name__, str(item)))
            else:
                yield (f"{source}#{item.key}" if item.key else source), clean(item)
    except UnreadableArticleError as error:
        report.failed.append(FailedSource(source, type(error).__name__, str(error)))
    except OSError as error:
        report.failed.append(
            FailedSource(source, type(error).__name__, f"读不了（{error.strerror}），请检查权限。")
        )


def source_name(path: Path, settings: Settings) -> str:
    """A file's source: relative to the folder of config.yaml when it lies in it, else absolute."""
    root = settings.resolve(Path("."))
    path = path.resolve()
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)


def _article(source: str, draft: Draft) -> tuple[Article, str]:
    id = draft.key or "a" + hashlib.sha256(source.encode()).hexdigest()[:15]
    article = Article(
        id,
        draft.title or Path(source).stem,
        source,
        draft.text,
        draft.issuer,
        draft.column,
        draft.published_on,
        draft.url,
        tuple(draft.roles),
    )
    return article, hashlib.sha256(repr(article).encode()).hexdigest()


def _prune(store: DocsStore, paths: Sequence[Path], settings: Settings, seen: set[str]) -> int:
    roots = [source_name(path, settings) for path in paths]
    gone = [
        record.article_id
        for source, record in store.sources().items()
        if source not in seen
        and any(
            root == "." or source == root or source.startswith((root + "/", root + "#")) for root in roots
        )
    ]
    store.delete_articles(gone)
    return len(gone)
