"""`guanchao mcp`: tools for agents."""

from __future__ import annotations

from typing import Annotated

import typer

from ui import console
from ui.console import Extractive


def mcp(
    http: Annotated[
        bool, typer.Option("--http", help="在 HTTP 上提供（/mcp），而不是标准输入输出。")
    ] = False,
    host: Annotated[str | None, typer.Option(help="--http 的监听地址，默认只限本机。")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="--http 的端口，默认 7860。")] = None,
    extractive: Extractive = False,
) -> None:
    """给智能体用的 MCP 服务：search、ask、read_article。

    默认走标准输入输出，由智能体的程序启动；运行中的 `guanchao serve` 也在 /mcp 提供同样的工具。
    """
    if http:
        from ui.commands.serve import serve

        serve(host, port, extractive, no_page=True)
        return
    from ui import mcp_server
    from ui.http.health_routes import program_version

    with console.open_assistant(extractive=extractive) as qa:
        mcp_server.build(mcp_server.LocalTools(qa), program_version()).run("stdio")
