"""Answers that come from the program and its ledger, not from passages: small talk, the library, an article's own data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from docs_store.models import Article, ArticleHead
from docs_store.text.dates import spelled
from docs_store.text.normal import fold
from docs_store.text.places import place_names
from docs_store.text.segment import words
from rag import strings
from rag.lexicon import tables

if TYPE_CHECKING:
    from docs_store.store import DocsStore

_SHOWN = 10  # titles in one answer
_EXAMPLES = 3
_LOOKED_AT = 200  # titles from which examples are chosen
_SHORT_TITLE = 28  # characters of a title that stands in an example


def small_talk(kind: str, store: DocsStore | None) -> str:
    """What to say to small talk of a class of smalltalk.tsv, with what the library holds and what can be asked of it."""
    text = strings.SMALL_TALK.get(kind, strings.SMALL_TALK["unclear"])
    if store is None or kind not in ("greeting", "identity", "capability", "unclear"):
        return text
    heads = store.heads()
    lines = [text, _extent(heads)]
    if examples := _examples(heads):
        lines += [strings.EXAMPLES_HEAD, *(f"- {example}" for example in examples)]
    return "\n".join(lines)


def library(question: str, store: DocsStore) -> str:
    """An answer about the library itself.

    How many articles, which, the newest and the oldest, from where, and which of them speak of something.
    """
    folded = fold(question)
    heads = store.heads()
    topic = library_topic(folded)
    if topic:
        found = [article for article in store.articles() if _speaks_of(article, topic)]
        if not found:
            return strings.LIBRARY_NONE_ON.format(count=len(heads), topic=topic)
        head = strings.LIBRARY_SOME_ON.format(count=len(heads), found=len(found), topic=topic)
        return "\n".join([head, *_listed(found)])
    if "最新" in folded or "最近" in folded:
        return _dated(strings.LIBRARY_NEWEST, _by_day(heads)[::-1])
    if "最早" in folded:
        return _dated(strings.LIBRARY_OLDEST, _by_day(heads))
    lines = [_extent(heads)]
    issuers = Counter(head.issuer for head in heads if head.issuer)
    if issuers:
        shown = (
            strings.LIBRARY_ISSUER.format(name=name, count=count)
            for name, count in issuers.most_common(_SHOWN)
        )
        lines.append(strings.LIBRARY_ISSUERS.format(issuers="、".join(shown)))
    return "\n".join([*lines, strings.LIBRARY_LATELY, *_listed(heads)])


def library_topic(folded: str) -> str:
    """What a question about the library narrows it to (有几篇提到上海 → 上海); '' where it does not."""
    kept = [
        word.text
        for word in words(folded)
        if word.pos[0] not in "xmy"
        and word.text not in tables.function_words()
        and word.text not in tables.library_words()["beside"]
        and not tables.asking().fullmatch(word.text)
    ]
    return "".join(kept)


def speaks_of_library(question: str) -> bool:
    """True when a question names the library or its articles as such."""
    about, folded = tables.library_words(), fold(question)
    return any(word in folded for word in about["names"]) or (
        any(word in folded for word in about["articles"]) and any(word in folded for word in about["counts"])
    )


def described(article: Article) -> str:
    """An article's own data in a sentence: issuer, days, number, who checked it."""
    parts = []
    if article.issuer:
        parts.append(strings.ISSUED_BY.format(issuer=article.issuer))
    if article.document_number:
        parts.append(strings.NUMBERED.format(number=article.document_number))
    if (day := article.written_on) and day != article.published_on:
        parts.append(strings.WRITTEN_ON.format(day=spelled(day)))
    if day := article.published_on:
        parts.append(strings.PUBLISHED_ON.format(day=spelled(day)))
    if day := article.effective_on:
        parts.append(strings.IN_FORCE_FROM.format(day=spelled(day)))
    if day := article.expires_on:
        parts.append(strings.IN_FORCE_UNTIL.format(day=spelled(day)))
    parts += [f"{role}：{name}" for role, name in article.roles]
    return f"《{article.title}》{'，'.join(parts) or strings.NO_DATA}"


def _speaks_of(article: Article, topic: str) -> bool:
    return topic in fold(article.title) or topic in fold(article.text)


def _extent(heads: Sequence[ArticleHead]) -> str:
    if not heads:
        return strings.LIBRARY_EMPTY
    days = [head.published_on for head in heads if head.published_on]
    span = strings.LIBRARY_SPAN.format(first=min(days), last=max(days)) if days else ""
    others = len(heads) - len(days)
    undated = strings.LIBRARY_UNDATED.format(count=others) if days and others else ""
    return strings.LIBRARY_EXTENT.format(count=len(heads), span=span, undated=undated)


def _examples(heads: Sequence[ArticleHead]) -> list[str]:
    """Questions on articles of the library: with a short title, those first that name a place and an issuer."""
    short = ([head for head in heads if len(head.title) <= _SHORT_TITLE] or list(heads))[:_LOOKED_AT]
    short.sort(key=lambda head: (not place_names(head.title), head.issuer is None))
    return [strings.EXAMPLE.format(title=head.title) for head in short[:_EXAMPLES]]


def _dated(head: str, ordered: Sequence[ArticleHead]) -> str:
    return "\n".join([head, *_listed(ordered[:_EXAMPLES])]) if ordered else strings.LIBRARY_NO_DATES


def _by_day(heads: Sequence[ArticleHead]) -> list[ArticleHead]:
    return sorted(
        (head for head in heads if head.published_on), key=lambda head: head.published_on or date.min
    )


def _listed(found: Sequence[ArticleHead | Article]) -> list[str]:
    lines = []
    for one in found[:_SHOWN]:
        about = "，".join(
            part for part in (one.issuer, one.published_on and one.published_on.isoformat()) if part
        )
        lines.append(f"- 《{one.title}》" + (f"（{about}）" if about else ""))
    if len(found) > _SHOWN:
        lines.append(f"- {strings.LIBRARY_MORE.format(count=len(found))}")
    return lines
