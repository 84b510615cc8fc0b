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

# What a step shows: box, log, live, conversation, replaced, hint, waiting. The buttons follow the running answer in
# page.js, which sees too when the server is gone.
Step = tuple[Any, Any, Any, Any, Any, Any, Any]
_WATCHING = 12  # pages beside those whose answers are being written that are told how long they wait


@dataclass(frozen=True, slots=True)
class ChatComponents:
    """The components that other modules of the page change too."""

    box: gr.Textbox
    log: gr.HTML
    live: gr.HTML
    conversation: gr.Textbox
    replaced: gr.Textbox
    hint: gr.HTML
    waiting: gr.HTML
    bridge: gr.HTML
    scope: gr.HTML
    answered: gr.Textbox
    """Changes after every answer; what else depends on conversations listens to it."""
    opened: gr.Textbox
    """Changes whenever a conversation is opened."""

    @property
    def steps(self) -> list[Any]:
        """The outputs of a `Step`."""
        return [self.box, self.log, self.live, self.conversation, self.replaced, self.hint, self.waiting]


def show(context: PageContext, person: Person, conversation: str) -> str:
    """A conversation as HTML."""
    exchanges = context.exchanges(person, conversation) if conversation else ()
    verdicts = context.audit.verdicts([e.id for e in exchanges])
    return render.log_html(conversation, exchanges, verdicts)


def waiting_html(context: PageContext, person: Person, conversation: str) -> str:
    """The questions of a conversation that wait for the one that is being answered."""
    waiting = context.runs.waiting(person.name, conversation)
    return render.waiting_html([(run.id, run.question) for run in waiting])


def respond(
    context: PageContext,
    person: Person,
    session: str,
    question: str,
    conversation: str,
    replaced: str,
    asked_of: str,
) -> Iterator[Step]:
    """Steps of one question: what the page shows while it is answered, and then. `asked_of` is a `Scope` as JSON.

    While another of its conversation is being answered it waits, and whoever follows that one is told its steps too.
    """
    skip = gr.skip()
    question = question.strip()
    if not question:
        yield skip, skip, skip, skip, skip, "", skip
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
        looked_at = context.runs.looked_at(session)
        if not conversation and looked_at is not None and looked_at.owner == person.name:
            conversation = looked_at.conversation  # it has begun, and the page has not heard of it yet
        hint = ""
        if (
            conversation
            and context.conversations.title(person.name, conversation) is None
            and context.runs.of(person.name, conversation) is None
        ):
            conversation, hint = "", strings.CONVERSATION_GONE

        def ask(stop: Event) -> Iterator[Progress | Exchange]:
            history = _history(context, person, conversation, replaced)
            return asking.ask(context, question, history, where, narrowed, stop, scope)

        run = context.runs.begin(person.name, conversation, question, ask, replaced)
        context.runs.look(session, run)
        # What stands on the page already is not drawn again: a long conversation takes long.
        shown: Any = _empty_log(run.conversation) if run.begins else skip
        waiting = waiting_html(context, person, run.conversation)
        yield "", shown, skip, run.conversation, "", render.notice_html(hint), waiting
        yield from _followed(context, person, session)
    except GuanchaoError as error:
        yield skip, skip, skip, skip, skip, render.notice_html(str(error)), skip
    except Exception:  # the page's boundary: the visitor gets a sentence, the log the traceback
        _log.exception("answering failed")
        yield skip, skip, "", skip, skip, render.notice_html(strings.BROKEN), skip


def _history(context: PageContext, person: Person, conversation: str, replaced: str) -> list[Turn]:
    """What was said in a conversation by now, without the answer that is to be replaced."""
    turns = context.settings.answer.history_turns
    if not conversation or not turns:
        return []
    said = context.conversations.exchanges(person.name, conversation, turns)
    return [Turn(s.question, s.answer) for s in said if s.id != replaced]


