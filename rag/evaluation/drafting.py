"""Drafts a question file from one's own articles, for a person to correct."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from docs_store.models import Article
from rag.evaluation.corpus_check import Corpus
from rag.evaluation.fact_patterns import VerifiableFact, facts_of
from rag.evaluation.near_misses import NearMiss, near_misses
from rag.evaluation.questions import GoldQuestion
from rag.verification import facts

_HOPELESS = 4  # one question in so many is unanswerable
_OPEN = 5  # and one in so many asks what an article says
_POINTS = (3, 6)  # least and most key points of such a question
_SAME = 0.85  # share of the question's content from which on another sentence speaks of the same thing


def draft_questions(articles: Sequence[Article], count: int, *, seed: int = 0) -> list[GoldQuestion]:
    """At most `count` questions, a quarter of them unanswerable, spread over kinds and articles.

    One in five is open and asks what an article says; its key points, like those of a list, are facts of the article.

    Every answer stands word for word in its evidence, and no other article gives another answer; every near miss was
    looked for in all articles. Fewer come when the articles hold fewer such facts. The same articles and seed give the
    same questions.
    """
    if not articles:
        return []
    corpus = Corpus(articles)
    hopeless = count // _HOPELESS
    opened = list(islice(_summaries(articles, seed), count // _OPEN))
    spread = _spread(articles, seed)
    found: list[tuple[VerifiableFact, list[str]]] = []
    spare: list[VerifiableFact] = []  # asked for nothing but their near miss
    asked: set[str] = set()
    for fact in spread:
        if fact.question in asked:
            continue
        asked.add(fact.question)
        if len(found) < count - hopeless - len(opened):
            also = _also_said(corpus, fact)
            if also is not None:
                found.append((fact, also))
        elif len(spare) < 6 * hopeless:
            spare.append(fact)
        else:
            break
    questions = [_answerable(i, fact, also) for i, (fact, also) in enumerate(found, start=1)]
    questions += opened
    bases = [fact for fact in (*spare, *(fact for fact, _ in found)) if not fact.items]
    for i, miss in enumerate(_take(near_misses(corpus, bases, seed), hopeless, asked), start=1):
        questions.append(_unanswerable(i, miss))
    return questions


def _summaries(articles: Sequence[Article], seed: int) -> Iterator[GoldQuestion]:
    """Questions for what an article says, one an article that holds facts enough, in drawn order."""
    order = list(articles)
    random.Random(seed + 1).shuffle(order)
    least, most = _POINTS
    number = 0
    for article in order:
        stated_facts = list({fact.sentence: fact for fact in facts_of(article)}.values())[:most]
        if len(stated_facts) < least:
            continue
        number += 1
        yield GoldQuestion(
            f"o{number:03}",
            f"《{article.title}》主要讲了哪些内容？",
            True,
            evidence=[fact.sentence for fact in stated_facts],
            gold_article_ids=[article.id],
            type="summary",
            key_points=[
                [[item] for item in fact.items] if fact.items else [list(fact.spellings)]
                for fact in stated_facts
            ],
        )


def _spread(articles: Sequence[Article], seed: int) -> Iterator[VerifiableFact]:
    """Facts in turn by kind, at most two an article, the articles in drawn order."""
    order = list(articles)
    random.Random(seed).shuffle(order)
    waiting: dict[str, list[VerifiableFact]] = defaultdict(list)
    taken: dict[str, int] = defaultdict(int)
    for article in order:
        for fact in facts_of(article):
            waiting[fact.type].append(fact)
    queues = {kind: iter(rows) for kind, rows in sorted(waiting.items())}
    while queues:
        for kind in list(queues):
            chosen = next((f for f in queues[kind] if taken[f.article_id] < 2), None)
            if chosen is None:
                del queues[kind]
                continue
            taken[chosen.article_id] += 1
            yield chosen


def _also_said(corpus: Corpus, fact: VerifiableFact) -> list[str] | None:
    """The other articles that say the same; None when any place gives another answer to the question."""
    also: set[str] = set()
    for article, sentence, window in corpus.windows(fact.question, _SAME):
        if (all if fact.items else any)(spelling in window for spelling in fact.spellings):
            if article.id != fact.article_id:
                also.add(article.id)
        elif article.id != fact.article_id and _other_answer(fact, sentence):
            return None
    return sorted(also)


def _other_answer(fact: VerifiableFact, sentence: str) -> bool:
    """Whether the sentence, which speaks of the same thing, could give another answer of the same kind."""
    if fact.type == "how_many":
        return any(fact.unit.endswith(unit) and unit for _, unit in facts.numbers(sentence))
    if fact.type == "who":
        return fact.office in sentence
    return True


def _take(found: Iterable[NearMiss], count: int, asked: set[str]) -> Iterator[NearMiss]:
    for miss in found:
        if count <= 0:
            return
        if miss.question not in asked:
            asked.add(miss.question)
            count -= 1
            yield miss


def _answerable(number: int, fact: VerifiableFact, also: Sequence[str]) -> GoldQuestion:
    return GoldQuestion(
        f"a{number:03}",
        fact.question,
        True,
        [] if fact.items else [list(fact.spellings)],
        [fact.sentence],
        gold_article_ids=[fact.article_id],
        also_acceptable_ids=also,
        type=fact.type,
        key_points=[[[item]] for item in fact.items],
    )


_KINDS = {"entity": "地名", "year": "年份", "office": "职务", "attribute": "指标"}


def _unanswerable(number: int, miss: NearMiss) -> GoldQuestion:
    return GoldQuestion(
        f"u{number:03}",
        miss.question,
        False,
        type=miss.fact.type,
        note=f"由“{miss.fact.question}”换{_KINDS[miss.kind]}：{miss.was} → {miss.now}；已查遍所有文章，没有答案",
    )
