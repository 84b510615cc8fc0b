"""The probability that a clause belongs into the answer: boosted trees over its features, and over what its words tell.

将…提高到, 支持, 每年 stand in what people want told of a policy; 记者, 强调, 座谈 stand beside it. A linear model over the words of a
clause, each by itself and with the task, tells that; its log odds are one feature of the trees. Names of people, places and
bodies count by their kind alone: which ones they are tells nothing here. Both are learned by `benchmarks.training.relevance`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from docs_store.text.segment import Word, words
from rag.evidence.clauses import Clause
from rag.evidence.signals import Floats, Measured
from rag.weights.sparse import SparseLine, packaged_line
from rag.weights.trees import Forest, packaged

WORDING = "wording"
_NAMES = frozenset(("ns", "nr", "nt", "nz"))  # parts of speech
_LIKELY = 0.2  # chance of a task from which on a word is also read with it
_LENGTH = 30.0  # characters of a clause of usual length


@dataclass(frozen=True, slots=True)
class Relevance:
    """The line over words, and the trees that have its log odds, by the name `WORDING`, beside the features of `material.measure`."""

    line: SparseLine
    forest: Forest

    def probabilities(
        self, measured: Measured, clauses: Sequence[Clause], tasks: Mapping[str, float]
    ) -> Floats:
        """One probability a clause, 0 to 1; `tasks` tells how likely each task is what is asked for."""
        odds = log_odds(self.line, clauses, tasks)
        table = np.column_stack([measured.table, odds])
        names = (*measured.names, WORDING)
        return self.forest.probabilities_among(names, table)


@cache
def packaged_relevance() -> Relevance:
    """The weights that are shipped."""
    return Relevance(packaged_line("clause_words"), packaged("clauses"))


def log_odds(line: SparseLine, clauses: Sequence[Clause], tasks: Mapping[str, float]) -> Floats:
    """What the words of each clause tell."""
    known: dict[str, float] = {}
    for clause in clauses:
        if clause.text not in known:
            known[clause.text] = line.log_odds(features(clause.text, tasks))
    return np.array([known[clause.text] for clause in clauses])


def features(clause: str, tasks: Mapping[str, float]) -> dict[str, float]:
    """The words of a clause, its first word, and its words with each task that is likely, weighed by how likely it is."""
    kinds = [_kind(word) for word in words(clause)]
    found = dict.fromkeys(kinds, 1.0) | {f"^{kind}": 1.0 for kind in kinds[:1]}
    for task, chance in tasks.items():
        if chance >= _LIKELY:
            found |= {f"{task}|{kind}": chance for kind in kinds}
    return found | {"length": len(clause) / _LENGTH}


def _kind(word: Word) -> str:
    if word.pos in _NAMES:
        return f"<{word.pos}>"
    return "<number>" if word.text[0].isdigit() else word.text
