"""What documents call the things that they state of themselves (`labels.tsv`), and reading them out of lines.

A label counts where it stands at the beginning of a cell or of a line, or after other labels with their values: never
inside a word, so that 会议时间 and 申报时间 are no dates of an article (of minutes, `metadata` reads the first).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib.resources import files

from docs_store.text.chinese import has_chinese
from docs_store.text.data_files import data_lines
from docs_store.text.dates import DAY, parse_date
from ingest.documents.numbers import stated_number
from ingest.draft import Draft

_NONE, _ROLE = "-", "role"
_URL = re.compile(r"https?:|www\.|\.(?:com|cn|net|org)\b", re.IGNORECASE)
_NO_ISSUER = re.compile(
    r"^(?:本报讯?|本网|本站|原创|综合|网络|无|时间|日期|来源|作者|标题|转载|互联网|本报记者|编辑)$|^本报讯"
)
_ITEM = re.compile(r"^\s*[-*+•]\s+")
_ACCOUNT = re.compile(r"[（(]?(?:官方)?(?:微信)?公众号[）)]?$")
_ISSUER_CHARS = 40
_TITLE_CHARS = 200
_PEOPLE = re.compile(r"[^\W\d_]{2,12}(?:[·、,，/ ]+[^\W\d_]{1,12}){0,5}")
_DATES = frozenset(("day", "published", "updated", "written", "effective", "expires"))
_BRACKETS = (("（", "）"), ("(", ")"), ("[", "]"), ("【", "】"))
_STAMP_CHARS = 120
_STAMP = re.compile(rf"({DAY})(\s*\d{{1,2}}:\d{{2}}(?::\d{{2}})?)?")


@cache
def _rows() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """(field, labels) of each line of the list."""
    rows = (line.split("\t") for line in data_lines(files("ingest.documents") / "labels.tsv"))
    return tuple((field, tuple(labels)) for field, *labels in rows)


@cache
def _fields() -> dict[str, str]:
    """Field by label, those of people left out."""
    return {label: field for field, labels in _rows() if field != _ROLE for label in labels}


@cache
def _labels() -> str:
    """A regular expression for any label; it may be spread with spaces (标　　题)."""
    labels = {label for _, labels in _rows() for label in labels}
    return "|".join(r"[ \t]*".join(label) for label in sorted(labels, key=len, reverse=True))


@cache
def _next_label() -> re.Pattern[str]:
    """Where the label of another value begins."""
    return re.compile(rf"[\s|｜丨/（(【\[]*(?:{_labels()})\s*[:：]")


@cache
def _pattern() -> re.Pattern[str]:
    """A label where one may stand: with its colon, or in brackets ([发文机关])."""
    spread = _labels()
    return re.compile(
        rf"(?:(?<=^)|(?<=[\s|｜\]】)）>]))(?:[【\[［][ \t]*({spread})[ \t]*[】\]］][ \t]*[:：]?|({spread})[ \t]*[:：])"
    )


def field_of(cell: str, *, bare: bool = False) -> str | None:
    """The field that a cell labels, `-` for one that is not kept; None where the cell is no label.

    Args:
        cell: its text.
        bare: whether it may lack its colon or brackets.
    """
    name = "".join(cell.split())
    plain = name.strip("【】[]［］:：")
    return _fields().get(plain) if bare or name.endswith((":", "：", "】", "]", "］")) else None


@dataclass(frozen=True, slots=True)
class StatedValues:
    """What was read out of labels; each value is as it may be kept."""

    title: str | None = None
    issuer: str | None = None
    source: str | None = None
    document_number: str | None = None
    written_on: date | None = None
    published_on: date | None = None
    effective_on: date | None = None
    expires_on: date | None = None
    url: str | None = None
    signer: str | None = None
    author: str | None = None
    people: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        """True when anything was read."""
        return self != StatedValues()

    def fill(self, draft: Draft) -> Draft:
        """The draft with what it lacks."""
        people = [(role, name) for role, name in (("签发人", self.signer), ("作者", self.author)) if name]
        people += self.people
        return replace(
            draft,
            title=draft.title or self.title,
            issuer=draft.issuer or self.issuer,
            origin=draft.origin or self.source,
            document_number=draft.document_number or self.document_number,
            written_on=draft.written_on or self.written_on,
            published_on=draft.published_on or self.published_on,
            effective_on=draft.effective_on or self.effective_on,
            expires_on=draft.expires_on or self.expires_on,
            url=draft.url or self.url,
            roles=[*draft.roles, *(pair for pair in people if pair not in draft.roles)],
        )


def stated(pairs: Iterable[tuple[str, str]]) -> StatedValues:
    """What (field, value) pairs state; the first usable value of a field counts."""
    found: dict[str, object] = {}
    people: list[tuple[str, str]] = []
    for field, value in pairs:
        if field == _NONE or not (bare := " ".join(value.split()).strip("|｜ ")):
            continue
        match field:
            case "title":
                found.setdefault("title", _title(bare))
            case "issuer" | "source":
                found.setdefault(field, issuer(bare))
            case "number":
                found.setdefault("document_number", stated_number(bare))
            case "signer" | "author":
                found.setdefault(field, bare if len(bare) <= 20 else None)
            case "url":
                found.setdefault("url", bare if bare.startswith("http") else None)
            case str() if field.startswith(_ROLE):
                people += [(field.removeprefix(_ROLE), bare)] if _PEOPLE.fullmatch(bare) else []
            case "day":
                found.setdefault("published_on", parse_date(bare))
            case _:
                found.setdefault(f"{field}_on", parse_date(bare))
        found = {name: kept for name, kept in found.items() if kept is not None}
    updated = found.pop("updated_on", None)
    if updated is not None:
        found.setdefault("published_on", updated)
    return StatedValues(**found, people=tuple(dict.fromkeys(people)))  # type: ignore[arg-type]


def issuer(value: str) -> str | None:
    """A name that may be an issuer: Chinese, no address on the web, no table head, no such word as 本报讯."""
    alone = _next_label().split(_STAMP.split(value)[0])[0].strip(" \t|｜丨/")
    bare = _ACCOUNT.sub("", alone).strip("“”\"' ")
    bare = bare.strip("《》") if bare.startswith("《") or "《" not in bare else bare
    if not bare or len(bare) > _ISSUER_CHARS or _URL.search(bare) or _NO_ISSUER.search(bare):
        return None
    return bare if has_chinese(bare) and not re.search(r"[。；]", bare) else None


def _title(value: str) -> str | None:
    return value if 4 <= len(value) <= _TITLE_CHARS and has_chinese(value) else None


def pairs_of_line(line: str) -> list[tuple[str, str]] | None:
    """The (field, value) pairs of a line that consists of labels with their values; None for any other line."""
    line = _ITEM.sub("", line)
    matches = list(_pattern().finditer(line))
    if (
        not matches
        or line[: matches[0].start()].strip("\ufeff |｜【[(（")
        or _name(matches[0]) not in _fields()
    ):
        return None
    ends = [*(match.start() for match in matches[1:]), len(line)]
    return [
        (
            _fields().get(_name(match), _ROLE + _name(match)),
            _value(line[match.end() : end]),
        )
        for match, end in zip(matches, ends, strict=True)
    ]


def _name(match: re.Match[str]) -> str:
    return "".join((match.group(1) or match.group(2)).split())


def _value(text: str) -> str:
    """What stands behind a label, up to the next: without the marks between them, brackets of its own kept."""
    bare = text.strip(" \t|｜")
    for opening, closing in _BRACKETS:
        if bare.count(opening) > bare.count(closing):
            bare = bare.rstrip(opening + " \t|｜")
        elif bare.count(closing) > bare.count(opening):
            bare = bare.strip(closing + " \t|｜")
    return bare


def pairs_of_row(row: str, *, bare: bool = False) -> list[tuple[str, str]] | None:
    """The pairs of a table's row whose cells are labels and values by turns; None for any other row.

    Args:
        row: of a Markdown table.
        bare: whether labels may lack their colon or brackets.
    """
    cells = [cell.strip() for cell in row.strip("| ").split("|")]
    fields = [field_of(cell, bare=bare) for cell in cells]
    if fields and fields[0] is None:
        return None
    pairs = []
    for field, cell, after in zip(fields, cells, [*cells[1:], ""], strict=True):
        if field is not None:
            pairs.append((field, "" if field_of(after, bare=bare) else after))
        elif inline := pairs_of_line(cell):
            pairs += inline
    return pairs or None


def stamp(line: str) -> list[tuple[str, str]] | None:
    """The pairs of a line under a title: a day with its time, or with labels around it; None for any other line.

    2026-03-09 16:35 来源：江海日报 and 来源：江海日报 2026年03月09日08:30 and 2026-03-09 08:30 are such lines.
    """
    if len(line) > _STAMP_CHARS or (match := _STAMP.search(line)) is None:
        return None
    rest = f"{line[: match.start()]} {line[match.end() :]}".strip(" \t|｜·,，()（）【】[]")
    pairs = pairs_of_line(rest) if rest else [] if match.group(2) else None
    if pairs is None or _DATES.intersection(field for field, _ in pairs):
        return None  # then the day is what such a label says
    return [*pairs, ("published", match.group(1))]


def dated(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The pairs of one line or box. 时间 alone is a day of anything; it is that of publication beside another label."""
    found = list(pairs)
    return found if any(field != "day" for field, _ in found) else []
