"""Facts of a statement: a figure each, and the measures and events that it tells without one, with all that its words say of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from docs_store.models import Article
from docs_store.text.dates import Period, Stated, dates
from docs_store.text.normal import fold_in_place
from docs_store.text.places import places
from docs_store.text.segment import Word, words
from rag.evidence import frame
from rag.evidence.statements import Statement
from rag.generation.deliverables.cells import Cell
from rag.generation.deliverables.figures import Figure, clauses, figures, trim
from rag.lexicon.fact_words import role
from rag.lexicon.tables import statuses
from rag.query.question import DOCUMENT

Status = Literal["planned", "ongoing", "done"]
_OPEN = (
    "planned",
    "proposed",
    "required",
    "allowed",
)  # classes of words that leave open whether a thing is done
_LONGEST = 80  # characters of a measure
_SHORTEST = 6
_NAME = 20  # characters: a longer quotation is speech
_DAYS_BEFORE = re.compile(r"(?:\d{1,2}月)?\d{1,2}[日]?[至到—–~-]{1,2}$")
_NUMBER_HEAD = 8  # characters before the year of a document number


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
        _about(Fact(statement, "measure", _moved(statement, text, start, end)), cut, stated, start, end)
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
    statement, text = fact.statement, fact.statement.text
    day, period = _day(statement, stated, start, end)
    return replace(
        fact,
        day=day,
        period=period,
        place=_place(statement, text, start, end),
        document=_document(statement, text, cut),
        status=_status(statement, cut, stated, start, end),
        body=_body(statement, text, cut, start, end),
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
        if run and _happens(text, cut, *run[0]):
            first, last = trim(text, run[0][0], run[-1][1])
            first += frame.spoken(text[first:last])
            conditional = text[first:last].endswith(tuple(role("ends")))
            if _SHORTEST <= last - first <= 2 * _LONGEST and not conditional and not _introduces(text, last):
                yield first, last
        run = []


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


# --- what is stated of a fact -------------------------------------------------------------------------------------------


def _day(
    statement: Statement, stated: Sequence[Stated], start: int, end: int
) -> tuple[Cell | None, Period | None]:
    """The date of the clause, else the one that opens an earlier clause; not those that something is compared with."""
    text = statement.text
    fit = [d for d in stated if not _compares(text, d)]
    own = [d for d in fit if start <= d.start < end]
    openings = {trim(text, *span)[0] for span in clauses(text)}
    before = [d for d in fit if d.end <= start and _leads(text, d.start, openings)]
    chosen = own[0] if own else before[-1] if before else None
    if (
        chosen is not None
        and chosen in own
        and chosen.month is None
        and before
        and before[-1].month is not None
    ):
        chosen = before[-1]  # 7月25日，2023年京津冀职业健康联席会议举行
    if chosen is None:
        return None, None
    first, last = trim(text, chosen.start, chosen.end)
    if first == last:
        return None, None
    if (span := _DAYS_BEFORE.search(text[:first])) is not None:
        return _moved(statement, text, span.start(), last), chosen.period  # 11月10至19日
    period = _meant(statement, stated, chosen)
    value = period.since if chosen.day is not None and period is not None else None
    cell = _moved(statement, text, first, last)
    return (replace(cell, value=value) if value else cell), period


def _meant(statement: Statement, stated: Sequence[Stated], chosen: Stated) -> Period | None:
    """The days of a date; one without a year is of the article's year where the year before it was given as 去年 or 明年."""
    today = statement.article.cited_on
    years = [d for d in stated if d.end <= chosen.start and d.year is not None and not d.filled]
    relative = bool(years) and not statement.text[years[-1].start].isdigit()
    if chosen.filled and relative and today is not None and chosen.period is not None:
        try:
            moved = [day.replace(year=today.year) for day in (chosen.period.since, chosen.period.until)]
        except ValueError:  # 29 February
            return None
        return Period(*moved)
    return chosen.period


def _compares(text: str, day: Stated) -> bool:
    """True for a date that something is compared with, or was so long ago: 较去年同期, 由2008年的118公里."""
    before, after = text[: day.start].rstrip(), text[day.end :].lstrip()
    return (
        before.endswith(tuple("比较同由从"))
        or before.endswith("与")
        or after.startswith(("同期", "以来同期"))
        or (after.startswith("的") and before.endswith(("到", "至")))
    )


def _leads(text: str, at: int, openings: set[int]) -> bool:
    """True where a date opens its clause, but for a word such as 截至."""
    return any(0 <= at - opening <= 2 for opening in openings)


def _place(statement: Statement, text: str, start: int, end: int) -> Cell | None:
    """The places of the clause, where they stand in a row, else the first of the clause that opens the sentence."""
    names = tuple(role("named_after"))
    found = [p for p in places(text) if not _in_title(text, p.start) and not text.startswith(names, p.end)]
    own = [p for p in found if start <= p.start < end]
    if not own:
        opening = clauses(text)[0][1]
        first = next((p for p in found if p.end <= min(start, opening)), None)
        return _moved(statement, text, first.start, first.end) if first else None
    last = own[0]
    for place in own[1:]:
        if text[last.end : place.start] not in ("", "、", "和", "与", "，", "及"):
            break
        last = place
    return _moved(statement, text, own[0].start, last.end)


