"""Answers that come from the program and its ledger, not from passages: small talk, the library, an article's own data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from docs_store.models import Article, ArticleHead
from docs_store.text.dates import spelled
from docs_store.text.normal import fold
from docs_store.text.segment import words
from rag.lexicon import tables

if TYPE_CHECKING:
    from docs_store.store import DocsStore

_SHOWN = 10  # titles in one answer
_EXAMPLES = 3
_SHORT_TITLE = 28  # characters of a title that stands in an example
_GREETINGS = {
    "greeting": "您好！我是观潮，依据您资料库里的文章回答问题，每句话都给出原文出处。",
    "farewell": "再见，随时再问。",
    "thanks": "不客气，随时再问。",
    "praise": "谢谢肯定，有需要随时再问。",
    "ack": "好的，请继续提问。",
    "complaint": "抱歉没有帮上忙。可以换一种问法，写出地名、单位或文件名；也可以点开引用看原文，用 👎 告诉我们哪里不对。",
    "identity": "我是观潮，一个在本机运行的政策资料问答助手：只依据资料库里的文章回答，句句有出处，文章里没有的就说没有。",
    "capability": "我能做这些：回答事实（数字、时间、人物、地点）、列出举措、概括文章、比较两地、梳理进展，每句都附原文；"
    "文章里没有的，会直接说没有。",
    "chitchat": "这个我不会聊，我只回答资料库里文章的内容。",
    "unclear": "没有看懂这个问题。请用一句话写出想查的事，例如地名、单位、文件名加上要问的内容。",
    "english": "I understand names and numbers in English questions, but the articles are Chinese: please ask in Chinese. "
    "请用中文提问，我会依据资料库里的文章作答。",
}


def small_talk(kind: str, store: DocsStore | None) -> str:
    """What to say to small talk of a class of smalltalk.tsv, with what the library holds and what can be asked of it."""
    text = _GREETINGS.get(kind, _GREETINGS["unclear"])
    if store is None or kind not in ("greeting", "identity", "capability", "unclear"):
        return text
    heads = store.heads()
    lines = [text, _extent(heads)]
    if examples := _examples(heads):
        lines += ["可以这样问：", *(f"- {example}" for example in examples)]
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
            return f"收录的 {len(heads)} 篇文章里，没有一篇提到“{topic}”。"
        return "\n".join(
            [f"收录的 {len(heads)} 篇文章里，有 {len(found)} 篇提到“{topic}”：", *_listed(found)]
        )
    if "最新" in folded or "最近" in folded:
        newest = _by_day(heads)[::-1][:_EXAMPLES]
        return (
            "\n".join(["按文章日期，最新的是：", *_listed(newest)])
            if newest
            else "收录的文章都没有注明日期。"
        )
    if "最早" in folded:
        oldest = _by_day(heads)[:_EXAMPLES]
        return (
            "\n".join(["按文章日期，最早的是：", *_listed(oldest)])
            if oldest
            else "收录的文章都没有注明日期。"
        )
    lines = [_extent(heads)]
    issuers = Counter(head.issuer for head in heads if head.issuer)
    if issuers:
        lines.append(
            "来源："
            + "、".join(f"{name}（{count} 篇）" for name, count in issuers.most_common(_SHOWN))
            + "。"
        )
    return "\n".join([*lines, "最近收录的：", *_listed(heads)])


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
        parts.append(f"来源于{article.issuer}")
    if article.document_number:
        parts.append(f"文号为{article.document_number}")
    if (day := article.written_on) and day != article.published_on:
        parts.append(f"成文于{spelled(day)}")
    if day := article.published_on:
        parts.append(f"发布于{spelled(day)}")
    if day := article.effective_on:
        parts.append(f"自{spelled(day)}起施行")
    if day := article.expires_on:
        parts.append(f"有效期至{spelled(day)}")
    parts += [f"{role}：{name}" for role, name in article.roles]
    return f"《{article.title}》{'，'.join(parts) or '没有写明来源与日期'}"


def _speaks_of(article: Article, topic: str) -> bool:
    return topic in fold(article.title) or topic in fold(article.text)


def _extent(heads: Sequence[ArticleHead]) -> str:
    if not heads:
        return "资料库里还没有文章，请先导入。"
    days = [head.published_on for head in heads if head.published_on]
    span = f"，日期从 {min(days).isoformat()} 到 {max(days).isoformat()}" if days else ""
    undated = len(heads) - len(days)
    without_date = f"（另有 {undated} 篇没有注明日期）" if days and undated else ""
    return f"资料库现有 {len(heads)} 篇文章{span}{without_date}。"


def _examples(heads: Sequence[ArticleHead]) -> list[str]:
    citable = [head for head in heads if head.issuer and len(head.title) <= _SHORT_TITLE] or heads
    return [f"《{head.title}》主要讲了什么？" for head in citable[:_EXAMPLES]]


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
        lines.append(f"- ……共 {len(found)} 篇，完整目录见“文章”页或 guanchao articles。")
    return lines
