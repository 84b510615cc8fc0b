"""`PolicyQA`: the Python API. A question becomes a cited answer or a refusal."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from docs_store.models import Article, Hit, Passage, SearchFilter
from docs_store.settings import Settings, load_settings
from docs_store.store import DocsStore
from docs_store.text.dates import wants_latest
from docs_store.text.normal import fold, well_formed
from docs_store.text.segment import words
from rag import background, strings
from rag.deliverables import Deliverables
from rag.errors import AssistantClosedError
from rag.evidence import missing
from rag.evidence import sentences as evidence
from rag.evidence.asked import understood
from rag.generation import compose, replies
from rag.generation.answering import Answering, ms_since
from rag.generation.joining import joined
from rag.llm import LanguageModel
from rag.models import QUESTION_CHARS, Answer, AnswerEvent, Refusal, Turn
from rag.query import follow_up, sides
from rag.query.framing import Framed, unframe
from rag.query.parts import parts
from rag.query.small_talk import LIBRARY, small_talk
from rag.query.task import Task, tasks_of
from rag.retrieval.cross_encoder import open_reranker
from rag.retrieval.grouping import one_of_each
from rag.retrieval.retriever import Retriever
from rag.retrieval.together import search_together

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable

    from rag.runnables import PolicyRetriever
    from rag.verification.documents import CheckedClaim, Progress

_CHECKED_AGAINST = 6  # passages that a sentence of a text is laid beside
_NAMED_AMONG = 5  # hits among which the article that a question names is looked for
_NAMED = 0.8  # share of the words of its name that must stand in the title
_OPEN_PASSAGES = 20  # that an answer to an open question is made from
_LATEST_PASSAGES = 40  # one on what is newest: most of what is found is older
_ALSO_OF_ARTICLE = (Task.FACT, Task.PROGRESS)
_BEARS = 0.35  # evidence of a question's own words in the articles cited, where it was filled in from the turn before
_NEAREST = 4  # passages of these that are looked at
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
        tasks = _likely(task, framed)
        if answer := self._without_passages(question, framed.core, _likeliest(tasks), recent):
            passed = ms_since(began)
            timings = dict.fromkeys(("retrieve", "first_content", "first_token", "total"), passed)
            yield AnswerEvent("final", answer=replace(answer, timings_ms=timings))
            return
        quoting = self._extractive if extractive is None else extractive
        length = length or framed.form.length
        ask = partial(self._read, where=where, quoting=quoting, length=length, began=began)
        asked = parts(framed.core)
        if asked and all(_shape(_likely(None, unframe(part))) == Task.FACT for part in asked):
            answer = yield from self._part_by_part(question, asked, recent, ask)
            if answer is not None:
                yield _final(answer, began)
                return
            asked = []
        for event in ask(question, framed, recent, tasks):
            refused = event.answer is not None and event.answer.refused
            answer = (
                (yield from self._part_by_part(question, asked, recent, ask)) if asked and refused else None
            )
            yield event if answer is None else _final(answer, began)

    def _part_by_part(
        self,
        question: str,
        asked: Sequence[str],
        recent: Sequence[Turn],
        ask: Callable[..., Iterator[AnswerEvent]],
    ) -> Generator[AnswerEvent, None, Answer | None]:
        """The answers to the questions of one message, each asked after the one before it; None where all are refused."""
        turns, answers = list(recent), []
        for part in asked:
            framed = unframe(part)
            for event in ask(part, framed, turns, _likely(None, framed)):
                if event.stage != "final" or event.answer is None:
                    continue
                answers.append(event.answer)
                turns.append(Turn(part, event.answer.text))
            if len(answers) < len(asked) and not all(answer.refused for answer in answers):
                yield AnswerEvent("quick", answer=joined(question, asked, answers))
        return None if all(answer.refused for answer in answers) else joined(question, asked, answers)

    def _read(
        self,
        question: str,
        framed: Framed,
        recent: Sequence[Turn],
        tasks: Mapping[str, float],
        where: SearchFilter | None,
        quoting: bool,
        length: str | None,
        began: float,
    ) -> Iterator[AnswerEvent]:
        """The answer to the first reading of the question that the articles support."""
        options = list(follow_up.readings(framed, recent))
        if recent and follow_up.refers_to_article(framed.core) and (article := self._cited(recent)):
            options.insert(0, follow_up.of_article(framed.core, article.title))
        found: dict[tuple[str, str], list[Hit]] = {}  # a reading that is weighed is not searched for twice

        def passages(text: str, task: str) -> list[Hit]:
            if (text, task) not in found:
                found[text, task] = self.passages_for(text, task, where)
            return found[text, task]

        if options[0].general:
            options = [*options[1:], options[0]]
        elif len(options) > 1 and options[0].text == framed.core and not options[0].alone:
            options.sort(key=lambda r: -evidence.gather(r.text, passages(r.text, Task.FACT)).score)
        if framed.context:
            options.append(follow_up.Reading("，".join((*framed.context, framed.core))))
        for number, reading in enumerate(options, start=1):
            meant = _likely(None, unframe(reading.text)) if reading.asks_again else tasks
            hits = passages(reading.text, _shape(meant))
            long = "long" if reading.deeper else length
            answering = self._answering(question, reading.text, hits, quoting, began, meant, long)
            for event in answering.events():
                if event.stage != "final" or event.answer is None:
                    yield event
                    continue
                answer = event.answer
                filled_in = reading.text != framed.core and not reading.asks_again
                strays = filled_in and not _bears(answer, framed.core)
                strays |= reading.general and not self._goes_on(answer, recent)
                if strays and not answer.refused:
                    answer = replace(answer, text="", citations=(), sections=(), refusal=Refusal.NO_EVIDENCE)
                if answer.refused and number < len(options):
                    break
                yield AnswerEvent("final", answer=_as_understood(answer, reading, framed.core))
                return

    def _without_passages(self, question: str, core: str, task: str, recent: Sequence[Turn]) -> Answer | None:
        """Small talk, questions on the library and on an article's own data; None for all others."""
        kind = next(filter(None, map(small_talk, dict.fromkeys((question, core)))), None)
        if kind is None and self.store is not None and not recent:
            kind = self._unclear(core)
        if kind is not None and kind != LIBRARY:
            return Answer(
                question, replies.small_talk(kind, self.store), mode="extractive", task=Task.SMALLTALK
            )
        if self.store is None:
            return None
        if kind == LIBRARY or (replies.speaks_of_library(core) and not follow_up.refers_to_article(core)):
            text = replies.library(core, self.store)
            return Answer(question, text, mode="extractive", task=Task.LIBRARY)
        sure = task == Task.ABOUT_ARTICLE or follow_up.refers_to_article(core)
        if follow_up.asks_of_article(core) and (sure or task in _ALSO_OF_ARTICLE):
            article = self._article_meant(core, recent)
            # When a document takes effect is read as a fact or as progress; a report of it states other days.
            if article is not None and (sure or article.document_number):
                text, citations = compose.describe(article)
                return Answer(question, text, citations, mode="extractive", task=Task.ABOUT_ARTICLE)
        return None

    def _unclear(self, core: str) -> str | None:
        """The class of small talk that answers a question of which no word is in the articles."""
        assert self.store is not None
        if any("\u3400" <= char <= "\u9fff" for char in core) or self.store.search_lexical(core, 1):
            return None
        return "english" if len(core.split()) > 1 else "unclear"

    def _article_meant(self, question: str, recent: Sequence[Turn]) -> Article | None:
        """The article that a question on an article is about: the one it names, or the one just cited."""
        assert self.store is not None
        subject = follow_up.subject_of_article(question)
        if not subject or follow_up.refers_to_article(question):
            if recent:
                return self._cited(recent)
            total, articles = self.store.listing(limit=1)
            return articles[0] if total == 1 else None
        parts = {word.text for word in words(subject) if len(word.text) > 1}
        for hit in self.search(question, _NAMED_AMONG):
            about = fold(f"{hit.article.title} {hit.article.document_number or ''}")
            if parts and sum(part in about for part in parts) >= _NAMED * len(parts):
                return hit.article
        return None

    def _goes_on(self, answer: Answer, recent: Sequence[Turn]) -> bool:
        """True when an answer rests on the article that the last one rests on."""
        before = self._cited(recent)
        return before is not None and any(one.article_id == before.id for one in answer.citations)

    def _cited(self, recent: Sequence[Turn]) -> Article | None:
        """The article that the last answer rests on: of the passages found for its question, that with most of its words."""
        last = recent[-1]
        asked = follow_up.readings(unframe(last.question), recent[:-1])[0].text
        said = {word.text for word in words(fold(last.answer)) if len(word.text) > 1}
        hits = self.search(asked, _NAMED_AMONG)
        best = max(hits, key=lambda hit: sum(word in fold(hit.passage.text) for word in said), default=None)
        return best.article if best else None

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
        tasks = _likely(task, framed if alone == framed.core else unframe(alone))
        answering = self._answering(question, alone, hits, self._extractive, began, tasks, framed.form.length)
        return _last(answering.events())

    def answer_from_hits(self, question: str, hits: Sequence[Hit]) -> Answer:
        """An answer by quoting these passages alone; nothing is searched."""
        framed = unframe(question)
        tasks = _likely(None, framed)
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
            _shape(tasks),
            tasks,
            self.store.passages if self.store else None,
            length or self.settings.answer.length,
        )


