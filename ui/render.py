"""Pure functions: answers and passages as HTML. Everything that comes from outside is escaped, and none is Markdown."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from itertools import groupby
from urllib.parse import quote

from docs_store.models import Article
from docs_store.text.dates import spelled
from docs_store.text.sentences import sentence_spans
from rag import Answer, Refusal
from rag.models import MARKER
from ui import strings, uploads
from ui.buttons import button as button
from ui.exports.report import as_read
from ui.page.blocks import blocks_html, quoted_html, ranks
from ui.page.exchange import Exchange, Source
from ui.page.moves import moves_html
from ui.page.phrases import Span

_NEAREST = 3  # articles that a refusal shows
_BULLET = "- "
_DRAWN = (
    '<svg viewBox="0 0 24 24" width="16" height="16" aria-hidden="true" fill="none" stroke="currentColor" '
    'stroke-width="1.8" stroke-linejoin="round"{turned}><path d="M7 11l4-8c1.7 0 2.6 1.2 2.3 2.8L12.7 9H19c1.3 0 '
    '2.2 1.2 1.9 2.5l-1.6 7c-.2.9-1 1.5-1.9 1.5H7z"/><path d="M3 11h4v9H3z"/></svg>'
)
_THUMB = {"up": _DRAWN.format(turned=""), "down": _DRAWN.format(turned=' transform="rotate(180)"')}
"""Drawn, not written: an emoji needs a font that not every machine has."""


def welcome_html() -> str:
    """What an empty chat shows; page.js puts the library and the moves into it."""
    return (
        f'<div class="gc-welcome"><h2>{strings.WELCOME}</h2><div id="gc-library"></div>'
        f"<p>{strings.WELCOME_HOW}</p></div>"
    )


def shared_html(exchanges: Sequence[Exchange], banner: str) -> str:
    """Somebody else's conversation, to read and to copy from; `banner` says whose, as HTML."""
    shown = "".join(exchange_html(exchange, fixed=True) for exchange in exchanges)
    return f'<div class="gc-log gc-shared" role="log" data-conversation="">{banner}{shown}</div>'


def log_html(conversation: str, exchanges: Sequence[Exchange], verdicts: dict[str, str]) -> str:
    """A conversation; only its last exchange can be asked again or edited."""
    if not exchanges:
        return f'<div class="gc-log" data-conversation="">{welcome_html()}</div>'
    shown = "".join(
        exchange_html(e, last=number == len(exchanges), verdict=verdicts.get(e.id, ""))
        for number, e in enumerate(exchanges, start=1)
    )
    return f'<div class="gc-log" role="log" data-conversation="{escape(conversation)}">{shown}</div>'


def exchange_html(exchange: Exchange, *, last: bool = True, verdict: str = "", fixed: bool = False) -> str:
    """One question with its answer, refusal or trouble, and the cards of its passages for the side panel.

    Earlier versions of it lie beside it in templates, for page.js to show in its place. A `fixed` one can be copied only.
    """
    if fixed:
        shown = _version(exchange, f'<div class="gc-actions">{_copy(exchange)}</div>')
        return (
            f'<section class="gc-turn" data-exchange="{escape(exchange.id)}" tabindex="-1">{shown}</section>'
        )
    further = ""
    if last and not exchange.trouble:
        buttons = "".join(button(q, "suggest", css="gc-next", question=q) for q in exchange.next_questions)
        if shown := moves_html(exchange) + buttons:
            further = f'<nav class="gc-nexts" aria-label="{strings.NEXT_QUESTIONS}">{shown}</nav>'
    actions = _actions(exchange, last=last, verdict=verdict) + further
    older = "".join(
        f'<template class="gc-older">{_version(earlier, _copy(earlier))}</template>'
        for earlier in exchange.earlier
    )
    turning = ""
    if older:
        count = len(exchange.earlier) + 1
        turning = (
            f'<div class="gc-versions">{button("‹", "version", strings.OLDER, step="-1")}<span role="status">'
            f"{count}/{count}</span>{button('›', 'version', strings.NEWER, step='1')}</div>"
        )
    return (
        f'<section class="gc-turn" data-exchange="{escape(exchange.id)}" tabindex="-1">{turning}'
        f"{_version(exchange, actions)}{older}</section>"
    )


