"""Facts of a statement: a figure each, and the measures and events that it tells without one, with all that its words say of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from docs_store.models import Article
from docs_store.text.dates import Period, Stated, dates
from docs_store.text.segment import Word, words
from rag.evidence import frame
from rag.evidence.statements import Statement
from rag.generation.deliverables import circumstances
from rag.generation.deliverables.cells import Cell, moved
from rag.generation.deliverables.figures import Figure, clauses, figures, trim
from rag.lexicon.fact_words import role
from rag.lexicon.tables import statuses

_LONGEST = 80  # characters of a measure
_SHORTEST = 6


@dataclass(frozen=True, slots=True)
class Fact:
    """One row. Every cell is ``statement.article.text[start:end]``, and lies in the statement; None where it tells nothing.

    `matter` is the clause that states it; `noun`, `number` and `unit` are those of a figure. The value of `status` is
    planned, ongoing or done. `also` are the statements of other articles (or places) that tell the same.
    """

    statement: Statement
    kind: Literal["figure", "measure"]
    matter: Cell
    day: Cell | None = None
    place: Cell | None = None
    document: Cell | None = None
    noun: Cell | None = None
    number: Cell | None = None
    unit: Cell | None = None
    status: Cell | None = None
    body: Cell | None = None
    figure: Figure | None = None
    period: Period | None = None
    """The days that `day` means."""
    also: tuple[Statement, ...] = ()

    @property
    def article(self) -> Article:
        """The article of the statement."""
        return self.statement.article

    def cells(self) -> list[Cell]:
        """The cells that are there."""
        given = (
            self.matter,
            self.day,
            self.place,
            self.document,
            self.noun,
            self.number,
            self.unit,
            self.status,
            self.body,
        )
        return [cell for cell in given if cell is not None]

    @property
    def when(self) -> date | None:
        """The day, or the first day of the period, that it tells of."""
        return self.day.value if self.day is not None and isinstance(self.day.value, date) else None


def facts(statement: Statement) -> list[Fact]:
    """The facts of one statement, in order."""
    text = statement.text
    found = figures(text)
    cut = words(text)
    stated = dates(text, statement.article.cited_on)
    stated_facts = [_of_figure(statement, figure, cut, stated) for figure in found]
    stated_facts += [
        _about(Fact(statement, "measure", moved(statement, start, end)), cut, stated, start, end)
        for start, end in _measures(text, cut, found)
    ]
    return sorted(stated_facts, key=lambda fact: (fact.matter.start, fact.number.start if fact.number else 0))


def _of_figure(statement: Statement, figure: Figure, cut: Sequence[Word], stated: Sequence[Stated]) -> Fact:
    fact = Fact(
        statement,
        "figure",
        _shifted(statement, figure.clause),
        noun=_shifted(statement, figure.noun) if figure.noun else None,
        number=_shifted(statement, figure.written),
        unit=_shifted(statement, figure.unit) if figure.unit else None,
        figure=figure,
    )
    return _about(fact, cut, stated, figure.clause.start, figure.clause.end)


def _about(fact: Fact, cut: Sequence[Word], stated: Sequence[Stated], start: int, end: int) -> Fact:
    """The fact with what its clause, or the sentence before it, says of day, place, status and office."""
    statement = fact.statement
    number = fact.number.start - statement.start if fact.number else None
    day, period = circumstances.day(statement, stated, start, end, number)
    return replace(
        fact,
        day=day,
        period=period,
        place=circumstances.place(statement, cut, start, end, number),
        document=circumstances.document(statement, cut),
        status=circumstances.status(statement, cut, stated, start, end),
        body=circumstances.body(statement, cut, start, end),
    )


# --- measures and events without a figure -------------------------------------------------------------------------------


def _measures(text: str, cut: Sequence[Word], found: Sequence[Figure]) -> Iterator[tuple[int, int]]:
    """Runs of clauses that no figure has, and that tell of something done, under way, planned or ordered."""
    taken = [(figure.clause.start, figure.clause.end) for figure in found]
    run: list[tuple[int, int]] = []
    for start, end in [*clauses(text), (len(text), len(text))]:
        if start < end and not any(a < end and start < b for a, b in taken):
            run.append((start, end))
            continue
        while run and not _happens(text, cut, *run[0]):
            run.pop(0)
        while run and (run[-1][1] - run[0][0] > _LONGEST or not _happens(text, cut, *run[-1])):
            if len(run) == 1:
                break
            run.pop()
        while run and _only_says(text, *run[-1]):
            run.pop()
        if all(_leads_up(text, *span) for span in run) or (len(run) == 1 and _names_act(cut, *run[0])):
            run = []
        if run and _happens(text, cut, *run[0]):
            first, last = trim(text, run[0][0], run[-1][1])
            first += frame.spoken(text[first:last])
            conditional = text[first:last].endswith(tuple(role("ends")))
            if _SHORTEST <= last - first <= 2 * _LONGEST and not conditional and not _introduces(text, last):
                yield first, last
        run = []


def _only_says(text: str, start: int, end: int) -> bool:
    """True for a clause that only says who says so: 《总体方案》提出."""
    first, last = trim(text, start, end)
    return text[first:last].endswith(tuple(role("attributes")))


def _leads_up(text: str, start: int, end: int) -> bool:
    """True for a clause that only says when, with what or where: 随着…实施, 以此次签约为契机, 在研讨会上."""
    first, last = trim(text, start, end)
    clause = text[first:last]
    if clause.startswith(tuple(role("with"))) or ("通过" in clause and clause.endswith(tuple(role("means")))):
        return True
    return clause.startswith(tuple(role("adverbial"))) and clause.endswith(tuple(role("adverbial_ends")))


def _names_act(cut: Sequence[Word], start: int, end: int) -> bool:
    """True for a clause that only names an act: 供港联盟的成立."""
    own = [w for w in cut if start <= w.start < end and w.text.strip() and w.text not in "，。；、："]
    return len(own) > 2 and own[-2].text == "的" and own[-1].text in role("event") | role("nominal")


def _introduces(text: str, end: int) -> bool:
    return text[end : end + 1] in ("：", ":")


def _happens(text: str, cut: Sequence[Word], start: int, end: int) -> bool:
    """True for a clause with an act that makes news, a measure, a document by name, or a plain word of status."""
    if text[start:end].lstrip().startswith(tuple(role("hands_on"))):
        return False
    within = [w for w in cut if start <= w.start < end and w.text.strip()]
    own = [w.text for w in within]
    events, known, weak = role("event"), statuses(), role("weak")
    if _acts(within) in role("measure") and end - start >= _SHORTEST:
        return True
    if any(not frame.is_notice(text[i:end]) for i in range(start, end) if text[i] == "《"):
        return True
    return any(
        w in events
        or _of_two(w, events)
        or (known.get(w) in ("planned", "ongoing", "done") and w not in weak)
        for w in own
    )


def _of_two(word: str, events: frozenset[str]) -> bool:
    """True for a word of two acts (揭牌成立)."""
    return len(word) == 4 and (word[:2] in events or word[2:] in events)


def _acts(cut: Sequence[Word]) -> str:
    """The word that a clause begins with, past what leads up to it (进一步) and where it is to be done (在九城市范围内)."""
    left = list(cut)
    while left and left[0].text in role("lead_in"):
        left.pop(0)
    if left and left[0].text in ("在", "于"):
        until = next((i for i, w in enumerate(left) if w.text in role("within")), len(left))
        left = left[until + 1 :]
    while left and left[0].text in role("lead_in"):
        left.pop(0)
    return left[0].text if left else ""


# --- offsets ------------------------------------------------------------------------------------------------------------


def _shifted(statement: Statement, cell: Cell) -> Cell:
    return replace(cell, start=cell.start + statement.start, end=cell.end + statement.start)
