"""From supported claims to the answer that the reader sees: citations, markers, verbatim fallbacks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from docs_store.models import Article, Hit, Passage
from docs_store.text.dates import spelled
from docs_store.text.numerals import figured
from docs_store.text.table_rows import spoken
from rag import strings
from rag.evidence import showing
from rag.evidence.asked import understood
from rag.evidence.sentences import Evidence, Sentence
from rag.generation.plan import Plan, PlanItem
from rag.generation.replies import described
from rag.models import AnswerItem, AnswerSection, Citation, OtherArticle
from rag.verification import facts
from rag.verification.support import Support

BEST = 2  # sentences of an extractive answer
NEAR = 0.5  # share of the best sentence's score from which on a second one is quoted
NEAR_GIVEN = 0.2  # the same of passages that came with the question, whose line tells sentences further apart
_LONG = 220  # characters of an extractive answer of two sentences
_GOES_ON = "……"
_WITHIN = ("，", ",", "、", "：", ":", "—")  # marks behind a quote that its sentence goes on after
_REPEATED = 0.85  # share of an item's wording in a claim from which on it need not be shown


def cite(marker: int, hit: Hit, start: int, end: int) -> Citation:
    """A citation of ``hit.article.text[start:end]``."""
    article, passage = hit.article, hit.passage
    return Citation(
        marker,
        passage.id,
        article.id,
        article.title,
        article.issuer,
        article.published_on,
        article.url,
        passage.heading_path,
        article.text[start:end],
        start,
        end,
        passage.text,
        passage.start,
        article.page_of(start),
        tuple(OtherArticle(a.id, a.title, a.issuer, a.published_on) for a in hit.also),
        article.written_on,
    )


@dataclass(frozen=True, slots=True)
class Composed:
    """An answer's text with its citations and sections; the three always agree."""

    text: str
    citations: Sequence[Citation]
    sections: Sequence[AnswerSection]


def compose(supports: Sequence[Support], hits: Sequence[Hit]) -> Composed:
    """The claims in order as running text, each with the marker of its quote."""
    book = _Markers(hits)
    text, items = "", []
    for item in supports:
        number = book.number(item.hit_index, item.start, item.end)
        said = _bare(item.claim)
        verbatim = said in " ".join(hits[item.hit_index].article.text[item.start : item.end].split())
        text += f"{said}[{number}]。"
        items.append(AnswerItem(said, (number,), verbatim))
    return Composed(text, book.citations, (AnswerSection(None, tuple(items)),))


def of_plan(plan: Plan, opening: Sequence[Support] = ()) -> Composed:
    """The plan's items as bullets under their headings; before them the checked sentences of `opening`.

    An item that the opening says already, figures and all, is not said again. One whose sentence goes on is shown with ……,
    which is no part of it.
    """
    book = _Markers(plan.hits)
    lines: list[str] = []
    sections: list[AnswerSection] = []
    word = _judgement(plan) if opening else ""
    if opening:
        first = []
        for support in opening:
            number = book.number(support.hit_index, support.start, support.end)
            first.append(AnswerItem(_bare(support.claim), (number,), False))
        lines.append(word + "".join(f"{item.text}[{item.markers[0]}]。" for item in first))
        sections.append(AnswerSection(None, tuple(first)))
    if plan.warning:
        lines.append(plan.warning)
    stated = [support.claim for support in opening]
    more: dict[int, str] = {}
    for section in plan.sections:
        items = []
        for item in section.items:
            if any(says(claim, item.text) for claim in stated):
                continue
            number = book.number(item.hit_index, item.start, item.end)
            more[number] = _GOES_ON if _goes_on(plan, item) else ""
            items.append(AnswerItem(item.text, (number,), True))
        if not items and section.missing is None:
            continue
        if section.heading and not word:
            lines.append(f"{section.heading}：{section.missing or ''}")
        lines += [f"- {item.text}{more[item.markers[0]]}[{item.markers[0]}]" for item in items]
        sections.append(AnswerSection(section.heading, tuple(items)))
    if plan.note:
        lines.append(plan.note)
    return Composed("\n".join(lines), book.citations, tuple(sections))


def _goes_on(plan: Plan, item: PlanItem) -> bool:
    """True where a quote ends at a comma within its sentence."""
    return plan.hits[item.hit_index].article.text[item.end : item.end + 1] in _WITHIN


