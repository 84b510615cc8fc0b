"""Lays out a 主题简报: each chosen statement in the part where it belongs, and no more than the pages asked for hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from docs_store.text.normal import fold
from docs_store.text.places import Level, places
from rag.evidence.signals import pairs
from rag.evidence.statements import Found, Statement
from rag.generation.deliverables import pages, salience, themes
from rag.generation.deliverables.brief import Brief, QuotedStatement, Size, Theme
from rag.generation.deliverables.cells import Cell
from rag.generation.deliverables.facts import Fact, facts
from rag.generation.deliverables.timeline import Event, events
from rag.retrieval.grouping import likeness

FIGURE_WIDTHS, EVENT_WIDTHS, PLACE_WIDTHS = (26, 24, 106), (26, 108, 22), (18, 138)
"""Of the tables of a brief, in millimetres."""
_TEXT = 0.45  # share of the characters that stands under sub-themes before tables take the rest
_ROWS = 2  # of each table that a brief of two pages has where there are any
_OPENING = (20, 130)  # characters of a sentence that opens the brief
_OPENS_CHARS = 110  # of all of them, for a page
_EARLY = 12  # characters before a place for it to open its sentence
_SAME = 0.5
_HEADING = 8  # characters of a heading, before it is known
_SHORT_CLAUSE, _SHORT_EVENT = 60, 90  # characters of what a table may have beside the points
_SHORTEST_NOUN = 2  # characters: 公司 or 包含 says not what is measured
_MOST_SPARE = 40
_SPARE_LINES = 2  # left free: what a page holds is estimated
_WISHES = ("希望", "要", "应", "下一步", "“")  # a brief opens with what is, not with what somebody wishes
_ENDS = ("。", "！", "”")


@dataclass
class _Parts:
    """A brief in the making, before its sources are numbered."""

    topic: str
    size: Size
    unmentioned: tuple[str, ...]
    overview: list[Statement] = field(default_factory=list)
    text: list[Statement] = field(default_factory=list)
    figures: list[Fact] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    places: list[tuple[str, Statement]] = field(default_factory=list)

    def said(self) -> Iterator[str]:
        """Everything that it says so far."""
        yield from (s.text for s in (*self.overview, *self.text))
        yield from (fact.matter.text for fact in self.figures)
        yield from (event.matter.text for event in self.events)
        yield from (s.text for _, s in self.places)

    def says(self, text: str) -> bool:
        """True when something that it says is alike."""
        return any(likeness(text, other) >= _SAME or text in other for other in self.said())

    def under_themes(self) -> list[Statement]:
        """What stands under sub-themes; one place is no overview of places, and stands there too."""
        return [*self.text, *(s for _, s in self.places)] if len(self.places) == 1 else self.text

    def lines(self) -> float:
        """How much of the page it takes, by `pages`."""
        found = pages.title(len(self.topic) + 4)
        if self.overview:
            found += 1 + pages.paragraph(sum(_long(s.text) for s in self.overview))
        if self.under_themes():
            groups = themes.count(len(self.under_themes()))
            each = sum(_long(s.text) for s in self.under_themes()) / groups + _HEADING
            found += 1 + groups * pages.paragraph(round(each))
        if self.figures:
            rows = [
                (
                    len(f.noun.text) if f.noun else 0,
                    len(f.number.text) if f.number else 0,
                    _long(f.matter.text),
                )
                for f in self.figures
            ]
            found += 1 + pages.table(rows, FIGURE_WIDTHS)
        if self.events:
            found += 1 + pages.table([(11, _long(e.matter.text), 3) for e in self.events], EVENT_WIDTHS)
        if len(self.places) > 1:
            found += 1 + pages.table([(len(name), _long(s.text)) for name, s in self.places], PLACE_WIDTHS)
        if self.unmentioned:
            found += 1 + pages.paragraph(11 + sum(len(name) + 1 for name in self.unmentioned))
        return found

    def fits(self) -> bool:
        """True when it is no longer than its pages."""
        return self.size.pages is None or self.lines() <= self.size.pages * pages.LINES - _SPARE_LINES


def _long(text: str) -> int:
    """Characters of a quote with its marker, which is set small."""
    return len(text) + 1


def laid_out(
    topic: str,
    points: Sequence[Statement],
    found: Found,
    all_facts: Sequence[Fact],
    weights: Mapping[salience.Key, float],
    size: Size,
    unmentioned: tuple[str, ...],
) -> Brief:
    """The brief of what was chosen.

    Args:
        topic: as asked.
        points: what is quoted, best first; the last ones are left out where the pages are full.
        found: the statements that bear on the topic; with `all_facts` they fill tables that would have few rows.
        all_facts: their facts.
        weights: how much each statement tells, as `salience.weigh` gives it.
        size: how long.
        unmentioned: aspects that no statement tells of.
    """
    known = {place.name for place in places(topic)}
    opening = _opening(topic, points, size)
    rest = [
        p for p in points if not any(_overlap(p, o) or likeness(p.text, o.text) >= _SAME for o in opening)
    ]
    spare = _Spare.of(found.statements, all_facts, weights, known)
    count = len(rest)
    rows_at_least = 0 if size.pages == 1 else _ROWS
    while True:
        parts = _placed(topic, opening, rest[:count], size, unmentioned, known)
        _fill(parts, spare, rows_at_least, force=True)
        if parts.fits() or count <= 1:
            break
        count -= 1
    for rows in range(rows_at_least + 1, max(size.figures, size.events, size.places) + 1):
        _fill(parts, spare, rows)
    return _numbered(parts, found.articles)


def _opening(topic: str, points: Sequence[Statement], size: Size) -> list[Statement]:
    """The points that open the brief: they name the topic, stand early in their articles, and say much of what others say."""
    asked = pairs(fold(topic))
    spread = [pairs(fold(point.text)) for point in points]

    def worth(statement: Statement) -> float:
        own = pairs(fold(statement.text))
        named = len(asked & own) / max(1, len(asked))
        central = sum(len(own & other) / max(1, len(own)) for other in spread) / max(1, len(spread))
        early = 1 - statement.start / max(1, len(statement.article.text))
        wish = statement.text.startswith(_WISHES) or not statement.text.endswith(_ENDS)
        return (named + 2 * central + 0.5 * early) * salience.manner(statement.text) - wish

    fit = [s for s in points if _OPENING[0] <= len(s.text) <= _OPENING[1]]
    chosen: list[Statement] = []
    limit = _OPENS_CHARS if size.pages == 1 else 2 * _OPENS_CHARS
    for statement in sorted(fit, key=worth, reverse=True):
        used = sum(len(s.text) for s in chosen)
        if chosen and (used + len(statement.text) > limit or len(chosen) == 3 or used > 0.7 * limit):
            break
        if not any(likeness(statement.text, s.text) >= _SAME for s in chosen):
            chosen.append(statement)
    return chosen


def _overlap(one: Statement, other: Statement) -> bool:
    return one.article.id == other.article.id and one.start < other.end and other.start < one.end


# --- where a statement belongs --------------------------------------------------------------------------------------------


def _placed(
    topic: str,
    opening: Sequence[Statement],
    points: Sequence[Statement],
    size: Size,
    unmentioned: tuple[str, ...],
    known: set[str],
) -> _Parts:
    """Each point in its part: the best under sub-themes, then as places, days and figures tell."""
    parts = _Parts(topic, size, unmentioned, list(opening))
    total = sum(len(point.text) for point in points)
    for point in points:
        under_themes = sum(len(s.text) for s in parts.text)
        if under_themes < _TEXT * total or not _in_table(parts, point, known):
            parts.text.append(point)
    return parts


def _in_table(parts: _Parts, point: Statement, known: set[str]) -> bool:
    """Puts a point into the table that it fits, and says whether there is one with space."""
    own_facts = facts(point)
    dated = events(own_facts)
    if dated and len(parts.events) < parts.size.events:
        parts.events.append(replace(dated[0], matter=_whole(point), statement=point))
        return True
    name = _opened_by(point, known)
    if name and len(parts.places) < parts.size.places and all(name != other for other, _ in parts.places):
        parts.places.append((name, point))
        return True
    measured = [fact for fact in own_facts if fact.noun and fact.number]
    if measured and len(parts.figures) < parts.size.figures:
        parts.figures.append(replace(measured[0], matter=_whole(point), statement=point))
        return True
    return False


def _whole(statement: Statement) -> Cell:
    return Cell(statement.text, statement.start, statement.end, statement.text)


def _opened_by(statement: Statement, known: set[str]) -> str:
    """The place that opens a statement, if it is no region and not the topic's own; "" for none."""
    named = [p for p in places(statement.text) if p.level is not Level.REGION and p.name not in known]
    return named[0].name if named and named[0].start <= _EARLY else ""


