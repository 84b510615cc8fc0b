"""Answers that are being written, and questions that wait for them: each goes on in the server, and is kept, whether or not
a page still looks on."""

from __future__ import annotations

import logging
import time
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
_WAITING = 5  # questions that may wait in a conversation
_WAITING_IN_ALL = 200
_UNSEEN = 60.0  # seconds after which an answer that no page came for is no longer kept ready for it

Ask = Callable[[Event], Iterator[Progress | Exchange]]
"""The steps of one answer; an exchange ends them, and may come once more with what was added to it."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it stands in its conversation; `hint` says where that is not the one it was asked in."""

    exchange: Exchange
    conversation: str
    hint: str = ""


@dataclass(eq=False)
class Run:
    """One question, waiting or under way. Thread-safe."""

    owner: str
    conversation: str
    """Its id; that of a new conversation is settled here, so that a page can come back to it."""
    begins: bool
    """True when the conversation begins with this question."""
    question: str
    ask: Ask
    replaced: str = ""
    """The id of the exchange that this one takes the place of, once it is there."""
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    stop: Event = field(default_factory=Event)
    withdrawn: bool = False
    next: Run | None = None
    """The question of the same conversation that was sent after this one."""
    _changed: Condition = field(default_factory=Condition)
    _step: Progress | Kept = field(default_factory=lambda: Progress("waiting"))
    _number: int = 0
    _over: bool = False

    @property
    def step(self) -> Progress | Kept:
        """How far it is."""
        with self._changed:
            return self._step

    @property
    def over(self) -> bool:
        """True when nothing more is to come."""
        with self._changed:
            return self._over

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

    def leads_to(self, next: Run) -> None:
        """Whoever looks at this one goes on to `next`, once the answer is kept."""
        with self._changed:
            self.next = next
            self._changed.notify_all()

    def steps(self, left: Event) -> Iterator[Progress | Kept]:
        """The step it is at, and each later one, until the end, until the page has `left`, or until the next one's turn."""
        seen, step = -1, self.step
        while not left.is_set():
            with self._changed:
                self._changed.wait_for(lambda seen=seen: self._number != seen or self._has_ended(), _LOOK)  # type: ignore[misc]
                step, number, ended = self._step, self._number, self._has_ended()
            if left.is_set():
                return  # what comes now would be drawn over another run's step
            if number != seen:
                seen = number
                yield step
            elif ended:
                return

    def _has_ended(self) -> bool:
        """True when it is over, or only questions to ask next are to come while another question follows."""
        return self._over or (isinstance(self._step, Kept) and self.next is not None)


@dataclass(eq=False)
class Watch:
    """What one page looks at: a run, and those after it in its conversation."""

    run: Run
    left: Event = field(default_factory=Event)
    claimed: bool = False
    """True when the page is being told its steps."""
    since: float = field(default_factory=time.monotonic)

    def reaches(self, run: Run) -> bool:
        """True when it comes to `run` by itself."""
        at: Run | None = self.run
        while at is not None and at is not run:
            at = at.next
        return at is run


