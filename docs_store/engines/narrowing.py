"""A search on a server among given ids, however many they are."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

MANY = 1_000  # ids that one request names
_WIDER = 4

Found = list[tuple[str, float]]


def narrowed(
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
    if len(among) <= MANY:
        return search(k, list(among))
    wide = search(_WIDER * k, None)
    found = [hit for hit in wide if hit[0] in among][:k]
    if len(found) == k or len(wide) < _WIDER * k:
        return found
    wanted = sorted(among)
    portions = (wanted[i : i + MANY] for i in range(0, len(wanted), MANY))
    best = [hit for portion in portions for hit in search(k, portion)]
    return sorted(best, key=lambda hit: (-hit[1], hit[0]))[:k]
