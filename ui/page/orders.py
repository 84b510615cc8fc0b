"""What is filled in on the 成果 tab as an order, or what is missing in it, in words."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import cast, get_args

from docs_store.errors import GuanchaoError
from docs_store.models import Article
from docs_store.text.places import level_of
from rag.errors import NoSuchArticleError
from rag.generation.deliverables.compare import LEAST, MOST
from ui import strings
from ui.making import Kind, Order
from ui.page.context import PageContext
from ui.page.scope import Scope, day

_TOPIC, _NAME, _COLUMNS, _DRAFT = 200, 500, 500, 30_000  # characters at the most
_QUESTIONS, _REGIONS, _ASPECTS = 20, 10, 12
_BETWEEN = re.compile(r"[,，、;；\s]+")


class IncompleteOrderError(GuanchaoError):
    """Something is missing in the form, or too long; the message says what."""


@dataclass(frozen=True, slots=True)
class Form:
    """What stands in the fields."""

    kind: str
    topic: str = ""
    names: str = ""
    compared: str = ""
    """The topic in which places or years are compared."""
    aspects: str = ""
    versions: bool = False
    article: str = ""
    draft: str = ""
    draft_name: str = ""
    """The file that the draft came from."""
    length: int | None = None
    columns: str = ""
    questions: str = ""
    first_day: str = ""
    since: str = ""
    until: str = ""
    regions: str = ""
    issuer: str = ""
    folder: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """An order, what it is called while it is made, and how it narrows the articles, in words."""

    order: Order
    title: str
    narrowed: str = ""


def filled(context: PageContext, form: Form) -> Filled:
    """The order that a form states.

    Raises:
        IncompleteOrderError: something is missing or too long.
        BadFilterError: a date cannot be read.
    """
    if form.kind not in get_args(Kind):
        raise IncompleteOrderError(strings.MADE_NEEDS["table"])
    kind = cast(Kind, form.kind)
    if kind == "check":
        return _check(form)
    if kind == "points":
        return _points(context, form)
    # The first day of a digest is no narrowing: its title tells it.
    since = "" if kind == "digest" else form.since
    issuers = (form.issuer,) if form.issuer else ()
    scope = Scope(since=since, until=form.until, issuers=issuers, folder=form.folder)
    heads = context.heads()
    where = scope.where(heads, context.aliases)
    narrowed = scope.words(heads, where)
    if kind == "digest":
        where = replace(where, since=day(form.first_day, date.today(), last=False))
    regions = tuple(_several(form.regions)[:_REGIONS])
    if regions:
        about = strings.REGION_ON.format(name="、".join(regions))
        narrowed = f"{narrowed}；{about}" if narrowed else about
    order = Order(kind, where=where, regions=regions)
    if kind == "digest":
        if where.since is None:
            raise IncompleteOrderError(strings.MADE_NEEDS[kind])
        questions = tuple(_lines(form.questions)[:_QUESTIONS])
        return Filled(replace(order, questions=questions), strings.MADE_KINDS[kind], narrowed)
    if kind == "compare":
        return _compare(context, form, order, narrowed)
    topic = _required(kind, form.topic)
    order = replace(order, topic=topic)
    if kind == "table":
        order = replace(order, columns=_short(strings.MADE_COLUMNS, form.columns, _COLUMNS) or None)
    if kind == "brief":
        order = replace(order, length=form.length)
    return Filled(order, topic, narrowed)


def _check(form: Form) -> Filled:
    text = form.draft.strip()
    if not any(char.isalnum() for char in text):
        raise IncompleteOrderError(strings.MADE_NEEDS["check"])
    text = _short(strings.MADE_DRAFT, text, _DRAFT)
    title = form.draft_name or next(line.strip() for line in text.splitlines() if line.strip())[:30]
    return Filled(Order("check", title, text=text), title)


def _points(context: PageContext, form: Form) -> Filled:
    article = _article(context, _required("points", form.article))
    return Filled(Order("points", article.id), article.title)


def _compare(context: PageContext, form: Form, order: Order, narrowed: str) -> Filled:
    names = tuple(_short(name, name, _NAME) for name in _lines(form.names))
    if not LEAST <= len(names) <= MOST:
        raise IncompleteOrderError(strings.MADE_NEEDS["compare"])
    topic = _short(strings.MADE_TOPIC, form.compared, _TOPIC)
    if form.versions:
        ids = tuple(_article(context, name).id for name in names)
        return Filled(replace(order, names=ids, versions=True), "、".join(names), narrowed)
    if not topic and any(level_of(name) is not None for name in names):
        raise IncompleteOrderError(strings.MADE_COMPARE_NEEDS_TOPIC)
    aspects = tuple(_several(form.aspects)[:_ASPECTS])
    title = "、".join(names)
    return Filled(replace(order, names=names, topic=topic, aspects=aspects), title, narrowed)


def _article(context: PageContext, name: str) -> Article:
    name = name.strip("《》 ")
    exact = next((head.id for head in context.heads() if head.title == name), name)
    try:
        return context.qa.article_named(exact)
    except NoSuchArticleError as error:
        raise IncompleteOrderError(strings.MADE_NO_ARTICLE.format(name=name[:40])) from error


def first_day(context: PageContext) -> str:
    """The day from which a digest begins where nobody chose one: the week that ends with the newest article."""
    latest = max((head.cited_on for head in context.heads() if head.cited_on), default=date.today())
    return (min(latest, date.today()) - timedelta(days=6)).isoformat()


def _required(kind: Kind, text: str) -> str:
    text = _short(strings.MADE_TOPIC, text, _TOPIC)
    if not any(char.isalnum() for char in text):
        raise IncompleteOrderError(strings.MADE_NEEDS[kind])
    return text


def _short(name: str, text: str, most: int) -> str:
    text = text.strip()
    if len(text) > most:
        raise IncompleteOrderError(strings.MADE_TOO_LONG.format(name=name[:20], most=most))
    return text


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _several(text: str) -> list[str]:
    return [part for part in _BETWEEN.split(text.strip()) if part]
