"""The list of articles in the articles tab: what the fields find, as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import PurePath

from docs_store.models import ArticleHead
from ui import render, strings
from ui.page.catalogue import matching, undated
from ui.page.desk import Desk
from ui.page.narrowing import narrowing
from ui.page.phrases import marked, occurrences, phrases, snippet

_ROWS = 30  # articles on a page of the list
_NEAR = 20  # articles shown of those that are only near to the words


@dataclass(frozen=True, slots=True)
class Found:
    """What the fields find."""

    heads: Sequence[ArticleHead]
    """All that hold the words as they stand, those with the words in their title first."""
    near: Sequence[ArticleHead] = ()
    """Others that share pieces of them, or whose issuer or file is called so; the nearest first."""
    words: tuple[str, ...] = ()
    undated: int = 0
    """Articles that would be here but have no date for the filter to look at."""


def find(desk: Desk, words: str, issuer: str, since: str, until: str) -> Found:
    """The articles that the fields ask for. Raises BadFilterError."""
    where, _ = narrowing(since, until, issuer, None)
    wanted = phrases(words)
    of_issuer = matching(desk.heads(), issuer, None, None)
    heads = matching(of_issuer, issuer, where.since, where.until)
    dated = bool(where.since or where.until)
    if not wanted:
        return Found(heads, undated=undated(of_issuer) if dated else 0)
    holding = set(desk.store.holding(wanted))
    exact = [head for head in heads if head.id in holding]
    exact.sort(key=lambda head: not occurrences(head.title, wanted))
    scores = desk.store.search_articles(words, _NEAR + len(exact), where)
    named = {h.id for h in heads if all(occurrences(f"{h.issuer or ''}\n{h.source}", [w]) for w in wanted)}
    near = [h for h in heads if h.id not in holding and (h.id in named or h.id in scores)]
    near.sort(key=lambda head: (head.id not in named, -scores.get(head.id, 0.0)))
    left_out = undated([h for h in of_issuer if h.id in holding]) if dated else 0
    return Found(exact, near[:_NEAR], wanted, left_out)


def table_html(desk: Desk, found: Found, page: int, *, editor: bool) -> str:
    """A page (from 1) of the list; with words, each article with the place where they stand."""
    about = f'<p class="gc-meta" role="status">{_count(found)}</p>'
    parts = [about]
    if found.heads:
        pages = -(-len(found.heads) // _ROWS)
        page = min(max(page, 1), pages)
        shown = found.heads[(page - 1) * _ROWS : page * _ROWS]
        parts.append(_table([_row(desk, head, found.words, editor) for head in shown]))
        if pages > 1:
            parts.append(_turn(page, pages))
    elif not found.words:
        parts = [f'<p class="gc-empty" role="status">{strings.NO_ARTICLES} {_left_out(found)}</p>']
    if found.near:
        rows = _table([_row(desk, head, (), editor) for head in found.near])
        summary = strings.NEAR_ARTICLES.format(count=len(found.near))
        parts.append(f'<details class="gc-near"><summary>{summary}</summary>{rows}</details>')
    return "".join(parts)


def _count(found: Found) -> str:
    if not found.words:
        return f"{strings.ARTICLE_COUNT.format(count=len(found.heads))}{_left_out(found)}"
    said = strings.HOLDING_COUNT if found.heads else strings.HOLDING_NONE
    quoted = "、".join(f"“{word}”" for word in found.words)
    return f"{said.format(count=len(found.heads), words=escape(quoted))}{_left_out(found)}"


def _left_out(found: Found) -> str:
    return f"；{strings.UNDATED_LEFT_OUT.format(count=found.undated)}" if found.undated else ""


def _table(rows: Sequence[str]) -> str:
    heads = "".join(f'<th scope="col">{name}</th>' for name in strings.COLUMNS)
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


def _row(desk: Desk, head: ArticleHead, words: tuple[str, ...], editor: bool) -> str:
    article = desk.store.article(head.id) if words else None
    spans = occurrences(article.text, words) if article else []
    hit = {"words": " ".join(words)} if words else {}
    start, end = spans[0] if spans else (0, 0)
    at = {"id": head.id, "start": str(start), "end": str(end), **hit}
    acts = render.button(strings.READ, "read", css="gc-link", **at)
    if editor:
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
    return (
        f'<tr><td class="gc-what">{title}{around}</td><td>{escape(head.issuer or strings.NO_ISSUER)}</td>'
        f"<td>{head.cited_on or strings.NO_DATE}</td>"
        f'<td class="gc-few">{strings.PASSAGES.format(count=head.passages)}</td>'
        f'<td class="gc-source" title="{escape(head.source)}">{escape(PurePath(head.source).name)}</td>'
        f'<td class="gc-acts">{acts}</td></tr>'
    )
