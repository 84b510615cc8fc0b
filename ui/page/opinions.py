"""Feedback on answers: into the audit log with all that led to the answer."""

from __future__ import annotations

import logging
import time
from importlib.metadata import PackageNotFoundError, version
from typing import Any, cast

import gradio as gr

from docs_store.errors import GuanchaoError
from docs_store.journal.feedback import Feedback, Verdict
from ui import render, strings
from ui.page.chat import ChatComponents, show
from ui.page.context import PageContext
from ui.page.people import Person

_log = logging.getLogger(__name__)
_MAX_COMMENT_CHARS = 2000  # characters of a comment


def record(
    context: PageContext, person: Person, exchange: str, verdict: str, reason: str, comment: str
) -> bool:
    """Stores a verdict, or takes it back where it is ''; False when the person has no such exchange.

    Raises StoreWriteError.
    """
    if not verdict:  # also of what was deleted since
        context.audit.withdraw(person.name, exchange)
        return True
    said = context.conversations.exchange(person.name, exchange)
    if said is None or verdict not in ("up", "down"):
        return False
    llm = context.settings.llm
    model = "" if said.body.get("mode") == "extractive" or not said.answer else llm.model
    reason = reason if reason in strings.REASONS else ""
    given = Feedback(
        exchange,
        person.name,
        cast(Verdict, verdict),
        reason,
        comment.strip()[:_MAX_COMMENT_CHARS],
        said.question,
        said.answer,
        said.body,
        model,
        versions(context),
    )
    context.audit.record(given)
    return True


def versions(context: PageContext) -> dict[str, str]:
    """The program's version and what the index was built with."""
    try:
        program = version("guanchao")
    except PackageNotFoundError:
        program = "0"
    return {"guanchao": program, **context.store.built_with()}


def wire_opinions(context: PageContext, chat: ChatComponents) -> None:
    """Connects the thumbs."""

    def given(event: gr.EventData, conversation: str, request: gr.Request) -> tuple[Any, Any]:
        person = context.person(request)
        reason, comment = str(event._data.get("reason", "")), str(event._data.get("comment", ""))
        try:
            if not record(context, person, str(event.id), str(event.verdict), reason, comment):
                return gr.skip(), render.notice_html(strings.CONVERSATION_GONE)
        except GuanchaoError as error:
            return gr.skip(), render.notice_html(str(error))
        said = strings.THANKS if event.verdict else strings.WITHDRAWN
        # page.js takes it away after a while: with the time it is drawn again where the same is said twice.
        thanks = f'<div class="gc-editing" role="status" data-at="{time.monotonic()}">{said}</div>'
        return show(context, person, conversation), thanks

    quick: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
    chat.bridge.feedback(given, chat.conversation, [chat.log, chat.hint], **quick)
