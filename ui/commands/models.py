"""`guanchao models`: which models there are, and fetching them."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from ui import console
from ui.console import AsJson


def models_fetch(
    names: Annotated[list[str] | None, typer.Argument(help="模型名，默认是配置里用到的。")] = None,
) -> None:
    """下载模型，逐份校验，可断点续传。"""
    from docs_store import weights

    settings = console.settings()
    configured = [
        section.model
        for section in (settings.embedding, settings.llm)
        if section.base_url is None and section.model in weights.CATALOGUE
    ]
    for name in names or configured:
        fresh = True
        for state in weights.states():
            if state.spec.name == name:
                fresh = not state.present
                console.say(f"{state.spec.title}  许可：{state.spec.licence_note}")
        _fetch(name, bar=fresh and sys.stderr.isatty())


def _fetch(name: str, *, bar: bool) -> None:
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    from docs_store import weights

    if not bar:
        console.say(f"  {weights.fetch(name)}")
        return
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(name)
        weights.fetch(
            name, lambda label, done, all: progress.update(task, description=label, completed=done, total=all)
        )


def models_list(as_json: AsJson = False) -> None:
    """列出可下载的模型、许可与是否已在本机。"""
    from docs_store import weights

    rows = [
        {
            "name": s.spec.name,
            "kind": s.spec.kind,
            "licence": s.spec.licence,
            "size_bytes": s.spec.size_bytes,
            "present": s.present,
            "path": str(s.path),
        }
        for s in weights.states()
    ]
    if as_json:
        console.emit(rows)
        return
    for s in weights.states():
        print(f"{s.spec.name}  {s.spec.size_bytes / 1e6:.0f} MB  {'已下载' if s.present else '未下载'}")
        print(f"    {s.spec.title}；{s.spec.licence_note}")
