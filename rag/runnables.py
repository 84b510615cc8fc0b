"""The assistant as parts of LangChain: a runnable that answers and a retriever that finds."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableGenerator
from langchain_core.runnables.utils import AddableDict
from pydantic import ConfigDict, Field

from docs_store.models import Hit, SearchFilter
from rag.errors import QuestionError
from rag.models import AnswerEvent, Turn

if TYPE_CHECKING:
    from rag.assistant import PolicyQA


class PolicyRetriever(BaseRetriever):
    """Passages of the index as documents, best first; ``retriever.invoke(question, k=3)`` overrides `k`."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    qa: Any = Field(repr=False, exclude=True)
    """The open `PolicyQA`; it stays the caller's to close."""
    k: int | None = None
    """Documents returned; None means retrieval.top_k."""
    where: SearchFilter | None = None

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, k: int | None = None
    ) -> list[Document]:
        return [document(hit) for hit in self.qa.search(query, self.k if k is None else k, self.where)]


def document(hit: Hit) -> Document:
    """A hit as LangChain's document: the passage's text, its id, and where it stands as metadata."""
    article, passage = hit.article, hit.passage
    return Document(
        id=passage.id,
        page_content=passage.text,
        metadata={
            "article_id": article.id,
            "title": article.title,
            "issuer": article.issuer,
            "published_on": article.published_on.isoformat() if article.published_on else None,
            "written_on": article.written_on.isoformat() if article.written_on else None,
            "url": article.url,
            "source": article.source,
            "heading_path": list(passage.heading_path),
            "page": article.page_of(passage.start),
            "start": passage.start,
            "end": passage.end,
            "score": hit.score,
        },
    )


def answering(qa: PolicyQA, *, extractive: bool | None, where: SearchFilter | None) -> Runnable[Any, Any]:
    """Questions in, answers out.

    In: a question, or {"question", "history"?} with history as `Turn`s or {"question", "answer"}. Out, and in this
    order when streamed: {"question", "context"} with the passages as documents, {"draft"} piece by piece (not yet
    checked), and {"answer", "citations", "refusal", "result"}; the sum of the pieces is what `invoke` returns.
    """

    def run(pieces: Iterator[Any]) -> Iterator[AddableDict]:
        question, history = _question(_whole(list(pieces)))
        for event in qa.stream(question, history, extractive=extractive, where=where):
            if chunk := _chunk(question, event):
                yield chunk

    async def arun(pieces: AsyncIterator[Any]) -> AsyncIterator[AddableDict]:
        question, history = _question(_whole([piece async for piece in pieces]))
        async for event in qa.astream(question, history, extractive=extractive, where=where):
            if chunk := _chunk(question, event):
                yield chunk

    return RunnableGenerator(run, arun, name="guanchao")


def _whole(pieces: list[Any]) -> Any:
    """One input out of what came in pieces, as from a model that streams the question."""
    if pieces and all(isinstance(piece, str) for piece in pieces):
        return "".join(pieces)
    if len(pieces) > 1 and all(isinstance(piece, Mapping) for piece in pieces):
        return {key: value for piece in pieces for key, value in piece.items()}
    return pieces[-1] if pieces else ""


def _question(given: Any) -> tuple[str, list[Turn]]:
    if isinstance(given, str):
        return given, []
    try:
        turns = [
            t if isinstance(t, Turn) else Turn(t["question"], t["answer"]) for t in given.get("history") or ()
        ]
        if isinstance(given["question"], str):
            return given["question"], turns
    except (AttributeError, KeyError, TypeError):
        pass
    raise QuestionError(
        "请传入一个问题（字符串），或 {'question': 问题, 'history': [{'question', 'answer'}]}。"
    )


def _chunk(question: str, event: AnswerEvent) -> AddableDict | None:
    if event.stage == "reading":
        return AddableDict(question=question, context=[document(hit) for hit in event.hits])
    if event.stage == "delta":
        return AddableDict(draft=event.text)
    if event.stage != "final" or event.answer is None:
        return None
    answer = event.answer
    return AddableDict(
        answer=answer.text,
        citations=[citation.to_dict() for citation in answer.citations],
        refusal=answer.refusal.value if answer.refusal else None,
        result=answer,
    )
