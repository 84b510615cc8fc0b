"""Inverse document frequencies (idf) of Chinese bigrams, from a packaged table: how much a piece of wording tells."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from docs_store.text.chinese import is_chinese

UNSEEN = 8.5  # natural log; the table leaves out what stands in fewer than one passage in 3,200
_LATIN = 7.0  # a Latin word or a number says about as much as a rare bigram


@lru_cache(maxsize=1)
def _table() -> dict[str, float]:
    """Bigram → idf. Each line of the file is a level and the bigrams of that level, run together."""
    table: dict[str, float] = {}
    for line in (Path(__file__).parent / "bigram_idf.txt").read_text(encoding="utf-8").splitlines():
        level, _, grams = line.partition(" ")
        value = float(level)
        table.update({grams[i : i + 2]: value for i in range(0, len(grams), 2)})
    return table


def weight(gram: str) -> float:
    """The idf of one gram of `facts.content_bigrams`, about 1 (everywhere) to 9 (nowhere seen)."""
    if not is_chinese(gram[0]):
        return _LATIN
    if len(gram) == 1:
        return 2.0
    return _table().get(gram, UNSEEN)


def mean(grams: Iterable[str]) -> float:
    """The mean idf of pairs of characters and Latin words; 0 for none."""
    table = _table()
    found = [_LATIN if gram.isascii() else table.get(gram, UNSEEN) for gram in grams]
    return sum(found) / len(found) if found else 0.0


def weights(grams: Iterable[str]) -> dict[str, float]:
    """Each gram with its idf."""
    return {gram: weight(gram) for gram in grams}
