"""What users correct in an article's own data. A correction lies with the article and is put over what its source says
whenever that is read again; undoing it brings back what the source says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from docs_store.errors import GuanchaoError
from docs_store.models import Article
from docs_store.text.dates import parse_date

LABELS = {
    "title": "标题",
    "issuer": "发布机构",
    "document_number": "文号",
    "written_on": "成文日期",
    "published_on": "发布日期",
    "effective_on": "施行日期",
    "expires_on": "失效日期",
    "tags": "标签",
    "collections": "专题",
}
"""The fields that can be corrected, with what users call them."""
DAYS = frozenset({"written_on", "published_on", "effective_on", "expires_on"})
LISTS = frozenset({"tags", "collections"})
_CHARS = 200  # of a title, an issuer or a number
_NAME_CHARS = 40  # of a tag or a collection
_MOST_NAMES = 50
_REQUIRED = "title"

Value = str | date | tuple[str, ...] | None


class CorrectionError(GuanchaoError):
    """What is given as a correction cannot be one; the message says what to write instead."""


class NotCorrectedError(CorrectionError):
    """There is nothing to undo."""


def checked(given: Mapping[str, Any]) -> dict[str, Value]:
    """The corrections as they may be stored.

    Args:
        given: new values by field; "" or None says that the article has none; a day as text or date; tags and
            collections as lists of names.

    Raises:
        CorrectionError: an unknown field, a title that is empty, a day that is none, a text that is too long.
    """
    found: dict[str, Value] = {}
    for field, value in given.items():
        if field not in LABELS:
            raise CorrectionError(f"没有“{field}”这一项，可以更正的有：{'、'.join(LABELS)}。")
        if field in LISTS:
            found[field] = _names(field, value)
        elif value is None or not str(value).strip():
            if field == _REQUIRED:
                raise CorrectionError("标题不能为空，请写上标题；要恢复原来的标题请用撤销。")
            found[field] = None
        elif field in DAYS:
            found[field] = _day(field, value)
        else:
            found[field] = _plain(field, str(value), _CHARS)
    return found


def _day(field: str, value: Any) -> date:
    day = value if isinstance(value, date) else parse_date(str(value).strip())
    if day is None:
        raise CorrectionError(f"{LABELS[field]}“{value}”不是日期，请写成 2025-01-20 这样。")
    return day


def _names(field: str, value: Any) -> tuple[str, ...]:
    given: Iterable[Any] = () if value is None else [value] if isinstance(value, str) else value
    names = tuple(dict.fromkeys(_plain(field, str(name), _NAME_CHARS) for name in given if str(name).strip()))
    if len(names) > _MOST_NAMES:
        raise CorrectionError(f"一篇文章的{LABELS[field]}最多 {_MOST_NAMES} 个，请减少一些。")
    return names


def _plain(field: str, value: str, most: int) -> str:
    bare = " ".join(value.replace("\0", "").split())
    if len(bare) > most:
        raise CorrectionError(f"{LABELS[field]}超过 {most} 字，请写短一些。")
    return bare


def corrected(article: Article, values: Mapping[str, Value]) -> Article:
    """The article with the values in place, and with what its source says of those fields kept beside, where it differs."""
    said = dict(article.corrected)
    for field, value in values.items():
        if said.setdefault(field, _text(getattr(article, field))) == _text(value):
            del said[field]
    return replace(article, corrected=tuple(said.items()), **values)  # type: ignore[arg-type]


def undone(article: Article, fields: Sequence[str]) -> Article:
    """The article with those fields as its source has them.

    Raises:
        NotCorrectedError: one of them is not corrected.
    """
    said = dict(article.corrected)
    for field in fields:
        if field not in said:
            raise NotCorrectedError(
                f"《{article.title}》的{LABELS.get(field, field)}没有更正过，不用撤销；"
                f"更正过的有：{'、'.join(said) or '无'}。"
            )
    values = {field: _value(field, said.pop(field)) for field in fields}
    return replace(article, corrected=tuple(said.items()), **values)  # type: ignore[arg-type]


def carried(article: Article, before: Article) -> Article:
    """An article that was read anew, with the corrections of the one that is stored."""
    return corrected(article, {field: getattr(before, field) for field, _ in before.corrected})


def _text(value: Value) -> str:
    if isinstance(value, tuple):
        return "\n".join(value)
    return value.isoformat() if isinstance(value, date) else value or ""


def _value(field: str, text: str) -> Value:
    if field in LISTS:
        return tuple(text.split("\n")) if text else ()
    made: Callable[[str], Value] = date.fromisoformat if field in DAYS else str
    return made(text) if text else None
