"""`PolicyQA`: the Python API. A question becomes a cited answer or a refusal."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Generator, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from langchain_core.language_models import BaseChatModel
from langchain_core.output_parsers import StrOutputParser
from langchain_core.runnables import Runnable

from docs_store.models import Article, Hit, Passage, SearchFilter
from docs_store.store import DocsStore
from rag import background, compose, evidence, facts, prompts, rewrite, verify
from rag.cross_encoder import open_reranker
from rag.errors import AssistantClosedError
from rag.grouping import one_of_each
from rag.llm import LanguageModel, explain
from rag.models import Answer, AnswerEvent, Refusal, Turn
from rag.retrieve import Retriever
from settings import Settings, load_settings

if TYPE_CHECKING:
    from rag.runnables import PolicyRetriever

_log = logging.getLogger(__name__)
_SURE = 0.8  # evidence this good is quoted verbatim when the model's own words failed the check
_MAX_QUESTION = 2000  # characters; what follows is not read


class PolicyQA:
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
        self._model = model
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

    def warm_up(self) -> None:
        """Loads the models now instead of at the first question. Raises ModelUnavailableError."""
        if self.store and self.settings.retrieval.dense_weight:
            self.search("预热", 1)
        if self._model and not self._extractive:
            self._model.warm_up()

    def close(self) -> None:
        """Stops the local model and closes the index."""
        self._retriever = None
        if self._model:
            self._model.close()
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

    def search(self, question: str, k: int | None = None, where: SearchFilter | None = None) -> list[Hit]:
        """The best passages for `question`, best first; retrieval alone. Raises AssistantClosedError."""
        if self._retriever is None:
            raise AssistantClosedError("助手已关闭，或打开时没有带索引，请用 PolicyQA.open() 重新打开。")
        return self._retriever.search(question, k, where)

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        extractive: bool | None = None,
        where: SearchFilter | None = None,
    ) -> Answer:
        """One checked answer. Never raises for a model that fails: then the answer quotes, and `notice` says why."""
        return _last(self.stream(question, history, extractive=extractive, where=where))

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        extractive: bool | None = None,
        where: SearchFilter | None = None,
    ) -> Generator[AnswerEvent, None, None]:
        """The same in steps, as `AnswerEvent` describes; the last event holds the answer."""
        began = time.monotonic()
        question = question.strip()[:_MAX_QUESTION]
        yield AnswerEvent("retrieving")
        if not any(char.isalnum() for char in question):
            yield AnswerEvent("final", answer=Answer(question, "", refusal=Refusal.EMPTY_QUESTION))
            return
        recent = history[-self.settings.answer.history_turns :] if self.settings.answer.history_turns else ()
        if compose.asks_about_article(question) and (article := self._article_meant(question)):
            text, citations = compose.describe(article)
            timings = {"retrieve": _ms(began), "first_token": _ms(began), "total": _ms(began)}
            yield AnswerEvent(
                "final", answer=Answer(question, text, citations, mode="extractive", timings_ms=timings)
            )
            return
        quoting = self._extractive if extractive is None else extractive
        alone = rewrite.standalone(question, recent)
        wanted = max(self.settings.answer.passages, 3)
        hits = one_of_each(self.search(alone, 3 * wanted, where))[:wanted]
        yield from self._answer(question, alone, hits, quoting, began)

    async def aask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        extractive: bool | None = None,
        where: SearchFilter | None = None,
    ) -> Answer:
        """`ask` without blocking the event loop."""
        return await asyncio.to_thread(self.ask, question, history, extractive=extractive, where=where)

    def astream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        extractive: bool | None = None,
        where: SearchFilter | None = None,
    ) -> AsyncIterator[AnswerEvent]:
        """`stream` without blocking the event loop; leaving it early stops the model."""
        return background.iterate(self.stream(question, history, extractive=extractive, where=where))

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

    def answer_from(self, question: str, passages: Sequence[str], history: Sequence[Turn] = ()) -> Answer:
        """An answer from just these passages; nothing is searched."""
        began = time.monotonic()
        hits = as_hits(passages)
        alone = rewrite.standalone(question, history)
        return _last(self._answer(question, alone, hits, self._extractive, began))

    def _article_meant(self, question: str) -> Article | None:
        """The article a question is about: by its topic, else the one ingested last."""
        if self.store is None:
            return None
        about = compose.topic(question)
        if about:
            hits = self.search(about, 1)
            return hits[0].article if hits else None
        return next(iter(self.store.listing(limit=1)[1]), None)

    def _chat(self) -> BaseChatModel | None:
        return self._model.chat() if self._model else None

    def _answer(
        self, question: str, alone: str, hits: Sequence[Hit], quoting: bool, began: float
    ) -> Iterator[AnswerEvent]:
        section = self.settings.answer
        gathered = evidence.gather(alone, hits)
        timings = {"retrieve": _ms(began)}
        yield AnswerEvent("reading", hits=hits)

        def final(answer: Answer) -> AnswerEvent:
            timings.setdefault("first_token", _ms(began))
            timings["total"] = _ms(began)
            return AnswerEvent("final", answer=replace(answer, hits=hits, timings_ms=timings))

        if gathered.score < section.min_evidence or not gathered.sentences:
            yield final(Answer(question, "", refusal=Refusal.NO_EVIDENCE))
            return
        draft, notice = "", None
        unsupported: Sequence[str] = ()
        if not quoting and self._model:
            blocks = evidence.for_prompt(gathered, hits, section.evidence_chars)
            try:
                for piece in self._write(alone, blocks, hits):
                    timings.setdefault("first_token", _ms(began))
                    draft += piece
                    yield AnswerEvent("delta", text=piece)
            except Exception as error:  # any failure of the model: passages and quotes still serve
                notice = str(explain(error, self.settings))
                _log.warning("model failed: %s", notice)
            else:
                yield AnswerEvent("checking")
                answer = self._checked(question, alone, draft, [i for i, _ in blocks], hits)
                if answer.refusal is not Refusal.UNSUPPORTED or gathered.score < _SURE:
                    yield final(answer)
                    return
                unsupported = answer.unsupported
        quotes = compose.extract(gathered, section.min_evidence)
        text, citations = compose.compose(quotes, hits)
        yield final(
            Answer(question, text, citations, mode="extractive", notice=notice, unsupported=unsupported)
        )

    def _write(self, question: str, blocks: Sequence[tuple[int, str]], hits: Sequence[Hit]) -> Iterator[str]:
        lines = [
            prompts.evidence_block(
                number, hits[i].article.title, str(hits[i].article.published_on or "") or None, text
            )
            for number, (i, text) in enumerate(blocks, start=1)
        ]
        model = self._chat()
        assert model is not None
        chain: Runnable[dict[str, str], str] = prompts.ANSWER | model | StrOutputParser()
        yield from chain.stream({"evidence": prompts.join(lines), "question": question})

    def _checked(
        self, question: str, alone: str, draft: str, shown: list[int], hits: Sequence[Hit]
    ) -> Answer:
        """Only what a passage supports, with its quote; a refusal when nothing is left."""
        supported: list[verify.Support] = []
        dropped: list[str] = []
        for claim, markers in verify.claims(draft):
            if prompts.NOT_FOUND in claim:
                continue
            preferred = [shown[m - 1] for m in markers if 1 <= m <= len(shown)]
            found = verify.support(claim, preferred or shown, hits, alone)
            if found is None:
                dropped.append(claim)
            elif all(found.claim != earlier.claim for earlier in supported):
                supported.append(found)
        if not supported:
            why = Refusal.UNSUPPORTED if dropped else Refusal.NO_EVIDENCE
            return Answer(question, "", refusal=why, unsupported=dropped)
        if not self._carries(alone, supported, hits):
            claims = [*dropped, *(item.claim for item in supported)]
            return Answer(question, "", refusal=Refusal.UNSUPPORTED, unsupported=claims)
        text, citations = compose.compose(supported, hits)
        return Answer(question, text, citations, unsupported=dropped)

    def _carries(self, question: str, supported: Sequence[verify.Support], hits: Sequence[Hit]) -> bool:
        """True when the quotes together carry the question, not only its topic."""
        wanted = facts.content_bigrams(question)
        best = 0.0
        for item in supported:
            hit = hits[item.hit_index]
            quote = hit.article.text[item.start : item.end]
            window = " ".join((hit.article.title, *hit.passage.heading_path, hit.passage.text))
            best = max(best, evidence.carries(question, quote, window, hit, wanted))
        return best >= self.settings.answer.min_evidence * 0.9


def as_hits(passages: Sequence[str]) -> list[Hit]:
    """Given texts as hits, each an article of its own."""
    hits = []
    for number, text in enumerate(passages, start=1):
        id = f"given-{number}"
        hits.append(Hit(Passage(id, id, 0, 0, len(text), text), Article(id, f"资料{number}", id, text), 1.0))
    return hits


def _last(events: Iterator[AnswerEvent]) -> Answer:
    answer = None
    for event in events:
        answer = event.answer or answer
    assert answer is not None
    return answer


def _ms(began: float) -> float:
    return round((time.monotonic() - began) * 1000, 1)
