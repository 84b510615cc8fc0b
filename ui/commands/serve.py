"""`guanchao serve`: the page and the HTTP API."""

from __future__ import annotations

import signal
from typing import Annotated

import typer

from ui import console, strings
from ui.console import Extractive


def serve(
    host: Annotated[str | None, typer.Option(help="监听地址，默认只限本机。")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="端口，默认 7860。")] = None,
    extractive: Extractive = False,
) -> None:
    """打开网页聊天。"""
    settings = console.settings()
    host = host if host is not None else settings.serve.host
    port = port if port is not None else settings.serve.port
    from contextlib import nullcontext

    from ui import handover, web

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends as Ctrl-C does: models and index closed
    port = web.claim_port(host, port)
    with console.open_assistant(extractive=extractive) as qa:
        console.say("正在载入模型（约 10–20 秒）…")
        qa.warm_up()
        taking = handover.HandoverServer(qa.store, settings) if qa.store else nullcontext()
        with taking:
            web.serve(qa, host, port, lambda url: console.say(strings.SERVING.format(url=url)))
