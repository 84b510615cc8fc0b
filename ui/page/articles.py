"""The articles tab: find, filter and read; upload, replace, delete and re-ingest while others chat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from docs_store.errors import GuanchaoError
from docs_store.models import ArticleHead
from ingest.readers import READERS
from ui import render, strings
from ui.editing import Edit
from ui.page import catalogue, correcting
from ui.page.article_jobs import add, drop, paste, reread
from ui.page.article_list import Fields, find, review_html, table_html
from ui.page.catalogue import choices
from ui.page.context import PageContext
from ui.page.correcting import form_html
from ui.page.work import jobs_html

_TICK = 1.0  # seconds between two looks at running jobs


@dataclass(frozen=True, slots=True)
class ArticleComponents:
    """The tab's components."""

    fields: list[Any]
    """One a field of `article_list.Fields`, in its order."""
    review: gr.HTML
    listing: gr.HTML
    page: gr.Number
    bridge: gr.HTML
    editing: gr.Column
    replaced: gr.Textbox
    files: gr.File
    keep: gr.Button
    pasted: gr.Textbox
    take: gr.Button
    prune: gr.Checkbox
    reingest: gr.Button
    notice: gr.HTML
    jobs: gr.HTML
    timer: gr.Timer


def build_bridge(context: PageContext) -> gr.HTML:
    """What page.js triggers and asks; outside the tab, whose components are not there until it is opened."""
    return gr.HTML(
        "",
        visible="hidden",
        js_on_load="window.guanchaoArticles = {trigger: trigger, server: server};"
        "/* 'turn' 'replace' 'discard' 'narrow' 'correct' 'uncorrect' */",
        server_functions=[_form_reader(context)],
    )


def build_articles(context: PageContext, bridge: gr.HTML) -> ArticleComponents:
    """The tab's components, inside the tab that is open."""
    heads = context.heads()
    offered = _offered(context, heads)
    with gr.Row(elem_id="gc-article-filters"):
        words = gr.Textbox(label=strings.SEARCH_ARTICLES, scale=3, min_width=200, elem_id="gc-words")
        issuer = gr.Dropdown(offered[0], value="", label=strings.ISSUER, scale=2, min_width=130)
        since, until = (
            gr.Textbox(label=label, placeholder=strings.DAY_HINT, min_width=110, max_lines=1, elem_id=id)
            for label, id in ((strings.SINCE, "gc-list-since"), (strings.UNTIL, "gc-list-until"))
        )
        region = gr.Dropdown(offered[1], value="", label=strings.REGION, min_width=100)
        collection = gr.Dropdown(offered[2], value="", label=strings.COLLECTION, min_width=100)
        state, order = (
            gr.Dropdown([(name, value) for value, name in values], value="", label=label, min_width=110)
            for label, values in ((strings.STATE, strings.STATES), (strings.ORDER, strings.ORDERS))
        )
    review = gr.HTML("", elem_id="gc-review")
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
                pasted = gr.Textbox(
                    label=strings.PASTE,
                    placeholder=strings.PASTE_HINT,
                    lines=2,
                    max_lines=8,
                    elem_id="gc-paste",
                )
                take = gr.Button(strings.PASTE_TAKE, size="sm", elem_id="gc-take")
            with gr.Group():
                prune = gr.Checkbox(label=strings.PRUNE)
                reingest = gr.Button(strings.REINGEST, size="sm", elem_id="gc-reingest")
            notice = gr.HTML("", elem_id="gc-article-notice")
            jobs = gr.HTML("", elem_id="gc-jobs")
            gr.HTML(f'<p class="gc-meta">{strings.DELETE_NOTE}</p>')
    page = gr.Number(1, visible="hidden")
    replaced = gr.Textbox("", visible="hidden")
    timer = gr.Timer(_TICK, active=False)
    return ArticleComponents(
        [words, issuer, since, until, region, collection, state, order],
        review,
        listing,
        page,
        bridge,
        editing,
        replaced,
        files,
        keep,
        pasted,
        take,
        prune,
        reingest,
        notice,
        jobs,
        timer,
    )


def _offered(context: PageContext, heads: Sequence[ArticleHead]) -> list[list[tuple[str, str]]]:
    """What the lists of issuers, regions and collections offer."""
    counted = (
        catalogue.issuers(heads),
        catalogue.regions(heads, context.aliases),
        catalogue.given_names(heads, "collections"),
    )
    return [choices([name for name, _ in names.most_common()]) for names in counted]


def _form_reader(context: PageContext) -> Any:
    def edit_form(ids: list[Any]) -> str:
        """The form of some articles; called by page.js."""
        try:
            return form_html(context, [str(id) for id in ids])
        except GuanchaoError as error:
            return render.notice_html(str(error))

    return edit_form


