"""The panel of settings: how large the text is, how many quotes stand at the side, one's own opinions and password.

What is only a matter of looking lives in the browser (`ui/assets/settings.js`).
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import gradio as gr

from docs_store.errors import GuanchaoError
from docs_store.journal.feedback import Opinion
from ui import render, strings
from ui.page.context import PageContext
from ui.page.people import COOKIE, Person

_OPINIONS = 50  # opinions that are listed


def settings_html(
    opinions: Sequence[Opinion], *, password: bool, who: Person | None = None, users: Sequence[Person] = ()
) -> str:
    """The panel, in a dialog that page.js opens.

    Args:
        opinions: the visitor's own.
        password: they have one to change.
        who: they are, where one logs in.
        users: who may log in, for an editor to see.
    """
    choices = _choice(strings.TEXT_SIZE, "size", strings.TEXT_SIZES) + _choice(
        strings.SHOWN_SOURCES, "sources", strings.SHOWN_SOURCES_CHOICES
    )
    rows = "".join(_row(opinion) for opinion in opinions)
    listed = (
        f'<ul class="gc-opinions">{rows}</ul>'
        if rows
        else f'<p class="gc-empty">{strings.MY_OPINIONS_NONE}</p>'
    )
    if users:
        listed += f"<h3>{strings.USERS}</h3><p>{'、'.join(map(_named, users))}</p>"
    change = render.button(strings.PASSWORD_CHANGE, "password") if password else ""
    said = escape(strings.LOG_OUT.format(name=who.name)) if who else ""
    leave = f'<a class="gc-act" href="logout">{said}</a>' if who else ""
    return (
        f'<form method="dialog" class="gc-panel gc-settings"><div class="gc-panel-head"><h2>{strings.SETTINGS}</h2>'
        f"{render.button('×', 'close-form', strings.CLOSE)}</div>{choices}"
        f'<p class="gc-meta">{strings.SETTINGS_HERE}</p><h3>{strings.MY_OPINIONS}</h3>{listed}'
        f'<div class="gc-foot"><span>{_named(who) if who else ""}</span>{change}{leave}'
        f"{render.button(strings.SCOPE_DONE, 'close-form', css='gc-act gc-main')}</div></form>"
    )


def _named(person: Person) -> str:
    return f"{escape(person.name)}（{strings.ROLES[person.editor]}）"


def _choice(label: str, name: str, values: Sequence[tuple[str, str]]) -> str:
    buttons = "".join(
        f'<button type="button" class="gc-chip" data-act="prefer" data-name="{name}" data-value="{value}" '
        f'aria-pressed="false">{said}</button>'
        for value, said in values
    )
    return (
        f'<div class="gc-setting"><span id="gc-of-{name}">{label}</span>'
        f'<span class="gc-choice" role="group" aria-labelledby="gc-of-{name}">{buttons}</span></div>'
    )


def _row(opinion: Opinion) -> str:
    said = " · ".join(filter(None, (opinion.day, strings.OPINION_VERDICTS[opinion.verdict], opinion.reason)))
    asked = (
        render.button(opinion.question, "open-opinion", css="gc-link", id=opinion.conversation)
        if opinion.conversation
        else f"{escape(opinion.question)}{strings.OPINION_GONE}"
    )
    back = render.button(
        strings.OPINION_BACK, "withdraw", css="gc-tool", id=opinion.exchange, question=opinion.question
    )
    comment = f"<p>{escape(opinion.comment)}</p>" if opinion.comment else ""
    return f'<li><div>{asked}<span class="gc-meta">{escape(said)}</span>{comment}</div>{back}</li>'


def settings_reader(context: PageContext) -> Any:
    """What page.js asks for when the panel is opened."""

    def settings_panel(_: Any, request: gr.Request) -> str:
        """The panel for whoever asks."""
        address = request.client.host if request.client else None
        person = context.people.visitor(request.cookies.get(COOKIE), address)
        if person is None:
            return render.notice_html(strings.NOT_LOGGED_IN)
        try:
            opinions = context.audit.given_by(person.name, _OPINIONS)
            return settings_html(
                opinions,
                password=context.people.may_change(person.name),
                who=person if context.people.required else None,
                users=context.people.users() if person.editor else (),
            )
        except GuanchaoError as error:
            return render.notice_html(str(error))

    return settings_panel
