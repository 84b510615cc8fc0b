"""What the commands that make deliverables share: the articles that are looked at, the file, progress."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from docs_store.errors import GuanchaoError
from ui import console, strings
from ui.commands import filter_options

if TYPE_CHECKING:
    from rag.evidence.statements import Scope

Topic = Annotated[str, typer.Argument(help="主题，如 “长三角G60科创走廊”。")]
Region = Annotated[list[str] | None, typer.Option("--region", help="只要关于这个地区的文章；可写多次。")]
_EVERY = 20  # articles between two lines of progress


def scope(
    since: str | None,
    until: str | None,
    source: str | None,
    issuer: Sequence[str] | None,
    tag: str | None,
    collection: str | None,
    region: Sequence[str] | None,
) -> Scope:
    """What the options narrow to. Raises typer.BadParameter."""
    from rag.evidence.statements import Scope

    return Scope(filter_options.where(since, until, source, issuer, tag, collection), tuple(region or ()))


def check(topic: str, out: Path | None, endings: Sequence[str]) -> None:
    """Raises typer.BadParameter for a topic without words, or a file of another kind; GuanchaoError for a missing folder.

    Before the work is done: nobody waits for a table that cannot be written.
    """
    filter_options.check_question(topic)
    if out is None:
        return
    if out.suffix.lower() not in endings:
        raise typer.BadParameter(f"--out 请以 {'、'.join(endings)} 结尾。")
    if not out.parent.is_dir():
        raise GuanchaoError(strings.NO_FOLDER.format(folder=out.parent))


def report_progress(done: int, all: int) -> None:
    """Says on a terminal how many articles have been read."""
    if sys.stderr.isatty() and (done % _EVERY == 0 or done == all):
        end = "\n" if done == all else ""
        print(
            f"\r{strings.READING_ARTICLES.format(done=done, all=all)}", end=end, file=sys.stderr, flush=True
        )


def nothing(topic: str) -> GuanchaoError:
    """The error for a topic that no article speaks of."""
    return GuanchaoError(strings.NOTHING_ON_TOPIC.format(topic=topic))


def write(out: Path, content: bytes | str) -> None:
    """Writes a file and says so. Raises GuanchaoError."""
    from ui.exports import saving

    saving.save(out, content)
    console.say(strings.WRITTEN.format(path=out))


def wanted(out: Path | None, as_json: bool) -> None:
    """Raises typer.BadParameter where neither a file nor JSON is asked for."""
    if out is None and not as_json:
        raise typer.BadParameter("请用 --out 写明文件，或加 --json。")
