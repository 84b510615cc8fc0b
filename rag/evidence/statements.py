"""Every sentence of a library that bears on a topic, with the learned probability that it does.

A search brings ten passages; a table of facts must look at every article that speaks of its topic. So the articles that
share the topic's wording come from the lexical index, and each of their sentences is measured: how much of the topic
stands in it, beside it, in its paragraph, its headings and its title, and how long ago the topic was last named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from docs_store.models import Article, Passage, SearchFilter
from docs_store.text.normal import fold
from docs_store.text.places import Level, place_names, places
from docs_store.text.segment import words
from rag.evidence.clauses import quotable
from rag.evidence.signals import share, telling
from rag.lexicon.synonyms import Group, other_names, synonyms
from rag.query.framing import unframe
from rag.weights.logistic import Weights, packaged

_NAMED = 0.6  # share of the topic's wording from which on a sentence names it
_IN_FULL = 0.85  # share from which on a sentence names it whole, and those after it may be short
_SAFE = 0.8  # weight of another name in the lexicon
_JOINS = (
    "n",
    "ns",
    "nz",
    "nt",
    "nr",
    "j",
    "vn",
    "b",
    "a",
    "eng",
    "v",
    "l",
    "f",
    "s",
)  # before a word they make a longer name
_LEAD = 2  # sentences at the beginning of an article that say what it is about
_NEAR = 4  # sentences of the same paragraph before one, to which it may refer
_SHORTEST_NAME = 3  # characters: a shorter other name (川渝) is also that of something wider
_COVERED = 0.6  # share of the topic's wording, of what the fullest article has, that an article must hold to be looked at
_LEAST_COVERED = 0.45  # the same of all its wording: below, nothing is on the topic
_DENSE = 4  # times the share of sentences that name the topic: where a quarter do, the article is about it
_FAR = 8  # sentences after which it no longer matters how long ago the topic was named
_TITLE_CHARS = 60  # of a title that is the first lines of its article
BEARS = 0.6
"""Probability from which on a sentence is taken to bear on the topic; see benchmarks/training/bearing.py."""

Floats = Sequence[float]
Progress = Callable[[int, int], None]
"""Called with how many of how many articles have been read."""


@dataclass(frozen=True, slots=True)
class Topic:
    """What is looked for: its wording with weights, once for each way of naming it."""

    text: str
    ways: tuple[Mapping[str, float], ...]
    head: str = ""
    """The last word of a name of several, by which a text that has named it in full goes on to call it."""

    @classmethod
    def of(cls, text: str, aliases: Sequence[Group] = ()) -> Topic:
        """The topic that a phrase or a question names; `aliases` are groups of other names, folded."""
        core = fold(unframe(text).core)
        named = [(name, other) for name, other in other_names(core, aliases) if len(other) >= _SHORTEST_NAME]
        named += [
            (mention.word, other.word)
            for mention in synonyms().mentions(core)
            for other in mention.alternatives
            if other.kind == "short" and other.weight >= _SAFE and _names(other.word, core)
        ]
        ways = dict.fromkeys((core, *(core.replace(name, other) for name, other in named)))
        return cls(text, tuple(telling(way) for way in ways), _head(core))

    def share(self, text: str) -> float:
        """How much of its wording, by the way of naming it that fits best, stands in a text, 0 to 1."""
        folded = fold(text)
        return max(share(way, folded) for way in self.ways)

    def refers(self, text: str) -> bool:
        """True when the last word of its name stands in a text by itself (示范区, and not 吴江示范区)."""
        if not self.head or self.head not in text:
            return False
        before = None
        for word in words(text):
            if word.text == self.head and (before is None or before.pos not in _JOINS):
                return True
            before = word
        return False

    def queries(self) -> list[str]:
        """What to search for."""
        return ["".join(way) for way in self.ways]


def _names(other: str, core: str) -> bool:
    """True for another name that is no wider one: three characters, or the name's own beginning (前海)."""
    return len(other) >= _SHORTEST_NAME or core.startswith(other)