@dataclass(frozen=True)
class _Spare:
    """What tables may have beside the points, the first first: those that most articles tell."""

    figures: Sequence[Fact]
    events: Sequence[Event]
    places: Sequence[tuple[str, Statement]]

    @classmethod
    def of(
        cls,
        found: Sequence[Statement],
        all_facts: Sequence[Fact],
        weights: Mapping[salience.Key, float],
        known: set[str],
    ) -> _Spare:
        """From the statements that bear on the topic, and their facts."""

        def weight(statement: Statement) -> float:
            return weights.get(salience.key(statement), 0.0)

        clear = [f for f in all_facts if f.number and f.noun and len(f.noun.text) >= _SHORTEST_NOUN]
        named = [f for f in clear if len(f.matter.text) <= _SHORT_CLAUSE]
        dated = [event for event in events(all_facts) if len(event.matter.text) <= _SHORT_EVENT]
        by_place: dict[str, list[Statement]] = {}
        for statement in found:
            name = _opened_by(statement, known)
            if name and len(statement.text) <= _OPENING[1] and facts(statement):
                by_place.setdefault(name, []).append(statement)
        ranked = sorted(by_place.items(), key=lambda item: (-max(map(weight, item[1])), item[0]))
        return cls(
            sorted(named, key=lambda f: -weight(f.statement))[:_MOST_SPARE],
            sorted(dated, key=lambda e: -weight(e.statement))[:_MOST_SPARE],
            [(name, max(own, key=weight)) for name, own in ranked],
        )


