"""`guanchao timeline`: what happened of a topic, and is to happen, by day."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ui import console
from ui.commands import deliverables, filter_options
from ui.console import AsJson


def timeline(
    topic: deliverables.Topic,
    since: filter_options.Since = None,
    until: filter_options.Until = None,
    source: filter_options.Source = None,
    issuer: filter_options.Issuer = None,
    tag: filter_options.Tag = None,
    collection: filter_options.Collection = None,
    region: deliverables.Region = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="写到这里：.docx、.md、.html、.xlsx 或 .svg。")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """时间线：写明日期的事，转载合并，已做与拟做分开。"""
    from ui.exports import files

    deliverables.wanted(out, as_json)
    deliverables.check(topic, out, (*files.TABLES, ".svg"))
    scope = deliverables.scope(since, until, source, issuer, tag, collection, region)
    with console.open_assistant(extractive=True) as qa:
        found = qa.timeline(topic, scope, progress=deliverables.report_progress)
    if not found.events:
        raise deliverables.nothing(topic)
    if out is not None:
        deliverables.write(out, files.of_timeline(found, files.ending_of(out), console.settings(), "annex"))
    if as_json:
        console.emit(found.to_dict())
