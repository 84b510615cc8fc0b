"""Sums and differences that a claim says it reckons: 两个园区合计裁员140人 where the passage has 89人 and 51人."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations

from docs_store.text.numerals import Numeral
from rag.verification import amounts
from rag.verification.words import AnalysedText, Token

_RECKONS = re.compile(
    "合计|总计|共计|总共|一共|加起来|总额|总数|多出|少了|相差|高出|低了|高了|增加了|减少了|其余|剩下|"
    "比[^，。]{1,20}[多少高低长短大小]"
)
_CHANGED = re.compile("(?:从|由)[^。]{2,40}[到至][^。]{1,30}(?:减少|增加|下降|上升|提高|缩小|扩大)")
_POINTS = "百分点"
_PERCENT = "%"
_AGREES = 0.6  # how well what is reckoned must agree with the claim's figure
_MOST = 12  # figures of a passage that are reckoned with


def addends(
    claim: AnalysedText, token: Token, passages: Sequence[tuple[int, AnalysedText]]
) -> Iterator[tuple[int, Token]]:
    """The figure, with its passage's number, that completes the sum or difference which a figure of the claim is; one a passage.

    The claim must say that it reckons. Sums are of two figures of one unit in a passage, or of all those of one sentence.
    """
    figure = token.figure
    if figure is None or not figure.unit:
        return
    start, end = claim.clause_spans[claim.clause[token.start]]
    if not _RECKONS.search(claim.text[start:end]) and not _CHANGED.search(claim.text):
        return
    for number, passage in passages:
        there = [(t, f) for t in passage.tokens if (f := t.figure) and _can_be_added(f, figure)][:_MOST]
        for last, value in _reckoned(passage, there):
            if amounts.alike(figure, replace(figure, low=value, high=value, bound="")) >= _AGREES:
                yield number, last
                break


def _can_be_added(one: Numeral, other: Numeral) -> bool:
    """True for an exact amount of the other's unit."""
    exact = one.low == one.high and not one.bound
    points = other.unit == _POINTS and one.unit == _PERCENT  # two shares differ by points
    return exact and (points or (one.unit == other.unit and one.kind is other.kind))


def _reckoned(
    passage: AnalysedText, there: Sequence[tuple[Token, Numeral]]
) -> Iterator[tuple[Token, Fraction]]:
    of_sentence: dict[int, list[tuple[Token, Numeral]]] = {}
    for token, figure in there:
        of_sentence.setdefault(passage.sentence[token.start], []).append((token, figure))
    for own in of_sentence.values():
        if len(own) > 1:
            yield own[-1][0], sum((figure.low for _, figure in own), Fraction(0))
    for (_, one), (last, other) in combinations(there, 2):
        yield last, one.low + other.low
        yield last, abs(one.low - other.low)
