"""The chat: question, filters, stages, answer, and what can be done with an answer."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from html import escape
from threading import Event
from typing import Any

import gradio as gr

from docs_store.errors import GuanchaoError
from rag import Turn
from rag.models import QUESTION_CHARS
from ui import render, strings
from ui.page import asking
from ui.page.asking import Progress
from ui.page.catalogue import matching
from ui.page.context import PageContext
from ui.page.exchange import Exchange
from ui.page.originals import has_pages, original_of
from ui.page.people import COOKIE, Person
from ui.page.phrases import occurrences, phrases
from ui.page.preferences import settings_reader
from ui.page.runs import Kept, Run
from ui.page.scope import Scope
from ui.page.scope_view import bar_html, panel_reader, scope_reader
from ui.page.welcome import welcome_reader

_log = logging.getLogger(__name__)

# What a step shows: box, log, live, conversation, replaced, hint. The buttons follow the running answer in page.js,
# which sees too when the server is gone.
Step = tuple[Any, Any, Any, Any, Any, Any]


@dataclass(frozen=True, slots=True)
class ChatComponents:
    """The components that other modules of the page change too."""

    box: gr.Textbox
    log: gr.HTML
    live: gr.HTML
    conversation: gr.Textbox
    replaced: gr.Textbox
    hint: gr.HTML
    bridge: gr.HTML
    scope: gr.HTML
    answered: gr.Textbox
    """Changes after every answer; what else depends on conversations listens to it."""
    opened: gr.Textbox
    """Changes whenever a conversation is opened."""

    @property
    def steps(self) -> list[Any]:
        """The outputs of a `Step`."""
        return [self.box, self.log, self.live, self.conversation, self.replaced, self.hint]


def show(context: PageContext, person: Person, conversation: str) -> str:
    """A conversation as HTML."""
    exchanges = context.exchanges(person, conversation) if conversation else ()
    verdicts = context.audit.verdicts([e.id for e in exchanges])
    return render.log_html(conversation, exchanges, verdicts)


def respond(
    context: PageContext,
    person: Person,
    session: str,
    question: str,
    conversation: str,
    replaced: str,
    asked_of: str,
) -> Iterator[Step]:
    """Steps of one question: what the page shows while it is answered, and then. `asked_of` is a `Scope` as JSON."""
    skip = gr.skip()
    question = question.strip()
    if not question:
        yield skip, skip, skip, skip, skip, ""
        return
    try:
        if len(question) > QUESTION_CHARS:
            raise GuanchaoError(strings.QUESTION_TOO_LONG.format(most=QUESTION_CHARS))
        scope = Scope.read(asked_of)
        where = scope.where(context.heads(), context.aliases)
        narrowed = scope.words(context.heads(), where)
        if narrowed and not matching(context.heads(), where):
            raise GuanchaoError(strings.SCOPE_EMPTY.format(scope=narrowed))
        context.people.count_question(person)
        hint = ""
        if (
            conversation
            and context.conversations.title(person.name, conversation) is None
            and context.runs.of(person.name, conversation) is None
        ):
            conversation, hint = "", strings.CONVERSATION_GONE
        turns = context.settings.answer.history_turns
        said = (
            context.conversations.exchanges(person.name, conversation, turns)
            if conversation and turns
            else ()
        )
        history = [Turn(s.question, s.answer) for s in said if s.id != replaced]

        def ask(stop: Event) -> Iterator[Progress | Exchange]:
            return asking.ask(context, question, history, where, narrowed, stop, scope)

        run = context.runs.begin(person.name, conversation, question, ask, replaced)
        # What stands on the page already is not drawn again: a long conversation takes long.
        shown: Any = skip if conversation else _empty_log(run.conversation)
        yield from _followed(context, person, session, run, shown, hint)
    except GuanchaoError as error:
        yield skip, skip, skip, skip, skip, render.notice_html(str(error))
    except Exception:  # the page's boundary: the visitor gets a sentence, the log the traceback
        _log.exception("answering failed")
        yield skip, skip, "", skip, skip, render.notice_html(strings.BROKEN)


def resume(context: PageContext, person: Person, session: str, conversation: str) -> Iterator[Step]:
    """The rest of an answer that is being written in a conversation which the page has come back to."""
    skip = gr.skip()
    run = context.runs.of(person.name, conversation) if conversation else None
    if run is None:
        yield skip, skip, skip, skip, skip, skip
        return
    shown = _empty_log(conversation) if run.begins else skip
    yield from _followed(context, person, session, run, shown, "", typed=skip)


def _followed(
    context: PageContext, person: Person, session: str, run: Run, shown: Any, hint: str, typed: Any = ""
) -> Iterator[Step]:
    """A run as one page sees it; `shown` replaces the log and `typed` what stands in the box, at the first step."""
    skip, first = gr.skip(), True
    for step in context.runs.watch(session, run):
        if isinstance(step, Kept):
            kept = context.conversations.title(person.name, step.conversation) is not None
            log = (
                show(context, person, step.conversation)
                if kept
                else render.log_html(step.conversation, [step.exchange], {})
            )
            said = render.notice_html(step.hint or hint)
            yield skip, log, "", step.conversation, "", said
            continue
        live = render.live_html(run.question, step.stage, step.sources, step.draft, step.seconds, step.quick)
        if first:  # only the first step changes more than the running answer
            yield typed, shown, live, run.conversation, "", render.notice_html(hint)
        else:
            yield skip, skip, live, skip, skip, skip
        first = False


def _empty_log(conversation: str) -> str:
    return f'<div class="gc-log" role="log" data-conversation="{escape(conversation)}"></div>'


def build_chat(context: PageContext) -> ChatComponents:
    """The middle of the chat tab, inside the column that is open."""
    with gr.Column(elem_id="gc-view"):
        log = gr.HTML(render.log_html("", [], {}), elem_id="gc-log", js_on_load="")
        live = gr.HTML("", elem_id="gc-live", js_on_load="")
    hint = gr.HTML("", elem_id="gc-hint", js_on_load="")
    scope = gr.HTML(bar_html(context), elem_id="gc-scopebar", js_on_load="")
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
        stop = gr.Button(strings.STOP, variant="stop", min_width=72, scale=0, elem_id="gc-stop")
    conversation = gr.Textbox("", visible="hidden", elem_id="gc-conversation")
    replaced = gr.Textbox("", visible="hidden")
    answered = gr.Textbox("", visible="hidden")
    opened = gr.Textbox("", visible="hidden")
    asked_of = gr.Textbox("", visible="hidden")
    bridge = gr.HTML(
        "",
        elem_id="gc-bridge",
        visible="hidden",
        js_on_load=_BRIDGE,
        server_functions=[
            _reader(context),
            scope_reader(context),
            panel_reader(context),
            welcome_reader(context),
            settings_reader(context),
        ],
    )
    components = ChatComponents(box, log, live, conversation, replaced, hint, bridge, scope, answered, opened)
    _wire(context, components, asked_of, send, stop)
    return components


_BRIDGE = (
    "window.guanchao = {trigger: trigger, server: server};"
    "/* 'retry' 'edit' 'unedit' 'suggest' 'feedback' 'open' 'rename' 'remove' 'restore' 'refresh' */"
    "window.dispatchEvent(new Event('guanchao-ready'));"
)


def _reader(context: PageContext) -> Any:
    def read_article(wanted: list[Any], request: gr.Request) -> str:
        """A whole article with a quote or all hits marked; called by page.js with [id, start, end, words]."""
        try:
            id, start, end, words = str(wanted[0]), int(wanted[1]), int(wanted[2]), str(wanted[3])
            article = context.store.article(id)
            if article is None:
                return render.notice_html(strings.ARTICLE_GONE)
            spans = occurrences(article.text, phrases(words)) if words else [(start, end)]
            reach = render.Reach(
                # Gradio hands such functions the bare request, without the name of who logged in.
                editor=(visitor := context.people.visitor(request.cookies.get(COOKIE))) is not None
                and visitor.editor,
                original=original_of(context, article) is not None,
                pages=has_pages(context, article),
            )
            return render.article_html(article, spans, reach, hits=bool(words))
        except Exception:  # the page's boundary
            _log.exception("reading an article failed")
            return render.notice_html(strings.BROKEN)

    return read_article


_WITH_SCOPE = (
    "(question, conversation, replaced, scope) => [question, conversation, replaced, window.guanchaoScope()]"
)
"""The scope is the browser's: it goes along with the question, whatever the server's session knows."""


def _wire(
    context: PageContext, components: ChatComponents, asked_of: gr.Textbox, send: gr.Button, stop: gr.Button
) -> None:
    def answer(
        question: str, conversation: str, replaced: str, scope: str, request: gr.Request
    ) -> Iterator[Step]:
        session = request.session_hash or ""
        yield from respond(context, context.person(request), session, question, conversation, replaced, scope)

    def suggested(event: gr.EventData) -> str:
        return str(event.question)

    def retried(event: gr.EventData, request: gr.Request) -> tuple[str, str]:
        said = context.conversations.exchange(context.person(request).name, str(event.id))
        return (said.question, said.id) if said else ("", "")

    def edited(event: gr.EventData, request: gr.Request) -> tuple[str, str, str]:
        said = context.conversations.exchange(context.person(request).name, str(event.id))
        if said is None:
            return "", "", render.notice_html(strings.CONVERSATION_GONE)
        cancel = render.button(strings.EDIT_CANCEL, "unedit")
        return said.question, said.id, f'<div class="gc-editing">{strings.EDITING}{cancel}</div>'

    def resumed(conversation: str, request: gr.Request) -> Iterator[Step]:
        yield from resume(context, context.person(request), request.session_hash or "", conversation)

    def stopped(request: gr.Request) -> None:
        context.runs.stop(request.session_hash or "")

    given = [components.conversation, components.replaced, asked_of]
    most = context.settings.page.answers_at_once
    wiring: dict[str, Any] = {
        "concurrency_limit": most,
        "concurrency_id": "answers",
        "show_progress": "hidden",
        "api_visibility": "private",
        "trigger_mode": "always_last",  # what is sent while an answer is under way is asked after it, not lost
    }
    quick: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
    asked = gr.Textbox("", visible="hidden")
    runs = [
        gr.on(
            [components.box.submit, send.click],
            answer,
            [components.box, *given],
            components.steps,
            js=_WITH_SCOPE,
            **wiring,
        ),
        components.bridge.suggest(suggested, None, asked, **quick).then(
            answer, [asked, *given], components.steps, js=_WITH_SCOPE, **wiring
        ),
        components.bridge.retry(retried, None, [asked, components.replaced], **quick).then(
            answer, [asked, *given], components.steps, js=_WITH_SCOPE, **wiring
        ),
    ]
    # Opening a conversation changes `opened`; what is being written there is then followed.
    runs.append(components.opened.change(resumed, components.conversation, components.steps, **wiring))
    for run in runs:
        run.then(
            lambda c: f"{c}-{datetime.now().timestamp()}",
            components.conversation,
            components.answered,
            **quick,
        )
    components.bridge.edit(edited, None, [components.box, components.replaced, components.hint], **quick)
    components.bridge.unedit(
        lambda: ("", "", ""), None, [components.box, components.replaced, components.hint], **quick
    )
    stop.click(stopped, None, None, **quick)