class Runs:
    """All answers under way, one a conversation, and the questions that wait, in the order they were sent. Thread-safe."""

    def __init__(self, conversations: Conversations, most: int) -> None:
        """At most `most` at once."""
        self._conversations, self._most = conversations, most
        self._runs: list[Run] = []
        """Those that are not answered yet, in the order they were sent."""
        self._threads: dict[Run, Thread] = {}
        """Those begun; some that are answered still look for questions to ask next."""
        self._watched: dict[str, Watch] = {}
        self._lock = Lock()

    def begin(self, owner: str, conversation: str, question: str, ask: Ask, replaced: str = "") -> Run:
        """Starts an answer; without a `conversation` in a new one, else after the others or in the place of `replaced`.

        It waits while another of the conversation is being answered, or `most` are in all. A question that is sent twice
        while it waits or is answered is one.

        Raises:
            GuanchaoError: too many wait.
        """
        run = Run(owner, conversation or uuid.uuid4().hex, not conversation, question, ask, replaced)
        with self._lock:
            line = self._line(owner, run.conversation)
            for sent in line:
                if (sent.question, sent.replaced) == (question, replaced) and not sent.stop.is_set():
                    return sent
            if len(line) > _WAITING:
                raise GuanchaoError(strings.TOO_MANY_WAITING.format(most=_WAITING))
            if len(self._runs) >= self._most + _WAITING_IN_ALL:
                raise GuanchaoError(strings.TOO_MANY_ANSWERS)
            begun = (one for one in self._threads if _place(one) == _place(run))
            for before in line[-1:] or list(begun)[-1:]:
                before.leads_to(run)
            self._runs.append(run)
            self._start_those_whose_turn_it_is()
        return run

    def of(self, owner: str, conversation: str) -> Run | None:
        """The question of a conversation whose turn it is."""
        with self._lock:
            return next(iter(self._line(owner, conversation)), None)

    def waiting(self, owner: str, conversation: str) -> list[Run]:
        """Those that are sent after it, in the order they will be answered."""
        with self._lock:
            return self._line(owner, conversation)[1:]

    def under_way(self, owner: str) -> list[Run]:
        """One a conversation of the owner's in which something is being answered, the latest sent first."""
        with self._lock:
            first = {_place(run): run for run in reversed(self._runs) if run.owner == owner}
            return sorted(first.values(), key=self._runs.index, reverse=True)

    def look(self, session: str, run: Run) -> None:
        """The page looks at a run from now on, and from then at those after it."""
        with self._lock:
            watch = self._watched.get(session)
            if watch is not None and watch.reaches(run):
                return
            if watch is not None:
                watch.left.set()
            self._watched[session] = Watch(next(iter(self._line(*_place(run))), run))
            long_ago = time.monotonic() - _UNSEEN
            for other, unseen in list(self._watched.items()):
                if not unseen.claimed and unseen.run.over and unseen.since < long_ago:
                    del self._watched[other]

    def looked_at(self, session: str) -> Run | None:
        """What the page looks at."""
        with self._lock:
            watch = self._watched.get(session)
            return watch.run if watch is not None else None

    def watch(self, session: str) -> Iterator[tuple[Run, Progress | Kept]]:
        """The steps of what the page looks at, and of what follows it, until the page looks at something else.

        Nothing where the page is told them already.
        """
        with self._lock:
            watch = self._watched.get(session)
            if watch is None or watch.claimed:
                return
            watch.claimed = True
        run: Run | None = watch.run
        try:
            while run is not None:
                if not run.withdrawn:
                    for step in run.steps(watch.left):
                        yield run, step
                run = self._after(session, watch, run)
        finally:
            with self._lock:
                self._forget(session, watch)

    def _after(self, session: str, watch: Watch, run: Run) -> Run | None:
        with self._lock:
            if watch.left.is_set() or run.next is None:
                self._forget(session, watch)
                return None
            watch.run = run.next
            return watch.run

    def _forget(self, session: str, watch: Watch) -> None:
        if self._watched.get(session) is watch:
            del self._watched[session]

    def leave(self, session: str) -> None:
        """The page looks at something else; the answer goes on."""
        with self._lock:
            watch = self._watched.pop(session, None)
        if watch is not None:
            watch.left.set()

    def stop(self, session: str) -> None:
        """Stops the answer that the page looks at; those that wait behind it have their turn."""
        with self._lock:
            watch = self._watched.get(session)
            if watch is None:
                return
            watch.run.stop.set()
            if watch.run in self._runs and watch.run not in self._threads:
                self._start(watch.run)  # it waits for others: it need not, to say that it was stopped

    def withdraw(self, owner: str, conversation: str, id: str = "") -> None:
        """Takes a question that waits out of its conversation; without an `id` all that wait."""
        with self._lock:
            for run in self._line(owner, conversation):
                if run not in self._threads and (not id or run.id == id):
                    self._runs.remove(run)
                    run.withdrawn = True
                    run.end()

    def close(self) -> None:
        """Stops all, and waits a moment for what they still write down."""
        until = time.monotonic() + _LEAVE
        with self._lock:
            for run in self._runs:
                run.stop.set()
        while (left := until - time.monotonic()) > 0:
            with self._lock:
                thread = next(iter(self._threads.values()), None)
            if thread is None:
                return
            thread.join(left)

    def _line(self, owner: str, conversation: str) -> list[Run]:
        """What is not answered yet in a conversation: that whose turn it is, and those that wait for it."""
        return [run for run in self._runs if _place(run) == (owner, conversation)]

    def _start_those_whose_turn_it_is(self) -> None:
        for run in self._runs:
            if len(self._threads) >= self._most:
                return
            if run not in self._threads and self._line(*_place(run))[0] is run:
                self._start(run)

    def _start(self, run: Run) -> None:
        self._threads[run] = Thread(target=self._write, args=(run,), name="page-answer", daemon=True)
        run.tell(Progress())
        self._threads[run].start()

    def _write(self, run: Run) -> None:
        kept: Kept | None = None
        try:
            for step in run.ask(run.stop):
                if isinstance(step, Progress):
                    run.tell(step)
                elif kept is None:
                    run.tell(kept := self._keep(run, step))
                    self._answered(run, kept.conversation)
                else:
                    run.tell(kept := self._change(run, kept, step))
        except Exception:  # the thread's boundary
            _log.exception("writing an answer failed")
            broken = Exchange(id=uuid.uuid4().hex, question=run.question, trouble=strings.BROKEN)
            run.tell(kept or Kept(broken, run.conversation, strings.BROKEN))
        finally:
            self._answered(run, run.conversation)
            with self._lock:
                del self._threads[run]
                self._start_those_whose_turn_it_is()
            run.end()

    def _answered(self, run: Run, conversation: str) -> None:
        """The next of its conversation has its turn, there where the answer was kept."""
        with self._lock:
            if run in self._runs:
                for waiting in self._line(*_place(run)):
                    waiting.conversation = conversation
                self._runs.remove(run)
                self._start_those_whose_turn_it_is()

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


def _place(run: Run) -> tuple[str, str]:
    return run.owner, run.conversation


def _stored(exchange: Exchange) -> StoredExchange:
    return StoredExchange(exchange.id, exchange.question, exchange.text, exchange.model_dump(mode="json"))
