"""The filter beside the question: what stands in its fields, as a search filter and in words."""

from __future__ import annotations

from datetime import date, datetime

from docs_store.errors import GuanchaoError
from docs_store.models import SearchFilter
from ui import strings


class BadFilterError(GuanchaoError):
    """A filter cannot be understood."""


def narrowing(since: str, until: str, issuer: str | None, folder: str | None) -> tuple[SearchFilter, str]:
    """The filter of what stands in the fields, and its words ('' when nothing is narrowed).

    Raises:
        BadFilterError: a date cannot be read.
    """
    first, last = _day(since), _day(until)
    said = []
    if first:
        said.append(strings.SINCE_ON.format(day=first))
    if last:
        said.append(strings.UNTIL_ON.format(day=last))
    if issuer:
        said.append(strings.ISSUER_ON.format(name=issuer))
    if folder:
        said.append(strings.FOLDER_ON.format(name=folder))
    where = SearchFilter(first, last, folder or None, issuer or None)
    return where, strings.NARROWED.format(what="、".join(said)) if said else ""


def _day(text: str | None) -> date | None:
    if not text or not text.strip():
        return None
    clean = text.strip().replace("/", "-").replace(".", "-")
    try:
        return datetime.strptime(clean, "%Y-%m-%d").date()
    except ValueError:
        raise BadFilterError(strings.BAD_DAY.format(text=text.strip()[:20])) from None
