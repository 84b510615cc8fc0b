"""Unanswerable questions that look answerable: one entity, year, office or attribute exchanged, checked to be answered nowhere."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from docs_store.text.numerals import figured
from docs_store.text.places import Level, level_of
from rag.evaluation.corpus_check import Corpus
from rag.evaluation.fact_patterns import VerifiableFact
from rag.verification import facts

_MAY_ANSWER = (
    0.6  # share of the question's content from which on a place beside the exchanged term might answer it
)
_COLLEAGUES: dict[str, tuple[str, ...]] = {
    "董事长": ("总经理", "财务总监", "监事会主席"),
    "总经理": ("董事长", "财务总监", "监事会主席"),
    "总裁": ("财务总监", "监事会主席", "首席技术官"),
    "局长": ("党组书记", "总工程师", "纪检组长"),
    "厅长": ("党组书记", "总工程师", "纪检组长"),
    "校长": ("党委书记", "总会计师", "工会主席"),
    "院长": ("党委书记", "总会计师", "工会主席"),
    "会长": ("秘书长", "监事长"),
    "理事长": ("秘书长", "监事长"),
    "秘书长": ("会长", "监事长"),
    "市长": ("人大常委会主任", "政协主席"),
    "县长": ("人大常委会主任", "政协主席"),
    "区长": ("人大常委会主任", "政协主席"),
    "主任": ("纪委书记", "总工程师"),
    "行长": ("监事长", "董事会秘书"),
    "馆长": ("党支部书记",),
    "所长": ("党支部书记", "总工程师"),
}
"""Offices that stand beside an office in the same house; all of offices.txt."""
_ATTRIBUTES: tuple[tuple[str, str], ...] = (
    ("进口", "出口"),
    ("营业收入", "净利润"),
    ("销量", "产量"),
    ("零售额", "批发额"),
    ("上半年", "下半年"),
    ("一季度", "四季度"),
    ("专科", "博士"),
    ("新建", "改建"),
    ("国有", "外资"),
)
_PEOPLE = re.compile("壮族|回族|维吾尔")  # the name of a region says where it is
_OWN = frozenset(("香港", "澳门", "台湾"))


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A question that no article answers, and what was exchanged."""

    question: str
    fact: VerifiableFact
    was: str
    now: str
    kind: str


def near_misses(corpus: Corpus, found: Sequence[VerifiableFact], seed: int) -> Iterator[NearMiss]:
    """For each fact at most one question that no article answers, in the order of `found`."""
    places = _common_places(corpus)
    for fact in found:
        draw = random.Random(f"{seed}{fact.question}")
        for was, now, kind in _exchanges(fact, places, draw):
            question = fact.question.replace(was, now)
            if not _answered(corpus, question, now, kind):
                yield NearMiss(question, fact, was, now, kind)
                break


def _exchanges(
    fact: VerifiableFact, places: Sequence[str], draw: random.Random
) -> Iterator[tuple[str, str, str]]:
    """(was, now, kind), the kinds in drawn order, each with a few drawn candidates."""
    options: list[list[tuple[str, str, str]]] = []
    question = fact.question
    if fact.type == "who":
        options.append([(fact.office, other, "office") for other in _COLLEAGUES.get(fact.office, ())])
    named = facts.places(question)
    if len(named) == 1 and not _PEOPLE.search(question) and question.count(next(iter(named))) == 1:
        was = next(iter(named))
        options.append(
            [
                (was, place, "entity")
                for place in places
                if place not in question and _level(place) == _level(was)
            ]
        )
    years = re.findall(r"(?<!\d)(?:19|20)\d{2}(?=年)", question)
    if len(years) == 1:
        options.append([(years[0], str(int(years[0]) + step), "year") for step in (-3, -4, -5, 3)])
    pairs = [*_ATTRIBUTES, *((b, a) for a, b in _ATTRIBUTES)]
    if fact.type == "how_many":
        options.append(
            [(a, b, "attribute") for a, b in pairs if question.count(a) == 1 and b not in question]
        )
    draw.shuffle(options)
    for candidates in options:
        draw.shuffle(candidates)
        yield from candidates[:4]


def _level(place: str) -> str:
    """Province, region with its own government, or city: only like is exchanged for like."""
    if place in _OWN:
        return "own"
    return "province" if level_of(place) is Level.PROVINCE else "city"


def _answered(corpus: Corpus, question: str, now: str, kind: str) -> bool:
    """Whether any article might answer it; in doubt, yes.

    An article that holds the exchanged term anywhere, and elsewhere most of the rest of the question, counts. A year
    counts as stated by every article published in it or in the next.
    """
    if kind != "year":
        return next(corpus.windows(question, _MAY_ANSWER, now), None) is not None
    for article, _, _ in corpus.windows(question.replace(f"{now}年", ""), _MAY_ANSWER):
        published = article.published_on.year if article.published_on else None
        text = figured(article.text)
        if now in text or published is None or published in (int(now), int(now) + 1):
            return True
    return False


def _common_places(corpus: Corpus) -> list[str]:
    """Places that the articles name most, so that a near miss stays on topic."""
    counts: Counter[str] = Counter()
    for article in corpus.articles:
        counts.update(facts.places(article.title + article.text[:400]))
    return [place for place, _ in counts.most_common(40)]