def _version(exchange: Exchange, actions: str) -> str:
    parts = [_badges(exchange), _outcome(exchange)]
    if exchange.notice:
        parts.append(f'<div class="gc-notice" role="alert">{escape(exchange.notice)}</div>')
    parts += [f'<div class="gc-notice" role="note">{escape(remark)}</div>' for remark in exchange.remarks]
    if exchange.dropped:
        items = "".join(f"<li>{escape(sentence)}</li>" for sentence in exchange.dropped)
        parts.append(
            f'<details class="gc-dropped"><summary>{strings.DROPPED}（{len(exchange.dropped)}）</summary>'
            f"<ul>{items}</ul></details>"
        )
    parts.append(actions)
    return (
        f'<div class="gc-version"><h2 class="gc-question">{escape(exchange.question)}</h2>'
        f'<div class="gc-reply">{"".join(parts)}</div>{refs_html(exchange.id, exchange.sources)}</div>'
    )


def live_html(
    question: str,
    stage: str,
    sources: Sequence[Source],
    draft: str,
    seconds: int,
    quick: Answer | None = None,
) -> str:
    """A question that is being answered: which stage it is at, what the passages say at once, and the draft so far."""
    names = [name for name, _ in strings.STEPS]
    marks = [""] * len(names)
    if stage != "waiting":
        at = names.index("reading" if stage == "delta" else stage)
        marks = ['class="done"'] * at + ['class="now" aria-current="step"'] + marks
    steps = "".join(
        f"<li {mark}>{label}</li>" for mark, (_, label) in zip(marks, strings.STEPS, strict=False)
    )
    text = MARKER.sub("", draft)
    if quick is not None and quick.text:
        sources = tuple(Source.of_citation(citation) for citation in quick.citations)
        first = f'<h3>{strings.FIRST_THE_ORIGINAL}</h3><div class="gc-answer">{_linked(quick.text, sources)}</div>'
    else:
        first = ""
    waited = f'<span class="gc-waited">{strings.WAITED.format(seconds=seconds)}</span>' if seconds > 1 else ""
    return (
        f'<section class="gc-turn gc-running" data-exchange="live" data-stage="{stage}">'
        f'<h2 class="gc-question">{escape(question)}</h2>'
        f'<div class="gc-reply"><ol class="gc-steps">{steps}</ol>'
        f'<div class="gc-stage">{strings.STAGES[stage]} {waited}</div>'
        f'{first}<div class="gc-draft">{escape(text)}</div></div>{refs_html("live", sources)}</section>'
    )


def waiting_html(waiting: Sequence[tuple[str, str]]) -> str:
    """Questions that wait, as (id, question) in their order, each with a button that takes it out; '' for none."""
    if not waiting:
        return ""
    items = "".join(
        f"<li><span>{escape(question)}</span>"
        f"{button(strings.WITHDRAW, 'dequeue', strings.WITHDRAW_THIS.format(question=question), id=id)}</li>"
        for id, question in waiting
    )
    said = strings.WAITING.format(count=len(waiting))
    return f'<section class="gc-waiting"><p role="status">{said}</p><ol>{items}</ol></section>'


def panel_html(id: str, nothing: str) -> str:
    """A side panel, in which page.js shows the cards of what stands beside it; `nothing` before there are any."""
    return (
        f'<aside id="{id}" class="gc-sources" aria-label="{strings.SOURCES}" tabindex="0"><div class="gc-panel-head">'
        f"<h2>{strings.SOURCES}</h2>{button('×', 'close-panel', strings.CLOSE, css='gc-act gc-close')}</div>"
        f'<div id="{id.replace("sources", "cards")}" class="gc-cards"><p class="gc-empty">{nothing}</p></div></aside>'
    )