def _fill(parts: _Parts, spare: _Spare, rows: int, *, force: bool = False) -> None:
    """Adds rows to tables that have fewer than `rows`; without `force` only while the pages hold them."""

    def has_space(table: Sequence[object], most: int) -> bool:
        return len(table) < min(rows, most)

    def kept(table: list[Any], row: Any) -> None:
        table.append(row)
        if not force and not parts.fits():
            table.pop()

    for fact in spare.figures:
        nouns = {f.noun.text for f in parts.figures if f.noun}
        name = fact.noun.text if fact.noun else ""
        new = bool(name) and not any(name in other or other in name for other in nouns)  # 清单, 需求清单
        if has_space(parts.figures, parts.size.figures) and new and not parts.says(fact.matter.text):
            kept(parts.figures, fact)
    for event in spare.events:
        if has_space(parts.events, parts.size.events) and not parts.says(event.matter.text):
            kept(parts.events, event)
    for name, statement in spare.places:
        new = all(name != other for other, _ in parts.places)
        if has_space(parts.places, parts.size.places) and new and not parts.says(statement.text):
            kept(parts.places, (name, statement))


# --- numbered -----------------------------------------------------------------------------------------------------------


class _Sources:
    """Numbers statements as they are first quoted."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, int, int], tuple[int, Statement]] = {}

    def mark(self, statement: Statement) -> int:
        key = statement.article.id, statement.start, statement.end
        if key not in self.found:
            self.found[key] = len(self.found) + 1, statement
        return self.found[key][0]

    def quoted(self, statement: Statement) -> QuotedStatement:
        return QuotedStatement(statement, self.mark(statement))

    def all(self) -> tuple[Statement, ...]:
        return tuple(statement for _, statement in self.found.values())


def _numbered(parts: _Parts, articles: int) -> Brief:
    """The brief, with its sources numbered in the order in which they are read."""
    marks = _Sources()
    overview = tuple(marks.quoted(statement) for statement in parts.overview)
    parted = tuple(_themes(parts.topic, parts.under_themes(), marks))
    figures = tuple((fact, marks.mark(fact.statement)) for fact in parts.figures)
    dated = sorted(parts.events, key=lambda e: (e.period.since, e.period.until, e.statement.start))
    timeline = tuple((event, marks.mark(event.statement)) for event in dated)
    several = parts.places if len(parts.places) > 1 else ()
    doings = tuple((name, (marks.quoted(statement),)) for name, statement in several)
    return Brief(
        parts.topic,
        overview,
        parted,
        figures,
        timeline,
        doings,
        parts.unmentioned,
        marks.all(),
        articles,
        parts.size,
    )


def _themes(topic: str, points: Sequence[Statement], marks: _Sources) -> Iterator[Theme]:
    texts = [point.text for point in points]
    groups = themes.clustered(texts)
    heads = themes.headings([[texts[i] for i in group] for group in groups], topic)
    named = sorted(zip(groups, heads, strict=True), key=lambda pair: not pair[1])  # 其他 comes last
    for group, head in named:
        yield Theme(head if len(groups) > 1 else "", tuple(marks.quoted(points[i]) for i in group))
