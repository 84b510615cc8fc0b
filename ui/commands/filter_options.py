"""The options that narrow a search by date, source, folder, issuer, tag or collection, for every subcommand that searches."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from rag.models import Refusal
from ui import strings

if TYPE_CHECKING:
    from docs_store.models import SearchFilter

Since = Annotated[str | None, typer.Option("--since", help="只要这一天及以后发布的，如 2025-01-01。")]
Until = Annotated[str | None, typer.Option("--until", help="只要这一天及以前发布的。")]
Source = Annotated[str | None, typer.Option("--source", help="只要这个文件、文件夹或发布机构的。")]
Issuer = Annotated[list[str] | None, typer.Option("--issuer", help="只要这个发布机构的；可写多次。")]
Tag = Annotated[str | None, typer.Option("--tag", help="只要有这个标签的（见 guanchao edit）。")]
Collection = Annotated[str | None, typer.Option("--collection", help="只要这个专题的。")]


def where(
    since: str | None,
    until: str | None,
    source: str | None,
    issuer: Sequence[str] | None,
    tag: str | None = None,
    collection: str | None = None,
) -> SearchFilter:
    """The filter that the options say. Raises typer.BadParameter for what is no date."""
    from docs_store.models import SearchFilter

    if source is not None:
        source = source.replace(os.sep, "/")  # as sources are spelt on every system
    return SearchFilter(_day(since), _day(until), source, None, tag, collection, tuple(issuer or ()))


def check_question(question: str) -> None:
    """Raises typer.BadParameter for what holds no word."""
    if not any(char.isalnum() for char in question):
        raise typer.BadParameter(strings.REFUSALS[Refusal.EMPTY_QUESTION].rstrip("。"))


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        raise typer.BadParameter(f"{text} 不是日期，请写成 2025-01-20 这样。") from None
