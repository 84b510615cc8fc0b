"""新收录: what came since a day, by collection, and saved questions answered from what came alone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from typing import Any, Literal

from docs_store.models import Article
from rag.evidence.statements import Library, Scope
from rag.generation.deliverables.points import Points, points
from rag.models import Answer

Basis = Literal["arrival", "published"]
"""What `since` counts by: the day on which an article was first ingested, or the day that it is dated."""
Ask = Callable[[str, Sequence[str]], Answer]
"""Answers a question from the articles of these ids alone."""


@dataclass(frozen=True, slots=True)
class Collected:
    """The new articles of one collection: a folder, or a file of many articles. Reposts stand once."""

    name: str
    articles: tuple[Points, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """What is new; `undated` are the ids of articles without a day, which no day can tell to be new.

    `by` says what makes an article new. Of one that an older program ingested it is not known when it came: its date counts.
    """

    since: date
    collections: tuple[Collected, ...]
    answers: tuple[Answer, ...]
    undated: tuple[str, ...]
    by: Basis = "arrival"

    def ids(self) -> list[str]:
        """The ids of the articles reported."""
        return [given.article.id for collected in self.collections for given in collected.articles]

    def to_dict(self) -> dict[str, Any]:
        """JSON."""
        return {
            "since": self.since.isoformat(),
            "by": self.by,
            "undated": len(self.undated),
            "collections": [
                {"name": c.name, "articles": [given.to_dict() for given in c.articles]}
                for c in self.collections
            ],
            "answers": [answer.to_dict() for answer in self.answers],
        }


def digest(
    library: Library,
    since: date,
    questions: Sequence[str] = (),
    scope: Scope | None = None,
    *,
    ask: Ask,
    known: Collection[str] = (),
    by: Basis = "arrival",
) -> Digest:
    """What came, or is dated, `since` or later.

    Args:
        library: where the articles are.
        since: the first day.
        questions: saved ones.
        scope: narrows the articles.
        ask: answers a question from given articles alone.
        by: arrival (what came since then) or published (what is dated so).
        known: ids that were there before: they are left out, and articles without a day that are not among them are new.
    """
    scope = scope or Scope()
    new: list[Article] = []
    undated: list[str] = []
    for article in library.articles():
        if article.id in known or article.duplicate_of is not None or not _in_scope(scope, article):
            continue
        day = _day(article, by)
        if day is None and not known:
            undated.append(article.id)
        elif day is None or day >= since:
            new.append(article)
    new.sort(key=lambda article: (article.cited_on or since, article.title), reverse=True)
    by_name: dict[str, list[Points]] = {}
    for article in new:
        by_name.setdefault(collection(article), []).append(points(article, library.passages(article.id)))
    collected = tuple(Collected(name, tuple(own)) for name, own in sorted(by_name.items()))
    ids = [article.id for article in new]
    answers = tuple(ask(question, ids) for question in questions) if ids else ()
    return Digest(since, collected, answers, tuple(undated), by)


def _day(article: Article, by: Basis) -> date | None:
    """The day by which an article is new, in the time of this machine; None where none is known."""
    if by == "arrival" and article.arrived_at is not None:
        return article.arrived_at.astimezone().date()
    return article.cited_on


def _in_scope(scope: Scope, article: Article) -> bool:
    where = scope.where
    late = where.until is not None and (article.cited_on is None or article.cited_on > where.until)
    return not late and where.holds_source(article) and scope.holds(article)


def collection(article: Article) -> str:
    """The folder that an article came from, or the file that contained it with others."""
    path, _, part = article.source.partition("#")
    place = PurePosixPath(path)
    return place.name if part else place.parent.name or place.name
