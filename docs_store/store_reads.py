"""What a store can be asked: articles, passages, sources, and searches."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

from docs_store.candidates import Search, gather
from docs_store.embedding.passages import PassageEmbedder
from docs_store.gate import Gate
from docs_store.local.ledger import SourceRecord
from docs_store.local.ledger_reads import FIRST
from docs_store.local.lexical import weighted
from docs_store.models import Article, ArticleHead, Hit, Passage, ReadingNotes, SearchFilter
from docs_store.open_index import Parts
from docs_store.text.normal import fold

_EVERYTHING = SearchFilter()


class StoreReads(ABC):
    """The reading half of `DocsStore`. Thread-safe."""

    _passages: PassageEmbedder
    _fingerprint: dict[str, str]
    _gate: Gate

    @property
    @abstractmethod
    def _open(self) -> Parts:
        """The open stores, for whoever writes. Raises a GuanchaoError where they cannot be had at the moment."""

    @contextmanager
    def _reads(self) -> Iterator[Parts]:
        """The open stores behind the gate. Every read goes through here.

        An ingest closes the files at its beginning and its end: SQLite dies of a query on a file that is being closed.
        """
        with self._gate.reading():
            yield self._open

    def reading(self) -> AbstractContextManager[None]:
        """Holds off changes: several searches inside see one state."""
        return self._gate.reading()

    def already_there(self, articles: Sequence[Article]) -> set[str]:
        """Those of the articles' texts and ids that the store has, of whatever article."""
        with self._reads() as parts:
            return parts.ledger.already_there(articles)

    def files(self) -> dict[str, str]:
        """The version of each file that was read whole."""
        with self._reads() as parts:
            return parts.ledger.files()

    def source(self, name: str) -> SourceRecord | None:
        """What a source became, or None."""
        with self._reads() as parts:
            return parts.ledger.source(name)

    def sources_of_file(self, file: str) -> dict[str, SourceRecord]:
        """The sources that a file holds."""
        with self._reads() as parts:
            return parts.ledger.sources_of_file(file)

    def same_text(self, text: str) -> str | None:
        """The id of the article that has exactly this text, or None."""
        with self._reads() as parts:
            return parts.ledger.same_text(text)

    def sources(self) -> dict[str, SourceRecord]:
        """Every source with its article's id and content hash."""
        with self._reads() as parts:
            return parts.ledger.sources()

    def article(self, id: str) -> Article | None:
        """One article, or None."""
        with self._reads() as parts:
            return parts.ledger.article(id)

    def articles(self) -> Iterator[Article]:
        """Every article, the latest ingested first; changes may come in between two of them."""
        last = FIRST
        while True:
            with self._reads() as parts:
                portion, last = parts.ledger.portion(last)
            if not portion:
                return
            yield from portion

    def listing(self, offset: int = 0, limit: int = 50, title: str = "") -> tuple[int, list[Article]]:
        """How many articles have `title` in their title, and `limit` of them, the latest ingested first."""
        with self._reads() as parts:
            return parts.ledger.listing(offset, limit, title)

    def heads(self) -> list[ArticleHead]:
        """Every article without its text, the latest ingested first."""
        with self._reads() as parts:
            return parts.ledger.heads()

    def built_with(self) -> dict[str, str]:
        """What the index was built with: embedder, chunker, analyser, schema."""
        return dict(self._fingerprint)

    def passages(self, article_id: str) -> list[Passage]:
        """An article's passages in order."""
        with self._reads() as parts:
            return parts.ledger.passages(article_id)

    def reading_notes(self, article_id: str) -> ReadingNotes:
        """How an article was read: what no passage of it holds and why, and notes for its reader."""
        with self._reads() as parts:
            return parts.ledger.reading_notes(article_id)

    def counts(self) -> tuple[int, int]:
        """(articles, passages)."""
        with self._reads() as parts:
            return parts.ledger.counts()

    def search_lexical(self, query: str, k: int, where: SearchFilter = _EVERYTHING) -> list[Hit]:
        """The best `k` passages by BM25."""
        with self._reads() as parts:
            among, _ = parts.ledger.within(where)
            found = parts.lexical.passages(weighted(fold(query)), k, where, among)
            return _hits(parts, [(id, score) for id, _, score in found], "lexical")

    def search_articles(self, query: str, k: int, where: SearchFilter = _EVERYTHING) -> dict[str, float]:
        """BM25 scores of the best `k` whole articles, by id."""
        with self._reads() as parts:
            among, _ = parts.ledger.within(where)
            return dict(parts.lexical.articles(weighted(fold(query)), k, where, among))

    def holding(self, phrases: Sequence[str]) -> list[str]:
        """The ids of all articles whose title or text has every phrase, whatever its width, case or characters'
        traditional form; the latest ingested first."""
        with self._reads() as parts:
            return parts.ledger.holding(phrases)

    def search_dense(self, query: str, k: int, where: SearchFilter = _EVERYTHING) -> list[Hit]:
        """The nearest `k` passages by cosine similarity."""
        vector = self._passages.query(query)
        with self._reads() as parts:
            _, among = parts.ledger.within(where)
            return _hits(parts, parts.vectors.search(vector, k, where, among), "dense")

    def vector(self, question: str) -> list[float]:
        """The unit vector of a question. Raises ModelUnavailableError."""
        return self._passages.query(question)

    def candidates(self, search: Search) -> list[Hit]:
        """Passages for a reranker to order, as `docs_store.candidates.gather` describes."""
        with self._reads() as parts:
            return gather(parts, search)

    def idf(self, tokens: Iterable[str]) -> dict[str, float]:
        """How rare each folded token is among the passages: BM25's inverse document frequency, above 0."""
        with self._reads() as parts:
            return parts.lexical.idf(tokens)


def _hits(parts: Parts, found: list[tuple[str, float]], name: str) -> list[Hit]:
    rows = parts.ledger.get([id for id, _ in found])
    return [Hit(*rows[id], score, {name: score}) for id, score in found if id in rows]
