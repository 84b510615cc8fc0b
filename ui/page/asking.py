"""One question from the page: its stages as they happen, and an outcome in every case."""

from __future__ import annotations

import logging
import queue
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from threading import Event, Thread
from typing import TYPE_CHECKING

from docs_store.errors import GuanchaoError
from docs_store.models import Hit, SearchFilter
from rag import Answer, AnswerEvent, Turn
from rag.generation.follow_ups import follow_ups
from ui import strings
from ui.page.exchange import Exchange, Source, found
from ui.page.moves import about, named, topic
from ui.page.scope import Scope

if TYPE_CHECKING:
    from ui.page.context import PageContext

_log = logging.getLogger(__name__)
_TICK = 0.1  # seconds between two looks of the page; pieces of the draft are gathered for so long
_BEAT = 1.0  # seconds after which the page hears again even when nothing has happened
_USUAL = Scope()
_FURTHER = 2  # questions to ask next


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an answer is."""

    stage: str = "retrieving"
    sources: tuple[Source, ...] = ()
    draft: str = ""
    quick: Answer | None = None
    """What quotes the passages at once; the checked answer replaces it."""
    seconds: int = 0


def ask(
    context: PageContext,
    question: str,
    history: Sequence[Turn],
    where: SearchFilter,
    narrowed: str,
    stop: Event,
    scope: Scope = _USUAL,
) -> Iterator[Progress | Exchange]:
    """Steps of one answer; an exchange ends it, whatever happens, and may come once more with further questions.

    Of the `scope` only the manner is looked at: `where` and `narrowed` have been made of the rest.

    The assistant works in a thread of its own, so that `stop` and the time limit hold while a model says nothing.
    """
    began = time.monotonic()
    events: queue.SimpleQueue[AnswerEvent | Exception | None] = queue.SimpleQueue()
    worker = Thread(target=_work, args=(context, question, history, where, scope, stop, events), daemon=True)
    worker.start()
    id = uuid.uuid4().hex
    limit = context.settings.serve.answer_seconds
    progress, last_beat = Progress(), began
    yield progress
    try:
        while True:
            news = _gather(events)
            for event in news:
                if event is None or isinstance(event, Exception):
                    if not stop.is_set():
                        yield _broken(id, question, event, narrowed, progress)
                        return
                elif event.stage == "quick":
                    progress = replace(progress, quick=event.answer)
                elif event.answer is not None:
                    answer = replace(event.answer, question=question)
                    exchange = Exchange.of_answer(id, answer, narrowed, ())
                    yield exchange  # the reader need not wait for more
                    if more := further(context, exchange):
                        yield exchange.model_copy(update={"next_questions": tuple(more)})
                    return
                else:
                    stage = event.stage
                    sources = found(event.hits) if event.hits else progress.sources
                    progress = replace(
                        progress, stage=stage, sources=sources, draft=progress.draft + event.text
                    )
            now = time.monotonic()
            if stop.is_set() and progress.quick is not None:
                kept = replace(progress.quick, question=question, notice=strings.STOPPED_KEPT)
                yield Exchange.of_answer(id, kept, narrowed, [])
                return
            if stop.is_set():
                yield _unfinished(id, question, strings.STOPPED, narrowed, progress)
                return
            if now - began > limit:
                yield _unfinished(id, question, strings.TOO_LONG.format(seconds=limit), narrowed, progress)
                return
            if news or now - last_beat > _BEAT:
                last_beat = now
                progress = replace(progress, seconds=int(now - began))
                yield progress
    finally:
        stop.set()  # whoever listened is gone: the model need not go on


def _work(
    context: PageContext,
    question: str,
    history: Sequence[Turn],
    where: SearchFilter,
    scope: Scope,
    stop: Event,
    events: queue.SimpleQueue[AnswerEvent | Exception | None],
) -> None:
    try:
        steps = context.qa.stream(
            question, history, where=where or None, extractive=scope.extractive, length=scope.length or None
        )
        for event in steps:
            events.put(event)
            if stop.is_set():
                return
        events.put(None)
    except Exception as error:  # the thread's boundary: the page words it
        events.put(error)


def _gather(
    events: queue.SimpleQueue[AnswerEvent | Exception | None],
) -> list[AnswerEvent | Exception | None]:
    """What has come, waiting for the first of it but not long."""
    try:
        gathered = [events.get(timeout=_TICK)]
    except queue.Empty:
        return []
    first = gathered[0]
    if isinstance(first, AnswerEvent) and first.answer is None:
        # Every step costs the server some ten milliseconds: what comes close together is shown together.
        time.sleep(_TICK if first.stage == "delta" else _TICK / 2)
    while not events.empty():
        gathered.append(events.get())
    return gathered


def _broken(id: str, question: str, error: Exception | None, narrowed: str, at: Progress) -> Exchange:
    if isinstance(error, GuanchaoError):
        return _unfinished(id, question, str(error), narrowed, at)
    _log.error("answering failed", exc_info=error)
    return _unfinished(id, question, strings.BROKEN, narrowed, at)


def _unfinished(id: str, question: str, why: str, narrowed: str, at: Progress) -> Exchange:
    return Exchange(id=id, question=question, trouble=why, narrowed=narrowed, sources=at.sources)


def further(context: PageContext, exchange: Exchange) -> list[str]:
    """Questions to ask next on the cited article that the question is about; none where no cited title speaks of it.

    None either where looking for them fails: the answer stands.
    """
    try:
        parts = topic(exchange.question, exchange.sources)
        source = about(exchange.sources, parts)
        if source is None or not named(source.title, parts):
            return []
        article = context.store.article(source.article_id)
        if article is None:
            return []
        whole = [Hit(passage, article, 0.0) for passage in context.store.passages(article.id)]
        return follow_ups(exchange.question, whole, context.settings.answer.min_evidence, _FURTHER)
    except Exception:
        _log.exception("no further questions")
        return []
