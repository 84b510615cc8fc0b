"""Puts the page together."""

from __future__ import annotations

from html import escape
from typing import Any

import gradio as gr

from docs_store.errors import GuanchaoError
from ui import render, strings
from ui.page.articles import build_articles, build_bridge, wire_articles
from ui.page.chat import build_chat
from ui.page.context import PageContext
from ui.page.history import build_history, list_html, wire_history
from ui.page.made import build_beside, build_made, wire_made
from ui.page.opinions import wire_opinions
from ui.page.statistics import statistics_html
from ui.page.use import LOOKED_AT, use_html


def build_page(context: PageContext) -> gr.Blocks:
    """The page over `context`, served by nobody yet."""
    with gr.Blocks(title=strings.TITLE, analytics_enabled=False, fill_width=True) as page:
        head = gr.HTML(head_html(context, ""), elem_id="gc-head")
        beside = build_beside()
        article_bridge = build_bridge(context)
        with gr.Tabs(elem_id="gc-tabs"):
            with gr.Tab(strings.TAB_CHAT, id="chat"), gr.Row(elem_id="gc-row", equal_height=False):
                with gr.Column(scale=0, min_width=230, elem_id="gc-left"):
                    history = build_history(context)
                with gr.Column(scale=5, min_width=320, elem_id="gc-middle"):
                    chat = build_chat(context)
                with gr.Column(scale=3, min_width=300, elem_id="gc-right"):
                    panel = render.panel_html("gc-sources", strings.SOURCES_EMPTY)
                    gr.HTML(panel, elem_id="gc-panel", js_on_load="")
            with gr.Tab(strings.TAB_MADE, id="made") as made_tab:
                made = build_made(context, beside)
            with gr.Tab(strings.TAB_ARTICLES, id="articles") as articles_tab:
                articles = build_articles(context, article_bridge)
            with gr.Tab(strings.TAB_STATISTICS, id="statistics") as statistics_tab:
                figures = gr.HTML("", elem_id="gc-statistics")
        gr.HTML(_READER + _PASSWORD, elem_id="gc-reader-holder", js_on_load="")
        wire_history(context, chat, history)
        wire_opinions(context, chat)
        wire_articles(context, articles, articles_tab)
        wire_made(context, made, chat, made_tab, page)

        def loaded(request: gr.Request) -> tuple[Any, ...]:
            person = context.person(request)
            try:
                listed = list_html(
                    context.conversations.list(person.name),
                    "",
                    False,
                    context.runs.under_way(person.name),
                    sharing=context.people.required,
                )
            except GuanchaoError as error:
                return head_html(context, person.name), render.notice_html(str(error))
            return head_html(context, person.name), listed

        quick: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}

        def counted(request: gr.Request) -> str:
            return head_html(context, context.person(request).name)

        page.load(loaded, None, [head, history[2]], **quick)

        def counted_up(request: gr.Request) -> str:
            try:
                shown = statistics_html(context.heads(), context.aliases)
                if context.person(request).editor:
                    shown += use_html(context.conversations.outcomes(LOOKED_AT), context.audit.counts())
            except GuanchaoError as error:
                return render.notice_html(str(error))
            return shown

        statistics_tab.select(counted_up, None, figures, **quick)
        # What is added or deleted changes the list; the count in the head follows it.
        articles.listing.change(counted, None, head, **quick)
    assert isinstance(page, gr.Blocks)
    return page


def head_html(context: PageContext, name: str) -> str:
    """Title, what is in the library, and the buttons at the right."""
    articles, passages = context.store.counts()
    out = ""
    if context.people.required and name:
        role = strings.ROLES[context.people.person(name).editor]
        out = f'<span class="gc-role">{role}</span>'
        out += f'<a class="gc-act gc-leave" href="logout">{escape(strings.LOG_OUT.format(name=name))}</a>'
    return (
        f'<a class="gc-skip" href="#gc-box">{strings.SKIP}</a>'
        f'<a class="gc-skip" href="#gc-log" data-to="answer">{strings.SKIP_TO_ANSWER}</a>'
        f'<h1>{strings.TITLE}</h1><p class="gc-tagline">{strings.TAGLINE}</p>'
        f'<p class="gc-counts">{strings.COUNTS.format(articles=articles, passages=passages)}</p>'
        f'<span class="gc-right">{_DRAWER}{render.button(strings.NEW, "begin", css="gc-act gc-narrow")}'
        f"{render.button('◐', 'theme', strings.LIGHT_DARK)}"
        f"{render.button(strings.SETTINGS, 'settings')}{out}</span>"
    )


_DRAWER = (
    '<button type="button" class="gc-act gc-narrow" data-act="drawer" aria-expanded="false" aria-controls="gc-left">'
    f"☰ {strings.TAB_HISTORY}</button>"
)
_PASSWORD = (
    f'<template id="gc-password"><form class="gc-panel gc-secret"><div class="gc-panel-head"><h2>{strings.PASSWORD_CHANGE}</h2>'
    f"{render.button('×', 'close-form', strings.CLOSE)}</div>"
    + "".join(
        f'<div class="gc-field"><label><span>{label}</span><input type="password" name="{name}" required '
        f'maxlength="1000" autocomplete="{kind}"></label></div>'
        for label, name, kind in (
            (strings.PASSWORD_OLD, "old", "current-password"),
            (strings.PASSWORD_NEW, "new", "new-password"),
            (strings.PASSWORD_REPEAT, "again", "new-password"),
        )
    )
    + f'<div class="gc-foot"><span role="alert"></span>{render.button(strings.CANCEL, "close-form")}'
    f'<button type="submit" class="gc-act gc-main">{strings.EDIT_SAVE}</button></div></form></template>'
)
_READER = (
    f'<div id="gc-said" class="gc-unseen" role="status"></div><dialog id="gc-reader" aria-label="{strings.READ_WHOLE}"><div class="gc-reader-head">'
    f"{render.button('×', 'close-reader', strings.CLOSE, css='gc-act gc-close')}</div>"
    '<article id="gc-article" tabindex="-1"></article></dialog>'
    f'<dialog id="gc-scope" aria-label="{strings.FILTERS}"></dialog>'
    f'<dialog id="gc-form" aria-label="{strings.EDIT_ABOUT}"></dialog>'
)
