"""How well a ranking of articles puts the right ones first: hit@k, reciprocal rank, nDCG."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence

from docs_store.models import Hit


def articles_in_order(hits: Iterable[Hit]) -> list[str]:
    """The ids of the hits' articles, each once, at the place of its best passage."""
    return list(dict.fromkeys(hit.article.id for hit in hits))


def first_rank(ranked: Sequence[str], right: Collection[str]) -> int | None:
    """The rank, from 1, of the first right id; None when none is there."""
    return next((rank for rank, id in enumerate(ranked, start=1) if id in right), None)


def hit_at(rank: int | None, k: int) -> float:
    """1.0 when the first right id stands among the first `k`, else 0.0."""
    return float(rank is not None and rank <= k)


def reciprocal(rank: int | None, k: int = 10) -> float:
    """1/rank within the first `k`, else 0.0; its mean is MRR@k."""
    return 1 / rank if rank is not None and rank <= k else 0.0


def ndcg(ranked: Sequence[str], right: Collection[str], k: int = 10) -> float:
    """nDCG@k, 0 to 1, with every right id worth the same; 0.0 when nothing is right."""
    gained = sum(1 / math.log2(rank + 1) for rank, id in enumerate(ranked[:k], start=1) if id in right)
    best = sum(1 / math.log2(rank + 1) for rank in range(1, min(k, len(set(right))) + 1))
    return gained / best if best else 0.0
