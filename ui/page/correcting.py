"""编辑信息: the form of one article or several, and what is sent from it as corrections that can be taken back."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from docs_store import corrections
from docs_store.corrections import DAYS, LABELS, LISTS, CorrectionError
from docs_store.models import Article
from ui import render, strings
from ui.editing import Edit, source_values
from ui.handover import Work
from ui.page import catalogue
from ui.page.context import PageContext

_MOST = 200  # articles corrected at once
_BETWEEN = re.compile(r"[、，,;；\n]+")


def form_html(context: PageContext, ids: Sequence[str]) -> str:
    """The form for the articles; those that are gone are left out."""
    articles = [a for id in ids[:_MOST] if (a := context.store.article(id))]
    if not articles:
        return render.notice_html(strings.ARTICLE_GONE)
    one = articles[0] if len(articles) == 1 else None
    heading = (
        strings.EDIT_ONE.format(title=one.title) if one else strings.EDIT_MANY.format(count=len(articles))
    )
    rows = "".join(_row(name, one) for name in LABELS if one or name != "title")
    note = "" if one else f'<p class="gc-meta">{strings.EDIT_MANY_HINT}</p>'
    lists = _offered("issuer", list(catalogue.issuers(context.heads())))
    for name in sorted(LISTS):
        lists += _offered(name, list(catalogue.given_names(context.heads(), name)))
    return (
        f'<form class="gc-panel gc-about" data-ids="{escape(json.dumps([a.id for a in articles]))}">'
        f'<div class="gc-panel-head"><h2>{escape(heading)}</h2>'
        f"{render.button('×', 'close-form', strings.CLOSE)}</div>{note}{rows}{lists}"
        f'<div class="gc-foot"><span role="alert"></span>{render.button(strings.CANCEL, "close-form")}'
        f'<button type="submit" class="gc-act gc-main">{strings.EDIT_SAVE}</button></div></form>'
    )


def _offered(name: str, values: Sequence[str]) -> str:
    options = "".join(f'<option value="{escape(value)}"></option>' for value in values[:300])
    return f'<datalist id="gc-known-{name}">{options}</datalist>'


def _row(name: str, article: Article | None) -> str:
    value = _shown(getattr(article, name)) if article else ""
    kind = "date" if name in DAYS else "text"
    hint = f' placeholder="{strings.EDIT_NAMES_HINT}"' if name in LISTS else ""
    known = f' list="gc-known-{name}"' if name == "issuer" or name in LISTS else ""
    undo = ""
    if article and name in (said := source_values(article)):
        was = strings.EDIT_SAID.format(said=_shown(said[name]) or strings.EDIT_NOTHING_SAID)
        restore = render.button(
            strings.EDIT_RESTORE, "restore-field", css="gc-link", ids=json.dumps([article.id]), field=name
        )
        undo = f'<span class="gc-meta">{escape(was)}{restore}</span>'
    return (
        f'<div class="gc-field"><label><span>{LABELS[name]}</span><input type="{kind}" name="{name}" maxlength="300" '
        f'value="{escape(value)}" data-was="{escape(value)}"{hint}{known}></label>{undo}</div>'
    )


def _shown(value: Any) -> str:
    if isinstance(value, tuple | list):
        return "、".join(value)
    return str(value) if value else ""


def wanted(ids: Sequence[str], given: Mapping[str, Any]) -> Edit:
    """What a form asks for: for one article its fields that changed; for several the fields that say anything.

    Raises:
        CorrectionError: nothing is asked for, or a value is none.
    """
    one = len(ids) == 1
    values: dict[str, Any] = {}
    added: dict[str, list[str]] = {}
    for name, text in given.items():
        text = str(text).strip()
        if name in LISTS:
            names = [part.strip() for part in _BETWEEN.split(text) if part.strip()]
            if one:
                values[name] = names
            elif names:
                added[name] = names
        elif one or text:
            values[name] = text
    if not (values or added):
        raise CorrectionError(strings.EDIT_NOTHING)
    edit = Edit(list(ids[:_MOST]), set=values, add=added)
    edit.check()
    return edit


def correct(context: PageContext, edit: Edit) -> str:
    """Queues a correction; gives the token that takes it back. Raises CorrectionError, TooManyJobsError."""
    articles = [a for id in edit.ids if (a := context.store.article(id))]
    if not articles:
        raise CorrectionError(strings.ARTICLE_GONE)
    back: dict[str, Edit] = {}
    for article in articles:
        values, undo = edit.check_for(article)
        before = {name: _plain(getattr(article, name)) for name in (*values, *undo)}
        key = json.dumps(before, ensure_ascii=False, sort_keys=True)
        back.setdefault(key, Edit([], set=before)).ids.append(article.id)
    titles = strings.EDIT_JOB.format(title=articles[0].title[:30])
    name = titles if len(articles) == 1 else strings.EDIT_JOB_MANY.format(count=len(articles))
    _submit(context, Edit([a.id for a in articles], edit.set, edit.add, edit.remove, edit.undo), name)
    return context.reversals.put(list(back.values()))


def take_back(context: PageContext, token: str) -> None:
    """Queues what takes a correction back. Raises CorrectionError where it is too late."""
    edits = context.reversals.take(token)
    if not edits:
        raise CorrectionError(strings.TOO_LATE)
    for edit in edits:
        _submit(context, edit, strings.EDIT_UNDO_JOB)


def _submit(context: PageContext, edit: Edit, name: str) -> None:
    job = context.jobs.submit(Work([], [], edit=edit), lambda _: context.catalogue.forget())
    context.job_names.add(job.id, name, [])


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value and str(value)


def read(request: Mapping[str, Any]) -> tuple[list[str], dict[str, Any]]:
    """The ids and values that page.js sends. Raises CorrectionError."""
    ids, given = request.get("ids"), request.get("set") or {}
    if not isinstance(ids, list) or not isinstance(given, dict):
        raise CorrectionError(strings.EDIT_NOTHING)
    return [str(id) for id in ids], {
        name: value for name, value in given.items() if name in corrections.LABELS
    }
