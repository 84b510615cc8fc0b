"""Passages that answer the same question differently at different dates: the newest first, or the newest alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from docs_store.models import Hit
from docs_store.text.dates import wants_latest
from docs_store.text.normal import fold
from docs_store.text.numerals import figured
from docs_store.text.places import overlap, place_names
from docs_store.text.sentences import clause_breaks
from rag.evidence.asked import counted
from rag.evidence.sentences import Evidence, Sentence
from rag.models import Citation
from rag.verification import facts, quantities
from rag.verification.quantities import Quantity

_ALIKE = 0.8  # share of the question's letters in the cited sentence that another must have too
_FAR = 4  # times: figures further apart count other things, a region and one of its cities
_MOST = 3  # versions shown
_ROUNDED = 100  # one figure with a bound (115万余) is another one (1150958) where they differ by less than one part in so many


def others(
    question: str, citations: Sequence[Citation], gathered: Evidence, hits: Sequence[Hit]
) -> list[Sentence]:
    """Sentences that give the figure asked for with its dates, newest first; [] where all passages agree.

    Only dated articles count, one a day. A question that names a year, or a date, means one version and has no others. Where
    the question asks for the latest, only the newest is returned.
    """
    if not citations or facts.years(question) or quantities.stated_days(question):
        return []
    cited = [
        s
        for s in gathered.sentences
        if any(
            c.article_id == hits[s.hit_index].article.id and c.start < s.end and s.start < c.end
            for c in citations
        )
    ]
    if not cited:
        return []
    first = cited[0]
    figures = _figures(first, question)
    if not figures or hits[first.hit_index].article.published_on is None:
        return []
    units = {figure.unit for figure in figures}
    found = {hits[first.hit_index].article.id: first}
    for sentence in gathered.sentences:
        article = hits[sentence.hit_index].article
        days = {hits[other.hit_index].article.published_on for other in found.values()}
        if article.published_on is None or article.published_on in days:
            continue
        if not _alike(question, first, sentence):
            continue
        said = [figure for figure in _figures(sentence, question) if figure.unit in units]
        pairs = [(one, other) for one in said for other in figures]
        if any(_comparable(*pair) for pair in pairs) and not any(_same(*pair) for pair in pairs):
            found[article.id] = sentence
    if len(found) < 2:
        return []
    ordered = sorted(
        found.values(), key=lambda s: hits[s.hit_index].article.published_on or date.min, reverse=True
    )
    return ordered[:1] if wants_latest(question) else ordered[:_MOST]


def _figures(sentence: Sentence, question: str) -> list[Quantity]:
    """The figures of a sentence that can be what is asked for: in the unit, and of the things, that the question names, if any."""
    asked = re.search(r"(?:多少|几)(个百分点|百分点|[\u4e00-\u9fff])", figured(question))
    found = [q for q in _counting(sentence.text, counted(fold(question))) if q.unit]
    if asked and any(q.unit == asked[1] for q in found):
        return [q for q in found if q.unit == asked[1]]
    return found if len(found) == 1 else []


def _counting(text: str, what: str) -> list[Quantity]:
    """The quantities of a text; of the clauses with `what` alone where it asks for their number: 15个展馆, not 60多个国家."""
    clauses = clause_breaks().split(text) if what else [text]
    return [found for clause in clauses if what in fold(clause) for found in quantities.quantities(clause)]


def _comparable(one: Quantity, other: Quantity) -> bool:
    """True for figures that may be of one thing at two times."""
    return max(one.value, other.value) <= _FAR * min(one.value, other.value)


def _same(one: Quantity, other: Quantity) -> bool:
    """True for equal figures, and where one of them is said to be rounded."""
    if not one.bound and not other.bound:
        return one.value == other.value
    return abs(one.value - other.value) * _ROUNDED <= max(one.value, other.value)


def _alike(question: str, first: Sentence, other: Sentence) -> bool:
    """True when `other` carries as much of the question as the cited sentence does, and speaks of no other place than it asks for."""
    letters, asked, spoken = facts.letters(question), place_names(question), place_names(other.text)
    if asked and spoken and not any(overlap(one, name) for one in asked for name in spoken):
        return False

    def share(sentence: Sentence) -> float:
        folded = figured(sentence.window)
        return sum(letter in folded for letter in letters) / max(1, len(letters))

    return share(other) >= max(_ALIKE, share(first) - 0.05)