def _judgement(plan: Plan) -> str:
    """The word that answers a yes or no, with its colon: it opens the answer, whoever words the rest; "" for other tasks."""
    word = plan.sections[0].heading if plan.task == "check" and plan.sections else None
    return f"{word}：" if word else ""


def says(claim: str, item: str) -> bool:
    """True when `claim` says all of `item`: its figures, and nearly all its wording."""
    folded = figured(claim)
    if facts.numbers(item) - facts.numbers(claim):
        return False
    grams = facts.content_bigrams(item)
    return sum(gram in folded for gram in grams) >= _REPEATED * len(grams)


def by_date(sentences: Sequence[Sentence], hits: Sequence[Hit]) -> Composed:
    """What articles of different dates say, each with its date; the reader sees that they differ."""
    book = _Markers(hits)
    lines, items = [], []
    for sentence in sentences:
        article = hits[sentence.hit_index].article
        day = article.published_on
        when = f"（{spelled(day)}）" if day else ""
        number = book.number(sentence.hit_index, sentence.start, sentence.end)
        said = f"《{article.title}》{when}：{_bare(_readable(sentence, hits))}"
        lines.append(f"{said}[{number}]。")
        items.append(AnswerItem(said, (number,), False))
    head = None if len(lines) == 1 else strings.DATES_DIFFER
    return Composed((head or "") + "".join(lines), book.citations, (AnswerSection(head, tuple(items)),))


class _Markers:
    """Numbers the quotes; the same quote keeps one marker."""

    def __init__(self, hits: Sequence[Hit]) -> None:
        self.citations: list[Citation] = []
        self._hits = hits
        self._known: dict[tuple[str, int, int], int] = {}

    def number(self, hit_index: int, start: int, end: int) -> int:
        hit = self._hits[hit_index]
        key = (hit.article.id, start, end)
        if key not in self._known:
            self._known[key] = len(self._known) + 1
            self.citations.append(cite(self._known[key], hit, start, end))
        return self._known[key]


def _bare(sentence: str) -> str:
    return sentence.strip().rstrip("。；; ,，")


def extract(question: str, evidence: Evidence, hits: Sequence[Hit], near: float = NEAR) -> list[Support]:
    """The best sentences verbatim, at most two, in the order of the article where they follow one another; [] where there are none.

    The second is quoted where it is nearly as likely to hold the answer as the first (`near`: from which share of its score on):
    then the first is in doubt.
    """
    if not evidence.sentences:
        return []
    first = evidence.sentences[0]
    best = [first]
    for other in evidence.sentences[1:BEST]:
        if other.score >= near * first.score and not says(first.text, other.text):
            best.append(other)
    chosen = list(best[: fitting([len(s.text) for s in best])])
    chosen.sort(key=lambda s: (s.hit_index != best[0].hit_index, s.hit_index, s.start))
    asked = understood(question)
    return [_opened(s, len(s.text) - len(showing.said(asked, s)), hits) for s in chosen]


def _opened(sentence: Sentence, cut: int, hits: Sequence[Hit]) -> Support:
    """A sentence without the `cut` characters before its first words."""
    text = hits[sentence.hit_index].article.text[sentence.start : sentence.end]
    if not cut:
        return Support(_readable(sentence, hits), sentence.hit_index, sentence.start, sentence.end)
    return Support(text[cut:], sentence.hit_index, sentence.start + cut, sentence.end)


def _readable(sentence: Sentence, hits: Sequence[Hit]) -> str:
    """A sentence as it stands; a table row with its heads."""
    return spoken(hits[sentence.hit_index].article.text, sentence.start, sentence.end)


def fitting(lengths: Sequence[int]) -> int:
    """How many of the best sentences, of these lengths, an extractive answer quotes: the first, then what still fits."""
    count = 1
    while count < len(lengths) and sum(lengths[: count + 1]) <= _LONG:
        count += 1
    return count


def describe(article: Article) -> tuple[str, list[Citation]]:
    """An answer from the article's metadata, quoting the line that states its source or else its first sentence."""
    match = re.search(r"^来源\s*[|｜:：/].*$", article.text, re.MULTILINE)
    start, end = match.span() if match else (0, min(len(article.text), article.text.find("\n") % 10**6))
    quote = article.text[start:end]
    passage = Passage(f"{article.id}-meta", article.id, 0, start, end, quote)
    text = f"{described(article)}[1]。"
    return text, [cite(1, Hit(passage, article, 1.0), start, end)]