def resume(context: PageContext, person: Person, session: str, conversation: str) -> Iterator[Step]:
    """The rest of an answer that is being written in a conversation which the page has come back to."""
    skip = gr.skip()
    run = context.runs.of(person.name, conversation) if conversation else None
    if run is None:
        yield skip, skip, skip, skip, skip, skip, skip
        return
    context.runs.look(session, run)
    yield skip, _empty_log(conversation) if run.begins else skip, skip, skip, skip, skip, skip
    yield from _followed(context, person, session)


def _followed(context: PageContext, person: Person, session: str) -> Iterator[Step]:
    """What the page looks at, and the questions that wait behind it, as they are answered one after the other."""
    skip = gr.skip()
    step: Progress | Kept | None = None
    at: Run | None = None
    for run, step in context.runs.watch(session):
        if isinstance(step, Kept):
            kept = context.conversations.title(person.name, step.conversation) is not None
            log = (
                show(context, person, step.conversation)
                if kept
                else render.log_html(step.conversation, [step.exchange], {})
            )
            hint = render.notice_html(step.hint) if step.hint else skip
            yield (
                skip,
                log,
                "",
                step.conversation,
                skip,
                hint,
                waiting_html(context, person, run.conversation),
            )
            continue
        live = render.live_html(run.question, step.stage, step.sources, step.draft, step.seconds, step.quick)
        if run is not at:  # only the first step changes more than the running answer
            waiting = waiting_html(context, person, run.conversation)
            yield skip, skip, live, run.conversation, skip, skip, waiting
        else:
            yield skip, skip, live, skip, skip, skip, skip
        at = run
    withdrawn = isinstance(step, Progress) and context.runs.looked_at(session) is None
    # Gradio sends the last step twice: nothing that empties the box, in which the next question is being written.
    yield skip, skip, "" if withdrawn else skip, skip, skip, skip, skip


def _empty_log(conversation: str) -> str:
    return f'<div class="gc-log" role="log" data-conversation="{escape(conversation)}"></div>'


def build_chat(context: PageContext) -> ChatComponents:
    """The middle of the chat tab, inside the column that is open."""
    with gr.Column(elem_id="gc-view"):
        log = gr.HTML(render.log_html("", [], {}), elem_id="gc-log", js_on_load="")
        live = gr.HTML("", elem_id="gc-live", js_on_load="")
    waiting = gr.HTML("", elem_id="gc-waiting", js_on_load="")
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
    components = ChatComponents(
        box, log, live, conversation, replaced, hint, waiting, bridge, scope, answered, opened
    )
    _wire(context, components, asked_of, send, stop)
    return components


_BRIDGE = (
    "window.guanchao = {trigger: trigger, server: server};"
    "/* 'retry' 'edit' 'unedit' 'suggest' 'withdraw' 'feedback' 'open' 'rename' 'remove' 'restore' 'refresh' */"
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

    def pressed(
        question: str, conversation: str, replaced: str, scope: str, request: gr.Request
    ) -> Iterator[Step]:
        for _, *others in answer(question, conversation, replaced, scope, request):
            yield gr.skip(), *others  # what is being typed stays in the box

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

    def withdrawn(event: gr.EventData, conversation: str, request: gr.Request) -> str:
        person = context.person(request)
        context.runs.withdraw(person.name, conversation, str(event.id))
        return waiting_html(context, person, conversation)

    given = [components.conversation, components.replaced, asked_of]
    most = context.settings.page.answers_at_once
    wiring: dict[str, Any] = {
        "concurrency_limit": most + _WATCHING,
        "concurrency_id": "answers",
        "show_progress": "hidden",
        "api_visibility": "private",
        "trigger_mode": "multiple",  # what is sent while an answer is under way waits in `runs`, and is shown there
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
            pressed, [asked, *given], components.steps, js=_WITH_SCOPE, **wiring
        ),
        components.bridge.retry(retried, None, [asked, components.replaced], **quick).then(
            pressed, [asked, *given], components.steps, js=_WITH_SCOPE, **wiring
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
    components.bridge.withdraw(withdrawn, components.conversation, components.waiting, **quick)
    stop.click(stopped, None, None, **quick)
