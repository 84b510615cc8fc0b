"""What an article that is stored anew keeps of the one that is stored already: corrections, and the time of its arrival."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from docs_store.corrections import carried
from docs_store.local.ledger import Entry, Ledger
from docs_store.models import Article


def as_known(entries: Sequence[Entry], ledgers: Sequence[Ledger], now: datetime) -> list[Entry]:
    """The entries with what the ledgers know of their articles, of two ledgers the later.

    Args:
        entries: to be stored.
        ledgers: where articles of the same ids may be stored.
        now: when those arrive that are stored in none of them.
    """
    ids = {entry.article.id for entry in entries}
    before: dict[str, Article] = {}
    there: set[str] = set()
    arrived: dict[str, datetime] = {}
    for ledger in ledgers:
        before |= {article.id: article for article in ledger.corrected(ids)}
        there |= set(ledger.stored(ids))
        arrived |= ledger.arrivals(ids)

    def known(article: Article) -> Article:
        if article.id in before and not article.corrected:
            article = carried(article, before[article.id])
        new = None if article.id in there else now
        return replace(article, arrived_at=arrived.get(article.id) or article.arrived_at or new)

    return [entry._replace(article=known(entry.article)) for entry in entries]
