"""What an answer says, before anyone words it: sections of items, each item a verbatim span with its place.

The plan of a task decides from which articles the items come, how many there are and in which order. `rag.generation.shapes`
has one function a task; this module holds what they build.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from docs_store.models import Hit
from docs_store.text.table_rows import spoken
from rag.evidence import frame
from rag.evidence.selection import Span

_LENGTHS = {
    "list": (285, 440),
    "summary": (285, 425),
    "progress": (320, 505),
    "comparison": (505, 950),
    "overview": (620, 1_050),
    "definition": (228, 398),
    "reason": (228, 412),
    "check": (267, 417),
}
"""Characters of an answer, by task: from which on only what is nearly as relevant as the best is added, and at the most.

Chosen on open_train_a/b, end to end, relevance by folds, so that half of the answers have 450 characters at the most; what several
articles say needs more. Key points said (and median length, characters): some 4% more than these .706 (448), a quarter more .73 (502).
"""

_SENTENCE, _SHORT = (1, 160), (150, 280)
_DETAILED = 2.4  # times the length, where it is asked for in detail
_LONGEST = 2_000  # characters: more is read by nobody
_SPANS = {"sentence": 1}
_MOST_SPANS = 60


def lengths(tasks: Mapping[str, float], length: str) -> tuple[int, int]:
    """Characters from which on only the very relevant is added, and characters at the most; `length` is `answer.length`, or "sentence".

    `tasks`: how likely each task is what was asked for; where they disagree, the length lies between theirs.
    """
    if length in ("sentence", "short"):
        return _SENTENCE if length == "sentence" else _SHORT
    likely = {task: chance for task, chance in tasks.items() if task in _LENGTHS} or {"list": 1.0}
    total = sum(likely.values()) / (_DETAILED if length == "long" else 1.0)
    enough, most = (
        sum(chance * _LENGTHS[task][i] for task, chance in likely.items()) / total for i in (0, 1)
    )
    return round(enough), round(min(most, _LONGEST))


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

    def of_most(self, count: int | None) -> Plan:
        """The plan with its `count` most relevant items, in their order; None for all of them."""
        if count is None or len(self.items) <= count:
            return self
        return self.only(sorted(self.items, key=lambda item: -item.relevance)[:count])

    def only(self, kept: Sequence[PlanItem]) -> Plan:
        """The plan with no other items than these."""
        sections = [
            replace(section, items=[item for item in section.items if item in kept])
            for section in self.sections
        ]
        return replace(self, sections=[s for s in sections if s.items or s.missing is not None])


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