def notice_html(text: str) -> str:
    """A sentence to the user where an answer would stand."""
    return f'<div class="gc-notice" role="alert">{escape(text)}</div>' if text else ""


@dataclass(frozen=True, slots=True)
class Reach:
    """What a reader of an article may do with it beside reading."""

    editor: bool = False
    original: bool = False
    pages: bool = False


def article_html(
    article: Article, spans: Sequence[Span], reach: Reach | None = None, *, hits: bool = False
) -> str:
    """A whole article with the spans of its text marked, which come in order and apart.

    `hits` of a search are gone through one by one; else the spans are a quote.
    """
    about = [article.issuer or strings.NO_ISSUER, str(article.cited_on or strings.NO_DATE)]
    if article.published_on and article.published_on != article.cited_on:
        about.append(strings.PUBLISHED_ON.format(day=article.published_on))
    about += [
        f"{label} {getattr(article, name)}"
        for name, label in strings.ARTICLE_META.items()
        if getattr(article, name)
    ]
    about += [f"{role}：{name}" for role, name in article.roles]
    names = "".join(
        f'<span class="gc-badge">{escape(name)}</span>' for name in (*article.collections, *article.tags)
    )
    body = blocks_html(article.text, spans, ranks(article.outline))
    quotes = _around(article.text, spans) if hits else [article.text[start:end] for start, end in spans]
    return (
        f'<h2>{escape(article.title)}</h2><div class="gc-meta">{escape(" · ".join(about))} {names}</div>'
        f'<div class="gc-actions">{_with_article(article, spans, reach or Reach())}'
        f"{_cite(article.title, article.issuer or '', article.cited_on, quotes)}</div>"
        f'{_hits(len(spans)) if hits else ""}<div class="gc-body">{body}</div>'
    )


def _around(text: str, spans: Sequence[Span]) -> list[str]:
    """The sentences that the spans stand in."""
    sentences = sentence_spans(text)
    starts = [start for start, _ in sentences]
    found = []
    for start, end in spans:
        first, last = sentences[max(0, bisect_right(starts, start) - 1)] if sentences else (start, end)
        found.append(text[first : max(last, end)])
    return found


def _hits(count: int) -> str:
    """The way from one hit to the next; page.js counts."""
    said = strings.HIT_OF.format(at=1, count=count) if count else strings.HITS.format(count=0)
    steps = ""
    if count > 1:
        steps = button(strings.HIT_BACK, "hit", step="-1") + button(strings.HIT_ON, "hit", step="1")
    return f'<div class="gc-hits" data-count="{count}"><span role="status">{said}</span>{steps}</div>'


def _cite(title: str, issuer: str, day: date | None, quotes: Sequence[str], css: str = "gc-act") -> str:
    """Copies a quote as a document cites it; page.js puts it together, for a selection too."""
    origin = "，".join(filter(None, (f"《{title}》", issuer, spelled(day) if day else "")))
    texts = json.dumps([as_read(text) for text in quotes if text.strip()], ensure_ascii=False)
    return button(strings.CITE, "cite", strings.CITE_HINT, css, origin=origin, quotes=texts)


def _with_article(article: Article, spans: Sequence[Span], reach: Reach) -> str:
    file = uploads.shown_name(article.source)
    shown = button(
        strings.MOVE_ONLY.format(which=strings.MOVE_THIS),
        "only",
        css="gc-act",
        id=article.id,
        title=article.title,
    )
    if article.url and article.url.startswith(("https://", "http://")):
        shown += (
            f'<a class="gc-act" href="{escape(article.url)}" target="_blank" rel="noreferrer noopener">'
            f"{strings.OPEN_URL}</a>"
        )
    if reach.original:
        hint = strings.ORIGINAL_HINT.format(name=file)
        shown += (
            f'<a class="gc-act" href="original/{quote(article.id)}" download title="{escape(hint)}">'
            f"{strings.ORIGINAL}</a>"
        )
    if reach.pages:
        start, end = spans[0] if spans else (0, 0)
        shown += button(
            strings.PICTURE,
            "picture",
            id=article.id,
            page=str(article.page_of(start) or 1),
            start=str(start),
            end=str(end),
        )
    if reach.editor:
        shown += button(strings.EDIT_ABOUT, "edit-articles", ids=article.id)
    if not reach.original:
        shown += f'<span class="gc-meta">{escape(strings.FROM_FILE.format(name=file))}</span>'
    shown += button(strings.POINTS_OF, "make_points", css="gc-act", id=article.id)
    return shown + button(strings.PUT, "put", css="gc-act", what="article", id=article.id)


