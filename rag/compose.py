"""From supported claims to the answer that the reader sees: citations, markers, verbatim fallbacks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from docs_store.models import Article, Hit, Passage
from rag import facts
from rag.evidence import Evidence, Sentence
from rag.models import Citation, OtherArticle
from rag.verify import Support

_ORIGINAL = "\n原文："
_BEST = 2  # sentences of an extractive answer
_NEAR = 0.5  # share of the best sentence's score from which on a second one is quoted
_TOLD = 0.8  # share of a sentence's wording in the claims from which on it need not be quoted
_LONG = 220  # characters; a longer sentence is shown in its article, not in the answer
_ABOUT_ARTICLE = re.compile(r"(?:这篇|该篇|这个|本)?(?:文章|报道|稿件|简报|文件|通知)")
_ASKS_ORIGIN = re.compile(
    r"来源|出处|出自|谁发布|哪里发布|什么时候发布|何时发布|发布时间|发布日期|哪天发布|审核|校对|标题"
)


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


def compose(
    supports: Sequence[Support], hits: Sequence[Hit], beside: Sequence[Sentence] = ()
) -> tuple[str, list[Citation]]:
    """The claims in order, each with the marker of its quote, then the sentences `beside` them in the original."""
    book = _Markers(hits)
    text = "".join(
        f"{_bare(item.claim)}{book.mark(item.hit_index, item.start, item.end)}。" for item in supports
    )
    for number, sentence in enumerate(beside):
        marker = book.mark(sentence.hit_index, sentence.start, sentence.end)
        text += f"{'' if number else _ORIGINAL}{_bare(sentence.text)}{marker}。"
    return text, book.citations


def by_date(sentences: Sequence[Sentence], hits: Sequence[Hit]) -> tuple[str, list[Citation]]:
    """What articles of different dates say, each with its date; the reader sees that they differ."""
    book = _Markers(hits)
    lines = []
    for sentence in sentences:
        article = hits[sentence.hit_index].article
        day = article.published_on
        when = f"（{facts.spelled(day)}）" if day else ""
        marker = book.mark(sentence.hit_index, sentence.start, sentence.end)
        lines.append(f"《{article.title}》{when}：{_bare(sentence.text)}{marker}。")
    head = "" if len(lines) == 1 else "不同日期的文章说法不同，由新到旧："
    return head + "".join(lines), book.citations


class _Markers:
    """Numbers the quotes; the same quote keeps one marker."""

    def __init__(self, hits: Sequence[Hit]) -> None:
        self.citations: list[Citation] = []
        self._hits = hits
        self._known: dict[tuple[str, int, int], int] = {}

    def mark(self, hit_index: int, start: int, end: int) -> str:
        hit = self._hits[hit_index]
        key = (hit.article.id, start, end)
        if key not in self._known:
            self._known[key] = len(self._known) + 1
            self.citations.append(cite(self._known[key], hit, start, end))
        return f"[{self._known[key]}]"


def _bare(sentence: str) -> str:
    return sentence.strip().rstrip("。；; ,，")


def beside(supports: Sequence[Support], evidence: Evidence, most: int) -> list[Sentence]:
    """The best sentences of the evidence, at most `most`, that the claims do not already say: the original wording.

    A claim that repeats its sentence needs no quotation; one that leaves part of it out, or that rests on another
    sentence than the best, gets it.
    """
    said = facts.fold("".join(item.claim for item in supports))
    chosen: list[Sentence] = []
    for sentence in evidence.sentences[:most]:
        grams = facts.content_bigrams(sentence.text)
        told = sum(gram in said for gram in grams) / max(1, len(grams))
        good = sentence.score >= _NEAR * evidence.sentences[0].score
        if good and told < _TOLD and len(sentence.text) <= _LONG:
            chosen.append(sentence)
    return chosen


def extract(evidence: Evidence) -> list[Support]:
    """The best sentences verbatim, at most two, in the order of the article where they follow one another."""
    best = evidence.sentences[0].score
    chosen = [s for s in evidence.sentences[:_BEST] if s.score >= _NEAR * best]
    chosen.sort(key=lambda s: (s.hit_index != evidence.sentences[0].hit_index, s.hit_index, s.start))
    return [Support(s.text, s.hit_index, s.start, s.end) for s in chosen]


def asks_about_article(question: str) -> bool:
    """True for questions on an article itself: where it comes from, when it was published, who checked it."""
    return bool(_ABOUT_ARTICLE.search(question) and _ASKS_ORIGIN.search(question))


def topic(question: str) -> str:
    """What such a question says of the article's subject, '' when it only says 这篇文章."""
    return " ".join(
        facts.content_runs(_ASKS_ORIGIN.sub(" ", _ABOUT_ARTICLE.sub(" ", question)).replace("发布", " "))
    )


def describe(article: Article) -> tuple[str, list[Citation]]:
    """An answer from the article's metadata, quoting the line that states its source or else its first sentence."""
    parts = []
    if article.issuer:
        parts.append(f"来源于{article.issuer}")
    if day := article.published_on:
        parts.append(f"发布于{facts.spelled(day)}")
    parts += [f"{role}：{name}" for role, name in article.roles]
    match = re.search(r"^来源\s*[|｜:：/].*$", article.text, re.MULTILINE)
    start, end = match.span() if match else (0, min(len(article.text), article.text.find("\n") % 10**6))
    quote = article.text[start:end]
    passage = Passage(f"{article.id}-meta", article.id, 0, start, end, quote)
    text = f"《{article.title}》{'，'.join(parts) or '没有写明来源与日期'}[1]。"
    return text, [cite(1, Hit(passage, article, 1.0), start, end)]
