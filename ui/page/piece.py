"""A deliverable as the page shows and keeps it: its report or its checked sentences, and the passages they quote."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pydantic import BaseModel, ConfigDict

from docs_store.models import Passage
from docs_store.store import DocsStore
from rag.verification.documents import CheckedClaim
from ui import making, strings
from ui.exports import check_report, files
from ui.exports.report import Report
from ui.exports.word import Notes
from ui.making import FORMATS, WHOLE, Content, Kind, Order
from ui.page.context import PageContext
from ui.page.exchange import Source
from ui.page.phrases import Span


class CheckedSentence(BaseModel):
    """A sentence of a checked draft; `markers` are its quotes, `clashes` the words that the quotes contradict."""

    model_config = ConfigDict(frozen=True)

    text: str
    standing: str
    why: str = ""
    clashes: tuple[Span, ...] = ()
    markers: tuple[int, ...] = ()


class Piece(BaseModel):
    """What was made. A 口径核对 has `sentences`, everything else a `report`."""

    model_config = ConfigDict(frozen=True)

    kind: Kind
    title: str
    topic: str
    """For the names of its files."""
    narrowed: str = ""
    report: Report | None = None
    sentences: tuple[CheckedSentence, ...] = ()
    summary: str = ""
    """How many sentences have which verdict."""
    sources: tuple[Source, ...] = ()


class _Quotes:
    """Numbers quotes as they come, each in its passage."""

    def __init__(self, store: DocsStore) -> None:
        self._store = store
        self._passages: dict[str, Sequence[Passage]] = {}
        self.found: dict[tuple[str, int, int], Source] = {}

    def add(self, article_id: str, start: int, end: int, marker: int | None = None) -> int | None:
        """The number of a quote; None where its article is gone."""
        key = article_id, start, end
        if key not in self.found:
            article = self._store.article(article_id)
            if article is None:
                return None
            if article_id not in self._passages:
                self._passages[article_id] = self._store.passages(article_id)
            around = (p for p in self._passages[article_id] if p.start <= start and end <= p.end)
            number = marker or len(self.found) + 1
            self.found[key] = Source.of_span(article, next(around, None), start, end, number)
        return self.found[key].marker


def of_content(store: DocsStore, order: Order, found: Content, narrowed: str = "") -> Piece:
    """What is shown of what was made."""
    quotes = _Quotes(store)
    if found.report is None:
        sentences = tuple(_sentence(item, quotes) for item in found.checked)
        title = strings.CHECK_OF.format(title=found.title)
        return Piece(
            kind=order.kind,
            title=title,
            topic=found.title,
            sentences=sentences,
            summary=check_report.summary(found.checked),
            sources=tuple(quotes.found.values()),
        )
    for origin in found.report.sources:
        if origin.article:
            quotes.add(origin.article, origin.start, origin.end, origin.marker)
    return Piece(
        kind=order.kind,
        title=found.report.title,
        topic=found.title,
        narrowed=narrowed,
        report=found.report,
        sources=tuple(quotes.found.values()),
    )


def _sentence(item: CheckedClaim, quotes: _Quotes) -> CheckedSentence:
    markers = []
    for quote in item.verdict.quotes if item.hits else ():
        passage = item.hits[quote.passage].passage
        marker = quotes.add(passage.article_id, passage.start + quote.start, passage.start + quote.end)
        if marker is not None:
            markers.append(marker)
    return CheckedSentence(
        text=item.claim.text,
        standing=item.verdict.standing.value,
        why=item.verdict.why,
        clashes=tuple(check_report.clashing(item)),
        markers=tuple(dict.fromkeys(markers)),
    )


def keeping(context: PageContext, owner: str, order: Order, narrowed: str) -> Callable[[str, Content], None]:
    """What keeps a deliverable of the owner's once it is made.

    Raises, when it is called:
        NothingFoundError: a digest without a single new article.
        StoreWriteError: it cannot be stored.
    """

    def keep(id: str, found: Content) -> None:
        piece = of_content(context.store, order, found, narrowed)
        if order.kind == "digest" and not piece.sources:
            raise making.NothingFoundError(strings.MADE_NOTHING_NEW.format(since=order.where.since))
        whole = {ending: making.written(found, ending) for ending in WHOLE.get(order.kind, ())}
        context.pieces.add(owner, id, order.kind, piece.title, piece.model_dump(mode="json"), whole)

    return keep


def opened(context: PageContext, owner: str, id: str) -> Piece | None:
    """The owner's deliverable; None where there is none."""
    body = context.pieces.body(owner, id)
    return Piece.model_validate(body) if body is not None else None


def file(context: PageContext, owner: str, id: str, ending: str, notes: Notes) -> tuple[str, bytes] | None:
    """Name and bytes of a deliverable's file; None where the owner has no such one, or it has no such format."""
    piece = opened(context, owner, id)
    if piece is None or ending not in FORMATS[piece.kind]:
        return None
    name = making.file_name(f"{strings.MADE_KINDS[piece.kind]}-{piece.topic}", ending)
    if ending in WHOLE.get(piece.kind, ()):
        kept = context.pieces.file(owner, id, ending)
        return (name, kept) if kept is not None else None
    if piece.report is None:
        return None
    made = files.content(piece.report, f".{ending}", context.settings, notes)
    return name, made.encode() if isinstance(made, str) else made
