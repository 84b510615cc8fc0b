"""`guanchao eval`: answers checked against a file of questions."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from ui import console
from ui.console import AsJson, Extractive


def evaluate(
    questions: Annotated[Path, typer.Argument(help="问题文件（.jsonl）。")],
    report: Annotated[Path | None, typer.Option(help="把报告写到这个文件夹。")] = None,
    extractive: Extractive = False,
    as_json: AsJson = False,
) -> None:
    """用带标准答案的问题检验回答。"""
    from rag.evaluate import evaluate as run
    from rag.evaluate import load_questions

    loaded = load_questions(questions)
    with console.open_assistant(extractive=extractive) as qa:
        qa.warm_up()

        def progress(done: int, total: int) -> None:
            if sys.stderr.isatty():
                print(f"\r{done}/{total}", end="", file=sys.stderr, flush=True)

        result = run(qa, loaded, progress).to_dict()
    if report:
        report.mkdir(parents=True, exist_ok=True)
        (report / "report.json").write_text(
            json.dumps(result, ensure_ascii=False, indent=1), encoding="utf-8"
        )
    if as_json:
        console.emit(result)
        return
    print(
        f"答对 {result['right']}/{result['answerable']}（其中引文含依据 {result['cited']}），"
        f"误拒 {result['refused_wrongly']}；应拒而拒 {result['refused']}/{result['unanswerable']}"
    )
    for row in result["rows"]:
        if not row["right"]:
            print(f"  ✗ {row['id']} {row['question']} → {row['answer'] or row['refusal']}")
