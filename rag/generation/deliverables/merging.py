"""The same fact in several articles is one fact with all its sources."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from docs_store.text.normal import fold
from rag.evidence.signals import pairs
from rag.evidence.statements import Statement
from rag.generation.deliverables.facts import Fact
from rag.lexicon import rareness
from rag.retrieval.grouping import likeness

_SAME_MEASURE = 0.6  # likeness of two clauses without a figure from which on they tell one thing
_SAME_FIGURE = 0.45  # likeness of two clauses with one figure
_KEYS = 5  # rarest pairs of characters of a clause: two that tell the same share one of them


def merged(found: Iterable[Fact]) -> list[Fact]:
    """The facts, each once, in their order; of those that tell the same stays the one that tells most, with the others' statements.

    Figures are the same when value and unit are, and what they measure, or most of their wording, is; measures when
    most of their rare wording is.
    """
    groups: list[list[Fact]] = []
    by_key: dict[str, list[int]] = {}
    for fact in found:
        keys = _keys(fact)
        near = dict.fromkeys(number for key in keys for number in by_key.get(key, ()))
        group = next((n for n in near if same(groups[n][0], fact)), None)
        if group is None:
            group = len(groups)
            groups.append([fact])
        else:
            groups[group].append(fact)
        for key in keys:
            if group not in by_key.setdefault(key, []):
                by_key[key].append(group)
    return [_one(group) for group in groups]


def same(one: Fact, other: Fact) -> bool:
    """True when both tell one fact."""
    if one.kind != other.kind:
        return False
    if one.figure is None or other.figure is None:
        return likeness(one.matter.text, other.matter.text) >= _SAME_MEASURE
    mine, theirs = one.figure.numeral, other.figure.numeral
    if (mine.low, mine.high, mine.unit) != (theirs.low, theirs.high, theirs.unit):
        return False
    if one.statement.text == other.statement.text:
        return one.matter.text == other.matter.text
    alike = likeness(one.matter.text, other.matter.text)
    if one.noun and other.noun and fold(one.noun.text) == fold(other.noun.text):
        return alike >= _SAME_FIGURE / 2
    return alike >= _SAME_FIGURE


def sources(fact: Fact) -> list[Statement]:
    """The statements that tell the fact, one an article, its own first."""
    return list({s.article.id: s for s in reversed((fact.statement, *fact.also))}.values())[::-1]


def _one(group: Sequence[Fact]) -> Fact:
    """The fact that tells most, the first of several."""
    chosen = max(group, key=_tells)
    others = tuple(fact.statement for fact in group if fact is not chosen)
    return replace(chosen, also=others)


def _tells(fact: Fact) -> tuple[int, bool, bool, bool]:
    """How much a fact tells: cells, a whole day, one that is written as such (31日, and not 今天), no repost."""
    written = fact.day is not None and any(c.isdigit() for c in fact.day.text)
    return len(fact.cells()), fact.when is not None, written, fact.article.duplicate_of is None


def _keys(fact: Fact) -> list[str]:
    if fact.figure is not None:
        number = fact.figure.numeral
        return [f"{number.low}-{number.high} {number.unit}"]
    return sorted(pairs(fold(fact.matter.text)), key=lambda pair: (-rareness.weight(pair), pair))[:_KEYS]
