"""`guanchao digest`: what is new, and saved questions answered from it alone; fit for cron."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import typer

from docs_store.errors import GuanchaoError
from ui import console, strings
from ui.commands import deliverables, filter_options
from ui.console import AsJson


def digest(
    since: Annotated[str, typer.Option("--since", help="从哪一天起，如 2025-01-20。")],
    until: filter_options.Until = None,
    source: filter_options.Source = None,
    issuer: filter_options.Issuer = None,
    tag: filter_options.Tag = None,
    collection: filter_options.Collection = None,
    region: deliverables.Region = None,
    by: Annotated[
        Literal["arrival", "published"],
        typer.Option("--by", help="--since 指收录的日子（arrival，默认）还是文章的日期（published）。"),
    ] = "arrival",
    questions: Annotated[
        Path | None, typer.Option("--questions", help="关注的问题，一行一个（.txt）；只从新文章里回答。")
    ] = None,
    seen: Annotated[
        Path | None, typer.Option("--seen", help="记下报过的文章，下次不再报；定时运行时用。")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="写到这里：.docx、.html 或 .md。")] = None,
    as_json: AsJson = False,
) -> None:
    """新收录：某天以来收录的文章，按来源分列，附关注的问题的回答。没有新文章时不写文件，退出码 0。"""
    from ui.exports import files, reports, saving

    deliverables.wanted(out, as_json)
    deliverables.check(strings.DIGEST_TITLE, out, files.TEXTS)
    scope = deliverables.scope(since, until, source, issuer, tag, collection, region)
    first = scope.where.since
    assert first is not None
    asked = _questions(questions)
    known = _known(seen)
    with console.open_assistant(extractive=True) as qa:
        found = qa.digest(first, asked, scope, known=known, by=by)
    if as_json:
        console.emit(found.to_dict())
    if not found.collections:
        console.say(strings.DIGEST_NOTHING.format(since=first))
    elif out is not None:
        report = reports.digest(found, date.today())
        deliverables.write(out, files.content(report, files.ending_of(out), console.settings()))
    if seen is not None:
        saving.save(
            seen,
            json.dumps(sorted({*known, *found.ids(), *found.undated}), ensure_ascii=False, indent=0) + "\n",
        )


def _questions(path: Path | None) -> list[str]:
    if path is None:
        return []
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise GuanchaoError(f"读不了 {path}，请检查路径与编码（UTF-8），一行写一个问题。") from error
    return [
        line.strip() for line in lines if any(char.isalnum() for char in line) and not line.startswith("#")
    ]


def _known(path: Path | None) -> list[str]:
    if path is None or not path.exists():
        return []
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(found, list):
            raise ValueError
        return [str(id) for id in found]
    except (OSError, ValueError) as error:
        raise GuanchaoError(f"{path} 不是本命令写下的记录，请换一个文件名，或删去它。") from error
