"""`guanchao check`: a text sentence by sentence against the library, or against passages that come with it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from docs_store.errors import GuanchaoError
from ui import console, question_file, strings
from ui.commands import filter_options
from ui.console import AsJson

if TYPE_CHECKING:
    from rag import PolicyQA
    from rag.evidence.statements import Statement
    from rag.generation.deliverables.against import Against

_FORMATS = (".docx", ".html", ".xlsx")


def check(
    file: Annotated[
        Path | None, typer.Argument(help="要核对的文本（.txt、.md、.docx）；不写则读标准输入。")
    ] = None,
    batch: Annotated[
        Path | None, typer.Option(help="成批核对：每行一个 {id, text, passages?, question?}（.jsonl）。")
    ] = None,
    against: Annotated[
        str | None,
        typer.Option("--against", help="只跟这一份比：旧稿的文件名，或库里一篇文章的编号或标题。"),
    ] = None,
    since: filter_options.Since = None,
    until: filter_options.Until = None,
    source: filter_options.Source = None,
    issuer: filter_options.Issuer = None,
    tag: filter_options.Tag = None,
    collection: filter_options.Collection = None,
    out: Annotated[
        Path | None, typer.Option(help="结果写到这里：.docx（批注）、.html、.xlsx；成批时为 .jsonl。")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """口径核对：逐句说明文章里有没有依据、哪里不一致。"""
    if batch is not None:
        if file is not None or out is None or against is not None:
            raise typer.BadParameter("成批核对请同时给出 --batch 与 --out，不再写文件名与 --against。")
        _batch(batch, out)
        return
    if out is not None and out.suffix.lower() not in _FORMATS:
        raise typer.BadParameter(f"--out 请以 {'、'.join(_FORMATS)} 结尾。")
    text = _text(file)
    if not text.strip():
        raise GuanchaoError("没有可核对的文字，请给出文件，或把文字接到标准输入。")
    where = filter_options.where(since, until, source, issuer, tag, collection)
    if against is not None and where:
        raise typer.BadParameter("用了 --against 就只跟那一份比，请不要再写日期、来源等条件。")
    omitted: Sequence[Statement] = ()
    if against is not None:
        beside = _beside(text, against)
        found, omitted, result = list(beside.claims), beside.omitted, beside.to_dict()
    else:
        with console.open_assistant(extractive=True) as qa:
            found = qa.check(text, where=where or None)
        result = {"claims": [item.to_dict() for item in found]}
    if out is not None:
        from ui.exports import check_report, saving

        saving.save(out, check_report.written(out.suffix.lower(), text, found, omitted))
        console.say(strings.CHECK_WRITTEN.format(path=out))
    if as_json:
        console.emit(result)
    elif out is None:
        _show(found)
        if omitted:
            print(strings.CHECK_OMITTED.format(title=omitted[0].article.title))
            for statement in omitted:
                print(f"    “{statement.text}”")


def _beside(text: str, against: str) -> Against:
    """The text beside an older file of it, or beside an article of the library."""
    file = Path(against)
    if file.is_file():
        with console.open_assistant(extractive=True, with_store=False) as qa:
            return qa.check_against(text, version=_text(file), title=file.stem)
    if file.suffix.lower() in (".txt", ".md", ".docx"):
        raise GuanchaoError(f"读不了 {file}，请检查路径。")
    with console.open_assistant(extractive=True) as qa:
        return qa.check_against(text, article=against)


def _show(found: Any) -> None:
    from ui.exports import check_report

    for item in found:
        print(f"【{strings.CHECK_VERDICTS[item.verdict.standing]}】{item.claim.text}")
        if item.verdict.why:
            print(f"    {item.verdict.why}")
        for number, quote in enumerate(item.quoted()):
            print(f"    “{quote}” 《{item.origin(number)}》")
    console.say(check_report.summary(found))


def _text(file: Path | None) -> str:
    from ui.draft_file import decoded_draft, read_draft

    if file is None:
        if sys.stdin is None:  # it was closed
            return ""
        if sys.stdin.isatty():
            console.say(strings.CHECK_PASTE)
        return decoded_draft(sys.stdin.buffer.read())
    return read_draft(file, console.settings().ingest)


def _batch(batch: Path, out: Path) -> None:
    rows = list(question_file.rows(batch, "text"))
    qa: PolicyQA | None = None
    with question_file.results(out) as file:
        from rag.verification.documents import check_passages

        try:
            for row in rows:
                question = str(row.get("question") or "")
                if "passages" in row:
                    found = check_passages(row["text"], row["passages"], question)
                else:
                    qa = qa or console.open_assistant(extractive=True)
                    found = qa.check(row["text"], question=question)
                question_file.write_line(
                    file, {"id": row.get("id"), "claims": [item.to_dict() for item in found]}
                )
        finally:
            if qa is not None:
                qa.close()
