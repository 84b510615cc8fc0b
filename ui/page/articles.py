"""The articles tab: find, filter and read; upload, replace, delete and re-ingest while others chat."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from docs_store.errors import GuanchaoError
from ingest.readers import READERS
from ui import render, strings
from ui.page.article_jobs import add, drop, reread
from ui.page.article_list import find, table_html
from ui.page.catalogue import choices, issuers
from ui.page.desk import Desk
from ui.page.work import jobs_html

_TICK = 1.0  # seconds between two looks at running jobs


@dataclass(frozen=True, slots=True)
class ArticleParts:
    """The tab's components."""

    words: gr.Textbox
    issuer: gr.Dropdown
    since: gr.Textbox
    until: gr.Textbox
    listing: gr.HTML
    page: gr.Number
    bridge: gr.HTML
    editing: gr.Column
    replaced: gr.Textbox
    files: gr.File
    keep: gr.Button
    prune: gr.Checkbox
    reingest: gr.Button
    notice: gr.HTML
    jobs: gr.HTML
    timer: gr.Timer


def build_articles(desk: Desk) -> ArticleParts:
    """The tab's components, inside the tab that is open."""
    with gr.Row(elem_id="gc-article-filters"):
        words = gr.Textbox(label=strings.SEARCH_ARTICLES, scale=3, min_width=200, elem_id="gc-words")
        issuer = gr.Dropdown(
            choices(issuers(desk.heads())), value="", label=strings.ISSUER, scale=2, min_width=140
        )
        since = gr.Textbox(
            label=strings.SINCE,
            placeholder=strings.DAY_HINT,
            min_width=110,
            max_lines=1,
            elem_id="gc-list-since",
        )
        until = gr.Textbox(label=strings.UNTIL, placeholder=strings.DAY_HINT, min_width=110, max_lines=1)
    with gr.Row(equal_height=False, elem_id="gc-article-row"):
        with gr.Column(scale=5, min_width=320):
            listing = gr.HTML("", elem_id="gc-articles")
        with gr.Column(scale=2, min_width=280, visible=False, elem_id="gc-editing") as editing:
            files = gr.File(
                label=strings.UPLOAD,
                file_count="multiple",
                file_types=sorted(READERS),
                height=150,
                elem_id="gc-upload",
            )
            keep = gr.Button(strings.KEEP, size="sm", visible=False)
            with gr.Group():
                prune = gr.Checkbox(label=strings.PRUNE)
                reingest = gr.Button(strings.REINGEST, size="sm", elem_id="gc-reingest")
            notice = gr.HTML("", elem_id="gc-article-notice")
            jobs = gr.HTML("", elem_id="gc-jobs")
            gr.HTML(f'<p class="gc-meta">{strings.DELETE_NOTE}</p>')
    page = gr.Number(1, visible="hidden")
    replaced = gr.Textbox("", visible="hidden")
    bridge = gr.HTML(
        "",
        visible="hidden",
        js_on_load="window.guanchaoArticles = {trigger: trigger}; /* 'turn' 'replace' 'discard' 'narrow' */",
    )
    timer = gr.Timer(_TICK, active=False)
    return ArticleParts(
        words,
        issuer,
        since,
        until,
        listing,
        page,
        bridge,
        editing,
        replaced,
        files,
        keep,
        prune,
        reingest,
        notice,
        jobs,
        timer,
    )


