"""`guanchao brief`: one to two pages on a topic, each sentence with its source."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import typer

from ui import console
from ui.commands import deliverables, narrowing
from ui.console import AsJson


def brief(
    topic: deliverables.Topic,
    since: narrowing.Since = None,
    until: narrowing.Until = None,
    source: narrowing.Source = None,
    issuer: narrowing.Issuer = None,
    tag: narrowing.Tag = None,
    collection: narrowing.Collection = None,
    region: deliverables.Region = None,
    length: Annotated[
        int | None, typer.Option("--length", min=100, max=20_000, help="要点大约多少字，默认 1000。")
    ] = None,
    notes: Annotated[
        Literal["footnotes", "annex"],
        typer.Option("--notes", help="出处放在脚注（footnotes）还是附件《出处表》（annex）。"),
    ] = "footnotes",
    out: Annotated[Path | None, typer.Option("--out", help="写到这里：.docx、.md 或 .html。")] = None,
    as_json: AsJson = False,
) -> None:
    """主题简报：概况、要点、数据、时间线、各地做法与出处，每句都是原文。"""
    from ui.exports import files, reports

    deliverables.wanted(out, as_json)
    deliverables.check(topic, out, files.TEXTS)
    scope = deliverables.scope(since, until, source, issuer, tag, collection, region)
    with console.open_assistant(extractive=True) as qa:
        found = qa.brief(topic, scope, length=length, progress=deliverables.told)
    if not found.sources:
        raise deliverables.nothing(topic)
    if out is not None:
        report = reports.brief(found, date.today())
        deliverables.write(out, files.content(report, files.ending_of(out), console.settings(), notes))
    if as_json:
        console.emit(found.to_dict())
