"""What the page needs beside Gradio: logging in and out, files to download, and links to what is shared."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from html import escape
from typing import Annotated
from urllib.parse import quote

from fastapi import FastAPI, Form, Request
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from docs_store.errors import GuanchaoError
from ui import strings
from ui.exports import files
from ui.exports.word import Notes
from ui.http.public import PublicPlace
from ui.making import FILE_TYPES, file_name
from ui.page import export, folder, piece
from ui.page.context import PageContext
from ui.page.originals import add_originals
from ui.page.people import COOKIE, Person

_TOKEN = re.compile(r"[\w-]{20,60}")


class _LoginGate:
    """Sends who has not logged in to the login, and gives every answer its headers.

    Plain ASGI: Starlette's BaseHTTPMiddleware costs a fifth of a question's time while the page's stream is open.
    """

    def __init__(self, app: ASGIApp, turned_away: Callable[[Request], bool]) -> None:
        """`turned_away` says whether the request needs a login first."""
        self._app, self._turned_away = app, turned_away

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Content-Type-Options"] = "nosniff"
                # Not no-referrer: the login form would come with Origin: null, which the gateway refuses.
                headers["Referrer-Policy"] = "same-origin"
                headers["X-Frame-Options"] = "DENY"
            await send(message)

        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif self._turned_away(Request(scope)):
            await RedirectResponse(_login(Request(scope)), 303)(scope, receive, with_headers)
        else:
            await self._app(scope, receive, with_headers)


def add_routes(application: FastAPI, context: PageContext) -> None:
    """Adds /login, /logout and /export/… to the page's application."""
    people = context.people

    def who(request: Request) -> Person | None:
        address = request.client.host if request.client else None
        return people.visitor(request.cookies.get(COOKIE), address)

    def turned_away(request: Request) -> bool:
        return people.required and request.url.path == "/" and who(request) is None

    application.add_middleware(_LoginGate, turned_away=turned_away)
    add_originals(application, context, who)

    @application.get("/login")
    async def form(request: Request) -> Response:
        if not people.required or who(request):
            return RedirectResponse(_page_after(request), 303)
        return HTMLResponse(_login_html(people.by_key, "", _login(request)))

    @application.post("/login")
    async def log_in(
        request: Request,
        name: Annotated[str, Form(max_length=200)] = "",
        password: Annotated[str, Form(max_length=1000)] = "",
    ) -> Response:
        token = await run_in_threadpool(people.log_in, name, password)
        if token is None:
            wrong = strings.LOGIN_LOCKED if people.locked(name) else strings.LOGIN_WRONG
            return HTMLResponse(_login_html(people.by_key, wrong, _login(request), name), 401)
        response = RedirectResponse(_page_after(request), 303)
        response.set_cookie(
            COOKIE,
            token,
            max_age=int(context.settings.page.session_hours * 3600),
            httponly=True,
            samesite="lax",
            path=_cookie_path(context),
            secure=request.url.scheme == "https",
        )
        return response

    @application.post("/password")
    async def change_password(
        request: Request,
        old: Annotated[str, Form(max_length=1000)] = "",
        new: Annotated[str, Form(max_length=1000)] = "",
        again: Annotated[str, Form(max_length=1000)] = "",
    ) -> Response:
        token = request.cookies.get(COOKIE, "")
        name = people.name_of(token)
        if name is None:
            return PlainTextResponse(strings.NOT_LOGGED_IN, 401)
        if new != again:
            return PlainTextResponse(strings.PASSWORD_TWICE, 400)
        try:
            await run_in_threadpool(people.change_password, name, old, new, token)
        except GuanchaoError as error:
            return PlainTextResponse(str(error), 400)
        return PlainTextResponse(strings.PASSWORD_CHANGED)

    @application.get("/logout")
    async def log_out(request: Request) -> Response:
        people.log_out(request.cookies.get(COOKIE, ""))
        response = RedirectResponse("login", 303)
        response.delete_cookie(COOKIE, path=_cookie_path(context))
        return response

    @application.get("/export/{name}")
    def exported(name: str, request: Request, only: str = "", notes: str = "footnotes") -> Response:
        person = who(request)
        id, _, kind = name.partition(".")
        title = context.conversations.title(person.name, id) if person else None
        if person is None or title is None or kind not in ("md", "docx"):
            return HTMLResponse(_plain_html(strings.NO_EXPORT), 404)
        exchanges = export.chosen(context.exchanges(person, id), only[:2000])
        if not exchanges:
            return HTMLResponse(_plain_html(strings.NO_EXCHANGES), 404)
        report = export.report(title, exchanges, date.today())
        return _sent(
            file_name(title, kind), files.content(report, f".{kind}", context.settings, _notes(notes))
        )

    def download(
        find: Callable[[PageContext, str, str, str, Notes], tuple[str, bytes | str] | None],
        name: str,
        request: Request,
        notes: str,
    ) -> Response:
        person = who(request)
        id, _, kind = name.partition(".")
        found = find(context, person.name, id, kind, _notes(notes)) if person else None
        return _sent(*found) if found else HTMLResponse(_plain_html(strings.MADE_NO_FILE), 404)

    @application.get("/made/{name}")
    def made(name: str, request: Request, notes: str = "footnotes") -> Response:
        return download(piece.file, name, request, notes)

    @application.get("/folder/{name}")
    def memo(name: str, request: Request, notes: str = "footnotes") -> Response:
        return download(folder.memo, name, request, notes)

    @application.get("/shared/{token}")
    async def shared(token: str, request: Request) -> Response:
        query = f"?shared={quote(token)}" if _TOKEN.fullmatch(token) else ""
        return RedirectResponse(f"../{query}", 303)


