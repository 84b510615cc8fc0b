"""新旧版本: two texts of one document, 条 by 条, with what was added, taken out and changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any, Literal

from docs_store.models import Article
from docs_store.text.normal import fold
from docs_store.text.section_numbers import ORDINAL
from rag.retrieval.grouping import likeness

Change = Literal["same", "changed", "added", "removed"]
_ARTICLE = re.compile(rf"^\s*{ORDINAL}条(?:[\s\u3000]|之)?")
_PARTNER = 0.35  # likeness from which on two clauses are one in two versions
_ORDER = 0.1  # what a partner gains that stands at the same place


@dataclass(frozen=True, slots=True)
class Part:
    """A 条, or a paragraph where there are none: ``article.text[start:end]``."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A part in both versions; None where one has none. `edits` are (kind, old words, new words) within it."""

    change: Change
    old: Part | None
    new: Part | None
    edits: tuple[tuple[Literal["same", "changed"], str, str], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """JSON."""

        def part(given: Part | None) -> dict[str, Any] | None:
            return {"start": given.start, "end": given.end, "text": given.text} if given else None

        return {
            "change": self.change,
            "old": part(self.old),
            "new": part(self.new),
            "edits": [list(edit) for edit in self.edits],
        }


@dataclass(frozen=True, slots=True)
class Revision:
    """Two versions and their differences, in the order of the new one."""

    old: Article
    new: Article
    differences: tuple[Difference, ...]

    def to_dict(self) -> dict[str, Any]:
        """JSON."""
        return {
            "old": {"article_id": self.old.id, "title": self.old.title},
            "new": {"article_id": self.new.id, "title": self.new.title},
            "differences": [difference.to_dict() for difference in self.differences],
        }


def revision(old: Article, new: Article) -> Revision:
    """What the new version changed."""
    return Revision(old, new, tuple(_differences(parts(old.text), parts(new.text))))


def parts(text: str) -> list[Part]:
    """The 条 of a text with what stands before the first, or its paragraphs."""
    lines = [(m.start(), m.end()) for m in re.finditer(r"[^\n]+", text)]
    starts = [a for a, b in lines if _ARTICLE.match(text[a:b])]
    if len(starts) < 2:
        return [Part(a, b, text[a:b]) for a, b in lines if text[a:b].strip()]
    bounds = [*([0] if text[: starts[0]].strip() else []), *starts, len(text)]
    found = []
    for start, end in pairwise(bounds):
        piece = text[start:end].rstrip()
        found.append(Part(start, start + len(piece), piece))
    return found


def _differences(old: Sequence[Part], new: Sequence[Part]) -> Iterator[Difference]:
    partner = _partners(old, new)
    used = set(partner.values())
    gone = [i for i in range(len(old)) if i not in used]
    for number, part in enumerate(new):
        while gone and gone[0] < partner.get(number, -1):
            yield Difference("removed", old[gone.pop(0)], None)
        if number not in partner:
            yield Difference("added", None, part)
            continue
        before = old[partner[number]]
        if _body(before.text) == _body(part.text):
            yield Difference("same", before, part)
        else:
            yield Difference("changed", before, part, tuple(_edits(before.text, part.text)))
    for number in gone:
        yield Difference("removed", old[number], None)


def _partners(old: Sequence[Part], new: Sequence[Part]) -> dict[int, int]:
    """Number of a new part → number of the old one that it was; the most alike first, each once."""
    scored = []
    for j, fresh in enumerate(new):
        for i, before in enumerate(old):
            alike = (
                1.0
                if _body(fresh.text) == _body(before.text)
                else likeness(_body(fresh.text), _body(before.text))
            )
            if alike >= _PARTNER:
                near = 1 - abs(i / max(1, len(old)) - j / max(1, len(new)))
                scored.append((alike + _ORDER * near, j, i))
    found: dict[int, int] = {}
    taken: set[int] = set()
    for _, j, i in sorted(scored, reverse=True):
        if j not in found and i not in taken:
            found[j] = i
            taken.add(i)
    return found


def _body(text: str) -> str:
    """Without the number of the 条, which moves when one is put in before it."""
    return fold(_ARTICLE.sub("", text)).strip()


def _edits(old: str, new: str) -> Iterator[tuple[Literal["same", "changed"], str, str]]:
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield ("same" if kind == "equal" else "changed", old[a:b], new[c:d])
