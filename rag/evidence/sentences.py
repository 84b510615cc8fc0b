"""Chooses the sentences that matter, and judges whether they carry what the question asks for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from docs_store.models import Hit
from docs_store.text.numerals import figured
from docs_store.text.sentences import sentence_spans
from rag.evidence import relevance, sufficiency
from rag.lexicon import injection, rareness
from rag.verification import consistency, facts

_RELEVANT = 0.1  # share of the best score below which a sentence only distracts a small model
_JUDGED = 3  # sentences whose fit is looked at
_FIGURE_ASKED = re.compile(
    r"多少|几[个家项名位条座所只年岁次种天]|第几|比例|占比|多长|多大|多高|多久|金额|数量"
)
_DATE_ASKED = re.compile(r"什么时候|何时|哪天|哪一天|哪年|哪一年|几月|日期|时间")
_DATE = re.compile(r"[\d一二三四五六七八九十]+\s*[年月日时]|周|今年|去年|昨|明年|上午|下午|晚")

_WANTS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (
        re.compile(r"多少|几[个家项名位条座所只年岁次种天]|第几|比例|占比"),
        re.compile(r"\d|[一二两三四五六七八九十百千万]"),
    ),
    (
        re.compile(r"什么时候|何时|哪天|哪一天|哪年|哪一年|几月|日期|时间"),
        re.compile(r"[\d一二三四五六七八九十]+\s*[年月日时]"),
    ),
    (re.compile(r"(?:哪[份个些部]|什么)(?:文件|法规|法律|规定|办法)"), re.compile(r"[《〈]")),
    (re.compile(r"谁|哪位"), re.compile(r"[\u4e00-\u9fff]{2}")),
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a hit, with offsets into its article and its fit to the question (0 to 1)."""

    hit_index: int
    text: str
    start: int
    end: int
    window: str
    """The sentence with its neighbours in the passage and the article's title."""
    score: float
    features: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The sentences, best first, and the probability that they hold the answer (0 to 1)."""

    sentences: Sequence[Sentence]
    score: float
    features: Mapping[str, float] = field(default_factory=dict)


def gather(question: str, hits: Sequence[Hit]) -> Evidence:
    """Scores every sentence of `hits` against `question`, the best first, and the evidence as a whole.

    The score is the probability that the passages hold the answer, lowered where the best sentence misses a year or
    place that the question names.
    """
    grams = rareness.weights(facts.content_bigrams(question))
    if not grams or not hits:
        return Evidence((), 0.0)
    contexts = [sufficiency.context(hit) for hit in hits]
    most = max(sufficiency.coverage(grams, context) for context in contexts)
    found = [
        sentence
        for index, hit in enumerate(hits)
        for sentence in _sentences(question, grams, index, hit, contexts[index], most)
    ]
    if not found:
        return Evidence((), 0.0)
    found.sort(key=lambda s: (-s.score, s.hit_index, s.start))
    best = found[0]
    hit = hits[best.hit_index]
    fit = max(carries(question, s.text, s.window, hits[s.hit_index]) for s in found[:_JUDGED])
    scored = [(s.hit_index, s.score, figured(s.text)) for s in found]
    features = sufficiency.features(question, hits, contexts, scored, fit)
    score = sufficiency.probability(features) * _constraints(question, best.text, hit, hit.context)
    return Evidence(found, score, features)


def _sentences(
    question: str, grams: dict[str, float], index: int, hit: Hit, context: str, best: float
) -> list[Sentence]:
    passage = hit.passage
    spans = sentence_spans(passage.text)
    behind = sufficiency.coverage(grams, context) - best
    whole = hit.context
    built: list[Sentence] = []
    for i, (start, end) in enumerate(spans):
        text = passage.text[start:end]
        if injection.speaks_to_machine(text):
            continue
        around = passage.text[spans[max(0, i - 1)][0] : spans[min(len(spans) - 1, i + 1)][1]]
        window = " ".join((hit.article.title, *passage.heading_path, around))
        seen = relevance.features(
            question, text, around, behind=behind, has_kind=_has_kind(question, text), position=i / len(spans)
        )
        score = relevance.probability(seen) * _constraints(question, text, hit, whole)
        built.append(Sentence(index, text, passage.start + start, passage.start + end, window, score, seen))
    return built


def _has_kind(question: str, sentence: str) -> bool:
    """True when the kind of answer asked for (a new figure, a date) stands in the sentence."""
    if _FIGURE_ASKED.search(question):
        return bool(facts.numbers(sentence) - facts.numbers(question))
    return not _DATE_ASKED.search(question) or bool(_DATE.search(sentence))


def _constraints(question: str, sentence: str, hit: Hit, context: str) -> float:
    """1 when the years and places of the question stand in the passage, less when they do not."""
    factor = 1.0
    if any(not facts.year_fits(y, context, hit.article.published_on) for y in facts.years(question)):
        factor *= 0.5
    asked = facts.places(question)
    if asked - facts.places(context):
        factor *= 0.4
    elif asked and (named := facts.places(sentence)) and not asked & named:
        factor *= 0.5  # the sentence speaks of a neighbour
    if consistency.asks_for_its_opposite(question, sentence):
        factor *= 0.4
    if consistency.lacks_office(question, context):
        factor *= 0.4
    return factor


def carries(question: str, sentence: str, window: str, hit: Hit, wanted: set[str] | None = None) -> float:
    """How much of the question's constraints `sentence` carries, 0 to 1.

    Coverage of the question's content in the sentence and in its window; then every year, place and
    quoted name of the question must stand in the passage or its title, and the kind of answer asked for (a figure, a
    date) must be there. A missing constraint halves or quarters the score: that is what tells the
    neighbouring city or last year from an answer.
    """
    wanted = facts.content_bigrams(question) if wanted is None else wanted
    if not wanted:
        return 0.0
    folded_sentence, folded_window = figured(sentence), figured(window)
    in_sentence = sum(1 for gram in wanted if gram in folded_sentence) / len(wanted)
    in_window = sum(1 for gram in wanted if gram in folded_window) / len(wanted)
    context = hit.context
    folded_context = figured(context)
    in_context = sum(1 for gram in wanted if gram in folded_context) / len(wanted)
    score = 0.4 * in_sentence + 0.35 * in_window + 0.25 * in_context
    score *= _constraints(question, sentence, hit, context)
    if any(name not in folded_context for name in facts.quoted(question)):
        score *= 0.7
    if _missing_term(question, folded_context):
        score *= 0.6
    for asks, answer in _WANTS:
        if asks.search(question) and not answer.search(sentence):
            score *= 0.6
    if kind := facts.kind_asked(question):
        score *= 1.1 if kind in folded_sentence else 0.9
    return min(score, 1.0)


def _missing_term(question: str, folded_context: str) -> bool:
    """True when a whole term of the question (three characters or more) has no bigram in the passage."""
    for run in facts.content_runs(question):
        if len(run) >= 3 and all(run[i : i + 2] not in folded_context for i in range(len(run) - 1)):
            return True
    return False


def for_prompt(evidence: Evidence, hits: Sequence[Hit], limit: int) -> list[tuple[int, str]]:
    """The evidence as (hit index, text) blocks in the order of the hits, at most about `limit` characters.

    The best sentences are taken with the sentence before and after, until the limit; what is taken from a passage
    keeps its order, with … where something was left out.
    """
    chosen: dict[int, set[int]] = {}
    spans = [sentence_spans(hit.passage.text) for hit in hits]
    used = 0
    for sentence in evidence.sentences:
        if sentence.score < _RELEVANT * evidence.sentences[0].score:
            break
        hit = hits[sentence.hit_index]
        position = next(
            i for i, (a, _) in enumerate(spans[sentence.hit_index]) if hit.passage.start + a == sentence.start
        )
        picked = chosen.setdefault(sentence.hit_index, set())
        for i in (position, position - 1, position + 1):
            if 0 <= i < len(spans[sentence.hit_index]) and i not in picked:
                a, b = spans[sentence.hit_index][i]
                if used + (b - a) > limit and used:
                    continue
                if injection.speaks_to_machine(hit.passage.text[a:b]):
                    continue
                picked.add(i)
                used += b - a
        if used >= limit:
            break
    return [
        (index, _join(hits[index], spans[index], chosen[index])) for index in sorted(chosen) if chosen[index]
    ]


def _join(hit: Hit, spans: list[tuple[int, int]], picked: set[int]) -> str:
    text, last = "", None
    for i in sorted(picked):
        text += "" if last is None or i == last + 1 else "…"
        text += hit.passage.text[spans[i][0] : spans[i][1]]
        last = i
    return text
