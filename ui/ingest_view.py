"""How `guanchao ingest` shows its progress and its result on a terminal."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ingest import Step
from ui import strings


@contextmanager
def progress_bar() -> Iterator[Callable[[Step], None] | None]:
    """A bar with articles, passages a second and time left on stderr; None where that is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        BarColumn(),
        TextColumn("{task.fields[files]} 文件 {task.fields[articles]} 篇 {task.fields[rate]} 段/秒 剩余"),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None, files="", articles=0, rate="–")

        def show(step: Step) -> None:
            elapsed = bar.tasks[0].elapsed or 0.0
            bar.update(
                task,
                description=Path(step.source).name[:40],
                completed=step.bytes_done,
                total=step.bytes or None,
                files=f"{step.files_done}/{step.files}",
                articles=step.articles,
                rate=f"{step.passages / elapsed:.0f}" if elapsed > 0.5 and step.passages else "–",
            )

        yield show


def notices(report: dict[str, Any]) -> list[str]:
    """What the user should know beside the counts: files that are not read, by ending and with advice; lost sources."""
    said: list[str] = []
    if skipped := report.get("skipped"):
        kinds = Counter(Path(item["source"]).suffix.lower() or strings.NO_SUFFIX for item in skipped)
        listed = "、".join(f"{kind} {count}" for kind, count in kinds.most_common())
        said.append(strings.SKIPPED.format(count=len(skipped), kinds=listed))
        said += [f"  {reason}" for reason in dict.fromkeys(item["reason"] for item in skipped)]
    if report.get("missing"):
        said.append(strings.MISSING.format(count=report["missing"]))
    return said


def show(report: dict[str, Any], *, explain: bool) -> None:
    """Prints the report; what failed goes to stderr with its reason."""
    line = (
        f"新增 {report['added']}，更新 {report['updated']}，未变 {report['unchanged']}，删除 {report['deleted']}，"
        f"失败 {len(report['failed'])}；共 {report['articles']} 篇、{report['passages']} 段，用时 {report['seconds']:.1f} 秒"
    )
    if report["duplicates"]:
        line += f"；{report['duplicates']} 个来源与已有文章同文，已并为一篇"
    if report["kept"]:
        line += f"；沿用别处的 {report['kept']} 篇"
    print(line)
    for text in notices(report):
        print(text)
    for failed in report["failed"]:
        print(f"  {failed['source']}：{failed['reason']}", file=sys.stderr)
    for file in report["files"]:
        for note in file["notes"][:3]:
            print(f"  {file['source']}：{note}", file=sys.stderr)
    if explain:
        print(strings.UNCLAIMED.format(count=report["unclaimed"]))
        for kind, lines in report["removed_lines"].items():
            print(f"去掉的“{kind}”共 {report['removed'][kind]} 行，例如：")
            for text, count in lines.items():
                print(f"  {count}× {text}")
        if not report["removed"]:
            print("没有去掉任何行。")
    if report["failed"] and _got_any(report):
        print(f"部分完成：{len(report['failed'])} 处没有读成（原因见上），其余已收录。", file=sys.stderr)


def _got_any(report: dict[str, Any]) -> bool:
    return bool(report["added"] or report["updated"] or report["unchanged"] or report["duplicates"])