def _head(core: str) -> str:
    """The last word of a name of some length; "" where it is a single word, or none that names a thing."""
    cut = words(core)
    last = cut[-1] if len(cut) > 1 else None
    return last.text if last is not None and len(last.text) > 1 and last.pos[:1] in "nj" else ""


class Library(Protocol):
    """What is asked of a store."""

    def articles(self) -> Iterator[Article]:
        """Every article."""

    def article(self, id: str) -> Article | None:
        """One article."""

    def passages(self, article_id: str) -> list[Passage]:
        """An article's passages in order."""

    def search_articles(self, query: str, k: int, where: SearchFilter = ...) -> dict[str, float]:
        """BM25 scores of whole articles, by id."""

    def counts(self) -> tuple[int, int]:
        """(articles, passages)."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which articles are looked at: `where` as in a search, and those that are about one of `regions`."""

    where: SearchFilter = field(default_factory=SearchFilter)
    regions: tuple[str, ...] = ()

    def holds(self, article: Article) -> bool:
        """True when the article is about one of the regions, or none is asked for."""
        if not self.regions:
            return True
        own = {*article.regions, *(place.name for place in places(article.title))}
        return any(fold(region).rstrip("省市") in fold(name) for region in self.regions for name in own)


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence: ``article.text[start:end] == text``; `bearing` is the probability, 0 to 1, that it bears on the topic."""

    article: Article
    start: int
    end: int
    headings: tuple[str, ...]
    bearing: float = 1.0

    @property
    def text(self) -> str:
        """The sentence as it is written."""
        return self.article.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Found:
    """The statements that bear on a topic, and those of the same articles that do not, in the order of the articles."""

    topic: str
    statements: tuple[Statement, ...]
    passed_over: tuple[Statement, ...]
    articles: int
    """How many articles were read."""


def gather(
    library: Library,
    topic: str,
    scope: Scope | None = None,
    *,
    aliases: Sequence[Group] = (),
    least: float = BEARS,
    progress: Progress | None = None,
) -> Found:
    """Every statement of the library that bears on `topic`; articles of the latest day come first.

    Args:
        library: where the articles are.
        topic: a phrase or a question.
        scope: narrows the articles.
        aliases: groups of other names.
        least: probability that a statement must have.
        progress: called after each article.
    """
    scope = scope or Scope()
    asked = Topic.of(topic, aliases)
    articles = candidates(library, asked, scope)
    kept: list[Statement] = []
    rest: list[Statement] = []
    read: list[list[Statement]] = []
    for number, article in enumerate(articles, start=1):
        read.append(of_article(article, library.passages(article.id)))
        if progress:
            progress(number, len(articles))
    where = {place.name for place in places(topic) if place.level is not Level.REGION}
    for article, own in zip(articles, judged_together(articles, read, asked), strict=True):
        for statement, fits in zip(own, _placed(article, own, where), strict=True):
            (kept if fits and statement.bearing >= least else rest).append(statement)
    return Found(topic, tuple(kept), tuple(rest), len(articles))


def judged_together(
    articles: Sequence[Article], read: Sequence[Sequence[Statement]], topic: Topic
) -> Iterator[list[Statement]]:
    """The statements of each article with their bearing, as `judged`; the fullest of all tells what naming the topic comes to."""
    covered = [shares(own, topic) for own in read]
    full = most(covered)
    for article, own, article_shares in zip(articles, read, covered, strict=True):
        yield list(judged(article, own, article_shares, topic, full))


def _placed(article: Article, statements: Sequence[Statement], names: set[str]) -> list[bool]:
    """Whether each statement is of the places that the topic names: the title or the lead names them, or words close before it.

    A veto: a report on another free trade zone shares nearly all the wording of 海南自由贸易港.
    """
    opening = article.title + "".join(s.text for s in statements[:_LEAD])
    if names <= place_names(opening):
        return [True] * len(statements)
    own = [place_names(s.text) for s in statements]
    return [names <= set().union(*own[max(0, i - 2) : i + 1]) for i in range(len(own))]


def candidates(library: Library, topic: Topic, scope: Scope) -> list[Article]:
    """The articles that hold most of the topic's wording, the latest first; those without a date last."""
    most_of = max(1, library.counts()[0])
    among = dict.fromkeys(
        id for query in topic.queries() for id in library.search_articles(query, most_of, scope.where)
    )
    known = (library.article(id) for id in among)
    there = [article for article in known if article is not None and scope.holds(article)]
    covered = {a.id: topic.share(f"{a.title}\n{a.text}") for a in there}
    # A phrase stands whole in some article; of a question no article holds every word.
    least = max(_LEAST_COVERED, _COVERED * max(covered.values(), default=1.0))
    found = [a for a in there if covered[a.id] >= least]
    return sorted(found, key=lambda a: (a.cited_on is not None, a.cited_on, a.id), reverse=True)


