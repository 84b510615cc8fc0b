"""`guanchao points`: what one article says."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from ui import console
from ui.commands import deliverables
from ui.console import AsJson


def points(
    article: Annotated[str, typer.Argument(help="文章的编号或标题。")],
    out: Annotated[Path | None, typer.Option("--out", help="写到这里：.docx、.md 或 .html。")] = None,
    as_json: AsJson = False,
) -> None:
    """单篇要点：一句话概括、五个要点、数字、日期、谁做什么、文件与用语。"""
    from ui.exports import files, plain, reports

    deliverables.check(article, out, files.TEXTS)
    with console.open_assistant(extractive=True) as qa:
        found = qa.points(article)
    report = reports.points(found, date.today())
    if out is not None:
        deliverables.write(out, files.content(report, files.ending_of(out), console.settings()))
    if as_json:
        console.emit(found.to_dict())
    elif out is None:
        print(plain.markdown(report))
