"""Sub-themes of sentences: clustered by our embedding, each headed by words that stand in it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from docs_store.text.normal import fold
from docs_store.text.segment import words
from rag.evidence import word_vectors
from rag.evidence.signals import pairs
from rag.lexicon import rareness
from rag.lexicon.fact_words import role

_EACH = 4  # sentences that one theme is meant to hold
_MOST = 4  # themes
_HEAD = (3, 10)  # characters of a heading
_NOUNS = ("n", "vn", "nz", "nt", "j")


def clustered(texts: Sequence[str]) -> list[list[int]]:
    """Groups of the numbers of alike texts, the largest first: the two nearest groups are joined until few are left."""
    if not texts:
        return []
    vectors = word_vectors.of_texts([fold(text) for text in texts]).astype(float)
    groups = [[number] for number in range(len(texts))]
    wanted = max(1, min(_MOST, round(len(texts) / _EACH)))
    likeness = vectors @ vectors.T
    while len(groups) > wanted:
        pairs_of = [(i, j) for i in range(len(groups)) for j in range(i + 1, len(groups))]
        near = [
            float(likeness[np.ix_(groups[i], groups[j])].mean()) - _size(groups[i], groups[j])
            for i, j in pairs_of
        ]
        i, j = pairs_of[int(np.argmax(near))]
        groups[i] = sorted([*groups[i], *groups.pop(j)])
    return sorted(groups, key=lambda group: (-len(group), group[0]))


def _size(one: Sequence[int], other: Sequence[int]) -> float:
    """What joining large groups costs: themes of like size read better."""
    return 0.02 * (len(one) + len(other))


def heading(texts: Sequence[str], others: Sequence[str], known: str) -> str:
    """Words of `texts` that say best what they share and `others` do not; "" where nothing of the kind stands in two of them.

    Args:
        texts: of one theme.
        others: of the other themes.
        known: the topic, which heads nothing.
    """
    said = pairs(fold(known))
    scores: dict[str, float] = {}
    for text in texts:
        for phrase in set(_phrases(text)):
            own = pairs(fold(phrase))
            fresh = len(own - said) / max(1, len(own))
            scores[phrase] = scores.get(phrase, 0.0) + rareness.mean(own) * fresh
    scores = {phrase: value for phrase, value in scores.items() if sum(phrase in text for text in texts) > 1}
    if not scores:
        return ""

    def worth(phrase: str) -> tuple[float, int]:
        shared = sum(phrase in text for text in texts)
        outside = sum(phrase in text for text in others)
        return scores[phrase] / len(texts) * shared / (1 + outside), len(phrase)

    return max(sorted(scores), key=worth)


def _phrases(text: str) -> list[str]:
    """Runs of nouns in a text that could head it."""
    found: list[str] = []
    run = ""
    for word in words(text):
        noun = word.pos in _NOUNS or (word.text in role("nominal") and word.text not in role("light"))
        if noun and word.text not in role("generic"):
            run += word.text
            continue
        found.append(run)
        run = ""
    found.append(run)
    return [phrase for phrase in found if _HEAD[0] <= len(phrase) <= _HEAD[1] and phrase.isalnum()]
