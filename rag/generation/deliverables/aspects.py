"""What a statement is about in a document of policy: aim, task, money, term, office, scope; by `aspects.tsv`, or as asked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from docs_store.text.normal import fold
from docs_store.text.segment import words
from rag.evidence.statements import Statement
from rag.generation.deliverables.facts import Fact, facts
from rag.lexicon.relations import substitutes
from rag.lexicon.tables import lines

ASPECTS = ("目标", "任务", "资金", "期限", "责任单位", "适用范围")
"""The aspects that a comparison has where none are asked for."""
_CUE = 1.0
_SIGN = 0.8  # a fact of the kind that an aspect is about: money for 资金, an office for 责任单位
_LEAST = 1.0


@dataclass(frozen=True, slots=True)
class Aspect:
    """An aspect with the words that tell of it."""

    name: str
    cues: tuple[str, ...]


@lru_cache(maxsize=1)
def _listed() -> dict[str, tuple[str, ...]]:
    rows = (line.split("\t") for line in lines("aspects.tsv"))
    return {name: tuple(fold(cue) for cue in cues.split()) for name, cues in rows}


def aspect(name: str) -> Aspect:
    """The aspect of a name; one that is not listed is described by its own words and what equals them."""
    if name in _listed():
        return Aspect(name, _listed()[name])
    own = [w.text for w in words(fold(name)) if len(w.text) > 1] or [fold(name)]
    return Aspect(
        name,
        tuple(dict.fromkeys([fold(name), *own, *(o for word in own for o in substitutes().get(word, {}))])),
    )


def weight(statement: Statement, wanted: Aspect) -> float:
    """How much a statement tells of an aspect, from 0; 1 and more is plain."""
    folded = fold(statement.text)
    cues = sum(_CUE for cue in wanted.cues if cue in folded)
    if not cues and wanted.name not in ("资金", "责任单位"):
        return 0.0
    own_facts = facts(statement)
    return cues + _SIGN * any(_fits(fact, wanted.name) for fact in own_facts)


def is_plain(value: float) -> bool:
    """True from the weight on from which a statement is quoted under an aspect."""
    return value >= _LEAST


def _fits(fact: Fact, name: str) -> bool:
    if name == "资金":
        return fact.figure is not None and fact.figure.numeral.measure == "money"
    if name == "责任单位":
        return fact.body is not None
    if name in ("期限", "目标"):
        return fact.period is not None and (
            name == "期限" or bool(fact.status and fact.status.value == "planned")
        )
    return fact.kind == "measure"
