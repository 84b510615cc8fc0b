"""`guanchao ingest`: articles into the index."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ingest.report import Engine
from ui import console
from ui.console import AsJson


def ingest(
    paths: Annotated[
        list[str] | None, typer.Argument(help="文件或文件夹，默认是配置里的文章文件夹。")
    ] = None,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="在旁边新建索引，成功后替换旧的；删去的文字不留痕迹。")
    ] = False,
    prune: Annotated[bool, typer.Option("--prune", help="删去来源文件已不存在的文章。")] = False,
    remove: Annotated[
        list[str] | None,
        typer.Option("--remove", help="删去这个来源（文件、文件夹或 文件#编号）的文章，可重复。"),
    ] = None,
    engine: Annotated[
        Engine, typer.Option("--engine", help="谁来读文件和算向量：plain 本机进程，ray 用 Ray。")
    ] = "plain",
    ray_address: Annotated[
        str | None, typer.Option("--ray-address", help="Ray 集群的地址，默认在本机启动 Ray。")
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="说明清理时去掉了哪些行。")] = False,
    as_json: AsJson = False,
) -> None:
    """收录文章：新增、更新、跳过未变的。"""
    from ui import handover, ingest_view

    if remove and (paths or rebuild or prune):
        raise typer.BadParameter("--remove 单独使用，不与路径、--rebuild、--prune 同写。")
    if ray_address is not None and engine != "ray":
        raise typer.BadParameter("--ray-address 要与 --engine ray 一起用。")
    if any(not name.strip() for name in (*(paths or ()), *(remove or ()))):
        # As a path it would be the current folder; most often it is a variable that is not set.
        raise typer.BadParameter("有一个路径是空的，请写明文件或文件夹（当前文件夹写 .）。")
    settings = console.settings()
    work = handover.Work(
        [str(Path(path).absolute()) for path in paths or settings.article_folders],
        list(remove or ()),
        rebuild,
        prune,
        engine,
        ray_address,
    )
    with ingest_view.progress_bar() as progress:
        report = handover.hand_over(settings, work, progress) or handover.carry_out(settings, work, progress)
    if as_json:
        console.emit(report)
    else:
        ingest_view.show(report, explain=explain)
    if report["failed"] and not (
        report["added"] or report["updated"] or report["unchanged"] or report["duplicates"]
    ):
        raise typer.Exit(1)
