"""What an answer says, before anyone words it: sections of items, each item a verbatim span with its place.

The plan of a task decides from which articles the items come, how many there are and in which order. `rag.generation.shapes`
has one function a task; this module holds what they build.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from docs_store.models import Hit
from docs_store.text.table_rows import spoken
from rag.evidence import frame
from rag.evidence.selection import Span

_LENGTHS = {"sentence": (1, 160), "short": (150, 280), "normal": (280, 800), "long": (700, 1_500)}
_SPANS = {"sentence": 1}
_MOST_SPANS = 60
_LENGTH_FACTOR = {
    "list": 1.4,
    "summary": 1.3,
    "progress": 1.5,
    "comparison": 1.9,
    "overview": 1.9,
    "definition": 0.85,
    "reason": 0.85,
    "check": 1.0,
}
"""Times the length that a task is given: lists and what several articles say need more, a definition is said sooner.

Chosen on open_train_a/b, relevance cross-validated by article, key points said (and the median length, characters): progress
1.0 .63 (316), 1.5 .68 (454), 2.2 .74 (630); comparison 1.3 .59 (490), 1.8 .64 (540); reason .85 .77 (463), 1.5 .83 (471).
"""

_LONGEST_FACTOR = 1.3  # times the most: a comparison of 24 points is read by nobody


def lengths(tasks: Mapping[str, float], length: str) -> tuple[int, int]:
    """Characters from which on only the very relevant is added, and characters at the most; `length` is `answer.length`, or "sentence".

    `tasks`: how likely each task is what was asked for; where they disagree, the length lies between theirs.
    """
    enough, most = _LENGTHS[length]
    open_tasks = {task: likely for task, likely in tasks.items() if task in _LENGTH_FACTOR}
    total = sum(open_tasks.values())
    factor = (
        sum(likely * _LENGTH_FACTOR[task] for task, likely in open_tasks.items()) / total if total else 1.0
    )
    factor = factor if length not in ("sentence", "short") else 1.0
    return round(enough * factor), round(most * min(max(1.0, factor), _LONGEST_FACTOR))


def most_spans(length: str) -> int:
    """How many spans an answer of this length is made of at the most."""
    return _SPANS.get(length, _MOST_SPANS)


@dataclass(frozen=True, slots=True)
class PlanItem:
    """One point: `text` as shown: ``hits[hit_index].article.text[start:end]``, its last comma or stop left out; a row with heads."""

    text: str
    hit_index: int
    start: int
    end: int
    relevance: float = 0.0


@dataclass(frozen=True, slots=True)
class Section:
    """Items under a heading; None for none. `missing` says in words what the articles do not tell here."""

    heading: str | None
    items: Sequence[PlanItem]
    missing: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Sections in order, and what a reader must know of them: how many items or articles there are that are not shown."""

    task: str
    hits: Sequence[Hit]
    sections: Sequence[Section]
    note: str | None = None
    warning: str | None = None
    """What the question names and the articles do not: said before the items."""
    lacks: bool = False
    """Whether no article that was read has some noun of the question."""

    @property
    def items(self) -> list[PlanItem]:
        """All items, in order."""
        return [item for section in self.sections for item in section.items]


def items_of(spans: Sequence[Span], hits: Sequence[Hit]) -> list[PlanItem]:
    """Spans as items, in the order given, without the dateline or reporter before the first words."""
    found: list[PlanItem] = []
    for span in spans:
        article = hits[span.hit_index].article
        end = span.end
        while end > span.start and article.text[end - 1] in "。；;，,、：: \n":
            end -= 1
        start = span.start + frame.opens(article.text[span.start : end])
        text = " ".join(spoken(article.text, start, end).split())
        found.append(PlanItem(text, span.hit_index, start, end, span.relevance))
    return found
