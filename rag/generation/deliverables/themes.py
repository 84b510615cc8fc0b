"""Sub-themes of sentences: clustered by our embedding, each headed by words that stand in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from docs_store.text.normal import fold
from docs_store.text.segment import Word, words
from rag.evidence import word_vectors
from rag.evidence.signals import pairs
from rag.lexicon.fact_words import role

_EACH = 2  # sentences that one theme is meant to hold
_MOST = 4  # themes
_HEAD = (4, 11)  # characters of a heading
_WORDS = 4
_NOUNS = ("n", "vn", "nz", "nt", "j", "l")
_COUNTED = ("m", "q")
_WITHIN = (*_NOUNS, "v", "a", "b", "f", "s", "eng", "ns", "i")
_APART = 0.6  # what likeness to the other themes takes off
_AGAIN = 0.06  # for each further sentence of the theme that has the phrase
_KNOWN = 0.35  # taken off a phrase of the topic's own words

Floats = NDArray[np.float64]


def count(sentences: int) -> int:
    """How many themes so many sentences are parted into."""
    return max(1, min(_MOST, round(sentences / _EACH)))


def clustered(texts: Sequence[str]) -> list[list[int]]:
    """Groups of the numbers of alike texts, the largest first: the two nearest groups are joined until few are left."""
    if not texts:
        return []
    vectors = word_vectors.of_texts([fold(text) for text in texts]).astype(float)
    groups = [[number] for number in range(len(texts))]
    wanted = count(len(texts))
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


def headings(groups: Sequence[Sequence[str]], known: str) -> list[str]:
    """For each group of texts words of one of them that are nearest to what it tells, and not to what the others do.

    Args:
        groups: the texts of each theme.
        known: the topic, which heads nothing.
    """
    centres = [_centre(group, known) for group in groups]
    found: list[str] = []
    for number, group in enumerate(groups):
        others = [centre for i, centre in enumerate(centres) if i != number]
        found.append(_heading(group, centres[number], others, known, found))
    return found


def _centre(texts: Sequence[str], known: str) -> Floats:
    vectors = word_vectors.of_texts([fold(text).replace(fold(known), "") for text in texts])
    total: Floats = vectors.astype(float).sum(axis=0)
    return total / (np.linalg.norm(total) or 1.0)


def _heading(
    texts: Sequence[str], centre: Floats, others: Sequence[Floats], known: str, taken: Sequence[str]
) -> str:
    phrases = list(dict.fromkeys(phrase for text in texts for phrase in _phrases(text)))
    if not phrases:
        return ""
    vectors = word_vectors.of_texts([fold(phrase) for phrase in phrases]).astype(float)
    near = vectors @ centre
    away = np.max([vectors @ other for other in others], axis=0) if others else np.zeros(len(phrases))
    said = pairs(fold(known))

    def worth(index: int) -> float:
        phrase = phrases[index]
        own = pairs(fold(phrase))
        again = sum(phrase in text for text in texts) - 1
        worn = len(own & said) / max(1, len(own))
        used = any(len(own & pairs(fold(other))) / max(1, len(own)) > 0.5 for other in taken)
        return float(near[index] - _APART * away[index]) + _AGAIN * again - _KNOWN * worn - used

    return phrases[max(range(len(phrases)), key=worth)]


def _phrases(text: str) -> Iterator[str]:
    """Runs of whole words that could head a text: they end with a noun, and nothing but nouns, verbs and adjectives is in them."""
    cut = words(text)
    for first in range(len(cut)):
        if first and cut[first - 1].pos in _COUNTED:
            continue  # 2.9万|起重大案件
        for last in range(first, min(len(cut), first + _WORDS)):
            run = cut[first : last + 1]
            if not _fits(run[-1]):
                break
            phrase = text[run[0].start : run[-1].end]
            if len(phrase) > _HEAD[1]:
                break
            cut_short = last + 1 < len(cut) and cut[last + 1].pos in _NOUNS  # 综合性国家科学|中心
            if len(phrase) >= _HEAD[0] and _heads(run) and not cut_short:
                yield phrase


def _fits(word: Word) -> bool:
    listed = role("speaks") | role("light") | role("equates") | role("late")
    return word.pos in _WITHIN and word.text.isalnum() and word.text not in listed


def _heads(run: Sequence[Word]) -> bool:
    last = run[-1]
    noun = last.pos in _NOUNS or last.text in role("nominal")
    return (
        noun
        and last.text not in role("generic") | role("titles")
        and not any(c.isdigit() for w in run for c in w.text)
    )
