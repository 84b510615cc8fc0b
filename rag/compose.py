"""From supported claims to the answer that the reader sees: citations, markers, verbatim fallbacks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from docs_store.models import Article, Hit, Passage
from rag import facts
from rag.evidence import Evidence
from rag.models import Citation, OtherArticle
from rag.verify import Support

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
    )


def compose(supports: Sequence[Support], hits: Sequence[Hit]) -> tuple[str, list[Citation]]:
    """The claims in order, each with the marker of its quote; the same quote keeps one marker."""
    markers: dict[tuple[str, int, int], int] = {}
    citations: list[Citation] = []
    text = ""
    for item in supports:
        hit = hits[item.hit_index]
        key = (hit.article.id, item.start, item.end)
        if key not in markers:
            markers[key] = len(markers) + 1
            citations.append(cite(markers[key], hit, item.start, item.end))
        body = item.claim.rstrip("。；; ,，")
        text += f"{body}[{markers[key]}]。"
    return text, citations


def extract(evidence: Evidence, least: float) -> list[Support]:
    """The best supporting sentences verbatim: the first, and a second from elsewhere that is nearly as good."""
    chosen = [s for s in evidence.sentences[:2] if s.score >= max(least, 0.95 * evidence.score)][:2]
    chosen = chosen or list(evidence.sentences[:1])
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
        parts.append(f"发布于{day.year}年{day.month}月{day.day}日")
    parts += [f"{role}：{name}" for role, name in article.roles]
    match = re.search(r"^来源\s*[|｜:：/].*$", article.text, re.MULTILINE)
    start, end = match.span() if match else (0, min(len(article.text), article.text.find("\n") % 10**6))
    quote = article.text[start:end]
    passage = Passage(f"{article.id}-meta", article.id, 0, start, end, quote)
    text = f"《{article.title}》{'，'.join(parts) or '没有写明来源与日期'}[1]。"
    return text, [cite(1, Hit(passage, article, 1.0), start, end)]
