"""A conversation or a 材料夹 read by others within the login, until its owner withdraws the link."""

from __future__ import annotations

from html import escape

from docs_store.errors import GuanchaoError
from docs_store.journal.shares import Kind
from ui import render, strings
from ui.page.context import PageContext
from ui.page.folder_view import folder_html
from ui.page.people import Person


class NotSharedError(GuanchaoError):
    """The link was withdrawn, or what it opened is gone."""


def share_html(context: PageContext, person: Person, kind: Kind, id: str) -> str:
    """What can be done about sharing: the link with its withdrawal, or the button that makes one; '' without a login."""
    if not context.people.required:
        return ""
    token = context.shares.of(person.name, kind, id)
    if token is None:
        return render.button(strings.SHARE, "share", css="gc-tool", kind=kind, id=id)
    withdraw = render.button(strings.UNSHARE, "unshare", css="gc-tool gc-danger", kind=kind, id=id)
    copy = render.button(strings.COPY, "copy_link", css="gc-tool")
    return (
        f'<div class="gc-share" role="group" aria-label="{strings.SHARED_LABEL}"><p class="gc-meta">{strings.SHARED_LINK}</p>'
        f'<input readonly value="shared/{escape(token)}" aria-label="{strings.SHARED_LABEL}">{copy}{withdraw}</div>'
    )


def share(context: PageContext, person: Person, kind: Kind, id: str) -> None:
    """Makes a link to what the person has; nothing without a login, or where the person has no such thing."""
    if not context.people.required:
        return
    has = context.conversations.title if kind == "conversation" else context.folders.title
    if has(person.name, id) is not None:
        context.shares.give(person.name, kind, id)


def shared_html(context: PageContext, token: str) -> tuple[Kind, str]:
    """What a link opens, as HTML to read; whoever calls this has seen to it that its reader is logged in.

    Raises:
        NotSharedError: nothing, any more.
    """
    found = context.shares.find(token) if context.people.required else None
    if found is None:
        raise NotSharedError(strings.SHARED_GONE)
    owner = context.people.person(found.owner)
    title = (context.conversations.title if found.kind == "conversation" else context.folders.title)(
        found.owner, found.target
    )
    if title is None:
        raise NotSharedError(strings.SHARED_GONE)
    said = strings.SHARED_BY[found.kind].format(owner=found.owner, title=title)
    back = render.button(strings.SHARED_BACK, "own", css="gc-tool")
    banner = f'<div class="gc-editing" role="note"><span>{escape(said)}</span>{back}</div>'
    if found.kind == "conversation":
        return found.kind, render.shared_html(context.exchanges(owner, found.target), banner)
    items = context.folders.items(found.owner, found.target)
    return found.kind, folder_html(found.target, title, items, "", banner)
