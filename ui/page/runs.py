"""Answers that are being written: each goes on in the server, and is kept, whether or not a page still looks on."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from threading import Condition, Event, Lock, Thread

from docs_store.errors import GuanchaoError
from docs_store.journal.conversations import Conversations, StoredExchange
from ui import strings
from ui.page.asking import Progress
from ui.page.exchange import Exchange

_log = logging.getLogger(__name__)
_LOOK = 1.0  # seconds between two looks whether the page has gone elsewhere
_LEAVE = 3.0  # seconds that answers get when the server stops

Ask = Callable[[Event], Iterator[Progress | Exchange]]
"""The steps of one answer; an exchange ends them, and may come once more with what was added to it."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it stands in its conversation; `hint` says where that is not the one it was asked in."""

    exchange: Exchange
    conversation: str
    hint: str = ""


@dataclass
class Run:
    """One question under way. Thread-safe."""

    owner: str
    conversation: str
    """Its id; that of a new conversation is settled here, so that a page can come back to it."""
    begins: bool
    """True when the conversation begins with this question."""
    question: str
    replaced: str = ""
    """The id of the exchange that this one takes the place of, once it is there."""
    stop: Event = field(default_factory=Event)
    _changed: Condition = field(default_factory=Condition)
    _step: Progress | Kept = field(default_factory=Progress)
    _number: int = 0
    _over: bool = False

    @property
    def kept(self) -> bool:
        """True when the answer stands in its conversation: at most further questions are still to come."""
        with self._changed:
            return isinstance(self._step, Kept)

    def tell(self, step: Progress | Kept) -> None:
        """The latest step."""
        with self._changed:
            self._step, self._number = step, self._number + 1
            self._changed.notify_all()

    def end(self) -> None:
        """There is nothing more to come."""
        with self._changed:
            self._over = True
            self._changed.notify_all()

    def steps(self, left: Event) -> Iterator[Progress | Kept]:
        """The step it is at, and each later one, until the end or until the page has `left`."""
        seen = -1
        while not left.is_set():
            with self._changed:
                self._changed.wait_for(lambda seen=seen: self._number != seen or self._over, _LOOK)  # type: ignore[misc]
                step, number, over = self._step, self._number, self._over
            if left.is_set():
                return  # what comes now would be drawn over another run's step
            if number != seen:
                seen = number
                yield step
            elif over:
                return


class Runs:
    """All answers under way, one a conversation. Thread-safe."""

    def __init__(self, conversations: Conversations, most: int) -> None:
        """At most `most` at once."""
        self._conversations, self._most = conversations, most
        self._runs: dict[tuple[str, str], Run] = {}
        self._threads: dict[tuple[str, str], Thread] = {}
        self._watched: dict[str, tuple[Run, Event]] = {}
        self._lock = Lock()

    def begin(self, owner: str, conversation: str, question: str, ask: Ask, replaced: str = "") -> Run:
        """Starts an answer; without a `conversation` in a new one, else after the others or in the place of `replaced`.

        Raises:
            GuanchaoError: the conversation has one running already, or there are too many.
        """
        run = Run(owner, conversation or uuid.uuid4().hex, not conversation, question, replaced)
        key = (owner, run.conversation)
        thread = Thread(target=self._write, args=(run, ask), name="page-answer", daemon=True)
        with self._lock:
            if key in self._runs and not self._runs[key].kept:
                raise GuanchaoError(strings.BUSY)
            if len(self._runs) >= self._most:
                raise GuanchaoError(strings.TOO_MANY_ANSWERS)
            self._runs[key], self._threads[key] = run, thread
        thread.start()
        return run

    def of(self, owner: str, conversation: str) -> Run | None:
        """The answer that is being written in a conversation."""
        with self._lock:
            return self._runs.get((owner, conversation))

    def under_way(self, owner: str) -> list[Run]:
        """The owner's answers that are being written, the latest begun first."""
        with self._lock:
            return [run for (name, _), run in reversed(self._runs.items()) if name == owner]

    def watch(self, session: str, run: Run) -> Iterator[Progress | Kept]:
        """A run's steps for one page, until that page looks at something else."""
        left = Event()
        with self._lock:
            earlier = self._watched.get(session)
            self._watched[session] = (run, left)
        if earlier is not None:
            earlier[1].set()
        try:
            yield from run.steps(left)
        finally:
            with self._lock:
                if self._watched.get(session, (None, None))[1] is left:
                    del self._watched[session]

    def leave(self, session: str) -> None:
        """The page looks at something else; the answer goes on."""
        with self._lock:
            watched = self._watched.pop(session, None)
        if watched is not None:
            watched[1].set()

    def stop(self, session: str) -> None:
        """Stops the answer that the page looks at."""
        with self._lock:
            watched = self._watched.get(session)
        if watched is not None:
            watched[0].stop.set()

    def close(self) -> None:
        """Stops all, and waits a moment for what they still write down."""
        with self._lock:
            threads = list(self._threads.values())
            for run in self._runs.values():
                run.stop.set()
        for thread in threads:
            thread.join(_LEAVE)

    def _write(self, run: Run, ask: Ask) -> None:
        kept: Kept | None = None
        try:
            for step in ask(run.stop):
                if isinstance(step, Progress):
                    run.tell(step)
                else:
                    kept = self._keep(run, step) if kept is None else self._change(run, kept, step)
                    run.tell(kept)
        except Exception:  # the thread's boundary
            _log.exception("writing an answer failed")
            broken = Exchange(id=uuid.uuid4().hex, question=run.question, trouble=strings.BROKEN)
            run.tell(kept or Kept(broken, run.conversation, strings.BROKEN))
        finally:
            with self._lock:
                key = (run.owner, run.conversation)
                if self._runs.get(key) is run:  # else the next one is there already
                    del self._runs[key], self._threads[key]
            run.end()

    def _keep(self, run: Run, exchange: Exchange) -> Kept:
        try:
            if run.replaced and (old := self._conversations.exchange(run.owner, run.replaced)):
                if exchange.trouble:  # nothing that could stand in the place of an answer
                    why = strings.OLD_ANSWER_STAYS.format(why=exchange.trouble)
                    return Kept(exchange, run.conversation, why)
                exchange = exchange.instead_of(Exchange.model_validate(old.body))
                self._conversations.replace(run.owner, run.replaced, _stored(exchange))
                return Kept(exchange, run.conversation)
            said = _stored(exchange)
            if run.begins:
                self._conversations.add(run.owner, None, said, begun=run.conversation)
            elif self._conversations.add(run.owner, run.conversation, said) is None:  # deleted meanwhile
                fresh = self._conversations.add(run.owner, None, said)
                return Kept(exchange, fresh or "", strings.CONVERSATION_GONE)
        except GuanchaoError as error:  # the answer is shown all the same
            return Kept(exchange, run.conversation, strings.NOT_KEPT.format(why=error))
        return Kept(exchange, run.conversation)

    def _change(self, run: Run, kept: Kept, exchange: Exchange) -> Kept:
        exchange = exchange.model_copy(update={"earlier": kept.exchange.earlier})
        try:
            self._conversations.change(run.owner, _stored(exchange))
        except GuanchaoError:
            _log.warning("what was added to an answer was not kept")
        return Kept(exchange, kept.conversation, kept.hint)


def _stored(exchange: Exchange) -> StoredExchange:
    return StoredExchange(exchange.id, exchange.question, exchange.text, exchange.model_dump(mode="json"))
