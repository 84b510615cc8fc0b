"""`guanchao search`: retrieval alone."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui import console, question_file, strings
from ui.commands import filter_options
from ui.console import AsJson, NoServer

if TYPE_CHECKING:
    from docs_store.models import Hit


def search(
    question: Annotated[str | None, typer.Argument(help="要找的内容。")] = None,
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="返回多少段。")] = 10,
    since: filter_options.Since = None,
    until: filter_options.Until = None,
    source: filter_options.Source = None,
    issuer: filter_options.Issuer = None,
    tag: filter_options.Tag = None,
    collection: filter_options.Collection = None,
    batch: Annotated[Path | None, typer.Option(help="问题文件（.jsonl）。")] = None,
    out: Annotated[Path | None, typer.Option(help="批量结果写到这里。")] = None,
    no_server: NoServer = False,
    as_json: AsJson = False,
) -> None:
    """只检索，不回答。"""
    where = filter_options.where(since, until, source, issuer, tag, collection)
    if (batch is None) == (question is None) or (batch is None) != (out is None):
        raise typer.BadParameter("请写一个问题，或同时给出 --batch 与 --out。")
    if question is not None:
        filter_options.check_question(question)
        with console.find_assistant(extractive=True, no_server=no_server) as assistant:
            _show(assistant.search(question, k, where), as_json)
        return
    assert batch and out
    with question_file.results(out) as file, console.open_assistant(extractive=True) as qa:
        qa.warm_up()
        for row in question_file.rows(batch):
            began = time.monotonic()
            hits = qa.search(str(row["question"]), k, where)
            ms = round((time.monotonic() - began) * 1000, 2)
            question_file.write_line(file, {"id": row.get("id"), "hits": [_hit(h) for h in hits], "ms": ms})


def _show(hits: list[Hit], as_json: bool) -> None:
    if as_json:
        console.emit([_hit(h) for h in hits])
        return
    if not hits:
        print(strings.NO_HITS)
    for number, hit in enumerate(hits, start=1):
        print(
            f"{number}. 《{hit.article.title}》 {console.origin(hit)}  {hit.score:.3f}\n   {hit.passage.text}\n"
        )


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "article_id": hit.article.id,
        "passage_id": hit.passage.id,
        "score": round(hit.score, 5),
        "title": hit.article.title,
        "text": hit.passage.text,
    }
