"""What can happen to a ledger, as records that can be written down and done again elsewhere."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any

import numpy as np

from docs_store.local.ledger_rows import Entry, SourceRecord
from docs_store.models import Article, Passage, ReadingNotes, Removed

FileDone = tuple[str, str, Sequence[str]]
"""A file that was read whole, in which version, and the sources that it still holds unchanged."""


@dataclass(frozen=True, slots=True)
class Replace:
    """Articles with their passages, stored in place of what has their ids and sources."""

    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class Delete:
    """Articles forgotten, by id."""

    ids: Sequence[str]


@dataclass(frozen=True, slots=True)
class Point:
    """Sources pointed at articles that hold their text."""

    records: Sequence[SourceRecord]


@dataclass(frozen=True, slots=True)
class RemoveSources:
    """Sources forgotten; the articles that no source is left of went before."""

    names: Sequence[str]


@dataclass(frozen=True, slots=True)
class FinishFiles:
    """Files that were read whole."""

    files: Sequence[FileDone]


@dataclass(frozen=True, slots=True)
class WriteMeta:
    """What the index is built with."""

    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class Fence:
    """Nothing but a number taken: whoever wrote before and was given up finds its next number gone."""


Mutation = Replace | Delete | Point | RemoveSources | FinishFiles | WriteMeta | Fence


def encode(mutation: Mutation) -> str:
    """A mutation as ASCII text, compressed."""
    content: Any
    match mutation:
        case Replace(entries):
            content = [_entry(entry) for entry in entries]
        case Delete(ids):
            content = list(ids)
        case Point(records):
            content = [list(record) for record in records]
        case RemoveSources(names):
            content = list(names)
        case FinishFiles(files):
            content = [[file, version, list(unchanged)] for file, version, unchanged in files]
        case WriteMeta(values):
            content = values
        case Fence():
            content = None
    plain = json.dumps([type(mutation).__name__, content], ensure_ascii=False, separators=(",", ":"))
    return base64.b85encode(zlib.compress(plain.encode("utf-8", "surrogatepass"))).decode()


def decode(text: str) -> Mutation:
    """The mutation that `encode` wrote. Raises ValueError for anything else."""
    try:
        plain = zlib.decompress(base64.b85decode(text)).decode("utf-8", "surrogatepass")
        kind, content = json.loads(plain)
        return _MADE[kind](content)
    except (zlib.error, KeyError, TypeError) as error:
        raise ValueError(f"not a change: {error}") from error


def _entry(entry: Entry) -> list[Any]:
    article = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in asdict(entry.article).items()
        if value
    }
    passages = [[p.id, p.ordinal, p.start, p.end, list(p.heading_path)] for p in entry.passages]
    signature = base64.b85encode(entry.signature.tobytes()).decode() if entry.signature is not None else None
    removed = [[r.start, r.end, r.text, r.why] for r in entry.reading.removed]
    reading = [removed, list(entry.reading.notes)]
    return [article, passages, entry.content_hash, entry.file, entry.version, signature, reading]


def _made_entry(content: Sequence[Any]) -> Entry:
    about, passages, content_hash, file, version, signature, (removed, notes) = content
    article = _article(about)
    made = [
        Passage(id, article.id, ordinal, start, end, article.text[start:end], tuple(headings))
        for id, ordinal, start, end, headings in passages
    ]
    found = np.frombuffer(base64.b85decode(signature), np.uint32) if signature else None
    reading = ReadingNotes(tuple(Removed(*item) for item in removed), tuple(notes))
    return Entry(article, made, content_hash, file, version, found, reading)


_DAYS = ("written_on", "published_on", "effective_on", "expires_on")
_PAIRS = ("roles", "outline", "corrected")
_REQUIRED = ("id", "title", "source", "text")


def _article(about: dict[str, Any]) -> Article:
    known = {field.name for field in fields(Article)}
    values: dict[str, Any] = dict.fromkeys(_REQUIRED, "")
    for name, value in about.items():
        if name in _DAYS:
            values[name] = date.fromisoformat(value)
        elif name == "arrived_at":
            values[name] = datetime.fromisoformat(value)
        elif name in _PAIRS:
            values[name] = tuple((first, second) for first, second in value)
        elif name in known:
            values[name] = tuple(value) if isinstance(value, list) else value
    return Article(**values)


_MADE: dict[str, Callable[[Any], Mutation]] = {
    "Replace": lambda content: Replace([_made_entry(entry) for entry in content]),
    "Delete": Delete,
    "Point": lambda content: Point([SourceRecord(*record) for record in content]),
    "RemoveSources": RemoveSources,
    "FinishFiles": lambda content: FinishFiles([tuple(file) for file in content]),
    "WriteMeta": WriteMeta,
    "Fence": lambda _: Fence(),
}
