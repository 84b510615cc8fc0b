"""`guanchao ask` and `guanchao chat`: cited answers on a terminal or for a file of questions."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui import console, question_file, strings
from ui.commands import filter_options
from ui.console import AsJson, Extractive, Length, NoServer

if TYPE_CHECKING:
    from docs_store.models import SearchFilter
    from rag import Answer, Turn
    from ui.served import Assistant


def ask(
    question: Annotated[str | None, typer.Argument(help="问题。")] = None,
    extractive: Extractive = False,
    batch: Annotated[Path | None, typer.Option(help="问题文件（.jsonl）。")] = None,
    out: Annotated[Path | None, typer.Option(help="批量答案写到这里，一行一个。")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="接着上次中断的地方写。")] = False,
    since: filter_options.Since = None,
    until: filter_options.Until = None,
    source: filter_options.Source = None,
    issuer: filter_options.Issuer = None,
    tag: filter_options.Tag = None,
    collection: filter_options.Collection = None,
    length: Length = None,
    no_server: NoServer = False,
    as_json: AsJson = False,
) -> None:
    """回答一个问题，句句有出处。"""
    if (batch is None) == (question is None) or (batch is None) != (out is None):
        raise typer.BadParameter("请写一个问题，或同时给出 --batch 与 --out。")
    where = filter_options.where(since, until, source, issuer, tag, collection)
    if batch and out:
        _ask_batch(batch, out, extractive=extractive, resume=resume, where=where)
        return
    assert question is not None
    filter_options.check_question(question)
    with console.find_assistant(extractive=extractive, no_server=no_server) as qa:
        if as_json:
            answer = qa.ask(question, where=where, length=length)
            console.emit(answer.to_dict())
        else:
            answer = _show(qa, question, [], where, length)
        _close(answer, extractive=extractive)


def chat(
    extractive: Extractive = False,
    since: filter_options.Since = None,
    until: filter_options.Until = None,
    source: filter_options.Source = None,
    issuer: filter_options.Issuer = None,
    tag: filter_options.Tag = None,
    collection: filter_options.Collection = None,
    length: Length = None,
    no_server: NoServer = False,
) -> None:
    """在终端里连续问答；/new 新对话，/exit 退出。"""
    from rag.models import Turn

    history: list[Turn] = []
    where = filter_options.where(since, until, source, issuer, tag, collection)
    with console.find_assistant(extractive=extractive, no_server=no_server) as qa:
        console.say(strings.APP_HELP + "（/new 新对话，/exit 退出）")
        while True:
            try:
                question = input("问：").strip()
            except EOFError:
                return
            if question == "/exit":
                return
            if question == "/new":
                history = []
            elif question:
                answer = _show(qa, question, history, where, length)
                for said in (answer.notice, *answer.remarks):
                    if said:
                        console.say(said)
                history.append(Turn(question, answer.text))


def _close(answer: Answer, *, extractive: bool) -> None:
    """Says what there is to remark on the citations. A model that could not answer is a failure, though quotes were given; say so with the exit code."""
    for remark in answer.remarks:
        console.say(remark)
    if answer.notice and not extractive:
        console.say(f"{strings.ERROR}{answer.notice}")
        raise typer.Exit(1)


def _ask_batch(batch: Path, out: Path, *, extractive: bool, resume: bool, where: SearchFilter) -> None:
    from rag import Turn

    rows = list(question_file.rows(batch))
    done = {str(row.get("id")) for row in question_file.written(out)} if resume else set()
    with_store = any("passages" not in row for row in rows)
    with (
        question_file.results(out, append=resume) as file,
        console.open_assistant(extractive=extractive, with_store=with_store) as qa,
    ):
        failed = None
        for number, row in enumerate(rows, start=1):
            if str(row.get("id")) in done:
                continue
            history = [Turn(t["question"], t["answer"]) for t in row.get("history") or []]
            if "passages" in row:
                answer = qa.answer_from(row["question"], row["passages"], history)
            else:
                answer = qa.ask(row["question"], history, where=where)
            question_file.write_line(file, answer.to_dict(row.get("id")))
            failed = answer if answer.notice else failed
            if sys.stderr.isatty():
                print(f"\r{number}/{len(rows)}", end="", file=sys.stderr, flush=True)
    if failed:
        _close(failed, extractive=extractive)


def _show(
    qa: Assistant, question: str, history: list[Turn], where: SearchFilter, length: str | None
) -> Answer:
    """Streams one answer to the terminal: the draft to stderr, the checked answer to stdout."""
    answer = None
    for event in qa.stream(question, history, where=where, length=length):
        if event.stage == "reading" and event.hits:
            titles = list(dict.fromkeys(f"《{hit.article.title}》" for hit in event.hits))
            console.say("检索到：" + "；".join(titles[:3]))
        elif event.stage == "delta" and sys.stderr.isatty():
            print(f"\x1b[2m{event.text}\x1b[0m", end="", file=sys.stderr, flush=True)
        elif event.stage == "quick" and event.answer and sys.stderr.isatty():
            console.say(f"{strings.FIRST_THE_ORIGINAL}：\n{console.bullets(event.answer.text)}\n")
        answer = event.answer or answer
    assert answer is not None
    console.say()
    if answer.refusal:
        print(strings.REFUSALS[answer.refusal])
        for hit in answer.hits[:3]:
            print(
                f"  {strings.NEAREST}：《{hit.article.title}》 {console.origin(hit)}\n    {hit.passage.text[:80]}…"
            )
    else:
        print(console.bullets(answer.text))
        for c in answer.citations:
            print(
                f"  [{c.marker}] 《{c.title}》 {c.issuer or strings.NO_ISSUER} {c.cited_on or strings.NO_DATE}"
            )
            print(f"      “{c.quote}”")
    return answer
