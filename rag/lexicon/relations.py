"""How words stand to one another, for the claim checker: which can stand for which, and which never do.

The same files as `synonyms` and `not_same` read, as tables by word, without the user's own names and with kinds of a
general word (公路 for 高速公路) at a weight of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from rag.lexicon.not_same import not_same_by_word
from rag.lexicon.synonyms import rows

_LEAST = 0.55  # a pair below this weight depends too much on what stands beside it
_KIND_OF = 0.6  # how safely a general word stands for one of its kinds: 公路 for 高速公路


@cache
def substitutes() -> Mapping[str, Mapping[str, float]]:
    """Folded word → the words that can stand for it, each with how safely, 0.55 to 1.

    The words of one row equal each other; rows that share a word are not joined (建设 = 打造, 施工 = 建设).
    """
    table: dict[str, dict[str, float]] = {}

    def link(one: str, other: str, weight: float) -> None:
        row = table.setdefault(one, {})
        row[other] = max(weight, row.get(other, 0.0))

    for kind, weight, words in rows():
        if kind == "hyper":
            for word in words[1:]:
                link(words[0], word, _KIND_OF)
        elif weight >= _LEAST and kind in ("same", "short"):
            for one in words:
                for other in words:
                    if one != other:
                        link(one, other, weight)
        elif weight >= _LEAST and kind == "colloquial":
            for word in words[1:]:
                link(words[0], word, weight)
                link(word, words[0], weight)
    for one, others in rivals().items():
        for other in others:
            table.get(one, {}).pop(other, None)
    return table


@cache
def rivals() -> Mapping[str, Mapping[str, str]]:
    """Folded word → the words it is never the same as, each with the kind: direction, period, status, scope, ..."""
    return {word: dict(others) for word, others in not_same_by_word().items()}
