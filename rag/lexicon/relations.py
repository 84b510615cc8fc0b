"""How words stand to one another: the same thing, never the same thing, planned or done. Readers of the .tsv files.

`synonyms.tsv` has rows of kind, weight, words; `not_same.tsv` pairs that texts keep apart (进口, 出口);
`modality_status.tsv` a class for each word that tells how certain, how far or how much (拟: planned, 建成: done).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent
_LEAST = 0.55  # a pair below this weight depends too much on what stands beside it
_KIND_OF = 0.6  # how safely a general word stands for one of its kinds: 公路 for 高速公路


@cache
def synonyms() -> Mapping[str, Mapping[str, float]]:
    """Word → the words that can stand for it, each with how safely, 0.55 to 1.

    The words of one row equal each other; rows that share a word are not joined (建设 = 打造, 施工 = 建设).
    """
    table: dict[str, dict[str, float]] = {}

    def link(one: str, other: str, weight: float) -> None:
        row = table.setdefault(one, {})
        row[other] = max(weight, row.get(other, 0.0))

    for kind, value, row in _rows("synonyms.tsv"):
        words, weight = row.split("|"), float(value)
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
    """Word → the words it is never the same as, each with the kind: direction, period, status, scope, ..."""
    table: dict[str, dict[str, str]] = {}
    for one, other, kind in _rows("not_same.tsv"):
        table.setdefault(one, {})[other] = kind
        table.setdefault(other, {})[one] = kind
    return table


def _rows(name: str) -> Iterator[list[str]]:
    for line in (_FOLDER / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")
