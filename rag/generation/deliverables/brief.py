"""主题简报: what the articles say of a topic, in the words of the articles, each sentence with its source."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from docs_store.models import Hit
from docs_store.text.normal import fold
from docs_store.text.places import Level, places
from rag.evidence import material
from rag.evidence.signals import pairs
from rag.generation.deliverables import frame, statements, themes
from rag.generation.deliverables.aspects import ASPECTS, aspect, is_plain, weight
from rag.generation.deliverables.facts import Fact, facts
from rag.generation.deliverables.merging import merged
from rag.generation.deliverables.statements import Library, Progress, Scope, Statement
from rag.generation.deliverables.table import source_of
from rag.generation.deliverables.timeline import Event, events
from rag.lexicon.synonyms import Group
from rag.query.task import Task
from rag.retrieval.grouping import likeness

Search = Callable[[str], Sequence[Hit]]
LENGTH = 1_000
"""Characters of the points where no length is asked for: with the table and the timeline two pages."""
_BEARS = 0.5  # probability of bearing on the topic below which a sentence does not fill up a brief
_OVERVIEW = 3  # sentences
_FIGURES = 8  # rows of the table
_EVENTS = 6
_PLACES = 4  # places whose doings are told
_PER_PLACE = 1
_SAME = 0.5  # likeness from which on a sentence says what is said already
_WHOLE = 0.5  # share of a sentence that is quoted from which on all of it is
_WISHES = ("希望", "要", "应", "下一步", "“")  # a brief opens with what is, not with what somebody wishes
_ENDS = ("。", "！", "”")
_LONGEST = 160  # characters of a sentence that is quoted whole


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence, or a run of clauses of one, with the number of its source."""

    statement: Statement
    marker: int

    @property
    def text(self) -> str:
        """As it is written."""
        return self.statement.text

    def to_dict(self) -> dict[str, Any]:
        """JSON."""
        return {"text": self.text, "marker": self.marker}


@dataclass(frozen=True, slots=True)
class Theme:
    """Points of one sub-theme; `heading` are words that stand in them, "" for none."""

    heading: str
    points: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Brief:
    """A brief in its parts; `sources[i - 1]` is what marker i stands for."""

    topic: str
    overview: tuple[Said, ...]
    themes: tuple[Theme, ...]
    figures: tuple[tuple[Fact, int], ...]
    timeline: tuple[tuple[Event, int], ...]
    places: tuple[tuple[str, tuple[Said, ...]], ...]
    unmentioned: tuple[str, ...]
    sources: tuple[Statement, ...]
    articles: int
    """How many articles were read."""

    def said(self) -> list[Said]:
        """Every sentence of overview, themes and places."""
        found = [*self.overview, *(point for theme in self.themes for point in theme.points)]
        return [*found, *(said for _, own in self.places for said in own)]

    def to_dict(self) -> dict[str, Any]:
        """JSON."""
        return {
            "topic": self.topic,
            "articles": self.articles,
            "overview": [said.to_dict() for said in self.overview],
            "themes": [
                {"heading": t.heading, "points": [p.to_dict() for p in t.points]} for t in self.themes
            ],
            "figures": [
                {
                    "noun": fact.noun.text if fact.noun else None,
                    "number": fact.number.text if fact.number else None,
                    "matter": fact.matter.text,
                    "marker": marker,
                }
                for fact, marker in self.figures
            ],
            "timeline": [{**event.to_dict(), "marker": marker} for event, marker in self.timeline],
            "places": [{"place": name, "points": [s.to_dict() for s in own]} for name, own in self.places],
            "unmentioned": list(self.unmentioned),
            "sources": [{"marker": i, **source_of(s)} for i, s in enumerate(self.sources, start=1)],
        }


