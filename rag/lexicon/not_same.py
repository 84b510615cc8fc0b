"""What must not be taken for a word, and why not: `not_same.tsv` by word (进口: 出口, of the kind direction)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache

from docs_store.text.normal import fold
from rag.lexicon.tables import lines

KINDS = ("direction", "period", "measure", "status", "scope", "role", "place", "party")


def not_same(word: str) -> tuple[tuple[str, str], ...]:
    """(other word, kind) of each pair that the folded word stands in."""
    return not_same_by_word().get(word, ())


def pairs() -> frozenset[tuple[str, str]]:
    """Every pair, both ways round."""
    return frozenset((one, two) for one, others in not_same_by_word().items() for two, _ in others)


@lru_cache(maxsize=1)
def not_same_by_word() -> Mapping[str, tuple[tuple[str, str], ...]]:
    """The same for every word."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for line in lines("not_same.tsv"):
        one, two, kind = line.split("\t")
        found[fold(one)].append((fold(two), kind))
        found[fold(two)].append((fold(one), kind))
    return {word: tuple(others) for word, others in found.items()}
