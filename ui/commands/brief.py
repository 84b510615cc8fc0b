"""`guanchao brief`: one to two pages on a topic, each sentence with its source."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import typer

from ui import console
from ui.commands import deliverables, filter_options
from ui.console import AsJson


def brief(
    topic: deliverables.Topic,
    since: filter_options.Since = None,
    until: filter_options.Until = None,
    source: filter_options.Source = None,
    issuer: filter_options.Issuer = None,
    tag: filter_options.Tag = None,
    collection: filter_options.Collection = None,
    region: deliverables.Region = None,
    length: Annotated[
        str | None,
        typer.Option(
            "--length",
            help="多长：short（一页）、normal（两页，默认）、long，写成“一页”“两页”也行；或要点的字数。",
        ),
    ] = None,
    notes: Annotated[
        Literal["footnotes", "annex"],
        typer.Option("--notes", help="出处放在附件《出处表》（annex，默认）还是脚注（footnotes）。"),
    ] = "annex",
    model: Annotated[
        bool, typer.Option("--model", help="让语言模型合并概况、给要点起小标题；核对不上的不用。")
    ] = False,
    out: Annotated[Path | None, typer.Option("--out", help="写到这里：.docx、.md 或 .html。")] = None,
    as_json: AsJson = False,
) -> None:
    """主题简报：概况、要点、数据、时间线、各地做法与出处，每句都是原文。"""
    from ui.exports import files, lengths, reports

    deliverables.wanted(out, as_json)
    deliverables.check(topic, out, files.TEXTS)
    scope = deliverables.scope(since, until, source, issuer, tag, collection, region)
    try:
        long = lengths.asked(length)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    with console.open_assistant(extractive=not model) as qa:
        found = qa.brief(topic, scope, length=long, model=model, progress=deliverables.report_progress)
    if found.notice:
        console.say(found.notice)
    if not found.sources:
        raise deliverables.nothing(topic)
    if out is not None:
        report = reports.brief(found, date.today())
        deliverables.write(out, files.content(report, files.ending_of(out), console.settings(), notes))
    if as_json:
        console.emit(found.to_dict())
