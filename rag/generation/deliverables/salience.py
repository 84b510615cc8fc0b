"""What an overview of a topic tells first: statements that carry a fact, that stand for many, and that several articles tell.

For a topic that is named and not asked about: there the relevance that was learned for questions knows no more than the
name. A statement weighs by how likely it bears on the topic, by the facts in it, by how much of what the other
articles say it says too, and by where it stands; each further one of an article or of known wording weighs less.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import log1p

from docs_store.text.normal import fold
from docs_store.text.segment import words
from rag.evidence.signals import pairs
from rag.evidence.statements import Statement, Topic
from rag.generation.deliverables.facts import Fact
from rag.lexicon import rareness
from rag.lexicon.fact_words import role
from rag.retrieval.grouping import likeness

_LONGEST = 150  # characters of a sentence that is taken whole
_SHORTEST = 14
_FACTS = 2  # beyond two, facts add nothing
_SPOKEN = 0.6  # what somebody says, wishes or feels is seldom the news
_LEANS = 0.5  # 其, 该, 这: what it tells of stands in the sentence before
_PEOPLE = 0.5  # two and more persons named: who attended
_PROTOCOL = 0.5  # who met whom
_READS_WELL = 60  # characters from which on length counts against a statement
_UNNAMED = 0.4  # weight of a statement in which nothing of the topic's name stands
_LEAD = 1.3
_LEAD_SENTENCES = 3
_AGAIN = 0.65  # for each statement of the same article that is chosen already
_SAME = 0.45  # likeness from which on it says what is said


Key = tuple[str, int]


def ranked(found: Sequence[Statement], weights: Mapping[Key, float], chars: int) -> list[Statement]:
    """The statements that tell most, the best first, some `chars` characters of them.

    Args:
        found: those that bear on the topic.
        weights: of them, as `weigh` gives them.
        chars: of all that is chosen.
    """
    left = [s for s in found if weights.get(key(s), 0.0) > 0 and _SHORTEST <= len(s.text) <= _LONGEST]
    chosen: list[Statement] = []
    taken: Counter[str] = Counter()
    used = 0
    while left and used < chars:
        best = max(left, key=lambda s: (weights[key(s)] * _AGAIN ** taken[s.article.id], -s.start))
        left.remove(best)
        if any(likeness(best.text, other.text) >= _SAME for other in chosen):
            continue
        chosen.append(best)
        taken[best.article.id] += 1
        used += len(best.text)
    return chosen


def weigh(found: Sequence[Statement], all_facts: Sequence[Fact], topic: Topic) -> dict[Key, float]:
    """The weight of each statement with a fact, by `key`; those that only repeat another article's are left out.

    Args:
        found: the statements that bear on the topic, in the order of their articles.
        all_facts: their facts, each once, with the statements of other articles that tell the same.
        topic: what it is about.
    """
    count: Counter[Key] = Counter()
    also: dict[Key, int] = {}
    for fact in all_facts:
        own = key(fact.statement)
        count[own] += 1
        also[own] = max(also.get(own, 0), len({s.article.id for s in fact.also}))
    spread: Counter[str] = Counter()
    for statement in found:
        spread.update(pairs(fold(statement.text)))
    full = max((topic.share(statement.text) for statement in found), default=0.0) or 1.0
    place: Counter[str] = Counter()
    weights = {}
    for statement in found:
        place[statement.article.id] += 1
        own = key(statement)
        if own not in count:
            continue
        weight = statement.bearing * (0.5 + min(count[own], _FACTS)) * (1 + log1p(also[own]))
        weight *= 0.5 + _shared(statement.text, spread)
        weight *= _UNNAMED + (1 - _UNNAMED) * topic.share(statement.text) / full
        weight *= _LEAD if place[statement.article.id] <= _LEAD_SENTENCES else 1.0
        weights[own] = weight * manner(statement.text) / max(1.0, len(statement.text) / _READS_WELL) ** 0.5
    return weights


def key(statement: Statement) -> Key:
    """What a statement's weight is kept by."""
    return statement.article.id, statement.start


def _shared(text: str, spread: Counter[str]) -> float:
    """How much of its wording other statements have too, by rareness, 0 to 1."""
    own = pairs(fold(text))
    total = sum(rareness.weight(pair) for pair in own)
    return sum(rareness.weight(pair) for pair in own if spread[pair] > 2) / total if total else 0.0


def manner(text: str) -> float:
    """1; below for speech, for what leans on the sentence before, for visits, and for lists of who was there."""
    cut = [word for word in words(text) if word.text.strip()]
    weight = 1.0
    if any(word.text in role("speaks") for word in cut) or text[:1] in "“‘":
        weight *= _SPOKEN
    if cut and (cut[0].pos == "r" or cut[0].text in role("leans")):
        weight *= _LEANS
    if sum(word.pos in ("nr", "nrt") for word in cut) > 1:
        weight *= _PEOPLE
    if any(word.text in role("protocol") for word in cut):
        weight *= _PROTOCOL
    return weight
