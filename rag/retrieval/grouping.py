"""Deduplication and diversity: of articles that tell the same (reposts, and reports of one event) the answerer reads one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache

from docs_store.models import Hit
from docs_store.text.analyser import bigrams
from docs_store.text.normal import fold
from rag.lexicon import rareness

_ALIKE = 0.5  # likeness of passages from which on one can stand for the other
_DAYS = timedelta(days=10)  # reports of one event come within so many days
_COMMON = 3.0  # rarity up to which wording does not count
_NEARLY = (
    0.97  # a passage stands for its group when its evidence is this share of the best: lower lost answers
)
_RUN = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+")


def one_of_each(hits: Sequence[Hit]) -> list[Hit]:
    """The hits without those that say again what another one says; the one that stays names the others' articles in `also`.

    Passages of two articles tell the same when they share their rare wording, and one article is a repost of the other or
    both came within days. Of them the newest and most complete stays, at the place of the first.
    What a report of the same event adds is another passage and stays: it may be the answer.

    Args:
        hits: best first, as a search returns them.
    """
    groups: list[list[Hit]] = []
    for hit in hits:
        group = next((g for g in groups if tells_the_same(g[0], hit)), None)
        if group is None:
            groups.append([hit])
        else:
            group.append(hit)
    return [_shown(group) for group in groups]


def _shown(group: Sequence[Hit]) -> Hit:
    """The hit that stands for the group: of those with nearly its best evidence the newest, then the most complete."""
    evidence = [hit.features.get("evidence", 0.0) for hit in group]
    able = [hit for hit, found in zip(group, evidence, strict=True) if found >= _NEARLY * max(evidence)]
    chosen = max(able, key=lambda hit: (hit.article.published_on or date.min, len(hit.article.text)))
    others = {hit.article.id: hit.article for hit in group if hit.article.id != chosen.article.id}
    return replace(chosen, also=tuple(others.values())) if others else chosen


def tells_the_same(one: Hit, other: Hit) -> bool:
    """True for passages of different articles of which one can stand for the other."""
    if one.article.id == other.article.id:
        return False
    repost = (one.article.duplicate_of or one.article.id) == (other.article.duplicate_of or other.article.id)
    days = one.article.published_on, other.article.published_on
    if not repost and days[0] and days[1] and abs(days[0] - days[1]) > _DAYS:
        return False
    return likeness(one.passage.text, other.passage.text) >= _ALIKE


def likeness(one: str, other: str) -> float:
    """Cosine, 0 to 1, of the wording of two texts, weighted by rarity."""
    few, few_mass = _wording(one)
    many, many_mass = _wording(other)
    if len(few) > len(many):
        few, many = many, few
    shared = sum(weight for gram, weight in few.items() if gram in many)
    return float(shared / (few_mass * many_mass) ** 0.5) if shared else 0.0


@lru_cache(maxsize=2_000)
def _wording(text: str) -> tuple[Mapping[str, float], float]:
    """The squared weight of each bigram, number and Latin word, and their sum."""
    grams: set[str] = set()
    for match in _RUN.finditer(fold(text)):
        run = match.group()
        grams |= {run} if run.isascii() else set(bigrams(run))
    weights = {gram: max(0.0, weight - _COMMON) ** 2 for gram, weight in rareness.weights(grams).items()}
    return weights, sum(weights.values())
