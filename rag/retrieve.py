"""Hybrid retrieval: passage BM25, whole-article BM25 and dense similarity, weighted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from docs_store.models import Hit, SearchFilter
from docs_store.store import DocsStore
from settings import RetrievalSettings


class Retriever:
    """Finds passages in a store."""

    def __init__(self, store: DocsStore, settings: RetrievalSettings) -> None:
        """Uses `store` as it is."""
        self._store = store
        self._settings = settings

    def search(self, question: str, k: int | None = None, where: SearchFilter | None = None) -> list[Hit]:
        """The best `k` passages, best first; scores are the weighted sum, about 0 to 1.5."""
        where = where or SearchFilter()
        count = max(self._settings.candidates, k or 0)
        weight = self._settings.dense_weight
        with self._store.reading():  # one question sees one state of the index
            lexical = self._store.search_lexical(question, count, where)
            dense = self._store.search_dense(question, count, where) if weight else []
            articles = self._store.search_articles(question, count, where)
        by_lexical, by_dense = _scaled(lexical), _scaled(dense)
        top = max(articles.values(), default=1.0)
        hits = {hit.passage.id: hit for hit in (*dense, *lexical)}
        fused = []
        for id, hit in hits.items():
            features = {
                "lexical": by_lexical.get(id, 0.0),
                "dense": by_dense.get(id, 0.0),
                "article": articles.get(hit.article.id, 0.0) / top,
            }
            score = (1 - weight) * features["lexical"] + weight * features["dense"]
            score += self._settings.article_weight * features["article"]
            fused.append(replace(hit, score=score, features=features))
        fused.sort(key=lambda hit: (-hit.score, hit.passage.id))
        return fused[: k or self._settings.top_k]


def _scaled(hits: Sequence[Hit]) -> dict[str, float]:
    best = max((hit.score for hit in hits), default=1.0) or 1.0
    return {hit.passage.id: hit.score / best for hit in hits}
