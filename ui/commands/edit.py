"""`guanchao edit`: corrects what the library says of an article."""

from __future__ import annotations

from typing import Annotated

import typer

from ui import console, strings
from ui.console import AsJson


def edit(
    ids: Annotated[
        list[str],
        typer.Argument(help="文章的编号或来源，可写多个。编号见 `guanchao articles --json`。", metavar="ID…"),
    ],
    title: Annotated[str | None, typer.Option("--title", help="标题。")] = None,
    issuer: Annotated[str | None, typer.Option("--issuer", help="发布机构；写 '' 表示没有。")] = None,
    document_number: Annotated[str | None, typer.Option("--document-number", help="文号。")] = None,
    written_on: Annotated[
        str | None, typer.Option("--written-on", help="成文日期，如 2025-01-20；写 '' 表示没有。")
    ] = None,
    published_on: Annotated[str | None, typer.Option("--published-on", help="发布日期。")] = None,
    effective_on: Annotated[str | None, typer.Option("--effective-on", help="施行日期。")] = None,
    expires_on: Annotated[str | None, typer.Option("--expires-on", help="失效日期。")] = None,
    tag: Annotated[list[str] | None, typer.Option("--tag", help="加上标签，可重复。")] = None,
    untag: Annotated[list[str] | None, typer.Option("--untag", help="去掉标签，可重复。")] = None,
    collection: Annotated[list[str] | None, typer.Option("--collection", help="放进专题，可重复。")] = None,
    leave: Annotated[list[str] | None, typer.Option("--leave", help="移出专题，可重复。")] = None,
    undo: Annotated[
        list[str] | None,
        typer.Option(
            "--undo", help="撤销对这一项的更正（如 title、issuer），恢复来源所写的；all 为全部。可重复。"
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """更正文章的标题、机构、文号、日期、标签与专题；重新收录不会丢，可以撤销。"""
    from docs_store.corrections import CorrectionError
    from ui import handover
    from ui.editing import Edit

    given = {
        "title": title,
        "issuer": issuer,
        "document_number": document_number,
        "written_on": written_on,
        "published_on": published_on,
        "effective_on": effective_on,
        "expires_on": expires_on,
    }
    wanted = Edit(
        ids,
        {name: value for name, value in given.items() if value is not None},
        {name: list(names) for name, names in (("tags", tag), ("collections", collection)) if names},
        {name: list(names) for name, names in (("tags", untag), ("collections", leave)) if names},
        list(undo or ()),
    )
    try:
        wanted.check()
    except CorrectionError as error:
        raise typer.BadParameter(str(error).rstrip("。")) from None
    settings = console.settings()
    work = handover.Work([], [], edit=wanted)
    report = handover.hand_over(settings, work, None) or handover.carry_out(settings, work, None)
    if as_json:
        console.emit(report["edited"])
        return
    for article in report["edited"]:
        said = "、".join(article["corrected"]) or strings.NOTHING_CORRECTED
        print(strings.EDITED.format(title=article["title"], id=article["id"], fields=said))
