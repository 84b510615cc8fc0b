"""The list of articles in the articles tab: what the fields find, as a table."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from docs_store.models import ArticleHead
from ui import render, strings
from ui.page.catalogue import matching
from ui.page.desk import Desk
from ui.page.narrowing import narrowing

_ROWS = 30  # articles on a page of the list
_FULL_TEXT = 100  # articles that a search of the texts may add


def table_html(found: Sequence[ArticleHead], page: int, *, editor: bool) -> str:
    """A page (from 1) of the list."""
    if not found:
        return f'<p class="gc-empty">{strings.NO_ARTICLES}</p>'
    pages = -(-len(found) // _ROWS)
    page = min(max(page, 1), pages)
    rows = "".join(_row(head, editor) for head in found[(page - 1) * _ROWS : page * _ROWS])
    heads = "".join(f'<th scope="col">{name}</th>' for name in strings.COLUMNS)
    turn = ""
    if pages > 1:
        turn = (
            f'<nav class="gc-pages">{render.button(strings.EARLIER, "turn", page=str(page - 1))}'
            f"<span>{strings.PAGE_OF.format(page=page, pages=pages)}</span>"
            f"{render.button(strings.LATER, 'turn', page=str(page + 1))}</nav>"
        )
    return (
        f'<p class="gc-meta">{strings.ARTICLE_COUNT.format(count=len(found))}</p><div class="gc-scroll">'
        f'<table class="gc-table"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>{turn}'
    )


def _row(head: ArticleHead, editor: bool) -> str:
    id = head.id
    acts = render.button(strings.READ, "read", css="gc-link", id=id, start="0", end="0")
    if editor:
        acts += render.button(strings.REPLACE, "replace", css="gc-link", id=id)
        acts += render.button(strings.DELETE, "delete-article", css="gc-link gc-danger", id=id)
    title = render.button(head.title, "read", css="gc-link gc-name", id=id, start="0", end="0")
    return (
        f"<tr><td>{title}</td><td>{escape(head.issuer or strings.NO_ISSUER)}</td>"
        f"<td>{head.cited_on or strings.NO_DATE}</td><td>{head.passages}</td>"
        f'<td class="gc-source" title="{escape(head.source)}">{escape(head.source)}</td><td>{acts}</td></tr>'
    )


def find(desk: Desk, words: str, issuer: str, since: str, until: str) -> list[ArticleHead]:
    """The articles that the fields ask for: by title, issuer and source, then by text. Raises BadFilterError."""
    where, _ = narrowing(since, until, issuer, None)
    heads = desk.heads()
    found = matching(heads, words, issuer, where.since, where.until)
    if words.strip():
        scores = desk.store.search_articles(words, _FULL_TEXT, where)
        here = {h.id for h in found}
        more = [h for h in heads if h.id in scores and h.id not in here]
        found += sorted(more, key=lambda h: -scores[h.id])
    return found
