"""How far sentences, and what stands around them, name what a question names and speak of its matter.

A question on a region and one side of it (长三角, 养老) is answered by sentences on both: its names may stand in the sentence,
shortly before it, or at the head of its article; its matter must be near. Every feature is a share, 0 to 1, but for the
last few, which tell how much the question names and how many articles speak of all of it. A question that names nothing has
0 for its names everywhere; the spread is 1 where nothing speaks of all of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from docs_store.models import Article, Hit
from docs_store.text.normal import fold
from docs_store.text.places import place_names
from docs_store.text.segment import words
from rag.evidence.clauses import Clause
from rag.evidence.signals import Floats, pairs, share, telling, weight
from rag.lexicon import tables

_NAMES = ("ns", "nt", "nz", "eng", "s")  # parts of speech
_NO_CONTENT = ("x", "r", "p", "c", "u", "uj", "ul", "d", "m", "q", "y", "f")
_LEAD = 120  # characters at the head of an article that say what it is about
_BEFORE = 3  # sentences before one that may name its subject
_AROUND = (2, 1)  # sentences before and behind one that may speak of the same
_SPEAKS = 0.5  # share of the question's names or matter from which on a sentence speaks of them
_FULLEST = 0.8  # of the fullest article's share of both, from which on an article counts as speaking of all
_OF_NAMES = (
    "names_in_sentence",
    "names_before",
    "names_in_lead",
    "names_in_article",
    "names_in_context",
    "names_density",
)
_OF_MATTER = (
    "in_sentence",
    "around",
    "in_lead",
    "in_article",
    "in_context",
    "density",
    "named_and_in_sentence",
    "named_and_around",
    "with_names_in_sentence",
)
_MATTERS = ("matter", "wording")
_OF_SENTENCE = (*_OF_NAMES, *(f"{matter}_{what}" for matter in _MATTERS for what in _OF_MATTER))
_ALL_AROUND = _OF_SENTENCE.index("matter_named_and_around")
NAMES = (
    *_OF_SENTENCE,
    *(f"{name}_of_most" for name in _OF_SENTENCE),
    *(f"{what}_{of}" for what in ("names", *_MATTERS) for of in ("asked", "weight")),
    "spread",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Pairs of characters with their weights: of a question's names; of its other words that tell; of all its wording but names.

    What a question wants to be told (举措, 进展) is in none of them.
    """

    names: Mapping[str, float]
    matter: Mapping[str, float]
    wording: Mapping[str, float]

    @classmethod
    def of(cls, question: str) -> Asked:
        """What a question names and is about."""
        folded = fold(question)
        found = ((folded.find(name), name) for name in map(fold, place_names(question)))
        spans = [(at, at + len(name)) for at, name in found if at >= 0]
        names = {pair for start, end in spans for pair in pairs(folded[start:end])}
        matter: set[str] = set()
        for word in words(folded):
            if any(start <= word.start and word.end <= end for start, end in spans):
                continue
            if word.pos in _NAMES or (word.pos.startswith("nr") and word.text[0] in tables.surnames()):
                names |= pairs(word.text)
            elif word.pos not in _NO_CONTENT and word.text not in tables.words_asked_with():
                matter |= pairs(word.text)
        left_out = names | tables.general_nouns()
        wording = {pair: w for pair, w in telling(question).items() if pair not in left_out}
        return cls(_weighed(names), _weighed(matter - names), wording)


def _weighed(some: set[str]) -> dict[str, float]:
    return {pair: weight(pair) for pair in sorted(some)}


def measure(question: str, hits: Sequence[Hit], clauses: Sequence[Clause]) -> Floats:
    """The features `NAMES` of each clause, alike for all clauses of a sentence; shape (len(clauses), len(NAMES))."""
    asked = Asked.of(question)
    of_article: dict[str, dict[int, Clause]] = {}
    for clause in clauses:
        of_article.setdefault(hits[clause.hit_index].article.id, {}).setdefault(clause.sentence, clause)
    rows: dict[int, list[float]] = {}
    for own in of_article.values():
        rows |= _of_article(asked, hits, sorted(own.values(), key=lambda c: c.sentence_start))
    table = np.array([rows[clause.sentence] for clause in clauses], dtype=np.float64)
    most = table.max(axis=0)
    fullest = [max(rows[number][_ALL_AROUND] for number in own) for own in of_article.values()]
    spread = sum(value >= _FULLEST * max(fullest) for value in fullest) / len(fullest)
    weights = [
        of for some in (asked.names, asked.matter, asked.wording) for of in (len(some), sum(some.values()))
    ]
    alike = np.tile(np.array([*weights, spread], dtype=np.float64), (len(clauses), 1))
    return np.column_stack([table, table / np.where(most == 0, 1.0, most), alike])


def _of_article(asked: Asked, hits: Sequence[Hit], sentences: Sequence[Clause]) -> dict[int, list[float]]:
    """Number of a sentence → its features `_OF_SENTENCE`; `sentences` are the first clause of each, in order."""
    article = hits[sentences[0].hit_index].article
    lead = lead_of(article)
    whole = fold(f"{article.title}\n{article.text}")
    texts = [fold(article.text[c.sentence_start : c.sentence_end]) for c in sentences]
    contexts = {index: fold(hits[index].context) for index in {c.hit_index for c in sentences}}
    named = [share(asked.names, text) for text in texts]
    before = [max(named[max(0, i - _BEFORE) : i + 1]) for i in range(len(named))]
    in_lead, dense = share(asked.names, lead), _density(named)
    in_article = share(asked.names, whole)
    in_context = {index: share(asked.names, context) for index, context in contexts.items()}
    rows = [
        [named[i], before[i], in_lead, in_article, in_context[clause.hit_index], dense]
        for i, clause in enumerate(sentences)
    ]
    for matter in (asked.matter, asked.wording):
        spoken = [share(matter, text) for text in texts]
        of_article = [share(matter, lead), share(matter, whole)]
        in_context = {index: share(matter, context) for index, context in contexts.items()}
        dense = _density(spoken)
        for i, (row, clause) in enumerate(zip(rows, sentences, strict=True)):
            around = max(spoken[max(0, i - _AROUND[0]) : i + _AROUND[1] + 1])
            told = max(before[i], in_lead)
            row += [spoken[i], around, *of_article, in_context[clause.hit_index], dense]
            row += [min(told, spoken[i]), min(told, around), min(named[i], spoken[i])]
    return {clause.sentence: row for clause, row in zip(sentences, rows, strict=True)}


def lead_of(article: Article) -> str:
    """What an article is about, folded: its title and its first characters."""
    return fold(f"{article.title}\n{article.text[:_LEAD]}")


def _density(values: Sequence[float]) -> float:
    return float(np.mean([value >= _SPEAKS for value in values]))
