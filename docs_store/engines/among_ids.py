"""Filtered search on a server: among given ids, however many they are."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

REQUEST_IDS = 1_000  # ids that one request names
_OVERSAMPLING = 4

Found = list[tuple[str, float]]


def search_among(
    search: Callable[[int, Sequence[str] | None], Found], k: int, among: Collection[str] | None
) -> Found:
    """The best `k` among the ids, best first.

    Few ids go along with the request. Of many, a wider search is sifted first; where that leaves too few, they are
    asked for in portions.
    """
    if among is None:
        return search(k, None)
    if not among:
        return []
    if len(among) <= REQUEST_IDS:
        return search(k, list(among))
    wide = search(_OVERSAMPLING * k, None)
    found = [hit for hit in wide if hit[0] in among][:k]
    if len(found) == k or len(wide) < _OVERSAMPLING * k:
        return found
    wanted = sorted(among)
    portions = (wanted[i : i + REQUEST_IDS] for i in range(0, len(wanted), REQUEST_IDS))
    best = [hit for portion in portions for hit in search(k, portion)]
    return sorted(best, key=lambda hit: (-hit[1], hit[0]))[:k]
