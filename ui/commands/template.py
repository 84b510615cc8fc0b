"""`guanchao template`: the default Word template, for an office to change."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ui import strings
from ui.commands import deliverables


def template(
    out: Annotated[Path, typer.Option("--out", help="写到这里（.docx）。")],
) -> None:
    """取一份默认的 Word 模板（公文格式）；改好后在 export.template 里写上它。"""
    from ui.exports import word

    deliverables.check(strings.TITLE, out, (".docx",))
    deliverables.write(out, word.template())
