"""Candidate generation for a question: articles chosen by three signs, with their passages that speak of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

from docs_store.local.lexical import weighted
from docs_store.models import Hit, SearchFilter
from docs_store.open_index import OpenIndex

_PASSAGES_AN_ARTICLE = 4  # on average, of the chosen articles
_SEARCH_POOL = ThreadPoolExecutor(
    64, "guanchao-search"
)  # a thread pool: two threads a search; many, since an engine that hangs keeps its own


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for: a folded question, a filter, and how widely."""

    folded: str
    vector: Callable[[], Sequence[float]] | None
    """Makes the question's vector; None without the dense half."""
    where: SearchFilter
    also: Mapping[str, float]
    """Folded tokens besides the question's own (other names of what it speaks of), with their weights."""
    each: int
    """Passages and articles taken from each half."""
    articles: int
    """Articles that are kept."""
    dense_weight: float
    article_weight: float


def gather(index: OpenIndex, search: Search) -> list[Hit]:
    """The candidates, in no particular order; at most `search.articles` articles.

    Each hit's features hold `dense` (cosine similarity, 0 without the dense half) and `article` (BM25 of the
    whole article); its score is the cheap fusion that chose its article.

    Raises:
        ModelUnavailableError: the question's vector cannot be made.
    """
    among, passages_among = index.ledger.within(search.where)
    words = weighted(search.folded)
    for token, weight in search.also.items():
        words.setdefault(token, weight)
    # Three searches side by side: none holds Python's lock while it looks.
    by_words = _SEARCH_POOL.submit(index.lexical.passages, words, search.each, search.where, among)
    whole_articles = _SEARCH_POOL.submit(index.lexical.articles, words, search.each, search.where, among)
    under_way: list[Future[Any]] = [by_words, whole_articles]
    try:
        vector = search.vector() if search.vector else None
        near = index.vectors.search(vector, search.each, search.where, passages_among) if vector else []
        near_articles = index.ledger.article_of([id for id, _ in near])
    finally:
        wait(under_way)  # they must not go on once the caller lets changes in
    lexical, whole = by_words.result(), dict(whole_articles.result())
    chosen = _choose(
        search, lexical, whole, [(near_articles[id], s) for id, s in near if id in near_articles]
    )
    ids = dict.fromkeys(_of_chosen(index, words, search.where, list(chosen)))
    ids |= dict.fromkeys(id for id, article, _ in lexical if article in chosen)
    ids |= dict.fromkeys(id for id, _ in near if near_articles.get(id) in chosen)
    rows = index.ledger.get(list(ids))
    kept = [id for id in ids if id in rows]
    dense = index.vectors.similarities(vector, kept) if vector else [0.0] * len(kept)
    hits = []
    for id, similarity in zip(kept, dense, strict=True):
        passage, article = rows[id]
        features = {"dense": float(similarity), "article": whole.get(article.id, 0.0)}
        hits.append(Hit(passage, article, chosen[article.id], features))
    return hits


def _of_chosen(
    index: OpenIndex, words: Mapping[str, float], where: SearchFilter, chosen: Sequence[str]
) -> Sequence[str]:
    """Ids of the chosen articles' passages: all while they are few, else the best by their words."""
    limit = _PASSAGES_AN_ARTICLE * len(chosen)
    all_of_them = index.ledger.passage_ids_of(chosen, limit + 1)
    if len(all_of_them) <= limit:
        return all_of_them
    return [id for id, _, _ in index.lexical.passages(words, limit, where, chosen)]


def _choose(
    search: Search,
    lexical: Sequence[tuple[str, str, float]],
    whole: Mapping[str, float],
    near: Sequence[tuple[str, float]],
) -> dict[str, float]:
    """The best articles with the sum of their signs, each scaled to its best."""
    signs: list[tuple[float, Sequence[tuple[str, float]]]] = [
        (1 - search.dense_weight, [(article, score) for _, article, score in lexical]),
        (search.article_weight, list(whole.items())),
        (search.dense_weight, near),
    ]
    total: dict[str, float] = {}
    for weight, scored in signs:
        top = max((score for _, score in scored), default=0.0) or 1.0
        best: dict[str, float] = {}
        for article, score in scored:
            best[article] = max(best.get(article, 0.0), score / top)
        for article, score in best.items():
            total[article] = total.get(article, 0.0) + weight * score
    order = sorted(total, key=lambda article: (-total[article], article))
    return {article: total[article] for article in order[: search.articles]}
