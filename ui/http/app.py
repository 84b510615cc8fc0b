"""Puts the HTTP application together, and serves it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager

import uvicorn
from fastapi import FastAPI
from starlette.applications import Starlette

from ui import mcp_server, strings
from ui.http import article_routes, ask_routes, deliverable_routes, errors, health_routes, openai_routes
from ui.http.gateway import Gateway, request_log
from ui.http.health_routes import program_version
from ui.http.mcp_tools import ServiceTools
from ui.http.public import PublicPlace
from ui.http.service import Service

_CLOSE_S = 5  # seconds that open answers get when the server stops


def build_api(service: Service, parts: Sequence[Starlette] = ()) -> FastAPI:
    """The REST and OpenAI routes; `parts` start and stop with it."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        # Answers step through asyncio.to_thread: as many threads as answers may run, and some for uploads.
        threads = ThreadPoolExecutor(service.settings.serve.answer_workers + 8, thread_name_prefix="answer")
        asyncio.get_running_loop().set_default_executor(threads)
        async with AsyncExitStack() as stack:
            for part in parts:
                await stack.enter_async_context(part.router.lifespan_context(part))
            yield
        service.searches.close()
        service.answers.close()
        service.making.close()

    root = PublicPlace.of(service.settings.serve.root_path).root
    api = FastAPI(
        title="观潮 Guanchao",
        version=program_version(),
        description=strings.APP_HELP,
        lifespan=lifespan,
        openapi_url="/api/openapi.json",
        docs_url=None,  # its page loads scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
        servers=[{"url": root}] if root else None,
    )
    api.state.service = service
    errors.install(api)
    for module in (ask_routes, deliverable_routes, article_routes, health_routes, openai_routes):
        api.include_router(module.router)
    return api


def build(service: Service, page: Starlette | None) -> Gateway:
    """The whole server as an ASGI application; `page` is an application that has the page mounted at /."""
    mcp = mcp_server.http_application(mcp_server.build(ServiceTools(service), program_version()))
    api = build_api(service, [part for part in (page, mcp) if part is not None])
    return Gateway(service, request_log(service.settings), api, mcp, page)


def make_server(app: Gateway, on_ready: Callable[[], None]) -> uvicorn.Server:
    """The server, not running yet; ``run(sockets=[…])`` serves until Ctrl-C or SIGTERM."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_CLOSE_S,
        timeout_keep_alive=30,
        h11_max_incomplete_event_size=64 * 1024,
    )
    return _Server(config, on_ready)


class _Server(uvicorn.Server):
    """Tells when it listens."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_ready()
