"""Multi-query retrieval: each part of a question is searched for by itself too, and the best of each stand together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from docs_store.models import Hit

Search = Callable[[str, int], Sequence[Hit]]


def search_together(search: Search, question: str, parts: Sequence[str], k: int) -> list[Hit]:
    """The best `k` passages for a question and its parts; a passage stands as high as in the best of the searches.

    A hit's score is the question's best less how far the hit was behind in the search that ranks it highest, so that
    scores of different searches can be compared.

    Args:
        search: question and count → hits, best first.
        question: the whole.
        parts: questions for parts of it.
        k: passages.
    """
    whole = search(question, k)
    if not whole or not parts:
        return list(whole)
    best: dict[str, tuple[int, float, Hit]] = {}
    for hits in (whole, *(search(part, max(3, k // 2)) for part in parts)):
        for rank, hit in enumerate(hits):
            behind = hits[0].score - hit.score
            known = best.get(hit.passage.id)
            if known is None or rank < known[0]:
                first = hit if known is None else known[2]
                best[hit.passage.id] = (rank, behind if known is None else min(behind, known[1]), first)
    ordered = sorted(best.values(), key=lambda found: (found[0], found[1]))[:k]
    return [replace(hit, score=whole[0].score - behind) for _, behind, hit in ordered]