def wire_articles(context: PageContext, components: ArticleComponents, tab: gr.Tab) -> None:
    """Connects the tab."""
    quick: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
    fields = components.fields

    def listed(values: Sequence[Any], page: float, editor: bool) -> str:
        try:
            given = Fields(*[str(value or "") for value in values])
            return table_html(context, find(context, given), int(page), editor=editor)
        except GuanchaoError as error:
            return render.notice_html(str(error))

    def shown(request: gr.Request, *values: Any) -> tuple[str, int]:
        return listed(values, 1, context.person(request).editor), 1

    def opened(request: gr.Request, *values: Any) -> tuple[Any, ...]:
        editor = context.person(request).editor
        heads = context.heads()
        return (
            listed(values, 1, editor),
            review_html(heads) if editor else "",
            *(gr.update(choices=offered) for offered in _offered(context, heads)),
            gr.update(visible=editor),
            jobs_html(context.jobs.all(), context.job_names),
            gr.Timer(active=context.jobs.busy()),
        )

    def turned(event: gr.EventData, request: gr.Request, *values: Any) -> tuple[str, int]:
        page = int(event.page)
        return listed(values, page, context.person(request).editor), page

    def narrowed(event: gr.EventData) -> tuple[str, ...]:
        given = event._data
        names = ("words", "issuer", "since", "until", "region", "collection", "state", "order")
        return tuple(str(given.get(name, "")) for name in names)

    def chosen(event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        article = context.store.article(str(event.id))
        if article is None or not context.person(request).editor:
            return "", gr.skip(), gr.skip(), render.notice_html(strings.ARTICLE_GONE)
        label = strings.UPLOAD_REPLACES.format(title=article.title[:30])
        return article.id, gr.update(label=label), gr.update(visible=True), ""

    def kept() -> tuple[Any, ...]:
        return "", gr.update(label=strings.UPLOAD), gr.update(visible=False), ""

    def guarded(request: gr.Request) -> str:
        return "" if context.person(request).editor else render.notice_html(strings.EDITORS_ONLY)

    def uploaded(files: list[str] | None, replaced: str, request: gr.Request) -> tuple[Any, ...]:
        said = guarded(request)
        if not said and files:
            try:
                _, refused = add(context, files, [Path(f).name for f in files], replaced)
                said = "".join(render.notice_html(why) for why in refused)
            except GuanchaoError as error:
                said = render.notice_html(str(error))
        return (
            None,
            *kept()[:3],
            said,
            jobs_html(context.jobs.all(), context.job_names),
            gr.Timer(active=True),
        )

    def taken(text: str, request: gr.Request) -> tuple[Any, ...]:
        said = guarded(request)
        if not said:
            try:
                paste(context, text)
            except GuanchaoError as error:
                said = render.notice_html(str(error))
        jobs = jobs_html(context.jobs.all(), context.job_names)
        return gr.skip() if said else "", said, jobs, gr.Timer(active=True)

    def discarded(event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        said = guarded(request)
        article = context.store.article(str(event.id))
        if not said and article is None:
            said = render.notice_html(strings.ARTICLE_GONE)
        if not said and article is not None:
            try:
                drop(context, list(article.sources or (article.source,)), article.title)
            except GuanchaoError as error:
                said = render.notice_html(str(error))
        return said, jobs_html(context.jobs.all(), context.job_names), gr.Timer(active=True)

    def reingested(prune: bool, request: gr.Request) -> tuple[Any, ...]:
        said = guarded(request)
        if not said:
            try:
                reread(context, prune=prune)
            except GuanchaoError as error:
                said = render.notice_html(str(error))
        return said, jobs_html(context.jobs.all(), context.job_names), gr.Timer(active=True)

    def ticked(request: gr.Request, *values: Any) -> tuple[Any, ...]:
        busy, editor = context.jobs.busy(), context.person(request).editor
        listing = gr.skip() if busy else listed(values[:-1], values[-1], editor)
        review = gr.skip() if busy or not editor else review_html(context.heads())
        return jobs_html(context.jobs.all(), context.job_names), listing, review, gr.Timer(active=busy)

    def corrected(event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        said = guarded(request)
        if not said:
            try:
                ids, given = correcting.read(event._data)
                undo = [str(name) for name in event._data.get("undo") or ()]
                edit = Edit(ids, undo=undo) if undo else correcting.wanted(ids, given)
                said = _done(correcting.correct(context, edit), len(ids))
            except GuanchaoError as error:
                said = render.notice_html(str(error))
        return said, jobs_html(context.jobs.all(), context.job_names), gr.Timer(active=True)

    def uncorrected(event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        said = guarded(request)
        if not said:
            try:
                correcting.take_back(context, str(event.token))
            except GuanchaoError as error:
                said = render.notice_html(str(error))
        return said, jobs_html(context.jobs.all(), context.job_names), gr.Timer(active=True)

    gr.on(
        [part.change for part in fields],
        shown,
        fields,
        [components.listing, components.page],
        trigger_mode="always_last",
        **quick,
    )
    lists = [fields[1], fields[4], fields[5]]
    tab.select(
        opened,
        fields,
        [
            components.listing,
            components.review,
            *lists,
            components.editing,
            components.jobs,
            components.timer,
        ],
        **quick,
    )
    components.bridge.turn(turned, fields, [components.listing, components.page], **quick)
    choice = [components.replaced, components.files, components.keep, components.notice]
    # Fields of a tab that was never opened tell of no change: the list is asked for as well.
    components.bridge.narrow(narrowed, None, fields, **quick).then(
        shown, fields, [components.listing, components.page], **quick
    )
    components.bridge.replace(chosen, None, choice, **quick)
    components.keep.click(kept, None, choice, **quick)
    working = [components.notice, components.jobs, components.timer]
    components.files.upload(
        uploaded,
        [components.files, components.replaced],
        [components.files, components.replaced, components.files, components.keep, *working],
        **quick,
    )
    components.take.click(taken, components.pasted, [components.pasted, *working], **quick)
    components.bridge.discard(discarded, None, working, **quick)
    components.bridge.correct(corrected, None, working, **quick)
    components.bridge.uncorrect(uncorrected, None, working, **quick)
    components.reingest.click(reingested, components.prune, working, **quick)
    components.timer.tick(
        ticked,
        [*fields, components.page],
        [components.jobs, components.listing, components.review, components.timer],
        **quick,
    )


def _done(token: str, count: int) -> str:
    what = strings.ARTICLE_COUNT.format(count=count)
    undo = render.button(strings.EDIT_UNDO, "uncorrect", token=token)
    return f'<div class="gc-editing" role="status">{strings.EDIT_DONE.format(what=what)}{undo}</div>'
