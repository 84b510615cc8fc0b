"""The welcome: what the library holds, and four moves with examples made of its own articles that are known to work."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from html import escape
from itertools import combinations, islice
from threading import Lock
from typing import TYPE_CHECKING, Any

from docs_store.errors import GuanchaoError
from docs_store.models import ArticleHead, Hit
from docs_store.text.places import Level, level_of
from rag.generation.follow_ups import follow_ups
from ui import strings
from ui.buttons import button
from ui.page import catalogue

if TYPE_CHECKING:
    from ui.page.context import PageContext

_log = logging.getLogger(__name__)
_NEW = 3  # of the newest articles that are named
_READ = 20  # articles that example questions are drawn from
_TRIED = 6  # candidates of a move that are tried
_EACH = 2  # examples of a move
_PLACES = (Level.PROVINCE, Level.CITY)
_REGIONS = 6  # that lists and comparisons are tried on


class Welcome:
    """The welcome of a library, made anew when that changes. Thread-safe."""

    def __init__(self) -> None:
        """Nothing made yet."""
        self._lock = Lock()
        self._of: tuple[object, ...] = ()
        self._moves = ""

    def html(self, context: PageContext) -> str:
        """The library in a sentence, and the moves.

        To try the examples takes some seconds after a change: one visitor's thread does it, and others get the
        library alone meanwhile. While articles come in, the moves of before stand.
        """
        heads = context.heads()
        summary = _library(heads)
        key = (len(heads), *(head.id for head in heads[:_NEW]))
        if (
            key != self._of
            and not (self._moves and context.jobs.busy())
            and self._lock.acquire(blocking=False)
        ):
            try:
                self._moves, self._of = _moves(context, heads), key
            finally:
                self._lock.release()
        return summary + self._moves + _private(context)


def welcome_reader(context: PageContext) -> Any:
    """What page.js asks when an empty chat is shown."""

    def welcome(_: Any) -> str:
        """The library and the moves."""
        try:
            return context.welcome.html(context)
        except GuanchaoError as error:
            return f'<p class="gc-notice" role="alert">{escape(str(error))}</p>'

    return welcome


def _library(heads: Sequence[ArticleHead]) -> str:
    days = [head.cited_on for head in heads if head.cited_on]
    said = strings.LIBRARY_HAS.format(count=f"{len(heads):,}")
    if days:
        said += strings.LIBRARY_SPAN.format(first=_month(min(days)), last=_month(max(days)))
    if undated := len(heads) - len(days):
        said += strings.LIBRARY_UNDATED.format(count=undated)
    newest = sorted((h for h in heads if h.cited_on), key=lambda h: h.cited_on or date.min, reverse=True)
    rows = "".join(
        f"<li>{button(head.title, 'read', css='gc-link', id=head.id)} <small>{head.cited_on}</small></li>"
        for head in newest[:_NEW]
    )
    new = f'<p class="gc-meta">{strings.LIBRARY_NEW}</p><ul class="gc-newest">{rows}</ul>' if rows else ""
    return f'<p class="gc-holds">{said}</p>{new}'


def _private(context: PageContext) -> str:
    logged = strings.LOGGED if context.settings.serve.log_questions else strings.NOT_LOGGED
    return (
        f'<p class="gc-meta gc-private">{logged}{strings.EDITORS_SEE if context.people.required else ""}</p>'
    )


def _month(day: date) -> str:
    return f"{day.year}年{day.month}月"


def _moves(context: PageContext, heads: Sequence[ArticleHead]) -> str:
    counted = [name for name, _ in catalogue.regions(heads, context.aliases).most_common()]
    regions = _telling(counted, context.aliases)[:_REGIONS]
    lists = (form.format(one=one) for one in regions for form in strings.LIST_EXAMPLES)
    pairs = [
        (form.format(one=one, other=other), (one, other))
        for form in strings.COMPARE_EXAMPLES
        for one, other in combinations(regions, 2)
    ]
    cards = (
        _card(strings.MOVE_FACT, list(_facts(context, heads))),
        _card(strings.MOVE_LIST, list(_answered(context, lists))),
        _card(strings.MOVE_WRITE, [], regions[:_EACH]),
        _card(
            strings.MOVE_COMPARE, list(_answered(context, (question for question, _ in pairs), dict(pairs)))
        ),
    )
    return f'<div class="gc-moves">{"".join(cards)}</div>'


def _telling(counted: Sequence[str], aliases: catalogue.Groups) -> Sequence[str]:
    """The regions to make examples of: those across borders that people have several names for, or places, or any."""
    known = {group[0] for group in aliases}
    across = [name for name in counted if level_of(name) is Level.REGION and name in known]
    places = [name for name in counted if level_of(name) in _PLACES]
    return next((found for found in (across, places) if len(found) > 1), counted)


def _card(head: tuple[str, str], questions: Sequence[str], topics: Sequence[str] = ()) -> str:
    name, about = head
    buttons = "".join(button(q, "suggest", css="gc-next", question=q) for q in questions)
    for one in topics:
        made = strings.WRITE_ON.format(one=one)
        buttons += button(made, "make", css="gc-next", kind="brief", topic=one)
    return f'<section><h3>{name}</h3><p class="gc-meta">{about}</p>{buttons}</section>' if buttons else ""


def _facts(context: PageContext, heads: Sequence[ArticleHead]) -> Iterator[str]:
    """Questions for a figure or a term, each from another of the newest articles."""
    newest = sorted((h for h in heads if h.cited_on), key=lambda h: h.cited_on or date.min, reverse=True)
    found = 0
    for head in (newest or list(heads))[:_READ]:
        article = context.store.article(head.id)
        if article is None:
            continue
        hits = [Hit(passage, article, 0.0) for passage in context.store.passages(head.id)]
        candidates = follow_ups("", hits, context.settings.answer.min_evidence, 1)
        for question in _answered(context, iter(candidates)):
            yield question
            found += 1
        if found >= _EACH:
            return


def _answered(
    context: PageContext, questions: Iterator[str], sides: Mapping[str, Sequence[str]] | None = None
) -> Iterator[str]:
    """The first of the questions that quoting answers, with markers; `sides` must each have their part of an answer."""
    given = 0
    for question in islice(questions, _TRIED):
        try:
            answer = context.qa.ask(question, extractive=True)
        except GuanchaoError:
            _log.exception("no example of %s", question)
            return
        whole = all(f"{side}：" in answer.text for side in (sides or {}).get(question, ()))
        if answer.citations and whole and not answer.refused:
            yield question
            given += 1
        if given == _EACH:
            return
