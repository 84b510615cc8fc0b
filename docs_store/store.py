"""DocsStore: articles, passages, vectors and lexical index as one thing that agrees with itself."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from filelock import ReadWriteLock, Timeout
from langchain_core.embeddings import Embeddings

from docs_store.embedder import open_embedder
from docs_store.errors import NothingIndexedError, StoreBusyError, StoreDamagedError, StoreMismatchError
from docs_store.identity import fingerprint
from docs_store.ledger import Ledger, SourceRecord
from docs_store.lexical import LexicalIndex
from docs_store.models import Article, Hit, Passage, SearchFilter, StoreReport
from docs_store.vectors import VectorIndex
from settings import Settings

_EVERYTHING = SearchFilter()
_NOTHING_YET = "还没有收录任何文章，请先运行 `guanchao ingest`（可在后面写文件或文件夹）。"


class DocsStore:
    """Open it with `DocsStore.open`. Writers write vectors, then lexical, then ledger.

    A crash in between leaves the ledger's state the true one; the next writer repairs the other two.
    """

    def __init__(self, settings: Settings, embedder: Embeddings, folder: Path, *, write: bool) -> None:
        """Use `open`, which locks and checks first."""
        self._folder = folder
        self._embedder = embedder
        self._fingerprint = fingerprint(settings)
        self._lock: ReadWriteLock | None = None
        self._swap_to: Path | None = None
        self._ledger = Ledger(folder / "ledger.sqlite3", write=write)
        self._lexical = LexicalIndex(folder / "lexical", write=write)
        self._vectors = VectorIndex(folder / "vectors")

    @classmethod
    def open(
        cls,
        settings: Settings,
        embedder: Embeddings | None = None,
        *,
        write: bool = False,
        rebuild: bool = False,
    ) -> Self:
        """Opens the index of `settings`.

        Args:
            settings: where, and with which models.
            embedder: instead of the configured one.
            write: own the index alone; creates it, and repairs what a crash left.
            rebuild: build a fresh index beside the old one; `close` after success swaps it in.

        Raises:
            NothingIndexedError: there is nothing to read yet.
            StoreMismatchError: it was built with other settings.
            StoreBusyError: another process owns it.
            StoreDamagedError: its files cannot be read.
        """
        root = settings.index_path
        current, fresh = root / "current", root / "next"
        if not write and not (current / "ledger.sqlite3").is_file():
            raise NothingIndexedError(_NOTHING_YET)
        try:
            root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreDamagedError(
                f"无法在 {root} 建立索引（{error.strerror}），请检查权限或修改 store.path。"
            ) from error
        lock = _acquire(root, write=write)
        try:
            if write:
                shutil.rmtree(fresh, ignore_errors=True)
            folder = fresh if rebuild else current
            if write:
                folder.mkdir(parents=True, exist_ok=True)
            store = cls(settings, embedder or open_embedder(settings), folder, write=write)
            store._lock = lock
            store._swap_to = current if rebuild else None
            store._check(write=write)
        except (sqlite3.Error, ValueError, RuntimeError) as error:
            lock.release()
            raise StoreDamagedError(
                f"索引 {root} 已损坏（{error}），请运行 `guanchao ingest --rebuild` 重建。"
            ) from error
        except BaseException:
            lock.release()
            raise
        return store

    def _check(self, *, write: bool) -> None:
        recorded = self._ledger.meta()
        articles, _ = self.counts()
        if not recorded or (write and not articles):
            if not write:
                raise NothingIndexedError(_NOTHING_YET)
            self._ledger.write_meta(self._fingerprint)
        elif different := [k for k, v in self._fingerprint.items() if recorded.get(k) != v]:
            what = "；".join(
                f"{k}：索引是 {recorded.get(k)}，配置是 {self._fingerprint[k]}" for k in different
            )
            raise StoreMismatchError(
                f"索引与配置不一致（{what}）。请改回配置，或运行 `guanchao ingest --rebuild` 重建。"
            )
        if write:
            self._repair()
        elif not articles:
            raise NothingIndexedError(_NOTHING_YET)

    def _repair(self) -> None:
        report = self.verify()
        if report.agrees:
            return
        self._vectors.delete(report.stale_vectors)
        lexical = self._lexical.passage_ids()
        stale = {lexical[id] for id in report.stale_lexical}
        self._lexical.delete(id for id in stale if self.article(id) is None)
        wanted = set(report.missing_vectors) | set(report.missing_lexical)
        owners = {self._ledger.get([id])[id][0].article_id for id in wanted} | stale
        items = [(a, self.passages(a.id)) for id in owners if (a := self.article(id))]
        self._write_indexes(items)

    def replace_articles(self, items: Sequence[tuple[Article, Sequence[Passage], str]]) -> None:
        """Stores articles with their passages and content hashes; an article's old passages go in the same call."""
        old = [p.id for article, _, _ in items for p in self._ledger.passages(article.id)]
        new = {p.id for _, passages, _ in items for p in passages}
        self._write_indexes([(article, passages) for article, passages, _ in items])
        self._vectors.delete(id for id in old if id not in new)
        self._ledger.replace(items)

    def _write_indexes(self, items: Sequence[tuple[Article, Sequence[Passage]]]) -> None:
        rows = [(article, p) for article, passages in items for p in passages]
        if rows:
            vectors = self._embedder.embed_documents([p.text for _, p in rows])
            days = [int(a.published_on.strftime("%Y%m%d")) if a.published_on else 0 for a, _ in rows]
            self._vectors.add([p.id for _, p in rows], vectors, days)
        self._lexical.add(items)

    def delete_articles(self, ids: Sequence[str]) -> None:
        """Forgets articles in all three stores."""
        gone = [p.id for id in ids for p in self._ledger.passages(id)]
        self._vectors.delete(gone)
        self._lexical.delete(ids)
        self._ledger.delete(ids)

    def sources(self) -> dict[str, SourceRecord]:
        """Every source with its article's id and content hash."""
        return self._ledger.sources()

    def article(self, id: str) -> Article | None:
        """One article, or None."""
        return self._ledger.article(id)

    def articles(self) -> Iterator[Article]:
        """Every article, the latest ingested first."""
        return self._ledger.articles()

    def passages(self, article_id: str) -> list[Passage]:
        """An article's passages in order."""
        return self._ledger.passages(article_id)

    def counts(self) -> tuple[int, int]:
        """(articles, passages)."""
        return self._ledger.counts()

    def search_lexical(self, query: str, k: int, where: SearchFilter = _EVERYTHING) -> list[Hit]:
        """The best `k` passages by BM25."""
        wide = k * 5 if where.source else k
        return self._hits(self._lexical.search(query, wide, kind="passage", where=where), "lexical", where)[
            :k
        ]

    def search_articles(self, query: str, k: int, where: SearchFilter = _EVERYTHING) -> dict[str, float]:
        """BM25 scores of the best `k` whole articles, by id."""
        return dict(self._lexical.search(query, k, kind="article", where=where))

    def search_dense(self, query: str, k: int, where: SearchFilter = _EVERYTHING) -> list[Hit]:
        """The nearest `k` passages by cosine similarity."""
        wide = k * 5 if where.source else k
        found = self._vectors.search(self._embedder.embed_query(query), wide, where)
        return self._hits(found, "dense", where)[:k]

    def _hits(self, found: list[tuple[str, float]], name: str, where: SearchFilter) -> list[Hit]:
        rows = self._ledger.get([id for id, _ in found])
        hits = (Hit(*rows[id], score, {name: score}) for id, score in found if id in rows)
        return [hit for hit in hits if _under(hit.article, where.source)]

    def verify(self) -> StoreReport:
        """Compares the three stores, id by id."""
        ledger, vectors, lexical = (
            self._ledger.passage_ids(),
            self._vectors.ids(),
            set(self._lexical.passage_ids()),
        )
        articles, passages = self.counts()
        return StoreReport(
            articles,
            passages,
            len(vectors),
            len(lexical),
            sorted(ledger - vectors),
            sorted(ledger - lexical),
            sorted(vectors - ledger),
            sorted(lexical - ledger),
            sum(f.stat().st_size for f in self._folder.rglob("*") if f.is_file()),
            self._fingerprint,
        )

    def close(self, *, keep: bool = True) -> None:
        """Closes the files; a rebuilt index takes the old one's place unless `keep` is False."""
        if self._lock is None:
            return
        self._ledger.close()
        self._vectors.close()
        del self._lexical
        if self._swap_to is not None and keep:
            old = self._swap_to.with_name("old")
            shutil.rmtree(old, ignore_errors=True)
            if self._swap_to.exists():
                self._swap_to.rename(old)
            self._folder.rename(self._swap_to)
            shutil.rmtree(old, ignore_errors=True)
        self._lock.release()
        self._lock = None

    def __enter__(self) -> Self:
        """The store itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes; after an error a rebuilt index is not swapped in."""
        self.close(keep=kind is None)


def _under(article: Article, source: str | None) -> bool:
    if source is None:
        return True
    name = source.rstrip("/")
    return article.source == name or article.source.startswith(name + "/") or article.issuer == source


def _acquire(root: Path, *, write: bool) -> ReadWriteLock:
    lock = ReadWriteLock(root / "index.lock", timeout=2, blocking=True, is_singleton=False)
    try:
        if write:
            lock.acquire_write()
        else:
            lock.acquire_read()
    except (Timeout, RuntimeError) as error:
        raise StoreBusyError(
            "索引正被另一个观潮进程使用，请等它结束，或先停止 `guanchao serve` 再试。"
        ) from error
    return lock
