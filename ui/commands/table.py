"""`guanchao table`: the facts on a topic as a table, each row on a quote."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ui import console, strings
from ui.commands import deliverables, filter_options
from ui.console import AsJson

_ENDINGS = (".xlsx", ".csv", ".jsonl")


def table(
    topic: deliverables.Topic,
    since: filter_options.Since = None,
    until: filter_options.Until = None,
    source: filter_options.Source = None,
    issuer: filter_options.Issuer = None,
    tag: filter_options.Tag = None,
    collection: filter_options.Collection = None,
    region: deliverables.Region = None,
    columns: Annotated[
        str | None, typer.Option("--columns", help="要哪些列：“日期,事项,数字”，或 “加一列：投资额”。")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="写到这里：.xlsx、.csv 或 .jsonl。")] = None,
    as_json: AsJson = False,
) -> None:
    """梳理表：关于一个主题的数字、举措与文件，一行一件，每格都在原句里。"""
    from ui.exports import columns as asked
    from ui.exports import files, saving

    deliverables.wanted(out, as_json)
    deliverables.check(topic, out, _ENDINGS)
    try:
        wanted = asked.chosen(columns)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    scope = deliverables.scope(since, until, source, issuer, tag, collection, region)
    with console.open_assistant(extractive=True) as qa:
        found = qa.table(topic, scope, columns=wanted, progress=deliverables.report_progress)
    if not found.rows:
        raise deliverables.nothing(topic)
    if out is not None:
        saving.save(out, files.of_table(found, files.ending_of(out)))
        used = len(found.articles_used())
        console.say(
            strings.TABLE_DONE.format(articles=found.articles, rows=len(found.rows), used=used, path=out)
        )
    if as_json:
        console.emit(found.to_dict())