def _in_title(text: str, at: int) -> bool:
    """True inside 《…》 or “…”: a place in a name says not where a thing is."""
    return any(
        text.rfind(o, 0, at) > text.rfind(c, 0, at) and len(text[at:].partition(c)[0]) < _NAME
        for o, c in ("《》", "“”")
    )


def _document(statement: Statement, text: str, cut: Sequence[Word]) -> Cell | None:
    """The number of a document that the sentence names, with the letters before its year."""
    match = DOCUMENT.search(fold_in_place(text).replace("（", "(").replace("）", ")"))
    if match is None:
        return None
    start = match.start()
    for word in reversed([w for w in cut if w.end <= match.start()]):
        if word.end != start or match.start() - word.start > _NUMBER_HEAD or word.pos[0] in "vpcxdru":
            break
        start = word.start
    return _moved(statement, text, start, match.end()) if start < match.start() else None


def _status(
    statement: Statement, cut: Sequence[Word], stated: Sequence[Stated], start: int, end: int
) -> Cell | None:
    """The word that says whether it is planned, under way or done; None where none says so plainly."""
    known, weak, aims = statuses(), role("weak"), role("aims")
    own = [w for w in cut if start <= w.start < end]
    nouns = {w.end for w in cut if w.text in role("measures")}
    telling = [w for w in own if not any(w.end < end <= w.end + 2 for end in nouns)]
    kinds = [(w, known.get(w.text)) for w in telling if w.text not in weak]
    planned = next((w for w, kind in kinds if kind == "planned" and _plans(cut, w, end)), None)
    if planned is not None:
        return _status_cell(statement, planned, "planned")
    today = statement.article.cited_on
    for d in stated:
        if today and start <= d.start < end and d.period and d.period.since > today and not d.filled:
            return replace(
                _moved(statement, statement.text, *trim(statement.text, d.start, d.end)), value="planned"
            )
    if any(kind in _OPEN for _, kind in kinds):
        return None
    ongoing = next((w for w, kind in kinds if kind == "ongoing"), None)
    if ongoing is not None:
        return _status_cell(statement, ongoing, "ongoing")
    for position, (word, kind) in enumerate(kinds):
        if kind == "done" and not any(w.text in aims for w, _ in kinds[:position]):
            return _status_cell(statement, word, "done")
    return None


def _plans(cut: Sequence[Word], word: Word, end: int) -> bool:
    """True where a word of planning is a verb: 计划投资 and not 行动计划; 将建设 and not 将时间缩短."""
    after = [w for w in cut if word.end <= w.start < end and w.text.strip()]
    if not after:
        return False
    if word.text in role("undecided"):
        return after[0].pos[:1] in "vtmpd" and after[0].text not in ("》", "”")
    if word.text == "将":
        modal = after[0].pos[:1] in "dp" or after[0].text in ("在", "于")
        return modal or (after[0].pos[:1] == "v" and not any(w.text in role("takes") for w in after))
    return True


def _status_cell(statement: Statement, word: Word, status: Status) -> Cell:
    return replace(_moved(statement, statement.text, word.start, word.end), value=status)


def _body(statement: Statement, text: str, cut: Sequence[Word], start: int, end: int) -> Cell | None:
    """The office or firm that the clause, or the one before it, names right before what it did: 市发展改革委牵头."""
    duties, endings = role("duty"), tuple(role("body"))
    for index, word in enumerate(cut):
        if not (start <= word.start < end) or word.text not in duties:
            continue
        first = index
        while first and _names_body(cut[first - 1]):
            first -= 1
        while first < index and cut[first].text in ("、", "和", "与", "的", "等", "”", "及", "由", "”"):
            first += 1
        if first == index:
            continue
        begin, stop = cut[first].start, cut[index - 1].end
        name = text[begin:stop].rstrip("联合等")
        if len(name) > 2 and name.endswith(endings) and len(name) <= _LONGEST // 2:
            return _moved(statement, text, begin, begin + len(name))
    return None


def _names_body(word: Word) -> bool:
    return (
        word.pos[:1] in "nj"
        or word.pos in ("vn", "b", "f", "s", "eng")
        or word.text in ("、", "和", "与", "联合", "及")
    )


# --- offsets ------------------------------------------------------------------------------------------------------------


def _shifted(statement: Statement, cell: Cell) -> Cell:
    return replace(cell, start=cell.start + statement.start, end=cell.end + statement.start)


def _moved(statement: Statement, text: str, start: int, end: int) -> Cell:
    """A span of the statement as a cell of its article."""
    return Cell(text[start:end], start + statement.start, end + statement.start, text[start:end])
