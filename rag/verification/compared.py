"""A claim laid beside the passages that it cites and beside the others, clause by clause: what the models' rows are read from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from rag.lexicon import tables
from rag.verification import names, relating
from rag.verification.alignment import AHEAD, Alignment, align
from rag.verification.relating import Owned
from rag.verification.words import AnalysedText, Token

KINDS = ("person", "place", "party", "number", "date", "verb", "noun", "other", "negator", "status")
ENTITIES = frozenset(("person", "place", "party", "number", "date"))
CAUSES = ("由于", "因为", "因", "受", "原因", "得益于", "导致", "源于", "为此", "随着", "带动")
COMPARES = (
    "高于",
    "低于",
    "多于",
    "少于",
    "超过",
    "大于",
    "快于",
    "慢于",
    "更",
    "最",
    "不及",
    "相比",
    "相当",
    "比",
)
SPEAKS = ("表示", "介绍", "说", "认为", "指出", "称", "强调", "透露", "看来", "提出", "呼吁", "建议")
_UP, _DOWN = re.compile("[增升涨高快多超扩]"), re.compile("[减降跌低慢少缩落弱]")


@dataclass
class Compared:
    """A claim laid beside the passages that it cites, and beside the others."""

    claim: AnalysedText
    cited: dict[int, AnalysedText]
    others: dict[int, AnalysedText]
    path: Alignment
    elsewhere: Alignment
    question: str
    mates: dict[int, list[int]] = field(default_factory=dict)
    """Clause of the claim → its tokens."""
    there: dict[int, ComparedClause] = field(default_factory=dict)
    """Clause of the claim → what the clauses that it rests on say of certainty, state and negation."""
    owners: dict[int, Owned] = field(default_factory=dict)
    """Token of a figure → whether it is whose the claim says it is."""
    names: dict[int, tuple[float, float]] = field(default_factory=dict)
    """Token in the name of a body or office → whether the passages have the name, and how many others of its sort."""

    def __post_init__(self) -> None:
        """Groups the tokens by clause."""
        for i, token in enumerate(self.claim.tokens):
            self.mates.setdefault(self.claim.clause[token.start], []).append(i)
        for clause, mates in self.mates.items():
            self.there[clause] = ComparedClause.of(self, mates)
        self.owners = relating.owners(self.claim, self.path, self.cited)
        for name in names.names(self.claim):
            found = max((names.standing(name, p) for p in self.cited.values()), default=0.0)
            rival = 0.0 if found == 1 else float(sum(len(names.rivals(name, p)) for p in self.cited.values()))
            for i, token in enumerate(self.claim.tokens):
                if name.start <= token.start < name.end:
                    self.names[i] = (found, rival)


@dataclass(frozen=True)
class ComparedClause:
    """A clause of the claim, and what the clauses of the passages say that its words rest on."""

    own: frozenset[str]
    """Classes of `modality_status.tsv` that its words have."""
    same: frozenset[str]
    """Those of the clauses that it rests on."""
    before: frozenset[str]
    """Those of the clauses before them in their sentences."""
    negators: int
    negators_own: int
    covered: float
    """Share of the weight of the passages' clauses that the claim has; -1 where it rests on none."""
    dropped: tuple[Token, ...]
    """Their words that the claim does not have."""
    piece: str
    sign: int
    """1 where it tells of more, -1 of less, 0 of neither or both."""
    sign_there: int

    @cached_property
    def relates(self) -> tuple[float, float, float]:
        """1 each where it has a word that gives a cause, compares, or says who speaks."""
        causes, compares, speaks = (
            float(any(word in self.piece for word in group)) for group in (CAUSES, COMPARES, SPEAKS)
        )
        return causes, compares, speaks

    @classmethod
    def of(cls, it: Compared, mates: Sequence[int]) -> ComparedClause:
        """The clause of the tokens `mates`."""
        tokens = it.claim.tokens
        standing = tables.statuses()
        clauses: dict[tuple[int, int], float] = {}
        for j in mates:
            if s := it.path.spots[j]:
                key = (s.passage, it.cited[s.passage].clause[s.start])
                clauses[key] = clauses.get(key, 0.0) + tokens[j].weight
        total = sum(clauses.values())
        chosen = {key for key, weight in clauses.items() if weight >= 0.25 * total}
        same: set[str] = set()
        before: set[str] = set()
        negators = 0
        covered = all_weight = 0.0
        dropped = []
        pieces = ""
        used = {(s.passage, s.start) for s in it.path.spots if s}
        for number, clause in chosen:
            text = it.cited[number]
            first, last = text.clause_spans[clause]
            pieces += text.text[first:last]
            low, high = text.clause_spans[max(0, clause - 3)][0], text.clause_spans[clause][1]
            for t in text.between(low, high):
                c = text.clause[t.start]
                kind = standing.get(t.text)
                if c == clause:
                    if t.kind == "negator":
                        negators += 1
                    if kind:
                        same.add(kind)
                    all_weight += t.weight
                    if (number, t.start) in used or t.text in it.claim.text:
                        covered += t.weight
                    else:
                        dropped.append(t)
                elif kind and text.sentence[t.start] == text.sentence[first]:
                    before.add(kind)
        own = {standing[tokens[j].text] for j in mates if tokens[j].text in standing}
        negators_own = sum(tokens[j].kind == "negator" for j in mates)
        first, last = tokens[mates[0]].start, tokens[mates[-1]].end
        piece = it.claim.text[max(0, first - 3) : last]
        return cls(
            frozenset(own), frozenset(same), frozenset(before), negators, negators_own,
            covered / all_weight if all_weight else -1.0, tuple(dropped), piece, sign(piece), sign(pieces),
        )  # fmt: skip


