"""The list of conversations: open, search, rename, delete, export."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any

import gradio as gr

from docs_store.journal.conversations import Conversation
from ui import render, strings
from ui.page.chat import ChatComponents, show, waiting_html
from ui.page.context import PageContext
from ui.page.runs import Run


def list_html(
    conversations: Sequence[Conversation],
    current: str,
    searched: bool,
    pending: Sequence[Run] = (),
    *,
    sharing: bool = False,
) -> str:
    """The list, with the open conversation marked, and with those first whose answer is being written."""
    writing = {run.conversation for run in pending}
    begun = {c.id for c in conversations}
    fresh = [
        _item(run.conversation, run.question, strings.PENDING, current, sharing)
        for run in pending
        if run.begins
    ]
    if searched or any(run.conversation in begun for run in pending if run.begins):
        fresh = []
    if not conversations and not fresh:
        empty = strings.NO_SUCH_CONVERSATIONS if searched else strings.NO_CONVERSATIONS
        return f'<p class="gc-empty">{empty}</p>'
    items = [
        _item(
            c.id,
            c.title or strings.UNTITLED,
            strings.PENDING if c.id in writing else f"{_when(c.changed)} · {c.exchanges} 问",
            current,
            sharing,
        )
        for c in conversations
    ]
    return f'<ul class="gc-list">{"".join([*fresh, *items])}</ul>'


def _item(id: str, title: str, about: str, current: str, sharing: bool) -> str:
    pending = about == strings.PENDING
    here = id == current
    mark = ' aria-current="true"' if here else ""
    # One stop of the Tab key a conversation; page.js goes on to these with the arrow keys.
    stop = "" if here else ' tabindex="-1"'
    tools = "".join(
        f'<a class="gc-tool" href="export/{escape(id)}.{suffix}" download{stop} '
        f'aria-label="{escape(strings.EXPORT_AS.format(kind=kind, title=title))}">{kind}</a>'
        for kind, suffix in ((strings.MADE_FORMATS[suffix], suffix) for suffix in ("docx", "md"))
    )
    for label, act, css in ((strings.RENAME, "rename", ""), (strings.DELETE, "remove", " gc-danger")):
        tools += f'<button type="button" class="gc-tool{css}" data-act="{act}" data-id="{escape(id)}"{stop}>{label}</button>'
    if sharing:
        tools += f'<button type="button" class="gc-tool" data-act="share" data-kind="conversation" data-id="{escape(id)}"{stop}>{strings.SHARE}</button>'
    shown = "" if pending else f'<div class="gc-tools">{tools}</div>'
    waits = " gc-pending" if pending else ""
    return (
        f'<li{mark}><button type="button" class="gc-open" data-act="open" data-id="{escape(id)}">'
        f'<span class="gc-name">{escape(title)}</span><span class="gc-meta{waits}">{about}</span>'
        f"</button>{shown}</li>"
    )


def removed_html(id: str, title: str) -> str:
    """What was deleted, with the way back."""
    undo = render.button(strings.UNDO, "restore", css="gc-tool", id=id)
    said = escape(strings.REMOVED.format(title=title or strings.UNTITLED))
    return f'<p class="gc-removed" role="status"><span>{said}</span>{undo}</p>'


def _when(at: datetime) -> str:
    local, now = at.astimezone(), datetime.now(UTC).astimezone()
    return local.strftime("%H:%M") if local.date() == now.date() else local.strftime("%m-%d")


def build_history(context: PageContext) -> tuple[gr.Button, gr.Textbox, gr.HTML]:
    """The side column's components: new, search, list."""
    new = gr.Button(strings.NEW, elem_id="gc-new", size="sm")
    words = gr.Textbox(
        placeholder=strings.SEARCH_CONVERSATIONS,
        label=strings.SEARCH_CONVERSATIONS,
        show_label=False,
        container=False,
        elem_id="gc-find",
    )
    return new, words, gr.HTML("", elem_id="gc-conversations")


def wire_history(
    context: PageContext, chat: ChatComponents, components: tuple[gr.Button, gr.Textbox, gr.HTML]
) -> None:
    """Connects the list with the chat; called when both stand."""
    new, words, listing = components
    quick: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}

    def listed(searched: str, current: str, request: gr.Request) -> str:
        owner = context.person(request).name
        words = searched.strip()
        return list_html(
            context.conversations.list(owner, words),
            current,
            bool(words),
            context.runs.under_way(owner),
            sharing=context.people.required,
        )

    def opened(event: gr.EventData, searched: str, request: gr.Request) -> tuple[Any, ...]:
        context.runs.leave(request.session_hash or "")
        person, id = context.person(request), str(event.id)
        hint = ""
        if (
            id
            and context.runs.of(person.name, id) is None
            and context.conversations.title(person.name, id) is None
        ):
            id, hint = "", render.notice_html(strings.CONVERSATION_GONE)
        opening = f"{id}-{datetime.now().timestamp()}"
        waiting = waiting_html(context, person, id)
        return show(context, person, id), "", id, "", hint, waiting, listed(searched, id, request), opening

    def begun(searched: str, request: gr.Request) -> tuple[Any, ...]:
        context.runs.leave(request.session_hash or "")
        return render.log_html("", [], {}), "", "", "", "", "", listed(searched, "", request)

    def renamed(event: gr.EventData, searched: str, current: str, request: gr.Request) -> str:
        context.conversations.rename(context.person(request).name, str(event.id), str(event.title))
        return listed(searched, current, request)

    def removed(event: gr.EventData, searched: str, current: str, request: gr.Request) -> tuple[Any, ...]:
        person, id = context.person(request), str(event.id)
        context.runs.withdraw(person.name, id)
        if deleted := context.conversations.delete(person.name, id):
            context.trash.put(deleted)
            context.shares.withdraw(person.name, "conversation", id)
        back = removed_html(id, deleted.title) if deleted else ""
        if id == current:
            *cleared, listing = begun(searched, request)
            return *cleared, back + listing
        return *([gr.skip()] * 6), back + listed(searched, current, request)

    def restored(event: gr.EventData, searched: str, current: str, request: gr.Request) -> str:
        deleted = context.trash.take(context.person(request).name, str(event.id))
        if deleted is None:
            return render.notice_html(strings.TOO_LATE) + listed(searched, current, request)
        context.conversations.restore(deleted)
        return listed(searched, current, request)

    shown = [chat.log, chat.live, chat.conversation, chat.replaced, chat.hint, chat.waiting, listing]
    chat.bridge.open(opened, words, [*shown, chat.opened], **quick)
    chat.bridge.rename(renamed, [words, chat.conversation], listing, **quick)
    chat.bridge.remove(removed, [words, chat.conversation], shown, **quick)
    chat.bridge.restore(restored, [words, chat.conversation], listing, **quick)
    chat.bridge.refresh(listed, [words, chat.conversation], listing, **quick)
    new.click(begun, words, shown, **quick)
    # Not `input`, which Gradio 6 does not always send.
    words.change(listed, [words, chat.conversation], listing, trigger_mode="always_last", **quick)
    chat.answered.change(listed, [words, chat.conversation], listing, **quick)
