"""The list of conversations: open, search, rename, delete, export."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any

import gradio as gr

from docs_store.conversations import Conversation
from ui import render, strings
from ui.page.chat import ChatParts, show
from ui.page.desk import Desk


def list_html(conversations: Sequence[Conversation], current: str, searched: bool) -> str:
    """The list, with the open conversation marked."""
    if not conversations:
        empty = strings.NO_SUCH_CONVERSATIONS if searched else strings.NO_CONVERSATIONS
        return f'<p class="gc-empty">{empty}</p>'
    return f'<ul class="gc-list">{"".join(_item(c, c.id == current) for c in conversations)}</ul>'


def _item(conversation: Conversation, current: bool) -> str:
    id, title = conversation.id, conversation.title or strings.UNTITLED
    day = _when(conversation.changed)
    mark = ' aria-current="true"' if current else ""
    tools = (
        f'<a class="gc-tool" href="export/{escape(id)}.docx" download>Word</a>'
        f'<a class="gc-tool" href="export/{escape(id)}.md" download>Markdown</a>'
        + render.button(strings.RENAME, "rename", css="gc-tool", id=id)
        + render.button(strings.DELETE, "remove", css="gc-tool gc-danger", id=id)
    )
    return (
        f'<li{mark}><button type="button" class="gc-open" data-act="open" data-id="{escape(id)}">'
        f'<span class="gc-name">{escape(title)}</span><span class="gc-meta">{day} · {conversation.exchanges} 问</span>'
        f'</button><div class="gc-tools">{tools}</div></li>'
    )


def _when(at: datetime) -> str:
    local, now = at.astimezone(), datetime.now(UTC).astimezone()
    return local.strftime("%H:%M") if local.date() == now.date() else local.strftime("%m-%d")


def build_history(desk: Desk) -> tuple[gr.Button, gr.Textbox, gr.HTML]:
    """The side column's parts: new, search, list."""
    new = gr.Button(strings.NEW, elem_id="gc-new", size="sm")
    words = gr.Textbox(
        placeholder=strings.SEARCH_CONVERSATIONS,
        label=strings.SEARCH_CONVERSATIONS,
        show_label=False,
        container=False,
        elem_id="gc-find",
    )
    return new, words, gr.HTML("", elem_id="gc-conversations")


def wire_history(desk: Desk, chat: ChatParts, parts: tuple[gr.Button, gr.Textbox, gr.HTML]) -> None:
    """Connects the list with the chat; called when both stand."""
    new, words, listing = parts
    quick: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}

    def listed(searched: str, current: str, request: gr.Request) -> str:
        owner = desk.person(request).name
        return list_html(desk.conversations.list(owner, searched.strip()), current, bool(searched.strip()))

    def opened(event: gr.EventData, searched: str, request: gr.Request) -> tuple[Any, ...]:
        desk.runs.leave(request.session_hash or "")
        person, id = desk.person(request), str(event.id)
        hint = ""
        if id and desk.runs.of(person.name, id) is None and desk.conversations.title(person.name, id) is None:
            id, hint = "", render.notice_html(strings.CONVERSATION_GONE)
        opening = f"{id}-{datetime.now().timestamp()}"
        return show(desk, person, id), "", id, "", hint, listed(searched, id, request), opening

    def begun(searched: str, request: gr.Request) -> tuple[Any, ...]:
        desk.runs.leave(request.session_hash or "")
        return render.log_html("", [], {}), "", "", "", "", listed(searched, "", request)

    def renamed(event: gr.EventData, searched: str, current: str, request: gr.Request) -> str:
        desk.conversations.rename(desk.person(request).name, str(event.id), str(event.title))
        return listed(searched, current, request)

    def removed(event: gr.EventData, searched: str, current: str, request: gr.Request) -> tuple[Any, ...]:
        person, id = desk.person(request), str(event.id)
        desk.conversations.delete(person.name, id)
        if id == current:
            return begun(searched, request)
        return *([gr.skip()] * 5), listed(searched, current, request)

    shown = [chat.log, chat.live, chat.conversation, chat.replaced, chat.hint, listing]
    chat.bridge.open(opened, words, [*shown, chat.opened], **quick)
    chat.bridge.rename(renamed, [words, chat.conversation], listing, **quick)
    chat.bridge.remove(removed, [words, chat.conversation], shown, **quick)
    new.click(begun, words, shown, **quick)
    # Not `input`, which Gradio 6 does not always send.
    words.change(listed, [words, chat.conversation], listing, trigger_mode="always_last", **quick)
    chat.answered.change(listed, [words, chat.conversation], listing, **quick)
