"""The chat: question, filters, stages, answer, and what can be done with an answer."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import gradio as gr

from docs_store.conversations import Said
from docs_store.errors import GuanchaoError
from rag import Turn
from ui import render, strings
from ui.page import asking
from ui.page.catalogue import choices, folders, issuers
from ui.page.desk import Desk
from ui.page.exchange import Exchange
from ui.page.narrowing import narrowing
from ui.page.people import Person

_log = logging.getLogger(__name__)
_MOST = 2000  # characters of a question

# What a step shows: box, log, live, conversation, replaced, hint, send, stop.
Step = tuple[Any, Any, Any, Any, Any, Any, Any, Any]


@dataclass(frozen=True, slots=True)
class ChatParts:
    """The components that other rooms of the page change too."""

    box: gr.Textbox
    log: gr.HTML
    live: gr.HTML
    conversation: gr.Textbox
    replaced: gr.Textbox
    hint: gr.HTML
    send: gr.Button
    stop: gr.Button
    bridge: gr.HTML
    issuer: gr.Dropdown
    folder: gr.Dropdown
    answered: gr.Textbox
    """Changes after every answer; what else depends on conversations listens to it."""

    @property
    def steps(self) -> list[Any]:
        """The outputs of a `Step`."""
        parts = [self.box, self.log, self.live, self.conversation, self.replaced, self.hint]
        return [*parts, self.send, self.stop]


def show(desk: Desk, person: Person, conversation: str) -> str:
    """A conversation as HTML."""
    exchanges = desk.exchanges(person, conversation) if conversation else ()
    verdicts = desk.audit.verdicts([e.id for e in exchanges])
    return render.log_html(conversation, exchanges, verdicts)


def respond(
    desk: Desk,
    person: Person,
    session: str,
    question: str,
    conversation: str,
    replaced: str,
    filters: Sequence[str | None],
) -> Iterator[Step]:
    """Steps of one question: what the page shows while it is answered, and then."""
    skip = gr.skip()
    question = question.strip()
    if not question:
        yield skip, skip, skip, skip, skip, "", skip, skip
        return
    stop = None
    try:
        if len(question) > _MOST:
            raise GuanchaoError(strings.QUESTION_TOO_LONG)
        where, narrowed = narrowing(*[value or "" for value in filters])
        desk.people.count_question(person)
        stop = desk.begin(session)
        if stop is None:
            raise GuanchaoError(strings.BUSY)
        hint = ""
        if conversation and desk.conversations.title(person.name, conversation) is None:
            conversation, hint = "", strings.CONVERSATION_GONE
        if replaced:
            desk.conversations.drop(person.name, replaced)
        turns = desk.settings.answer.history_turns
        said = desk.conversations.said(person.name, conversation, turns) if conversation and turns else ()
        history = [Turn(s.question, s.answer) for s in said]
        # What stands on the page already is not drawn again: a long conversation takes long.
        shown: Any = skip if conversation else '<div class="gc-log"></div>'
        if conversation and replaced:
            shown = show(desk, person, conversation)
        first = True
        for step in asking.ask(desk, question, history, where, narrowed, stop):
            if isinstance(step, Exchange):
                yield from _done(desk, person, conversation, step, hint)
                return
            live = render.live_html(question, step.stage, step.sources, step.draft, step.seconds, step.quick)
            # Only the first step changes more than the running answer.
            yield (
                "" if first else skip,
                shown,
                live,
                skip,
                "" if first else skip,
                render.notice_html(hint) if first else skip,
                gr.update(visible=False) if first else skip,
                gr.update(visible=True) if first else skip,
            )
            shown, first = skip, False
    except GuanchaoError as error:
        yield _over(skip, skip, render.notice_html(str(error)), stop is not None)
    except Exception:  # the page's boundary: the visitor gets a sentence, the log the traceback
        _log.exception("answering failed")
        yield _over(skip, "", render.notice_html(strings.BROKEN), True)
    finally:
        if stop is not None:
            desk.end(session)


def _over(box: Any, live: Any, hint: str, mine: bool) -> Step:
    """The last step where there is no exchange; `mine` says that this call had begun to answer."""
    skip = gr.skip()
    send = gr.update(visible=True) if mine else skip
    return box, skip, live, skip, skip, hint, send, gr.update(visible=False) if mine else skip


def _done(desk: Desk, person: Person, conversation: str, exchange: Exchange, hint: str) -> Iterator[Step]:
    said = Said(exchange.id, exchange.question, exchange.text, exchange.model_dump(mode="json"))
    try:
        kept = desk.conversations.add(person.name, conversation or None, said)
        if kept is None:  # deleted while the answer was written
            hint = strings.CONVERSATION_GONE
            kept = desk.conversations.add(person.name, None, said)
        shown = show(desk, person, kept or "")
    except GuanchaoError as error:  # the answer is shown all the same
        hint, kept = strings.NOT_KEPT.format(why=error), conversation
        shown = render.log_html(conversation, [exchange], {})
    on, off = gr.update(visible=True), gr.update(visible=False)
    yield gr.skip(), shown, "", kept, "", render.notice_html(hint), on, off


def build_chat(desk: Desk) -> ChatParts:
    """The middle of the chat tab, inside the column that is open."""
    heads = desk.heads()
    with gr.Column(elem_id="gc-view"):
        log = gr.HTML(render.log_html("", [], {}), elem_id="gc-log", js_on_load="")
        live = gr.HTML("", elem_id="gc-live", js_on_load="")
    hint = gr.HTML("", elem_id="gc-hint", js_on_load="")
    with gr.Row(elem_id="gc-ask", equal_height=False):
        box = gr.Textbox(
            placeholder=strings.ASK_PLACEHOLDER,
            label=strings.ASK_LABEL,
            show_label=False,
            elem_id="gc-box",
            lines=1,
            max_lines=6,
            container=False,
            autofocus=True,
            scale=1,
            min_width=120,
        )
        send = gr.Button(strings.SEND, variant="primary", min_width=72, scale=0, elem_id="gc-send")
        stop = gr.Button(
            strings.STOP, variant="stop", min_width=72, scale=0, visible=False, elem_id="gc-stop"
        )
    with gr.Accordion(strings.FILTERS, open=False, elem_id="gc-filters"), gr.Row():
        since = gr.Textbox(
            label=strings.SINCE, placeholder=strings.DAY_HINT, min_width=120, max_lines=1, elem_id="gc-since"
        )
        until = gr.Textbox(
            label=strings.UNTIL, placeholder=strings.DAY_HINT, min_width=120, max_lines=1, elem_id="gc-until"
        )
        issuer = gr.Dropdown(
            choices(issuers(heads)), value="", label=strings.ISSUER, min_width=140, elem_id="gc-issuer"
        )
        folder = gr.Dropdown(
            choices(folders(heads)), value="", label=strings.FOLDER, min_width=140, elem_id="gc-folder"
        )
    conversation = gr.Textbox("", visible="hidden", elem_id="gc-conversation")
    replaced = gr.Textbox("", visible="hidden")
    answered = gr.Textbox("", visible="hidden")
    bridge = gr.HTML(
        "",
        elem_id="gc-bridge",
        visible="hidden",
        js_on_load=_BRIDGE,
        server_functions=[_reader(desk)],
    )
    parts = ChatParts(
        box, log, live, conversation, replaced, hint, send, stop, bridge, issuer, folder, answered
    )
    _wire(desk, parts, [since, until, issuer, folder])
    return parts


_BRIDGE = (
    "window.guanchao = {trigger: trigger, server: server};"
    "/* 'retry' 'edit' 'suggest' 'feedback' 'open' 'rename' 'remove' 'begin' */"
    "window.dispatchEvent(new Event('guanchao-ready'));"
)


def _reader(desk: Desk) -> Any:
    def read_article(request: list[Any]) -> str:
        """A whole article with the quote marked; called by page.js with [id, start, end]."""
        try:
            id, start, end = str(request[0]), int(request[1]), int(request[2])
            article = desk.store.article(id)
        except Exception:  # the page's boundary
            _log.exception("reading an article failed")
            return render.notice_html(strings.BROKEN)
        return (
            render.article_html(article, start, end) if article else render.notice_html(strings.ARTICLE_GONE)
        )

    return read_article


def _wire(desk: Desk, parts: ChatParts, filters: list[Any]) -> None:
    def answer(
        question: str,
        conversation: str,
        replaced: str,
        since: str,
        until: str,
        issuer: str | None,
        folder: str | None,
        request: gr.Request,
    ) -> Iterator[Step]:
        session = request.session_hash or ""
        narrow = (since, until, issuer, folder)
        yield from respond(desk, desk.person(request), session, question, conversation, replaced, narrow)

    def suggested(event: gr.EventData) -> str:
        return str(event.question)

    def retried(event: gr.EventData, request: gr.Request) -> tuple[str, str]:
        said = desk.conversations.exchange(desk.person(request).name, str(event.id))
        return (said.question, said.id) if said else ("", "")

    def edited(event: gr.EventData, request: gr.Request) -> tuple[str, str, str]:
        said = desk.conversations.exchange(desk.person(request).name, str(event.id))
        if said is None:
            return "", "", render.notice_html(strings.CONVERSATION_GONE)
        return said.question, said.id, f'<div class="gc-editing">{strings.EDITING}</div>'

    def stopped(request: gr.Request) -> None:
        desk.stop(request.session_hash or "")

    given = [parts.conversation, parts.replaced, *filters]
    most = desk.settings.page.answers_at_once
    wiring: dict[str, Any] = {
        "concurrency_limit": most,
        "concurrency_id": "answers",
        "show_progress": "hidden",
        "api_visibility": "private",
    }
    quick: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
    asked = gr.Textbox("", visible="hidden")
    runs = [
        gr.on([parts.box.submit, parts.send.click], answer, [parts.box, *given], parts.steps, **wiring),
        parts.bridge.suggest(suggested, None, asked, **quick).then(
            answer, [asked, *given], parts.steps, **wiring
        ),
        parts.bridge.retry(retried, None, [asked, parts.replaced], **quick).then(
            answer, [asked, *given], parts.steps, **wiring
        ),
    ]
    for run in runs:
        run.then(lambda c: f"{c}-{datetime.now().timestamp()}", parts.conversation, parts.answered, **quick)
    parts.bridge.edit(edited, None, [parts.box, parts.replaced, parts.hint], **quick)
    parts.stop.click(stopped, None, None, **quick)
