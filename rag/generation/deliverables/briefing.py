"""Chooses what a 主题简报 quotes: for a question what answers it, for a name what most is reported of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from docs_store.models import Hit
from docs_store.text.normal import fold
from rag.evidence import frame, material, statements
from rag.evidence.statements import Found, Library, Progress, Scope, Statement, Topic
from rag.generation.deliverables import brief_layout, salience
from rag.generation.deliverables.aspects import ASPECTS, aspect, is_plain, weight
from rag.generation.deliverables.brief import SIZES, Brief, Length, Size
from rag.generation.deliverables.facts import facts
from rag.generation.deliverables.merging import merged
from rag.lexicon.synonyms import Group
from rag.lexicon.tables import asks
from rag.query.framing import unframe
from rag.query.task import Task
from rag.retrieval.grouping import likeness

Search = Callable[[str], Sequence[Hit]]
_FREE_ROWS = (8, 6, 4)  # of the tables, where characters are asked for
_BEARS = 0.5  # probability of bearing on the topic below which a sentence does not fill up a brief
_SAME = 0.5  # likeness from which on a sentence says what is said already
_WHOLE = 0.8  # share of a sentence that is quoted from which on all of it is
_LONGEST = 160  # characters of a sentence that is quoted whole


def brief(
    library: Library,
    search: Search,
    topic: str,
    scope: Scope | None = None,
    *,
    length: Length | int = "normal",
    aliases: Sequence[Group] = (),
    progress: Progress | None = None,
) -> Brief:
    """A brief on `topic`.

    Args:
        library: where the articles are.
        search: the passages for a question, best first; narrowed as `scope` says.
        topic: a phrase or a question.
        scope: narrows the articles.
        length: short (a page), normal (two pages), long (up to five), or about so many characters of points.
        aliases: groups of other names.
        progress: called after each article.
    """
    scope = scope or Scope()
    size = Size(None, length, *_FREE_ROWS) if isinstance(length, int) else SIZES[length]
    found = statements.gather(library, topic, scope, aliases=aliases, progress=progress)
    all_facts = merged(fact for statement in found.statements for fact in facts(statement))
    weights = salience.weigh(found.statements, all_facts, Topic.of(topic, aliases))
    points = _chosen(topic, found, weights, lambda: _in_scope(search(topic), scope), library, size.chars)
    everything = [*points, *found.statements]
    unmentioned = tuple(n for n in ASPECTS if not any(is_plain(weight(s, aspect(n))) for s in everything))
    return brief_layout.laid_out(topic, points, found, all_facts, weights, size, unmentioned)


def _in_scope(hits: Sequence[Hit], scope: Scope) -> list[Hit]:
    return [hit for hit in hits if scope.holds(hit.article)]


def _chosen(
    topic: str,
    found: Found,
    weights: Mapping[salience.Key, float],
    hits: Callable[[], Sequence[Hit]],
    library: Library,
    chars: int,
) -> list[Statement]:
    """What the brief quotes, best first: for a question what answers it, for a name what most is reported of it."""
    framed = unframe(topic)
    if not framed.instructions and not asks(fold(framed.core)):
        return salience.ranked(found.statements, weights, chars)
    off_topic = [s for s in found.passed_over if s.bearing < _BEARS]
    return [p for p in _points(topic, hits(), library, chars) if not _within(p, off_topic)]


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
