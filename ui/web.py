"""The page as a web application: theme, style, script, login and exports around `ui.page`."""

from __future__ import annotations

import errno
import json
import socket
import sys
from pathlib import Path

import gradio as gr
from fastapi import FastAPI, Request

from docs_store.errors import GuanchaoError
from ui import strings
from ui.http.public import PublicPlace
from ui.page.build import build_page
from ui.page.context import PageContext
from ui.page.people import COOKIE
from ui.page.routes import add_routes
from ui.page.sessions import bound_sessions

_ASSETS = Path(__file__).parent / "assets"
_SCRIPTS = ("page.js", "settings.js", "scope.js", "articles.js", "made.js")
_FONTS = ["Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "sans-serif"]


class PortInUseError(GuanchaoError):
    """Another program listens on the port, or it cannot be listened on."""


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
    if sys.platform == "win32":  # there the other option lets two programs listen on one port
        claimed.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
    else:
        claimed.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        claimed.bind((host, port))
        claimed.listen(2048)
    except (OSError, UnicodeError) as error:  # UnicodeError: a name that can be none
        claimed.close()
        raise PortInUseError(_why_not(error, host, port)) from error
    return claimed


def _why_not(error: Exception, host: str, port: int) -> str:
    if isinstance(error, UnicodeError | socket.gaierror) or getattr(error, "errno", 0) == errno.EADDRNOTAVAIL:
        return strings.HOST_NOT_HERE.format(host=host)
    if isinstance(error, PermissionError):
        return strings.PORT_NOT_ALLOWED.format(port=port)
    return strings.PORT_BUSY.format(port=port)


def mount(context: PageContext, host: str, port: int) -> FastAPI:
    """An application with the page at /, its login where one must be given, and the exports of conversations."""
    page = build_page(context)
    page.queue(default_concurrency_limit=8, max_size=200)
    bound_sessions(page)
    theme = gr.themes.Default(
        primary_hue="teal", neutral_hue="slate", radius_size="md", font=_FONTS, font_mono=["monospace"]
    )

    def who(request: Request) -> str | None:
        return context.people.name_of(request.cookies.get(COOKIE))

    application = FastAPI(openapi_url=None)
    add_routes(application, context)
    mounted = gr.mount_gradio_app(
        application,
        page,
        path="/",
        server_name=host,
        server_port=port,
        theme=theme,
        css="\n".join((_ASSETS / name).read_text(encoding="utf-8") for name in ("page.css", "made.css")),
        head=_head(),
        favicon_path=str(_ASSETS / "icon.svg"),
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        auth_dependency=who if context.people.required else None,
        root_path=PublicPlace.of(context.settings.serve.root_path).root or None,
        max_file_size=int(context.settings.ingest.max_file_mb * 1e6),
    )
    assert isinstance(mounted, FastAPI)
    return mounted


def _head() -> str:
    words = {
        "copied": strings.COPIED,
        "sure": strings.SURE,
        "cited": strings.CITED,
        "hitOf": strings.HIT_OF,
        "moreSources": strings.MORE_SOURCES,
        "empty": strings.SOURCES_EMPTY,
        "lost": strings.LOST,
        "unread": strings.UNREAD,
        "close": strings.CLOSE,
        "answered": strings.ANSWERED,
        "askShort": strings.ASK_SHORT,
        "disconnected": strings.DISCONNECTED,
        "badType": strings.BAD_TYPE,
        "tooLarge": strings.FILE_TOO_LARGE,
        "broken": strings.PAGE_BROKEN,
        "toasts": strings.TOASTS,
        "reading": strings.STAGES["reading"],
        "put": strings.PUT_SHORT,
        "cardsEmpty": strings.MADE_CARDS_EMPTY,
        "tabs": {"chat": strings.TAB_CHAT, "articles": strings.TAB_ARTICLES, "made": strings.TAB_MADE},
        "everything": strings.SCOPE_ALL,
        "dropScope": strings.SCOPE_DROP,
        "periods": dict(strings.PERIODS),
        "since": strings.SINCE,
        "until": strings.UNTIL,
        "collection": strings.COLLECTION,
        "tag": strings.TAG,
        "folder": strings.FOLDER,
        "fewArticles": strings.SCOPE_ARTICLES,
        "picked": strings.PICKED,
        "whole": strings.READ_WHOLE,
        "pictureOf": strings.PICTURE_OF,
        "pageBack": strings.EARLIER,
        "pageOn": strings.LATER,
        "unchanged": strings.EDIT_NOTHING,
    }
    script = "\n".join((_ASSETS / name).read_text(encoding="utf-8") for name in _SCRIPTS)
    said = json.dumps(words, ensure_ascii=False).replace("<", "\\u003c")
    # Gradio words its own parts by the browser's language; the page is in Chinese throughout.
    chinese = "Object.defineProperty(navigator, 'language', {get: () => 'zh-CN'});"
    return f"<script>{chinese}window.guanchaoWords = {said};\n{script}</script>"