def wire_articles(desk: Desk, parts: ArticleParts, tab: gr.Tab) -> None:
    """Connects the tab."""
    quick: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
    fields = [parts.words, parts.issuer, parts.since, parts.until]

    def listed(words: str, issuer: str | None, since: str, until: str, page: float, editor: bool) -> str:
        try:
            return table_html(desk, find(desk, words, issuer or "", since, until), int(page), editor=editor)
        except GuanchaoError as error:
            return render.notice_html(str(error))

    def shown(words: str, issuer: str | None, since: str, until: str, request: gr.Request) -> tuple[str, int]:
        return listed(words, issuer, since, until, 1, desk.person(request).editor), 1

    def opened(
        words: str, issuer: str | None, since: str, until: str, request: gr.Request
    ) -> tuple[Any, ...]:
        editor = desk.person(request).editor
        offered = choices(issuers(desk.heads()))
        return (
            listed(words, issuer, since, until, 1, editor),
            gr.update(choices=offered),
            gr.update(visible=editor),
            jobs_html(desk.jobs.all(), desk.job_names),
            gr.Timer(active=desk.jobs.busy()),
        )

    def turned(
        event: gr.EventData, words: str, issuer: str | None, since: str, until: str, request: gr.Request
    ) -> tuple[str, int]:
        page = int(event.page)
        return listed(words, issuer, since, until, page, desk.person(request).editor), page

    def narrowed(event: gr.EventData) -> tuple[str, str, str, str]:
        given = event._data
        return tuple(str(given.get(name, "")) for name in ("words", "issuer", "since", "until"))  # type: ignore[return-value]

    def chosen(event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        article = desk.store.article(str(event.id))
        if article is None or not desk.person(request).editor:
            return "", gr.skip(), gr.skip(), render.notice_html(strings.ARTICLE_GONE)
        label = strings.UPLOAD_REPLACES.format(title=article.title[:30])
        return article.id, gr.update(label=label), gr.update(visible=True), ""

    def kept() -> tuple[Any, ...]:
        return "", gr.update(label=strings.UPLOAD), gr.update(visible=False), ""

    def guarded(request: gr.Request) -> str:
        return "" if desk.person(request).editor else render.notice_html(strings.EDITORS_ONLY)

    def uploaded(files: list[str] | None, replaced: str, request: gr.Request) -> tuple[Any, ...]:
        said = guarded(request)
        if not said and files:
            try:
                _, refused = add(desk, files, [Path(f).name for f in files], replaced)
                said = "".join(render.notice_html(why) for why in refused)
            except GuanchaoError as error:
                said = render.notice_html(str(error))
        return None, *kept()[:3], said, jobs_html(desk.jobs.all(), desk.job_names), gr.Timer(active=True)

    def discarded(event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        said = guarded(request)
        article = desk.store.article(str(event.id))
        if not said and article is None:
            said = render.notice_html(strings.ARTICLE_GONE)
        if not said and article is not None:
            try:
                drop(desk, list(article.sources or (article.source,)), article.title)
            except GuanchaoError as error:
                said = render.notice_html(str(error))
        return said, jobs_html(desk.jobs.all(), desk.job_names), gr.Timer(active=True)

    def reingested(prune: bool, request: gr.Request) -> tuple[Any, ...]:
        said = guarded(request)
        if not said:
            try:
                reread(desk, prune=prune)
            except GuanchaoError as error:
                said = render.notice_html(str(error))
        return said, jobs_html(desk.jobs.all(), desk.job_names), gr.Timer(active=True)

    def ticked(
        words: str,
        issuer: str | None,
        since: str,
        until: str,
        page: float,
        request: gr.Request,
    ) -> tuple[Any, ...]:
        busy = desk.jobs.busy()
        listing = (
            gr.skip() if busy else listed(words, issuer, since, until, page, desk.person(request).editor)
        )
        return jobs_html(desk.jobs.all(), desk.job_names), listing, gr.Timer(active=busy)

    changes = [part.change for part in (parts.words, parts.issuer, parts.since, parts.until)]
    gr.on(changes, shown, fields, [parts.listing, parts.page], trigger_mode="always_last", **quick)
    tab.select(opened, fields, [parts.listing, parts.issuer, parts.editing, parts.jobs, parts.timer], **quick)
    parts.bridge.turn(turned, fields, [parts.listing, parts.page], **quick)
    choice = [parts.replaced, parts.files, parts.keep, parts.notice]
    parts.bridge.narrow(narrowed, None, fields, **quick)
    parts.bridge.replace(chosen, None, choice, **quick)
    parts.keep.click(kept, None, choice, **quick)
    working = [parts.notice, parts.jobs, parts.timer]
    parts.files.upload(
        uploaded,
        [parts.files, parts.replaced],
        [parts.files, parts.replaced, parts.files, parts.keep, *working],
        **quick,
    )
    parts.bridge.discard(discarded, None, working, **quick)
    parts.reingest.click(reingested, parts.prune, working, **quick)
    parts.timer.tick(ticked, [*fields, parts.page], [parts.jobs, parts.listing, parts.timer], **quick)
