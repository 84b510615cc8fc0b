"""The page: a Gradio chat with the cited passages beside it. Nothing on it leaves this machine."""

from __future__ import annotations

import logging
import socket
import uuid
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi import FastAPI

from docs_store.errors import GuanchaoError
from rag import PolicyQA, Turn
from ui import render, strings

_log = logging.getLogger(__name__)
_CSS = Path(__file__).parent / "assets" / "page.css"
_FONTS = ["Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "sans-serif"]
_SESSION_S = 6 * 3600  # seconds that an idle visitor's conversation is kept

Messages = list[dict[str, str]]
Update = tuple[Messages, str, list[Turn]]


class PortInUseError(GuanchaoError):
    """Another program listens on the port."""


def claim_port(host: str, port: int) -> int:
    """The port to listen on, found free; 0 picks one.

    Raises:
        PortInUseError: it is taken, or the address is not this machine's.
    """
    with listen(host, port) as probe:
        return int(probe.getsockname()[1])


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to the port, so that nobody else can take it; 0 picks one.

    Raises:
        PortInUseError: it is taken, or the address is not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    claimed = socket.socket(family)
    claimed.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        claimed.bind((host, port))
        claimed.listen(2048)
    except OSError as error:
        claimed.close()
        raise PortInUseError(strings.PORT_BUSY.format(port=port)) from error
    return claimed


def respond(qa: PolicyQA, question: str, messages: Messages, turns: list[Turn]) -> Iterator[Update]:
    """Streams the chat's messages, the side panel and the history for one question."""
    turn_id = f"c{uuid.uuid4().hex[:8]}"
    shown = [*messages, {"role": "user", "content": escape(question)}]
    panel, draft = "", ""

    def with_reply(content: str) -> Messages:
        return [*shown, {"role": "assistant", "content": content}]

    try:
        for event in qa.stream(question, turns):
            if event.stage == "reading":
                panel = render.hits_html(event.hits[:4], strings.FOUND)
            draft += event.text
            if event.answer is None:
                yield with_reply(render.draft_html(event.stage, draft)), panel, turns
                continue
            panel = render.citations_html(event.answer, turn_id)
            turns = [*turns, Turn(question, event.answer.text)]
            yield with_reply(render.answer_html(event.answer, turn_id)), panel, turns
    except GuanchaoError as error:
        yield with_reply(f'<div class="gc-notice">{escape(str(error))}</div>'), panel, turns
    except Exception:  # the page's boundary: the visitor gets a sentence, the log the traceback
        _log.exception("answering failed")
        yield with_reply(f'<div class="gc-notice">{strings.BROKEN}</div>'), panel, turns


def build_page(qa: PolicyQA) -> gr.Blocks:
    """The page over `qa`, not launched yet."""
    articles, passages = qa.store.counts() if qa.store else (0, 0)
    with gr.Blocks(title=strings.TITLE, analytics_enabled=False) as page:
        gr.HTML(
            f"<h1>{strings.TITLE}</h1><p>{strings.TAGLINE}</p>"
            f"<p>{strings.COUNTS.format(articles=articles, passages=passages)}</p>",
            elem_id="gc-head",
        )
        turns = gr.State([], time_to_live=_SESSION_S)
        with gr.Row(elem_id="gc-row"):
            with gr.Column(scale=3, min_width=320):
                chat = gr.Chatbot(
                    elem_id="gc-chat",
                    height=520,
                    show_label=False,
                    sanitize_html=False,
                    buttons=["copy"],
                    render_markdown=True,
                    placeholder=strings.ASK_PLACEHOLDER,
                )
                box = gr.Textbox(
                    placeholder=strings.ASK_PLACEHOLDER, show_label=False, elem_id="gc-box", lines=1
                )
                with gr.Row(elem_id="gc-buttons"):
                    send = gr.Button(strings.SEND, variant="primary", min_width=80, elem_id="gc-send")
                    stop = gr.Button(strings.STOP, min_width=80)
                    new = gr.Button(strings.NEW, min_width=80)
                gr.Examples(strings.EXAMPLES, box, label="例如")
            with gr.Column(scale=2, min_width=300):
                side = gr.HTML(f"<p>{strings.SOURCES_EMPTY}</p>", elem_id="gc-sources")

        def take(question: str) -> tuple[str, str]:
            return "", question

        def answer(question: str, messages: Any, history: list[Turn]) -> Iterator[Update]:
            if question.strip():
                yield from respond(qa, question, _plain(messages), history)
            else:
                yield _plain(messages), "", history

        asked = gr.State("", time_to_live=_SESSION_S)
        runs = []
        for trigger in (box.submit, send.click):
            step = trigger(take, box, [box, asked], queue=False)
            runs.append(step.then(answer, [asked, chat, turns], [chat, side, turns], concurrency_limit=4))
        stop.click(None, cancels=runs)
        new.click(
            lambda: ([], f"<p>{strings.SOURCES_EMPTY}</p>", []), None, [chat, side, turns], cancels=runs
        )
    assert isinstance(page, gr.Blocks)
    return page


def _plain(messages: Any) -> Messages:
    """The chat's messages as Gradio hands them back, reduced to role and text."""
    found = []
    for message in messages or []:
        content = message["content"]
        if isinstance(content, list):
            content = "".join(str(part.get("text", "")) for part in content)
        found.append({"role": message["role"], "content": content})
    return found


Login = Callable[[str, str], bool]


def mount(qa: PolicyQA, host: str, port: int, login: Login | None) -> FastAPI:
    """An application with the page at /; `login` decides on a name and a password where one must be given."""
    page = build_page(qa)
    page.queue(default_concurrency_limit=4)
    theme = gr.themes.Default(primary_hue="teal", font=_FONTS, font_mono=["monospace"])
    mounted = gr.mount_gradio_app(
        FastAPI(openapi_url=None),
        page,
        path="/",
        server_name=host,
        server_port=port,
        theme=theme,
        css=_CSS.read_text(encoding="utf-8"),
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        auth=login,
        auth_message=strings.KEY_LOGIN if login else None,
    )
    assert isinstance(mounted, FastAPI)
    return mounted