def _bears(answer: Answer, core: str) -> bool:
    """True when the question as it was put is answered by the very articles that are cited, and they hold its nouns.

    A question that was filled in from the turn before else finds what that turn was about, whatever is asked.
    """
    cited = {citation.article_id for citation in answer.citations}
    hits = [hit for hit in answer.hits if hit.article.id in cited]
    articles = list({hit.article.id: hit.article for hit in hits}.values())
    if missing.nouns_unmentioned(core, articles):
        return False
    if not understood(core).words:
        return True  # 他还说了什么
    return evidence.gather(core, hits[:_NEAREST]).score >= _BEARS


def _likely(task: str | None, framed: Framed) -> dict[str, float]:
    """How likely each task is: `task` for certain where it is given."""
    return {task: 1.0} if task else {str(each): chance for each, chance in tasks_of(framed).items()}


def _likeliest(tasks: Mapping[str, float]) -> str:
    return max(tasks, key=tasks.__getitem__)


def _shape(tasks: Mapping[str, float]) -> str:
    """The task that the answer is shaped for; what the program could not answer by itself is looked for in the articles."""
    task = _likeliest(tasks)
    return Task.FACT if task in (Task.ABOUT_ARTICLE, Task.LIBRARY, Task.SMALLTALK) else task


def _final(answer: Answer, began: float) -> AnswerEvent:
    return AnswerEvent(
        "final", answer=replace(answer, timings_ms={**answer.timings_ms, "total": ms_since(began)})
    )


def _as_understood(answer: Answer, reading: follow_up.Reading, core: str) -> Answer:
    """The answer, which says how the question was understood where that is not as it was put, or in doubt."""
    if answer.refused and reading.general:
        return replace(answer, remarks=[*answer.remarks, strings.NAMES_NOTHING])
    if answer.refused or (reading.text == core and not reading.doubtful):
        return answer
    said = (
        strings.READ_BY_ITSELF
        if reading.text == core
        else strings.UNDERSTOOD_AS.format(question=reading.text)
    )
    return replace(answer, remarks=[*answer.remarks, said])


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