def _badges(exchange: Exchange) -> str:
    badges = []
    if exchange.text and not exchange.sources and exchange.mode == "extractive":
        pass  # the program's own words on itself or its library: neither quoted nor written by a model
    elif exchange.text and exchange.mode == "extractive":
        badges.append(
            f'<span class="gc-badge gc-extractive" title="{strings.EXTRACTIVE_HINT}">{strings.EXTRACTIVE}</span>'
        )
    elif exchange.text:
        badges.append(f'<span class="gc-badge" title="{strings.GENERATED_HINT}">{strings.GENERATED}</span>')
    if exchange.narrowed:
        badges.append(f'<span class="gc-badge gc-narrowed">{escape(exchange.narrowed)}</span>')
    return f'<div class="gc-badges">{"".join(badges)}</div>' if badges else ""


def _outcome(exchange: Exchange) -> str:
    if exchange.text:
        return f'<div class="gc-answer">{_linked(exchange.text, exchange.sources)}</div>'
    if exchange.refusal:
        articles = {source.article_id: source for source in reversed(exchange.sources)}  # the best of each
        best = [source for source in exchange.sources if articles[source.article_id] is source][:_NEAREST]
        shown = "".join(
            f"<li>{_head(source)}<p>{escape(_shortened(source.before))}</p>{_whole(source)}</li>"
            for source in best
        )
        there = f"<h3>{strings.WHAT_THERE_IS}</h3><ul>{shown}</ul>" if shown else ""
        near = bool(shown) and exchange.refusal is Refusal.NO_EVIDENCE
        said = strings.REFUSED_NEAR if near else strings.REFUSED
        why = strings.ASK_ANEW if near else strings.REFUSALS[exchange.refusal]
        return f'<div class="gc-refusal" role="note"><strong>{said}</strong><p>{why}</p>{there}</div>'
    return f'<div class="gc-trouble" role="alert">{escape(exchange.trouble)}</div>'


def marker_html(number: int) -> str:
    """A marker that opens its source in the panel."""
    return (
        f'<a class="gc-marker" href="#ref-{number}" data-marker="{number}" '
        f'aria-label="{strings.MARKER.format(number=number)}">[{number}]</a>'
    )


def _linked(text: str, sources: Sequence[Source]) -> str:
    """The text with every marker that has its source as a link to it, and its bullets as lists."""
    known = {source.marker for source in sources}

    def link(match: re.Match[str]) -> str:
        number = int(match[1])
        if number not in known:
            return match[0]
        return marker_html(number)

    def linked(line: str) -> str:
        return MARKER.sub(link, escape(line))

    parts = []
    for bullets, lines in groupby(text.split("\n"), lambda line: line.startswith(_BULLET)):
        if bullets:
            items = "".join(f"<li>{linked(line.removeprefix(_BULLET))}</li>" for line in lines)
            parts.append(f"<ul>{items}</ul>")
        else:
            parts.append("\n".join(map(linked, lines)))
    return "".join(parts)


def _shortened(text: str, most: int = 90) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else text[:most] + "…"


def _copy(exchange: Exchange) -> str:
    return button(strings.COPY, "copy", strings.COPY_HINT, plain=exchange.plain)


