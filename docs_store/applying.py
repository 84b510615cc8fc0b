"""Doing a change in this process's own files: lexical index first, ledger last. Writers and replicas do it alike."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass

from docs_store.change_log import ChangeLog
from docs_store.engines.protocols import Lexical
from docs_store.gate import Gate
from docs_store.ledger import Entry, Ledger
from docs_store.models import Passage
from docs_store.mutations import (
    Delete,
    Fence,
    FinishFiles,
    Mutation,
    Point,
    RemoveSources,
    Replace,
    WriteMeta,
)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What a change takes out: articles that go whole, those that are replaced, and the passages that go."""

    gone: Sequence[str]
    kept: Sequence[str]
    passages: Sequence[str]


def outgoing(ledger: Ledger, mutation: Mutation) -> Outgoing:
    """What the change will take out of what there is now."""
    if isinstance(mutation, Delete):
        return Outgoing(mutation.ids, (), [p.id for id in mutation.ids for p in ledger.passages(id)])
    if not isinstance(mutation, Replace):
        return Outgoing((), (), ())
    gone, kept = _replaced(ledger, mutation.entries)
    new = {p.id for e in mutation.entries for p in e.passages}
    old: list[Passage] = [p for id in (*kept, *gone) for p in ledger.passages(id)]
    return Outgoing(gone, kept, [p.id for p in old if p.id not in new])


def _replaced(ledger: Ledger, entries: Sequence[Entry]) -> tuple[list[str], list[str]]:
    moved = ledger.elsewhere((e.article.source, e.article.id) for e in entries)
    given = {e.article.id for e in entries}
    gone = [id for id in ledger.orphans_without(moved) if id not in given] if moved else []
    return gone, ledger.stored(given)


def apply(ledger: Ledger, lexical: Lexical, mutation: Mutation) -> None:
    """Does the change in lexical index and ledger; done twice it is as done once."""
    match mutation:
        case Replace(entries):
            gone, _ = _replaced(ledger, entries)
            lexical.add([(e.article, e.passages) for e in entries], gone)
            ledger.replace(entries)
        case Delete(ids):
            lexical.delete(ids)
            ledger.delete(ids)
        case Point(records):
            ledger.point(records)
        case RemoveSources(names):
            ledger.remove_sources(names)
        case FinishFiles(files):
            ledger.finish_files(files)
        case WriteMeta(values):
            ledger.write_meta(values)
        case Fence():
            ledger.fence()


def catch_up(ledger: Ledger, lexical: Lexical, log: ChangeLog, gate: Gate | None = None) -> int:
    """Does what the log has and the ledger has not, a change at a time behind the gate. Returns how many changes."""
    count = 0
    for change in log.since(ledger.applied()[0]):
        with gate.writing() if gate else nullcontext(), ledger.as_change(change.number, change.mark):
            apply(ledger, lexical, change.mutation)
        count += 1
    return count