def of_article(article: Article, passages: Sequence[Passage]) -> list[Statement]:
    """The sentences of an article that inform of something, in order: no advertisements, bylines, headings, questions."""
    found = []
    for passage in passages:
        for start, end in quotable(article, passage):
            text = passage.text[start:end]
            if not any(c.isalnum() for c in text):
                continue
            found.append(Statement(article, passage.start + start, passage.start + end, passage.heading_path))
    return found


def shares(statements: Sequence[Statement], topic: Topic) -> Floats:
    """How much of the topic's wording stands in each statement, 0 to 1; one that goes on to call it by its last word names it."""
    covered = []
    named = False
    for statement in statements:
        value = topic.share(statement.text)
        named = named or value >= _IN_FULL
        covered.append(max(value, _NAMED) if named and topic.refers(statement.text) else value)
    return covered


def most(of_articles: Iterable[Floats]) -> float:
    """The share of the topic's wording that the fullest statement holds: what naming the topic comes to in these articles."""
    return max((value for covered in of_articles for value in covered), default=0.0) or 1.0


def judged(
    article: Article,
    statements: Sequence[Statement],
    covered: Floats,
    topic: Topic,
    full: float,
) -> Iterator[Statement]:
    """The statements of an article, each with its probability of bearing on the topic."""
    weights: Weights = packaged("bearing")
    for statement, row in zip(statements, features(article, statements, covered, topic, full), strict=True):
        named = row["in_sentence"] >= _NAMED  # it speaks of the topic by name, whatever its article is about
        yield replace(statement, bearing=max(weights.probability(row), row["in_sentence"] * named))


def features(
    article: Article,
    statements: Sequence[Statement],
    covered: Floats,
    topic: Topic,
    full: float,
) -> list[dict[str, float]]:
    """What `bearing.json` weighs, a row a statement.

    Args:
        article: with its title.
        statements: its own, in order.
        covered: `shares` of them.
        topic: what is looked for.
        full: `most` of all articles; shares are given as parts of it.
    """
    title = min(1.0, topic.share(article.title[:_TITLE_CHARS]) / full)
    part = [value / full for value in covered]
    named = [value >= _NAMED for value in part]
    density = sum(named) / max(1, len(named))
    whole = topic.share(article.text)
    lines = _lines(article, statements)
    lead = max(part[:_LEAD], default=0.0)
    # What stands beside a sentence that names the topic bears on it where the article is about the topic.
    about = max(lead, title, min(1.0, _DENSE * density))
    rows = []
    last = -_FAR
    for i in range(len(statements)):
        if named[i]:
            last = i
        after = next((j - i for j in range(i, min(len(named), i + _FAR)) if named[j]), _FAR)
        near = 1 - min(_FAR, i - last) / _FAR
        beside = max(
            value
            for value, line in zip(part[max(0, i - _NEAR) : i + 2], lines[max(0, i - _NEAR) :], strict=False)
            if line == lines[i]
        )
        rows.append(
            {
                "in_sentence": part[i],
                "in_line": max(part[i], about * beside),
                "in_lead": lead,
                "in_title": title,
                "density": density,
                "in_article": whole * about,
                "near": near * about,
                "until": (1 - after / _FAR) * about,
            }
        )
    return rows


def _lines(article: Article, statements: Sequence[Statement]) -> list[int]:
    """The paragraph of each statement, as the offset of the line break before it."""
    return [article.text.rfind("\n", 0, statement.start) for statement in statements]
