"""Puts the page together."""

from __future__ import annotations

from html import escape
from typing import Any

import gradio as gr

from docs_store.errors import GuanchaoError
from rag.lexicon.synonyms import read_aliases
from ui import render, strings
from ui.page.articles import build_articles, wire_articles
from ui.page.catalogue import choices, folders, issuers
from ui.page.chat import build_chat
from ui.page.desk import Desk
from ui.page.history import build_history, list_html, wire_history
from ui.page.made import build_beside, build_made, wire_made
from ui.page.opinions import wire_opinions
from ui.page.statistics import statistics_html


def build_page(desk: Desk) -> gr.Blocks:
    """The page over `desk`, served by nobody yet."""
    with gr.Blocks(title=strings.TITLE, analytics_enabled=False, fill_width=True) as page:
        head = gr.HTML(head_html(desk, ""), elem_id="gc-head")
        beside = build_beside()
        with gr.Tabs(elem_id="gc-tabs"):
            with gr.Tab(strings.TAB_CHAT, id="chat"), gr.Row(elem_id="gc-row", equal_height=False):
                with gr.Column(scale=0, min_width=230, elem_id="gc-left"):
                    history = build_history(desk)
                with gr.Column(scale=5, min_width=320, elem_id="gc-middle"):
                    chat = build_chat(desk)
                with gr.Column(scale=3, min_width=300, elem_id="gc-right"):
                    panel = render.panel_html("gc-sources", strings.SOURCES_EMPTY)
                    gr.HTML(panel, elem_id="gc-panel", js_on_load="")
            with gr.Tab(strings.TAB_MADE, id="made") as made_tab:
                made = build_made(desk, beside)
            with gr.Tab(strings.TAB_ARTICLES, id="articles") as articles_tab:
                articles = build_articles(desk)
            with gr.Tab(strings.TAB_STATISTICS, id="statistics") as statistics_tab:
                figures = gr.HTML("", elem_id="gc-statistics")
        gr.HTML(_READER, elem_id="gc-reader-holder", js_on_load="")
        wire_history(desk, chat, history)
        wire_opinions(desk, chat)
        wire_articles(desk, articles, articles_tab)
        wire_made(desk, made, chat, made_tab, page)

        def loaded(request: gr.Request) -> tuple[Any, ...]:
            person = desk.person(request)
            try:
                heads = desk.heads()
                listed = list_html(
                    desk.conversations.list(person.name),
                    "",
                    False,
                    desk.runs.under_way(person.name),
                    sharing=desk.people.required,
                )
            except GuanchaoError as error:
                return head_html(desk, person.name), render.notice_html(str(error)), gr.skip(), gr.skip()
            return (
                head_html(desk, person.name),
                listed,
                gr.update(choices=choices(issuers(heads)), value=""),
                gr.update(choices=choices(folders(heads)), value=""),
            )

        quick: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}

        def counted(request: gr.Request) -> str:
            return head_html(desk, desk.person(request).name)

        page.load(loaded, None, [head, history[2], chat.issuer, chat.folder], **quick)
        aliases = read_aliases(desk.settings.retrieval.aliases)
        statistics_tab.select(lambda: statistics_html(desk.heads(), aliases), None, figures, **quick)
        # What is added or deleted changes the list; the count in the head follows it.
        articles.listing.change(counted, None, head, **quick)
    assert isinstance(page, gr.Blocks)
    return page


def head_html(desk: Desk, name: str) -> str:
    """Title, what is in the library, and the buttons at the right."""
    articles, passages = desk.store.counts()
    out = (
        f'<a class="gc-act" href="logout">{escape(strings.LOG_OUT.format(name=name))}</a>'
        if desk.people.required and name
        else ""
    )
    return (
        f'<a class="gc-skip" href="#gc-box">{strings.SKIP}</a>'
        f'<a class="gc-skip" href="#gc-log" data-to="answer">{strings.SKIP_TO_ANSWER}</a>'
        f'<h1>{strings.TITLE}</h1><p class="gc-tagline">{strings.TAGLINE}</p>'
        f'<p class="gc-counts">{strings.COUNTS.format(articles=articles, passages=passages)}</p>'
        f'<span class="gc-right">{_DRAWER}{render.button(strings.NEW, "begin", css="gc-act gc-narrow")}'
        f"{render.button('◐', 'theme', strings.LIGHT_DARK)}{out}</span>"
    )


_DRAWER = (
    '<button type="button" class="gc-act gc-narrow" data-act="drawer" aria-expanded="false" aria-controls="gc-left">'
    f"☰ {strings.TAB_HISTORY}</button>"
)
_READER = (
    f'<div id="gc-said" class="gc-unseen" role="status"></div><dialog id="gc-reader" aria-label="{strings.READ_WHOLE}"><div class="gc-reader-head">'
    f"{render.button('×', 'close-reader', strings.CLOSE, css='gc-act gc-close')}</div>"
    '<article id="gc-article" tabindex="-1"></article></dialog>'
)
