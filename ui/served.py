"""Questions of the command line, answered by a running `guanchao serve`: its models are loaded, its index is open."""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import asdict
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self

from pydantic import TypeAdapter

from docs_store import errors
from docs_store.models import Hit, SearchFilter
from docs_store.settings import Settings
from rag.models import Answer, AnswerEvent, Turn
from ui import handover

if TYPE_CHECKING:
    from pydantic.main import IncEx

_OWN: IncEx = {"serve", "page", "ingest"}  # sections on which no answer depends


class Assistant(Protocol):
    """What a command asks: `rag.PolicyQA` in this process, or a server in its place."""

    def search(self, question: str, k: int | None = None, where: SearchFilter | None = None) -> list[Hit]:
        """The best passages, best first."""
        ...

    def ask(self, question: str, *, where: SearchFilter | None = None, length: str | None = None) -> Answer:
        """One checked answer."""
        ...

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        where: SearchFilter | None = None,
        length: str | None = None,
    ) -> Generator[AnswerEvent, None, None]:
        """The same in steps; the last event holds the answer."""
        ...

    def __enter__(self) -> Self:
        """Itself, open."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes."""
        ...


class ServedAssistant:
    """The assistant of a running server. Every method raises HandedOverError when the server goes away."""

    def __init__(self, settings: Settings, *, extractive: bool) -> None:
        """Use `find`, which looks whether there is a server."""
        self._settings, self._extractive = settings, extractive

    def search(self, question: str, k: int | None = None, where: SearchFilter | None = None) -> list[Hit]:
        """The best passages, best first."""
        body = {"question": question, "k": k, "where": _filter().dump_python(where, mode="json")}
        for message in self._messages("/search", body):
            return hits().validate_python(message["hits"])
        raise handover.HandedOverError(handover.STOPPED)

    def ask(self, question: str, *, where: SearchFilter | None = None, length: str | None = None) -> Answer:
        """One checked answer."""
        for event in self.stream(question, where=where, length=length):
            if event.stage == "final" and event.answer is not None:
                return event.answer
        raise handover.HandedOverError(handover.STOPPED)

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        where: SearchFilter | None = None,
        length: str | None = None,
    ) -> Generator[AnswerEvent, None, None]:
        """The same in steps; leaving early stops the server's model."""
        body = {
            "question": question,
            "history": [asdict(turn) for turn in history],
            "extractive": self._extractive,
            "length": length,
            "where": _filter().dump_python(where, mode="json"),
        }
        with closing(self._messages("/ask", body)) as messages:
            for message in messages:
                yield event().validate_python(message["event"])

    def _messages(self, path: str, body: dict[str, Any]) -> Generator[dict[str, Any], None, None]:
        wait = self._settings.serve.answer_seconds
        messages = handover.call(self._settings, path, body | {"identity": identity(self._settings)}, wait)
        if messages is None:
            raise handover.HandedOverError(handover.STOPPED)
        with closing(messages):
            for message in messages:
                if "error" in message:
                    kind = getattr(errors, message.get("kind", ""), handover.HandedOverError)
                    raise kind(message["error"])
                yield message

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing stays open between two questions."""


def find(settings: Settings, *, extractive: bool) -> ServedAssistant | None:
    """The assistant of the server that owns the index, if there is one with the same program and the same settings."""
    hello = handover.call(settings, "/hello", {"identity": identity(settings)}, settings.serve.answer_seconds)
    if hello is None:
        return None
    hello.close()
    return ServedAssistant(settings, extractive=extractive)


@lru_cache(maxsize=8)
def identity(settings: Settings) -> str:
    """Names program and settings as far as an answer depends on them; two processes of one identity answer alike."""
    try:
        program = version("guanchao")
    except PackageNotFoundError:
        program = "0"
    values = settings.model_dump_json(exclude=_OWN)
    return hashlib.sha256(f"{program}\n{settings.index_path}\n{values}".encode()).hexdigest()


@lru_cache(maxsize=1)
def hits() -> TypeAdapter[list[Hit]]:
    """Hits as JSON and back."""
    return TypeAdapter(list[Hit])


@lru_cache(maxsize=1)
def event() -> TypeAdapter[AnswerEvent]:
    """Steps of an answer as JSON and back."""
    return TypeAdapter(AnswerEvent)


@lru_cache(maxsize=1)
def _filter() -> TypeAdapter[SearchFilter | None]:
    return TypeAdapter(SearchFilter | None)


def filter_of(given: Any) -> SearchFilter | None:
    """The filter that came as JSON. Raises ValueError."""
    return _filter().validate_python(given)
