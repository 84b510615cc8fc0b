"""`PolicyQA`: the Python API. A question becomes a cited answer or a refusal."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from docs_store.models import Article, Hit, Passage, SearchFilter
from docs_store.settings import Settings, load_settings
from docs_store.store import DocsStore
from docs_store.text.dates import wants_latest
from docs_store.text.normal import fold, well_formed
from rag import background
from rag.deliverables import Deliverables
from rag.dialogue import Dialogue, likely, shape_of
from rag.errors import AssistantClosedError
from rag.generation.answering import Answering
from rag.llm import LanguageModel
from rag.models import QUESTION_CHARS, Answer, AnswerEvent, Refusal, Turn
from rag.query import follow_up, sides
from rag.query.framing import unframe
from rag.query.task import Task
from rag.retrieval.cross_encoder import open_reranker
from rag.retrieval.grouping import one_of_each
from rag.retrieval.retriever import Retriever
from rag.retrieval.together import search_together

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable

    from rag.runnables import PolicyRetriever
    from rag.verification.documents import CheckedClaim, Progress

_CHECKED_AGAINST = 6  # passages that a sentence of a text is laid beside
_OPEN_PASSAGES = 20  # that an answer to an open question is made from
_LATEST_PASSAGES = 40  # one on what is newest: most of what is found is older
_SEVERAL = ("comparison", "overview")  # tasks whose parts are searched for one by one


class PolicyQA(Deliverables):
    """Answers questions from the indexed articles. Open it with `PolicyQA.open`; thread-safe once open."""

    def __init__(
        self,
        settings: Settings,
        store: DocsStore | None,
        model: LanguageModel | None,
        *,
        extractive: bool = False,
    ) -> None:
        """Uses the given parts; None for `model` answers by quoting alone."""
        self.settings = settings
        self.store = store
        self.model = model
        self._extractive = extractive
        self._retriever = (
            Retriever(store, settings.retrieval, open_reranker(settings.retrieval, settings.resolve))
            if store
            else None
        )

    @classmethod
    def open(
        cls,
        config: Path | str | None = None,
        *,
        settings: Settings | None = None,
        extractive: bool = False,
        with_store: bool = True,
    ) -> Self:
        """Opens the index that the configuration names.

        Args:
            config: a config.yaml; None means the one in the current folder, or the defaults.
            settings: instead of `config`.
            extractive: answer with quoted sentences, without a language model.
            with_store: False for `answer_from` alone.

        Raises:
            SettingsError, NothingIndexedError, StoreMismatchError, StoreBusyError, StoreDamagedError.
        """
        settings = settings or load_settings(config)
        store = DocsStore.open(settings) if with_store else None
        return cls(settings, store, LanguageModel(settings), extractive=extractive)

    @property
    def only_quotes(self) -> bool:
        """True where no language model answers unless a question asks for one."""
        return self._extractive or self.model is None

    def warm_up(self, *, model_in_background: bool = False) -> None:
        """Loads the models now instead of at the first question.

        Args:
            model_in_background: return before the language model is loaded; answers that only quote need none.

        Raises:
            ModelUnavailableError: a model is not here.
        """
        if self.store and self.settings.retrieval.dense_weight:
            self.search("预热", 1)
        if self.model and not self._extractive:
            if model_in_background:
                self.model.warm_up_in_background()
            else:
                self.model.warm_up()

    def begin_model(self) -> None:
        """Begins to load the local language model while the caller does something else; returns at once, never raises."""
        if self.model and not self._extractive:
            self.model.begin()

    def close(self) -> None:
        """Stops the local model and closes the index."""
        self._retriever = None
        if self.model:
            self.model.close()
        if self.store:
            self.store.close()

    def __enter__(self) -> Self:
        """The assistant itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes."""
        self.close()

    def search(
        self,
        question: str,
        k: int | None = None,
        where: SearchFilter | None = None,
        *,
        synonyms: bool = True,
    ) -> list[Hit]:
        """The best passages for `question`, best first; retrieval alone, as `Retriever.search`. Raises AssistantClosedError."""
        if self._retriever is None:
            raise AssistantClosedError("助手已关闭，或打开时没有带索引，请用 PolicyQA.open() 重新打开。")
        return self._retriever.search(well_formed(question), k, where, synonyms=synonyms)

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        extractive: bool | None = None,
        where: SearchFilter | None = None,
        task: str | None = None,
        length: str | None = None,
    ) -> Answer:
        """One checked answer. Never raises for a model that fails: then the answer quotes, and `notice` says why."""
        return _last(
            self.stream(question, history, extractive=extractive, where=where, task=task, length=length)
        )

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        extractive: bool | None = None,
        where: SearchFilter | None = None,
        task: str | None = None,
        length: str | None = None,
    ) -> Generator[AnswerEvent, None, None]:
        """The same in steps, as `AnswerEvent` describes; the last event holds the answer.

        Args:
            question: as asked.
            history: earlier turns, the oldest first.
            extractive: True quotes, False asks the model, None as the assistant was opened.
            where: narrows the search.
            task: the value of a `Task`; None reads it from the question.
            length: short, normal or long; None reads it from the question, or else takes answer.length.
        """
        began = time.monotonic()
        question = well_formed(question.strip()[:QUESTION_CHARS])
        yield AnswerEvent("retrieving")
        if not any(char.isalnum() for char in question):
            yield AnswerEvent("final", answer=Answer(question, "", refusal=Refusal.EMPTY_QUESTION))
            return
        turns = self.settings.answer.history_turns
        recent = _turns(history[-turns:]) if turns else ()
        framed = unframe(question)
        quoting = self._extractive if extractive is None else extractive

        def answering(
            question: str, alone: str, hits: Sequence[Hit], tasks: Mapping[str, float], length: str | None
        ) -> Answering:
            most = framed.form.sentences
            return replace(self._answering(question, alone, hits, quoting, began, tasks, length), most=most)

        dialogue = Dialogue(self, answering, where, length or framed.form.length, began)
        yield from dialogue.events(question, framed, recent, likely(task, framed))

    def passages_for(self, question: str, task: str, where: SearchFilter | None = None) -> list[Hit]:
        """The passages that an answer to a question of `task` is made from: reposts once, the best first.

        A comparison or an overview searches for each of its sides and parts by itself too. Open questions are searched for
        in their own words: synonyms of what is asked for widely bring what is near (benchmarks/training/README.md).
        """
        if task == "fact":
            wanted = max(self.settings.answer.passages, 3)
            return one_of_each(self.search(question, 3 * wanted, where))[:wanted]

        def search(text: str, k: int) -> list[Hit]:
            return self.search(text, k, where, synonyms=False)

        parts: list[str] = []
        if task in _SEVERAL:
            parts = sides.alone(question, sides.sides(question)) or sides.pieces(question)
        latest = task == Task.OVERVIEW and wants_latest(fold(question))
        wanted = _LATEST_PASSAGES if latest else _OPEN_PASSAGES
        return one_of_each(search_together(search, question, parts, wanted))

    async def aask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        extractive: bool | None = None,
        where: SearchFilter | None = None,
        length: str | None = None,
    ) -> Answer:
        """`ask` without blocking the event loop."""
        return await asyncio.to_thread(
            self.ask, question, history, extractive=extractive, where=where, length=length
        )

    def astream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        extractive: bool | None = None,
        where: SearchFilter | None = None,
        length: str | None = None,
    ) -> AsyncIterator[AnswerEvent]:
        """`stream` without blocking the event loop; leaving it early stops the model."""
        return background.iterate(
            self.stream(question, history, extractive=extractive, where=where, length=length)
        )

    def as_runnable(
        self, *, extractive: bool | None = None, where: SearchFilter | None = None
    ) -> Runnable[Any, Any]:
        """A LangChain runnable that answers, as `rag.runnables.answering` describes."""
        from rag import runnables

        return runnables.answering(self, extractive=extractive, where=where)

    def as_retriever(self, k: int | None = None, where: SearchFilter | None = None) -> PolicyRetriever:
        """A LangChain retriever over the same search."""
        from rag import runnables

        return runnables.PolicyRetriever(qa=self, k=k, where=where)

    def answer_from(
        self, question: str, passages: Sequence[str], history: Sequence[Turn] = (), task: str | None = None
    ) -> Answer:
        """An answer from just these passages; nothing is searched."""
        began = time.monotonic()
        question = well_formed(question)
        hits = as_hits(passages)
        framed = unframe(question)
        alone = follow_up.readings(framed, _turns(history))[0].text
        tasks = likely(task, framed if alone == framed.core else unframe(alone))
        answering = self._answering(question, alone, hits, self._extractive, began, tasks, framed.form.length)
        return _last(replace(answering, are_given=True).events())

    def answer_from_hits(self, question: str, hits: Sequence[Hit]) -> Answer:
        """An answer by quoting these passages alone; nothing is searched."""
        framed = unframe(question)
        tasks = likely(None, framed)
        answering = self._answering(
            question, framed.core, one_of_each(hits), True, time.monotonic(), tasks, framed.form.length
        )
        return _last(answering.events())

    def check(
        self,
        text: str,
        *,
        passages: Sequence[str] | None = None,
        question: str = "",
        where: SearchFilter | None = None,
        progress: Progress | None = None,
    ) -> list[CheckedClaim]:
        """口径核对: each sentence of `text` with its verdict, the words that clash, and the quotes.

        Args:
            text: a memo, a speech, an answer; Markdown bullets and markers are understood.
            passages: what to check against, `[n]` in the text naming the n-th; None searches the library.
            question: what the text answers, if anything.
            where: narrows the search. Against one article, or an older version of the text: `check_against`.
            progress: called before each sentence that is looked up in the library.

        Raises:
            AssistantClosedError: nothing to search in.
        """
        from rag.verification.documents import check_library, check_passages

        text = well_formed(text)
        if passages is not None:
            return check_passages(text, passages, question)
        return check_library(
            text, lambda claim: one_of_each(self.search(claim, _CHECKED_AGAINST, where)), question, progress
        )

    def _answering(
        self,
        question: str,
        alone: str,
        hits: Sequence[Hit],
        quoting: bool,
        began: float,
        tasks: Mapping[str, float],
        length: str | None,
    ) -> Answering:
        return Answering(
            self.settings,
            None if quoting else self.model,
            question,
            alone,
            hits,
            began,
            shape_of(tasks, alone),
            tasks,
            self.store.passages if self.store else None,
            length or self.settings.answer.length,
        )


def as_hits(passages: Sequence[str]) -> list[Hit]:
    """Given texts as hits, each an article of its own."""
    hits = []
    for number, text in enumerate(map(well_formed, passages), start=1):
        id = f"given-{number}"
        hits.append(Hit(Passage(id, id, 0, 0, len(text), text), Article(id, f"资料{number}", id, text), 1.0))
    return hits


def _turns(history: Sequence[Turn]) -> list[Turn]:
    return [
        replace(turn, question=well_formed(turn.question), answer=well_formed(turn.answer))
        for turn in history
    ]


def _last(events: Iterator[AnswerEvent]) -> Answer:
    answer = None
    for event in events:
        answer = event.answer or answer
    assert answer is not None
    return answer
