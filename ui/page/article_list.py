"""The list of articles in the articles tab: what the fields find, as a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from html import escape
from typing import Any

from docs_store.models import ArticleHead
from ui import render, strings, uploads
from ui.page.catalogue import matching, undated
from ui.page.context import PageContext
from ui.page.phrases import marked, occurrences, phrases, snippet
from ui.page.scope import Scope

_ROWS = 30  # articles on a page of the list
_LONGEST = 300  # characters of a field
_MAX_NEAR_ARTICLES = 20  # articles shown of those that are only near to the words


@dataclass(frozen=True, slots=True)
class ArticleMatches:
    """What the fields find."""

    heads: Sequence[ArticleHead]
    """All that hold the words as they stand, those with the words in their title first."""
    near: Sequence[ArticleHead] = ()
    """Others that share pieces of them, or whose issuer or file is called so; the nearest first."""
    words: tuple[str, ...] = ()
    undated: int = 0
    """Articles that would be here but have no date for the filter to look at."""


@dataclass(frozen=True, slots=True)
class Fields:
    """What stands in the fields of the tab; '' for any."""

    words: str = ""
    issuer: str = ""
    since: str = ""
    until: str = ""
    region: str = ""
    collection: str = ""
    state: str = ""
    """no_date or no_issuer: what an editor should look at; corrected by hand, it leaves the list."""
    order: str = ""
    """new, old or title; '' the latest ingested first."""


_STATES: Mapping[str, Callable[[ArticleHead], bool]] = {
    "no_date": lambda head: head.cited_on is None,
    "no_issuer": lambda head: not head.issuer,
}
_ORDERS: Mapping[str, Callable[[ArticleHead], Any]] = {
    "new": lambda head: -(head.cited_on or date.min).toordinal(),
    "old": lambda head: (head.cited_on or date.max).toordinal(),
    "title": lambda head: head.title,
}


def find(context: PageContext, fields: Fields) -> ArticleMatches:
    """The articles that the fields ask for. Raises BadFilterError."""
    scope = Scope(
        since=fields.since[:_LONGEST],
        until=fields.until[:_LONGEST],
        issuers=(fields.issuer,) if fields.issuer else (),
        regions=(fields.region,) if fields.region else (),
        collection=fields.collection,
    )
    all_heads = context.heads()
    where = scope.where(all_heads, context.aliases)
    anytime = matching(all_heads, replace(where, since=None, until=None))
    if fields.state in _STATES:
        anytime = [head for head in anytime if _STATES[fields.state](head)]
    if fields.order in _ORDERS:
        anytime.sort(key=_ORDERS[fields.order])
    dated = bool(where.since or where.until)
    heads = matching(anytime, replace(where, source=None)) if dated else anytime
    wanted = phrases(fields.words)
    if not wanted:
        return ArticleMatches(heads, undated=undated(anytime) if dated else 0)
    holding = set(context.store.holding(wanted))
    exact = [head for head in heads if head.id in holding]
    if fields.order not in _ORDERS:
        exact.sort(key=lambda head: not occurrences(head.title, wanted))
    scores = context.store.search_articles(fields.words, _MAX_NEAR_ARTICLES + len(exact), where)
    named = {h.id for h in heads if all(occurrences(f"{h.issuer or ''}\n{h.source}", [w]) for w in wanted)}
    near = [h for h in heads if h.id not in holding and (h.id in named or h.id in scores)]
    near.sort(key=lambda head: (head.id not in named, -scores.get(head.id, 0.0)))
    left_out = undated([h for h in anytime if h.id in holding]) if dated else 0
    return ArticleMatches(exact, near[:_MAX_NEAR_ARTICLES], wanted, left_out)


def review_html(heads: Sequence[ArticleHead]) -> str:
    """What an editor should look at: how many articles want a date or an issuer, each a button that lists them."""
    buttons = ""
    for state, name in strings.STATES:
        if state and (count := sum(_STATES[state](head) for head in heads)):
            said = strings.STATE_COUNT.format(name=name, count=count)
            buttons += render.button(said, "list-by", css="gc-chip", state=state)
    return f'<div class="gc-chips gc-review">{strings.TO_REVIEW}{buttons}</div>' if buttons else ""


def table_html(context: PageContext, found: ArticleMatches, page: int, *, editor: bool) -> str:
    """A page (from 1) of the list; with words, each article with the place where they stand."""
    about = f'<p class="gc-meta" role="status">{_count(found)}</p>'
    parts = [about, _SELECTED.format(edit=_EDIT_SELECTED if editor else "")]
    if found.heads:
        pages = -(-len(found.heads) // _ROWS)
        page = min(max(page, 1), pages)
        shown = found.heads[(page - 1) * _ROWS : page * _ROWS]
        parts.append(_table([_row(context, head, found.words, editor) for head in shown]))
        if pages > 1:
            parts.append(_turn(page, pages))
    elif not found.words:
        parts = [f'<p class="gc-empty" role="status">{strings.NO_ARTICLES} {_left_out(found)}</p>']
    if found.near:
        rows = _table([_row(context, head, (), editor) for head in found.near])
        summary = strings.NEAR_ARTICLES.format(count=len(found.near))
        parts.append(f'<details class="gc-near"><summary>{summary}</summary>{rows}</details>')
    return "".join(parts)


_EDIT_SELECTED = render.button(strings.EDIT_ABOUT, "edit-picked")
_SELECTED = (
    '<div class="gc-picked" hidden><span role="status"></span>'
    f"{render.button(strings.ONLY_THESE, 'only-picked')}"
    f"{render.button(strings.COMPARE_THESE, 'make-picked', css='gc-act')}{{edit}}{render.button(strings.UNPICK, 'unpick')}</div>"
)
"""What can be done with the articles that are ticked; page.js shows it where there are any."""


def _count(found: ArticleMatches) -> str:
    if not found.words:
        return f"{strings.ARTICLE_COUNT.format(count=len(found.heads))}{_left_out(found)}"
    said = strings.HOLDING_COUNT if found.heads else strings.HOLDING_NONE
    quoted = "、".join(f"“{word}”" for word in found.words)
    return f"{said.format(count=len(found.heads), words=escape(quoted))}{_left_out(found)}"


def _left_out(found: ArticleMatches) -> str:
    return f"；{strings.UNDATED_LEFT_OUT.format(count=found.undated)}" if found.undated else ""


def _table(rows: Sequence[str]) -> str:
    first, *others = strings.COLUMNS
    heads = f'<th scope="col"><span class="gc-unseen">{first}</span></th>'
    heads += "".join(f'<th scope="col">{name}</th>' for name in others)
    return (
        f'<div class="gc-scroll"><table class="gc-table"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _turn(page: int, pages: int) -> str:
    """The way to the other pages; there is no button to where there is none."""
    back = render.button(strings.EARLIER, "turn", page=str(page - 1)) if page > 1 else ""
    on = render.button(strings.LATER, "turn", page=str(page + 1)) if page < pages else ""
    said = strings.PAGE_OF.format(page=page, pages=pages)
    return f'<nav class="gc-pages" aria-label="{said}">{back}<span>{said}</span>{on}</nav>'


def _row(context: PageContext, head: ArticleHead, words: tuple[str, ...], editor: bool) -> str:
    article = context.store.article(head.id) if words else None
    spans = occurrences(article.text, words) if article else []
    hit = {"words": " ".join(words)} if words else {}
    start, end = spans[0] if spans else (0, 0)
    at = {"id": head.id, "start": str(start), "end": str(end), **hit}
    acts = render.button(strings.READ, "read", css="gc-link", **at)
    if editor:
        acts += render.button(strings.EDIT_ABOUT, "edit-articles", css="gc-link", ids=head.id)
        acts += render.button(strings.REPLACE, "replace", css="gc-link", id=head.id)
        acts += render.button(strings.DELETE, "delete-article", css="gc-link gc-danger", id=head.id)
    named = marked(head.title, occurrences(head.title, words))
    title = render.button(head.title, "read", css="gc-link gc-name", inner=named, **at)
    around = ""
    if article and spans:
        said = strings.HITS.format(count=len(spans))
        around = (
            f'<p class="gc-snippet">{snippet(article.text, spans)} <span class="gc-meta">{said}</span></p>'
        )
    names = "".join(
        f'<span class="gc-badge">{escape(name)}</span>' for name in (*head.collections, *head.tags)
    )
    around += f'<p class="gc-badges">{names}</p>' if names else ""
    file = uploads.shown_name(head.source)
    pick = strings.PICK.format(title=head.title)
    return (
        f'<tr><td class="gc-picks"><input type="checkbox" class="gc-pick" data-id="{escape(head.id)}" '
        f'data-title="{escape(head.title)}" aria-label="{escape(pick)}"></td>'
        f'<td class="gc-what">{title}{around}</td><td>{escape(head.issuer or strings.NO_ISSUER)}</td>'
        f"<td>{head.cited_on or strings.NO_DATE}</td>"
        f'<td class="gc-few">{strings.PASSAGES.format(count=head.passages)}</td>'
        f'<td class="gc-source" title="{escape(file)}">{escape(file)}</td>'
        f'<td class="gc-acts">{acts}</td></tr>'
    )