class _Sources:
    """Numbers statements as they are first quoted."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, int, int], tuple[int, Statement]] = {}

    def mark(self, statement: Statement) -> int:
        key = statement.article.id, statement.start, statement.end
        if key not in self.found:
            self.found[key] = len(self.found) + 1, statement
        return self.found[key][0]

    def said(self, statement: Statement) -> Said:
        return Said(statement, self.mark(statement))

    def all(self) -> tuple[Statement, ...]:
        return tuple(statement for _, statement in self.found.values())


def brief(
    library: Library,
    search: Search,
    topic: str,
    scope: Scope | None = None,
    *,
    length: int = LENGTH,
    aliases: Sequence[Group] = (),
    progress: Progress | None = None,
) -> Brief:
    """A brief on `topic`.

    Args:
        library: where the articles are.
        search: the passages for a question, best first; narrowed as `scope` says.
        topic: a phrase or a question.
        scope: narrows the articles.
        length: characters of the points, about.
        aliases: groups of other names.
        progress: told after each article.
    """
    scope = scope or Scope()
    found = statements.gather(library, topic, scope, aliases=aliases, progress=progress)
    hits = [hit for hit in search(topic) if scope.holds(hit.article)]
    off_topic = [s for s in found.passed_over if s.bearing < _BEARS]
    points = [p for p in _points(topic, hits, library, length) if not _within(p, off_topic)]
    told = merged(fact for statement in found.statements for fact in facts(statement))
    marks = _Sources()
    overview = _overview(topic, points)
    rest = [point for point in points if point not in overview]
    opening = tuple(marks.said(statement) for statement in overview)
    parted = tuple(_themes(topic, rest, marks))
    said = [s.text for s in (*opening, *(p for theme in parted for p in theme.points))]
    doings = tuple(_places(topic, found.statements, said, marks))
    figures = tuple((fact, marks.mark(fact.statement)) for fact in _figures(told))
    dated = tuple((event, marks.mark(event.statement)) for event in _events(told))
    everything = [*points, *found.statements]
    unmentioned = tuple(n for n in ASPECTS if not any(is_plain(weight(s, aspect(n))) for s in everything))
    return Brief(topic, opening, parted, figures, dated, doings, unmentioned, marks.all(), found.articles)


def _points(topic: str, hits: Sequence[Hit], library: Library, length: int) -> list[Statement]:
    """What a good overview quotes, best first: chosen by the relevance that was learned for open questions."""
    if not hits:
        return []
    pool = material.gather(topic, {Task.OVERVIEW: 1.0}, hits, library.passages)
    found: list[Statement] = []
    for span in pool.choose(length):
        hit = pool.hits[span.hit_index]
        clause = next(c for c in pool.clauses if c.sentence == span.sentence)
        start, end = span.start, span.end
        whole = clause.sentence_end - clause.sentence_start
        if whole <= _LONGEST and end - start >= _WHOLE * whole:
            start, end = clause.sentence_start, clause.sentence_end
        start += frame.opens(hit.article.text[start:end])
        statement = Statement(hit.article, start, end, hit.passage.heading_path, span.relevance)
        if frame.is_notice(statement.text) or _known(statement.text, [s.text for s in found]):
            continue
        found.append(statement)
    return found


def _within(point: Statement, others: Sequence[Statement]) -> bool:
    """True when the point is of one of these sentences."""
    return any(
        s.article.id == point.article.id and s.start < point.end and point.start < s.end for s in others
    )


def _known(text: str, said: Sequence[str]) -> bool:
    return any(likeness(text, other) >= _SAME for other in said)


def _overview(topic: str, points: Sequence[Statement]) -> list[Statement]:
    """The sentences that open the brief: they name the topic, and stand early in their articles."""
    asked = pairs(fold(topic))

    def worth(statement: Statement) -> float:
        named = len(asked & pairs(fold(statement.text))) / max(1, len(asked))
        early = 1 - statement.start / max(1, len(statement.article.text))
        wish = statement.text.startswith(_WISHES) or not statement.text.endswith(_ENDS)
        return named + 0.5 * early - wish

    ranked = sorted(points, key=worth, reverse=True)[:_OVERVIEW]
    return [point for point in points if point in ranked]


def _themes(topic: str, points: Sequence[Statement], marks: _Sources) -> list[Theme]:
    texts = [point.text for point in points]
    groups = themes.clustered(texts)
    found = []
    for group in groups:
        own = [texts[i] for i in group]
        others = [text for i, text in enumerate(texts) if i not in group]
        head = themes.heading(own, others, topic) if len(groups) > 1 else ""
        found.append(Theme(head, tuple(marks.said(points[i]) for i in group)))
    return found


def _places(
    topic: str, found: Sequence[Statement], said: Sequence[str], marks: _Sources
) -> list[tuple[str, tuple[Said, ...]]]:
    """What single places did, for the places of which most is told; nothing where there is but one."""
    known = {place.name for place in places(topic)}
    by_place: dict[str, list[Statement]] = {}
    for statement in found:
        named = [p for p in places(statement.text) if p.level is not Level.REGION and p.name not in known]
        if named and named[0].start <= 12 and any(f.kind == "measure" or f.number for f in facts(statement)):
            by_place.setdefault(named[0].name, []).append(statement)
    ranked = sorted(by_place.items(), key=lambda item: (-len(item[1]), item[0]))[:_PLACES]
    if len(ranked) < 2:
        return []
    told = list(said)
    doings = []
    for name, own in ranked:
        chosen: list[Statement] = []
        for statement in sorted(own, key=lambda s: (-s.bearing, len(s.text))):
            if (
                len(chosen) < _PER_PLACE
                and len(statement.text) <= _LONGEST
                and not _known(statement.text, told)
            ):
                chosen.append(statement)
                told.append(statement.text)
        if chosen:
            doings.append((name, tuple(marks.said(statement) for statement in chosen)))
    return doings


def _figures(told: Sequence[Fact]) -> list[Fact]:
    """The figures that most articles tell, or whose sentences bear most on the topic; those whose noun is known."""
    known = [fact for fact in told if fact.kind == "figure" and fact.noun]
    ranked = sorted(known, key=lambda f: (len(f.also), f.statement.bearing), reverse=True)
    chosen: list[Fact] = []
    for fact in ranked:
        if sum(other.statement == fact.statement for other in chosen) < 3:
            chosen.append(fact)
        if len(chosen) == _FIGURES:
            break
    return sorted(chosen, key=lambda f: ranked.index(f))


def _events(told: Sequence[Fact]) -> list[Event]:
    """The dated events that most articles tell, or whose sentences bear most on the topic, in order of time."""
    found = events(told)
    ranked = sorted(found, key=lambda e: (len(e.also), e.statement.bearing, e.period.since), reverse=True)[
        :_EVENTS
    ]
    return [event for event in found if event in ranked]
