"""Doing a change in this process's own files: lexical index first, ledger last. Writers and replicas do it alike."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass

from docs_store.changes.mutations import (
    Delete,
    Fence,
    FinishFiles,
    Mutation,
    Point,
    RemoveSources,
    Replace,
    WriteMeta,
)
from docs_store.engines.protocols import Lexical
from docs_store.gate import Gate
from docs_store.local.ledger import Ledger
from docs_store.models import Passage
from docs_store.shared.change_log import ChangeLog


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What a change takes out: articles that go whole, those that are replaced, and the passages that go."""

    gone: Sequence[str]
    kept: Sequence[str]
    passages: Sequence[str]


def outgoing(ledger: Ledger, mutation: Mutation) -> Outgoing:
    """What the change will take out of what there is now."""
    gone = leaving(ledger, mutation)
    entries = mutation.entries if isinstance(mutation, Replace) else ()
    kept = ledger.stored({e.article.id for e in entries})
    new = {p.id for e in entries for p in e.passages}
    old: list[Passage] = [p for id in (*kept, *gone) for p in ledger.passages(id)]
    return Outgoing(gone, kept, [p.id for p in old if p.id not in new])


def leaving(ledger: Ledger, mutation: Mutation) -> Sequence[str]:
    """The articles that go whole with the change."""
    if isinstance(mutation, Delete):
        return mutation.ids
    if not isinstance(mutation, Replace):
        return ()
    moved = ledger.elsewhere((e.article.source, e.article.id) for e in mutation.entries)
    given = {e.article.id for e in mutation.entries}
    return [id for id in ledger.orphans_without(moved) if id not in given] if moved else []


def apply(ledger: Ledger, lexical: Lexical, mutation: Mutation, gone: Sequence[str]) -> None:
    """Does the change in lexical index and ledger; done twice it is as done once. `gone` is what `leaving` gives."""
    match mutation:
        case Replace(entries):
            lexical.add([(e.article, e.passages) for e in entries], gone)
            ledger.replace(entries)
        case Delete():
            lexical.delete(gone)
            ledger.delete(gone)
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
            apply(ledger, lexical, change.mutation, leaving(ledger, change.mutation))
        count += 1
    return count
