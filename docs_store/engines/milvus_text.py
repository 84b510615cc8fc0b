"""The lexical half of an index on Milvus: the engine's BM25 finds, the replica's index scores what was found.

The engine's scores are of another scale (one field, its own statistics), and the reranker's weights were learned on the
replica's: so the engine decides which passages and articles are looked at, and their scores are those of every backend.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Protocol

from docs_store.engines.among_ids import REQUEST_IDS
from docs_store.engines.milvus_schema import days, one_of, spelt
from docs_store.local.lexical import LexicalIndex
from docs_store.models import Article, Passage, SearchFilter

_STEPS = 5  # a token's weight as how often it is asked for: BM25 counts a query's repetitions
_SPARE = 2  # times as many asked for as wanted: the engine's order is not the replica's
_MAX_RESULTS = 16_384  # that Milvus returns at once


class _Text(Protocol):
    def text(self, words: str, k: int, clauses: Sequence[str]) -> list[str]:
        """Ids of the best `k`, best first."""


class MilvusText:
    """`Lexical` over the engine's full text and the replica's index."""

    def __init__(self, replica: LexicalIndex, passages: _Text, articles: _Text) -> None:
        """Opens nothing: both halves are open."""
        self._replica, self._passages, self._articles = replica, passages, articles

    def add(self, items: Iterable[tuple[Article, Sequence[Passage]]], gone: Iterable[str] = ()) -> None:
        """Into the replica's index; the engine has it from `Vectors.store` and `WholeArticles.add`."""
        self._replica.add(items, gone)

    def delete(self, article_ids: Iterable[str]) -> None:
        """Out of the replica's index."""
        self._replica.delete(article_ids)

    def passages(
        self,
        words: Mapping[str, float],
        k: int,
        where: SearchFilter,
        articles: Collection[str] | None = None,
    ) -> list[tuple[str, str, float]]:
        """(id, article's id, BM25 score) of the best `k` passages, best first."""
        found = self._find(self._passages, words, k, where, articles)
        return self._replica.passages(words, k, where, articles, found)

    def articles(
        self,
        words: Mapping[str, float],
        k: int,
        where: SearchFilter,
        articles: Collection[str] | None = None,
    ) -> list[tuple[str, float]]:
        """(id, BM25 score) of the best `k` whole articles, best first."""
        return self._replica.articles(words, k, where, self._find(self._articles, words, k, where, articles))

    def _find(
        self,
        text: _Text,
        words: Mapping[str, float],
        k: int,
        where: SearchFilter,
        articles: Collection[str] | None,
    ) -> list[str]:
        informative = self._replica.informative(words)
        asked = spelt(
            word for word, weight in informative.items() for _ in range(max(1, round(_STEPS * weight)))
        )
        if not asked or (articles is not None and not articles):
            return []
        count = min(_SPARE * k, _MAX_RESULTS)
        if articles is None or len(articles) <= REQUEST_IDS:
            among = [one_of("article", articles)] if articles is not None else []
            return text.text(asked, count, [*days(where), *among])
        wanted = sorted(articles)
        portions = (wanted[i : i + REQUEST_IDS] for i in range(0, len(wanted), REQUEST_IDS))
        return [
            id
            for portion in portions
            for id in text.text(asked, count, [*days(where), one_of("article", portion)])
        ]

    def idf(self, words: Iterable[str]) -> dict[str, float]:
        """How rare each token is among the passages."""
        return self._replica.idf(words)

    def passage_ids(self) -> dict[str, str]:
        """Every indexed passage's id with its article's id."""
        return self._replica.passage_ids()

    def article_ids(self) -> set[str]:
        """The ids of all articles indexed whole."""
        return self._replica.article_ids()

    def close(self) -> None:
        """Closes the replica's index."""
        self._replica.close()
