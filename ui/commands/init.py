"""`guanchao init`: a folder of one's own, for those who installed the program and have no clone."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from ui import console


def init(folder: Annotated[Path, typer.Argument(help="新建或已有的文件夹。")]) -> None:
    """在一个文件夹里写好带说明的配置与示例文章，之后就在那里运行 guanchao。"""
    from ui import starter

    copied = starter.write(folder)
    console.say(f"已在 {folder} 写好 config.yaml 与 {copied} 篇示例文章（articles/）。接下来：")
    steps = ["guanchao models fetch", "guanchao ingest", "guanchao serve"]
    if folder.resolve() != Path.cwd():
        steps.insert(0, f"cd {shlex.quote(str(folder))}")
    print("\n".join(steps))