def _actions(exchange: Exchange, *, last: bool, verdict: str) -> str:
    id = exchange.id
    buttons = [_copy(exchange)]
    if last:
        buttons += [button(strings.RETRY, "retry", id=id), button(strings.EDIT, "edit", id=id)]
    for value, label in (("up", strings.GOOD), ("down", strings.BAD)):
        act = "feedback" if value == "up" else "complain"
        pressed = "true" if verdict == value else "false"
        buttons.append(
            f'<button type="button" class="gc-act" data-act="{act}" data-id="{escape(id)}" data-verdict="{value}" '
            f'aria-pressed="{pressed}" title="{label}" aria-label="{label}">{_THUMB[value]}</button>'
        )
    buttons.append(_put_menu(exchange))
    reasons = "".join(
        f'<label><input type="radio" name="reason-{escape(id)}" value="{reason}"> {reason}</label>'
        for reason in strings.REASONS
    )
    form = (
        f'<form class="gc-complaint" data-id="{escape(id)}" hidden><fieldset><legend>{strings.REASON}</legend>{reasons}'
        f'</fieldset><label>{strings.COMMENT}<textarea name="comment" rows="2" maxlength="2000"></textarea></label>'
        f'<button type="submit" class="gc-act gc-main">{strings.SUBMIT}</button>'
        f"{button(strings.CANCEL, 'uncomplain')}</form>"
    )
    return f'<div class="gc-actions">{"".join(buttons)}</div>{form}'


def refs_html(id: str, sources: Sequence[Source]) -> str:
    """The cards of the side panel, which page.js shows there."""
    cited = any(source.marker for source in sources)
    cards = "".join(_card(source) for source in sources)
    heading = strings.SOURCES if cited else strings.FOUND
    if len(sources) > 1:
        articles = len({source.article_id for source in sources})
        heading = strings.SOURCES_COUNT.format(heading=heading, count=len(sources), articles=articles)
    return f'<div class="gc-refs" data-heading="{heading}" data-of="{escape(id)}" hidden>{cards}</div>'


def _card(source: Source) -> str:
    number = f'<b class="gc-number">{source.marker}</b>' if source.marker else ""
    return (
        f'<article class="gc-card" data-marker="{source.marker or ""}" tabindex="-1">{number}{_head(source)}'
        f"{quoted_html(source.before, source.quote, source.after)}{_whole(source)}{_put_quote(source)}</article>"
    )


def _whole(source: Source) -> str:
    at = {"id": source.article_id, "start": str(source.start), "end": str(source.end)}
    whole = button(strings.READ_WHOLE, "read", css="gc-link", **at)
    if source.page:
        whole += button(strings.PICTURE, "picture", css="gc-link", page=str(source.page), **at)
    return whole


def _put_quote(source: Source) -> str:
    if not source.quote:
        return ""
    start, end = str(source.start), str(source.end)
    put = button(strings.PUT, "put", css="gc-link", what="quote", id=source.article_id, start=start, end=end)
    day = date.fromisoformat(source.day) if source.day else None
    return _cite(source.title, source.issuer, day, [source.quote], "gc-link") + put


def _put_menu(exchange: Exchange) -> str:
    """An answer, or one of its sentences, into the folder."""
    if not exchange.text or not any(source.marker for source in exchange.sources):
        return ""
    whole = button(strings.PUT_WHOLE, "put", css="gc-put-one", what="answer", id=exchange.id)
    each = "".join(
        button(_shortened(said, 40), "put", css="gc-put-one", what="sentence", id=exchange.id, number=str(n))
        for n, said in enumerate(exchange.sentences)
    )
    return (
        f'<details class="gc-put"><summary class="gc-act">{strings.PUT}</summary>'
        f'<div class="gc-put-list">{whole}{each}</div></details>'
    )


def _head(source: Source) -> str:
    about = " · ".join([source.issuer or strings.NO_ISSUER, source.day or strings.NO_DATE, *source.place])
    return f'<div class="gc-title">《{escape(source.title)}》</div><div class="gc-meta">{escape(about)}</div>'
