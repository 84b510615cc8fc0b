"""Which questions of the public half `dev` are asked: a stratified sample in an order of which every beginning is one.

Left out are small talk, questions on the library or on an article's own data, and follow-ups: the peers' set-ups take one
question on the texts. The rest falls into three strata: facts, open questions with key points, near misses that no article
answers. In each stratum the kinds come in turn, the rows of a kind in an order drawn with `SEED`; of the strata two facts
come for each open question and each near miss.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import cycle
from typing import Any

from benchmarks.public.__main__ import in_turn

SEED = 20261129
LEFT_OUT = frozenset({"smalltalk", "library", "about_article", "followup"})
_TURN = ("fact", "open", "fact", "near miss")

Row = dict[str, Any]


def stratum(row: Row) -> str:
    """fact, open or near miss."""
    if not row["answerable"]:
        return "near miss"
    return "open" if "key_points" in row else "fact"


def sample(rows: Sequence[Row]) -> list[Row]:
    """All rows that are asked, in the order of which every beginning is a sample."""
    return list(_order(rows))


def _order(rows: Sequence[Row]) -> Iterator[Row]:
    chance = random.Random(SEED)
    strata: dict[str, list[Row]] = {name: [] for name in dict.fromkeys(_TURN)}
    for row in sorted(rows, key=lambda row: str(row["id"])):
        if row["kind"] not in LEFT_OUT:
            strata[stratum(row)].append(row)
    for name, own in strata.items():
        chance.shuffle(own)
        strata[name] = in_turn(own)
    for name in cycle(_TURN):
        if strata[name]:
            yield strata[name].pop(0)
        elif not any(strata.values()):
            return
