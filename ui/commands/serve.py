"""`guanchao serve`: the page, the HTTP API and the MCP server in one process."""

from __future__ import annotations

import signal
from threading import Lock
from typing import Annotated, NoReturn

import typer

from docs_store.errors import NothingIndexedError
from ui import console, strings
from ui.console import Extractive


def serve(
    host: Annotated[str | None, typer.Option(help="监听地址，默认只限本机。")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="端口，默认 7860；0 为任选。")] = None,
    extractive: Extractive = False,
    no_page: Annotated[bool, typer.Option("--no-page", help="不要网页，只开 /api、/v1 与 /mcp。")] = False,
    open_to_all: Annotated[
        bool, typer.Option("--open", help="不用密钥就对所有能连上的人开放，慎用。")
    ] = False,
) -> None:
    """打开网页聊天与 HTTP API（/api、/v1、/mcp）。"""
    settings = console.settings()
    host = host if host is not None else settings.serve.host
    port = port if port is not None else settings.serve.port
    from ui import web
    from ui.freshness import Freshness
    from ui.handover_server import HandoverServer
    from ui.http import app
    from ui.http.access import Access
    from ui.http.service import Service
    from ui.jobs import IngestJobs
    from ui.keys import KeyFile
    from ui.page.context import PageContext

    users = settings.page.users
    section = settings.serve.model_copy(update={"keys": "off"}) if open_to_all else settings.serve
    access = Access(section, host, KeyFile(settings), login=bool(users))
    signal.signal(signal.SIGTERM, _stopped)
    listening = web.listen(host, port)
    port = int(listening.getsockname()[1])
    with console.open_assistant(extractive=extractive) as qa:
        if qa.store is None:
            raise NothingIndexedError(strings.NO_HITS)
        qa.warm_up(model_in_background=True)
        alone = Lock()  # one writer of the index at a time, whoever asks
        with (
            HandoverServer(qa.store, settings, alone, qa),
            IngestJobs(qa.store, settings, alone) as jobs,
            Freshness(settings, jobs),
        ):
            service = Service.build(qa, qa.store, jobs, access)
            login = access.login if access.required and not users else None
            context = PageContext.build(qa, qa.store, jobs, service.making, login)
            page = None if no_page else web.mount(context, host, port)
            shown = f"[{host}]" if ":" in host else host
            url = f"http://{shown}:{port}/"
            server = app.make_server(
                app.build(service, page), lambda: console.say(strings.SERVING.format(url=url))
            )
            try:
                server.run(sockets=[listening])
            finally:
                context.close()


def _stopped(_number: int, _frame: object) -> NoReturn:
    """A service that is told to stop ends well: models and index are closed on the way out."""
    raise SystemExit(0)
