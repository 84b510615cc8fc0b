"""Makes lexical index and vectors hold just the ledger's passages, and reports where they do not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from docs_store.embedding.passages import PassageEmbedder
from docs_store.models import Article, Passage, StoreReport
from docs_store.open_index import Parts

_PORTION = 512  # articles rebuilt at once


def reconcile(parts: Parts, embedder: PassageEmbedder) -> bool:
    """Makes all agree with the ledger. Returns whether anything was amiss."""
    # One store after the other, so that not all ids are in memory at once.
    found = [_vectors(parts, embedder), reconcile_lexical(parts), _whole(parts)]
    return any(found)


def _vectors(parts: Parts, embedder: PassageEmbedder) -> bool:
    ledger, vectors = parts.ledger.passage_ids(), parts.vectors.ids()
    wanted, stale = ledger - vectors, vectors - ledger
    if stale:
        parts.vectors.delete(stale)
    for items in _portions(parts, parts.ledger.owners(wanted)):
        parts.add(items, embedder)
    return bool(wanted or stale)


def reconcile_lexical(parts: Parts) -> bool:
    """Makes the lexical index agree with the ledger: this process's own files alone."""
    ledger, lexical = parts.ledger.passage_ids(), parts.lexical.passage_ids()
    stale = {lexical[id] for id in lexical.keys() - ledger}
    wanted = ledger - lexical.keys()
    del ledger, lexical
    there, articles = parts.lexical.article_ids(), parts.ledger.article_ids()
    stale |= there - articles
    again = parts.ledger.owners(wanted) | (stale & articles) | (articles - there)
    if stale:
        parts.lexical.delete(stale)
    for items in _portions(parts, again):
        parts.lexical.add(items)
    return bool(stale or again)


def _whole(parts: Parts) -> bool:
    if parts.whole is None:
        return False
    there, articles = parts.whole.ids(), parts.ledger.article_ids()
    parts.whole.delete(there - articles)
    for items in _portions(parts, articles - there):
        parts.whole.add([article for article, _ in items])
    return there != articles


def _portions(parts: Parts, ids: Iterable[str]) -> Iterator[list[tuple[Article, list[Passage]]]]:
    wanted = sorted(ids)
    for i in range(0, len(wanted), _PORTION):
        found = ((parts.ledger.article(id), id) for id in wanted[i : i + _PORTION])
        yield [(article, parts.ledger.passages(id)) for article, id in found if article is not None]


def report(parts: Parts, fingerprint: dict[str, str]) -> StoreReport:
    """Compares the stores, id by id."""
    ledger, vectors, lexical = (
        parts.ledger.passage_ids(),
        parts.vectors.ids(),
        set(parts.lexical.passage_ids()),
    )
    articles, passages = parts.ledger.counts()
    return StoreReport(
        articles,
        passages,
        len(vectors),
        len(lexical),
        sorted(ledger - vectors),
        sorted(ledger - lexical),
        sorted(vectors - ledger),
        sorted(lexical - ledger),
        sum(f.stat().st_size for f in parts.folder.rglob("*") if f.is_file()),
        fingerprint,
    )