def sign(text: str) -> int:
    """1 where a text tells of more or higher, -1 of less or lower, 0 of neither or both."""
    return bool(_UP.search(text)) - bool(_DOWN.search(text))


def compare(
    claim: AnalysedText, passages: Sequence[AnalysedText], cited: Sequence[int], question: str = ""
) -> Compared:
    """Aligns `claim` with the cited passages (numbers from 0), and with those not cited."""
    inside = {n: passages[n] for n in cited}
    outside = {n: p for n, p in enumerate(passages) if n not in inside}
    it = _laid(claim, inside, outside, question)
    borne_out = [i for i in range(len(claim.tokens)) if _state_borne_out(it, i)]
    if borne_out:
        rest = tuple(t for i, t in enumerate(claim.tokens) if i not in borne_out)
        it = _laid(replace(claim, tokens=rest), inside, outside, question)
    return it


def _laid(
    claim: AnalysedText, inside: dict[int, AnalysedText], outside: dict[int, AnalysedText], question: str
) -> Compared:
    path, elsewhere = align(claim, list(inside.items())), align(claim, list(outside.items()))
    return Compared(claim, inside, outside, path, elsewhere, question)


def _state_borne_out(it: Compared, i: int) -> bool:
    """True for 将 where the sentence that the claim rests on says 按计划 or 拟: no word of its own to look for."""
    token = it.claim.tokens[i]
    clause = it.there[it.claim.clause[token.start]]
    state = tables.statuses().get(token.text) in AHEAD
    return state and it.path.spots[i] is None and bool(AHEAD & (clause.same | clause.before))


def expected(it: Compared, left: int | None, right: int | None) -> tuple[int, int, int] | None:
    """(passage, start, end) of the place where a word between these aligned neighbours would stand."""
    a = it.path.spots[left] if left is not None else None
    b = it.path.spots[right] if right is not None else None
    if a and b and a.passage == b.passage and 0 <= b.start - a.end <= 40:
        return a.passage, a.end, b.start
    if a:
        return a.passage, a.end, min(a.end + 20, len(it.cited[a.passage].text))
    if b:
        return b.passage, max(0, b.start - 20), b.start
    return None
