"""What the article that answers one question of a message tells to another, which goes on with it: …装了多少台车？值多少钱？

Such a question says little by itself, so that a search finds anything, and what is asked stands in the article that is quoted
already, often in the same sentence. The passages are given then, and judged as such (`given`): the sentence must show the kind
of answer and the unit that are asked for, and the article must name all that the question does.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from docs_store.models import Hit
from docs_store.text.normal import fold
from docs_store.text.numerals import Numeral, numerals
from docs_store.text.units import units
from rag.evidence import answerability, missing
from rag.evidence.asked import Asked, counted, understood
from rag.evidence.coverage import lead_of
from rag.evidence.found import Evidence, Sentence
from rag.evidence.reading import read
from rag.lexicon import tables

_LEAST = 0.5  # relevance of a sentence to the question by itself from which on it answers
_LEAST_OF_SUBJECT = 0.35  # the same where it has all words that tell what of the article is spoken of
_HALF = 0.5  # share of a question's words that a sentence must have where no unit tells what is asked for
_NEAR = 6  # characters behind a figure in which what it counts is named
_SHARE = "百分之"  # by which texts state what is asked for as a share
_OF_SUBJECT = 0.75  # share of a sentence's worth that hangs on what the questions before speak of


def told(part: str, before: str, hits: Sequence[Hit], least: float) -> Evidence | None:
    """The sentence of one article that answers `part`; None where none does.

    Args:
        part: a question, as it was put.
        before: the question that it goes on with, "" for none.
        hits: the passages of the article.
        least: probability that the article answers `part` from which on a less sure sentence serves.
    """
    if not hits:
        return None
    if missing.anything(part, [hits[0].article]):
        return None
    asked = understood(part)
    found = answerability.judge(part, hits, are_given=True)
    shown = _showing(asked, found.sentences)
    if not shown:
        return None
    subject = _beside_lead(f"{before}，{part}", hits)
    best = max(shown, key=lambda s: s.score * (1 - _OF_SUBJECT + _OF_SUBJECT * _spoken(subject, s)))
    enough = _LEAST_OF_SUBJECT if subject and _spoken(subject, best) == 1 else _LEAST
    sure = found.score >= least or (best.score >= enough and (asked.kind is not None or _of_unit(asked)))
    if not sure or not (_of_unit(asked) or _speaks(asked, best)):
        return None
    return Evidence((best,), max(best.score, found.score), found.features)


def _showing(asked: Asked, sentences: Sequence[Sentence]) -> list[Sentence]:
    """The sentences that show the kind of answer that is asked for, in its unit, or else count what it names."""
    shown = [s for s in sentences if s.features["kind_shown"] and _in_unit(asked, s)]
    if asked.kind != "number" or asked.unit in units():
        return shown
    for closer in (
        [s for s in shown if _counts(asked, s)],
        [s for s in shown if any(figure.unit for figure in _figures(s))],
    ):
        if closer:
            return closer
    return shown


def _of_unit(asked: Asked) -> bool:
    """True for a question that only an amount in a certain unit answers: 值多少钱, 办几天, 占几成."""
    return _SHARE in asked.asks or asked.measure is not None or asked.unit in units()


def _speaks(asked: Asked, sentence: Sentence) -> bool:
    """True when a sentence speaks of what a question says beside its question words: half of it, by weight."""
    folded = fold(sentence.text)
    telling = [
        word
        for word in asked.words
        if len(word.text) > 1 and word.text not in tables.general_nouns() and not tables.asks(word.text)
    ]
    there = [w for w in telling if any(one in folded for one in (w.text, *w.alternatives))]
    return bool(there) and sum(w.weight for w in there) >= _HALF * sum(w.weight for w in telling)


def _in_unit(asked: Asked, sentence: Sentence) -> bool:
    figures = _figures(sentence)
    if _SHARE in asked.asks:
        return any(figure.measure == "share" for figure in figures)
    if _of_unit(asked):
        return bool(sentence.features["unit_shown"])
    return asked.kind != "number" or bool(figures)


def _figures(sentence: Sentence) -> list[Numeral]:
    return [figure for figure in numerals(fold(sentence.text)) if figure.measure != "calendar"]


def _counts(asked: Asked, sentence: Sentence) -> bool:
    """True when what the question asks the number of stands right behind a figure: 246余万参保人员 for 多少参保人."""
    what = counted(asked.folded)
    folded = fold(sentence.text)
    return bool(what) and any(
        what in folded[figure.end : figure.end + _NEAR] for figure in _figures(sentence)
    )


def _beside_lead(question: str, hits: Sequence[Hit]) -> dict[str, float]:
    """The pairs of characters of a question that the article is not about as a whole, weighed by how few of its sentences have them.

    Pairs, because a word of the question (服装出口) need not be one of the text's.
    """
    lead = lead_of(hits[0].article)
    sentences = [s.folded for hit in hits for s in read(hit).sentences]
    found = {}
    for pair in understood(question).grams:
        count = sum(pair in sentence for sentence in sentences)
        if count and pair not in lead:
            found[pair] = math.log(1 + len(sentences) / count)
    return found


def _spoken(pairs: dict[str, float], sentence: Sentence) -> float:
    """The share of pairs, by weight, that a sentence has; 1 where there are none."""
    folded = fold(sentence.text)
    total = sum(pairs.values())
    return sum(weight for pair, weight in pairs.items() if pair in folded) / total if total else 1.0
