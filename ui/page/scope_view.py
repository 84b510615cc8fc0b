"""The chips above the question box and the panel that they open: where to look, and how to answer.

The choice lives in the browser (`ui/assets/scope.js`), which sends it along with each question: it outlives a reload and
a server that starts again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from html import escape
from typing import Any

from docs_store.errors import GuanchaoError
from docs_store.models import ArticleHead
from ui import render, strings
from ui.page import catalogue
from ui.page.catalogue import Groups
from ui.page.context import PageContext
from ui.page.scope import Scope, reach

_LISTED = 400  # names of a list to tick
_SEARCHED = 12  # names from which on a list has a field to look for one


def bar_html(context: PageContext) -> str:
    """The chips."""
    manners = ""
    if context.model:
        manners = _group(strings.MANNERS_LABEL, "manner", strings.MANNERS, "full")
        named = strings.MODEL_NAMED.format(name=context.model)
        model = f'<span class="gc-model" title="{escape(named)}">{escape(context.model)}</span>'
    else:
        model = f'<span class="gc-model" title="{strings.NO_MODEL_HINT}">{strings.NO_MODEL}</span>'
    lengths = f'<span class="gc-label" aria-hidden="true">{strings.LENGTHS_LABEL}</span>' + _group(
        strings.LENGTHS_LABEL, "length", strings.LENGTHS, context.settings.answer.length
    )
    return (
        f'<div class="gc-chips"><button type="button" class="gc-chip gc-scope" data-act="scope" aria-haspopup="dialog">'
        f'{strings.SCOPE}<b id="gc-scope-said">{strings.SCOPE_ALL}</b></button><span id="gc-scope-chips"></span>'
        f'<span class="gc-manner">{manners}{lengths}{model}</span></div>'
    )


def _group(label: str, name: str, values: Sequence[tuple[str, str, str]], usual: str) -> str:
    buttons = "".join(
        f'<button type="button" class="gc-chip" data-act="choose" data-name="{name}" data-value="{value}" '
        f'aria-pressed="{"true" if value == usual else "false"}" title="{hint}">{said}</button>'
        for value, said, hint in values
    )
    return f'<span class="gc-choice" role="group" aria-label="{label}" data-usual="{usual}">{buttons}</span>'


def panel_html(heads: Sequence[ArticleHead], aliases: Groups) -> str:
    """The panel, in a dialog that page.js opens."""
    periods = "".join(
        f'<button type="button" class="gc-chip" data-act="period" data-value="{value}" aria-pressed="false">{said}</button>'
        for value, said in strings.PERIODS
    )
    days = "".join(
        f'<label>{label}<input type="date" name="{name}" id="gc-{name}"></label>'
        for name, label in (("since", strings.SINCE), ("until", strings.UNTIL))
    )
    lists = _ticks("regions", strings.REGIONS, catalogue.regions(heads, aliases))
    lists += _ticks("issuers", strings.ISSUERS, catalogue.issuers(heads))
    selects = "".join(
        _select(name, label, names)
        for name, label, names in (
            ("collection", strings.COLLECTION, _ordered(catalogue.given_names(heads, "collections"))),
            ("tag", strings.TAG, _ordered(catalogue.given_names(heads, "tags"))),
            ("folder", strings.FOLDER, list(catalogue.folders(heads))),
        )
    )
    return (
        f'<form method="dialog" class="gc-panel"><div class="gc-panel-head"><h2>{strings.FILTERS}</h2>'
        f"{render.button('×', 'close-scope', strings.CLOSE, css='gc-act')}</div>"
        f'<fieldset class="gc-times"><legend>{strings.PUBLISHED}</legend>{periods}{days}</fieldset>'
        f'<div class="gc-lists">{lists}</div><div class="gc-selects">{selects}</div>'
        f'<div class="gc-foot"><span id="gc-reach" role="status"></span>'
        f"{render.button(strings.SCOPE_CLEAR, 'clear-scope')}"
        f"{render.button(strings.SCOPE_DONE, 'close-scope', css='gc-act gc-main')}</div></form>"
    )


def _ordered(names: Counter[str]) -> list[str]:
    return [name for name, _ in names.most_common()]


def _ticks(name: str, label: str, counted: Counter[str]) -> str:
    if not counted:
        return ""
    rows = "".join(
        f'<label><input type="checkbox" name="{name}" value="{escape(value)}"> {escape(value)} <small>{count}</small></label>'
        for value, count in counted.most_common(_LISTED)
    )
    find = (
        f'<input type="search" class="gc-find" placeholder="{strings.FIND_NAME}" aria-label="{strings.FIND_NAME}：{label}">'
        if len(counted) > _SEARCHED
        else ""
    )
    return f'<fieldset class="gc-ticks"><legend>{label}</legend>{find}<div class="gc-names">{rows}</div></fieldset>'


def _select(name: str, label: str, names: Sequence[str]) -> str:
    if not names:
        return ""
    options = "".join(f'<option value="{escape(value)}">{escape(value)}</option>' for value in names)
    return f'<label>{label}<select name="{name}"><option value="">{strings.ANY}</option>{options}</select></label>'


def scope_reader(context: PageContext) -> Callable[[str], str]:
    """What page.js asks while the scope is chosen."""

    def scope_reach(scope: str) -> str:
        """How many articles the scope leaves."""
        try:
            return reach(Scope.read(scope), context.heads(), context.aliases)
        except GuanchaoError as error:
            return str(error)

    return scope_reach


def panel_reader(context: PageContext) -> Callable[[Any], str]:
    """The panel with the names that the library has now."""

    def scope_panel(_: Any) -> str:
        """The panel's fields."""
        try:
            return panel_html(context.heads(), context.aliases)
        except GuanchaoError as error:
            return render.notice_html(str(error))

    return scope_panel
