"""`guanchao compare`: articles, places or years side by side; or two versions of one document."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from ui import console
from ui.commands import deliverables, filter_options
from ui.console import AsJson


def compare(
    names: Annotated[list[str], typer.Argument(help="两到六个：文章的编号或标题、地区、年份，或主题。")],
    topic: Annotated[str, typer.Option("--topic", help="地区或年份在哪个主题上对比，如 “中欧班列”。")] = "",
    aspects: Annotated[
        str | None,
        typer.Option(
            "--aspects", help="对比哪些方面，用逗号隔开；默认目标、任务、资金、期限、责任单位、适用范围。"
        ),
    ] = None,
    versions: Annotated[
        bool, typer.Option("--versions", help="两篇是同一文件的旧版与新版：逐条对照。")
    ] = False,
    since: filter_options.Since = None,
    until: filter_options.Until = None,
    source: filter_options.Source = None,
    issuer: filter_options.Issuer = None,
    tag: filter_options.Tag = None,
    collection: filter_options.Collection = None,
    region: deliverables.Region = None,
    out: Annotated[Path | None, typer.Option("--out", help="写到这里：.docx、.md、.html 或 .xlsx。")] = None,
    as_json: AsJson = False,
) -> None:
    """政策对比表：每格是一句原文，或“文中未提”。"""
    from ui.exports import files, reports

    deliverables.wanted(out, as_json)
    for name in names:
        deliverables.check(name, out, files.TABLES)
    scope = deliverables.scope(since, until, source, issuer, tag, collection, region)
    rows = (
        [part.strip() for part in aspects.replace("，", ",").replace("、", ",").split(",")]
        if aspects
        else None
    )
    with console.open_assistant(extractive=True) as qa:
        if versions:
            if len(names) != 2:
                raise typer.BadParameter("逐条对照请写两篇：先旧版，后新版。")
            changed = qa.revision(*names)
            report, result = reports.revision(changed, date.today()), changed.to_dict()
        else:
            try:
                found = qa.compare(names, topic, scope, aspects=rows, progress=deliverables.report_progress)
            except ValueError as error:
                raise typer.BadParameter(str(error)) from None
            if not any(side.statements for side in found.sides):
                raise deliverables.nothing("、".join(names))
            report, result = reports.comparison(found, date.today()), found.to_dict()
    if out is not None:
        deliverables.write(out, files.content(report, files.ending_of(out), console.settings(), "annex"))
    if as_json:
        console.emit(result)