def _notes(asked: str) -> Notes:
    return "annex" if asked == "annex" else "footnotes"


def _sent(name: str, content: bytes | str) -> Response:
    kind = name.rpartition(".")[2]
    disposition = f"attachment; filename=\"guanchao.{kind}\"; filename*=UTF-8''{quote(name)}"
    return Response(content, media_type=FILE_TYPES[kind], headers={"Content-Disposition": disposition})


def _asked_for(request: Request) -> str:
    """The shared thing that somebody wanted to see before the login, as a query; '' for nothing."""
    token = request.query_params.get("shared", "")
    return f"?shared={token}" if _TOKEN.fullmatch(token) else ""


def _login(request: Request) -> str:
    return f"login{_asked_for(request)}"


def _page_after(request: Request) -> str:
    return f"./{_asked_for(request)}"


def _cookie_path(context: PageContext) -> str:
    return PublicPlace.of(context.settings.serve.root_path).path or "/"


_STYLE = """
body{font-family:"Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif;margin:0;min-height:100vh;display:grid;
place-items:center;background:#f4f6f7;color:#17252b}
main{background:#fff;padding:2.2rem 2.4rem;border:1px solid #d5dde0;border-radius:12px;width:min(20rem,80vw)}
h1{margin:0 0 .2rem;letter-spacing:.15em;font-size:1.6rem}p{margin:.2rem 0 1.2rem;color:#4b5c63;font-size:.9rem}
label{display:block;font-size:.9rem;margin-top:.9rem}
input{width:100%;box-sizing:border-box;font:inherit;padding:.55rem .7rem;border:1px solid #8fa0a6;border-radius:8px;
background:transparent;color:inherit}
button{margin-top:1.3rem;width:100%;font:inherit;padding:.6rem;border:0;border-radius:8px;background:#0b6e75;color:#fff}
:focus-visible{outline:2px solid #0b6e75;outline-offset:2px}.wrong{color:#a12622;margin:.8rem 0 0}
@media(prefers-color-scheme:dark){body{background:#12181b;color:#e6edf0}main{background:#1b2327;border-color:#33424a}
p{color:#a9b8be}.wrong{color:#ff9c93}}
"""


def _page(body: str) -> str:
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" '
        f'content="width=device-width,initial-scale=1"><title>{strings.TITLE}</title><style>{_STYLE}</style></head>'
        f"<body><main>{body}</main></body></html>"
    )


def _plain_html(text: str) -> str:
    return _page(f'<h1>{strings.TITLE}</h1><p>{escape(text)}</p><a href="../">{strings.TITLE}</a>')


def _login_html(by_key: bool, wrong: str, action: str = "login", name: str = "") -> str:
    said = f'<p class="wrong" role="alert">{escape(wrong)}</p>' if wrong else ""
    return _page(
        f"<h1>{strings.TITLE}</h1><p>{strings.KEY_LOGIN if by_key else strings.TAGLINE}</p>"
        f'<form method="post" action="{action}"><label>{strings.LOGIN_NAME}<input name="name" autocomplete="username" '
        f'value="{escape(name)}" required{" autofocus" if not name else ""}></label><label>{strings.LOGIN_PASSWORD}'
        f'<input name="password" type="password" autocomplete="current-password" required'
        f"{' autofocus' if name else ''}></label>"
        f"{said}<button>{strings.LOGIN}</button></form>"
    )
