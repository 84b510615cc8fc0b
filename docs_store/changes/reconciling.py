"""Makes lexical index and vectors hold just the ledger's passages, and reports where they do not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from docs_store.embedding.passages import PassageEmbedder
from docs_store.models import Article, Passage, StoreReport
from docs_store.open_index import OpenIndex

_PORTION = 512  # articles rebuilt at once


def reconcile(index: OpenIndex, embedder: PassageEmbedder) -> bool:
    """Makes all agree with the ledger. Returns whether anything was amiss."""
    # One store after the other, so that not all ids are in memory at once.
    found = [_vectors(index, embedder), reconcile_lexical(index), _whole(index)]
    return any(found)


def _vectors(index: OpenIndex, embedder: PassageEmbedder) -> bool:
    ledger, vectors = index.ledger.passage_ids(), index.vectors.ids()
    wanted, stale = ledger - vectors, vectors - ledger
    if stale:
        index.vectors.delete(stale)
    for items in _portions(index, index.ledger.owners(wanted)):
        index.add(items, embedder)
    return bool(wanted or stale)


def reconcile_lexical(index: OpenIndex) -> bool:
    """Makes the lexical index agree with the ledger: this process's own files alone."""
    ledger, lexical = index.ledger.passage_ids(), index.lexical.passage_ids()
    stale = {lexical[id] for id in lexical.keys() - ledger}
    wanted = ledger - lexical.keys()
    del ledger, lexical
    there, articles = index.lexical.article_ids(), index.ledger.article_ids()
    stale |= there - articles
    again = index.ledger.owners(wanted) | (stale & articles) | (articles - there)
    if stale:
        index.lexical.delete(stale)
    for items in _portions(index, again):
        index.lexical.add(items)
    return bool(stale or again)


def _whole(index: OpenIndex) -> bool:
    if index.whole is None:
        return False
    there, articles = index.whole.ids(), index.ledger.article_ids()
    index.whole.delete(there - articles)
    for items in _portions(index, articles - there):
        index.whole.add([article for article, _ in items])
    return there != articles


def _portions(index: OpenIndex, ids: Iterable[str]) -> Iterator[list[tuple[Article, list[Passage]]]]:
    wanted = sorted(ids)
    for i in range(0, len(wanted), _PORTION):
        found = ((index.ledger.article(id), id) for id in wanted[i : i + _PORTION])
        yield [(article, index.ledger.passages(id)) for article, id in found if article is not None]


def report(index: OpenIndex, fingerprint: dict[str, str]) -> StoreReport:
    """Compares the stores, id by id."""
    ledger, vectors, lexical = (
        index.ledger.passage_ids(),
        index.vectors.ids(),
        set(index.lexical.passage_ids()),
    )
    articles, passages = index.ledger.counts()
    return StoreReport(
        articles,
        passages,
        len(vectors),
        len(lexical),
        sorted(ledger - vectors),
        sorted(ledger - lexical),
        sorted(vectors - ledger),
        sorted(lexical - ledger),
        sum(f.stat().st_size for f in index.folder.rglob("*") if f.is_file()),
        fingerprint,
    )
