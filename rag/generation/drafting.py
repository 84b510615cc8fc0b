"""Talks to the language model: the draft, in bounded time and length, and its own opinion whether there is an answer."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from time import monotonic
from typing import TYPE_CHECKING, Any

from docs_store.models import Hit
from docs_store.text.segment import words
from rag.completion import Completion, Finish
from rag.generation import prompts
from rag.generation.plan import Plan
from rag.lexicon import injection
from rag.models import MARKER

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage
    from langchain_core.runnables import Runnable

_LOOP = 24  # characters at the end that are one short piece again and again are a loop
_PIECE = 40  # characters of the longest piece looked for
_LONGEST = 1200  # characters of a draft; what follows is not read
_LONGEST_MEMO = 6000
_OPENING_TOKENS = 160
_TITLE = 24  # characters of an article's title in front of an item
_PART = 110  # characters of a part of an opening: one that is so long was broken off by the grammar
_WANTS_MORE = frozenset(("包括", "包含", "涵盖", "如下", "例如", "分别", "为", "是", "的"))
_JOINS = ("c", "p")  # parts of speech: a conjunction or a preposition ends no sentence

_SENTENCE = re.compile(r"[^。\n]+。?")

Blocks = Sequence[tuple[int, str]]


class ModelTooSlowError(TimeoutError):
    """The draft was not finished in time."""


class Draft:
    """What the model says: iterate over its pieces, for show, then take `text`, `finish` and `notice`.

    A model that repeats itself, or never ends, is stopped; what it said stays.
    """

    def __init__(
        self, chain: Runnable[Any, BaseMessage], variables: dict[str, str], seconds: float, longest: int
    ) -> None:
        """Asks nothing yet.

        Args:
            chain: a prompt and the model behind it. No output parser: LangChain reads a parser's whole input before it
                lets itself be closed.
            variables: of the prompt.
            seconds: for the whole draft, however the pieces drip.
            longest: characters; what follows is not read.
        """
        self._chain = chain
        self._variables = variables
        self._seconds = seconds
        self._longest = longest
        self._completion = Completion()

    def __iter__(self) -> Iterator[str]:
        """Pieces for the reader's eyes, thinking left out.

        Raises:
            ModelTooSlowError: the time was up before the end; whatever the client raises.
        """
        ends = monotonic() + self._seconds
        # Closing the stream closes the connection, and that stops the model.
        with closing(_generator(self._chain.stream(self._variables))) as pieces:
            for message in pieces:
                if monotonic() > ends:
                    raise ModelTooSlowError
                if piece := self._completion.add(message):
                    yield piece
                if len(self._completion.written) > self._longest or _loop(self._completion.written):
                    return

    @property
    def text(self) -> str:
        """All of it that can be used, once it is read. Raises EmptyCompletionError where that is nothing."""
        return self._completion.text(without_loop(self._completion.written))

    @property
    def finish(self) -> Finish:
        """How it ended."""
        return self._completion.finish

    @property
    def notice(self) -> str | None:
        """A sentence for the user where the model was cut short."""
        return self._completion.notice


def draft(model: BaseChatModel, question: str, blocks: Blocks, hits: Sequence[Hit], seconds: float) -> Draft:
    """The answer to a question on one fact.

    Args:
        model: any LangChain chat model that streams.
        question: standing alone.
        blocks: (hit index, evidence text), in the order of their numbers in the prompt.
        hits: what the indexes point into.
        seconds: for the whole draft.
    """
    return Draft(prompts.answer() | model, _variables(question, blocks, hits), seconds, _LONGEST)


def opening(model: BaseChatModel, question: str, plan: Plan, seconds: float) -> Draft:
    """The point of a plan in a sentence or two, from a small local model; only the plan's own numbers can be written."""
    lines = [
        f"[{number}]《{_title(plan.hits[item.hit_index])}》{item.text}"
        for number, item in enumerate(plan.items, start=1)
    ]
    bound = model.bind(extra_body={"grammar": grammar(len(lines))}, max_completion_tokens=_OPENING_TOKENS)
    variables = {"evidence": prompts.join(lines), "question": question}
    return Draft(prompts.opening() | bound, variables, seconds, _LONGEST)


def memo(
    model: BaseChatModel,
    question: str,
    task: str,
    length: str,
    blocks: Blocks,
    hits: Sequence[Hit],
    seconds: float,
    tokens: int,
) -> Draft:
    """The whole answer in the form of its task, at most `tokens` long, from a model with room for long evidence."""
    variables = {**_variables(question, blocks, hits), "form": prompts.form(task, length)}
    return Draft(prompts.memo() | model.bind(max_completion_tokens=tokens), variables, seconds, _LONGEST_MEMO)


def plain(model: BaseChatModel, prompt: str, seconds: float) -> str:
    """The model's words on a prompt that is whole already. Raises: as `Draft`."""
    from langchain_core.prompts import ChatPromptTemplate

    asked = Draft(
        ChatPromptTemplate.from_messages([("human", "{prompt}")]) | model,
        {"prompt": prompt},
        seconds,
        _LONGEST,
    )
    for _ in asked:
        pass
    return asked.text


def grammar(count: int) -> str:
    """GBNF: one or two sentences, each with markers of 1 to `count`, and nothing else."""
    numbers = " | ".join(f'"{number}"' for number in range(1, count + 1))
    return (
        "root ::= sentence sentence?\n"
        'sentence ::= part ("，" part)? "。"\n'
        "part ::= text end marker marker?\n"
        f"text ::= [^\\[\\]\\n。]{{3,{_PART - 1}}}\n"
        "end ::= [^\\[\\]\\n。，、：；,:;]\n"
        f'marker ::= "[" ({numbers}) "]"\n'
    )


def unbroken(text: str) -> str:
    """The sentences of an opening that are whole.

    Left out is one with a part that the grammar broke off at its length, or that ends where it wants an object
    (主要举措包括[1]，…).
    """
    ends = _SENTENCE.finditer(text)
    return "".join(match[0] for match in ends if all(map(_whole, _parts(match[0].rstrip("。")))))


def _parts(sentence: str) -> list[str]:
    """What stands between the markers of a sentence."""
    return MARKER.sub("\n", sentence).split("\n")


def _whole(part: str) -> bool:
    """True for a part of an opening that says something to its end; an empty one, behind the last marker, is no part."""
    part = part.strip("， ")
    if not part:
        return True
    last = words(part)[-1]
    return len(part) < _PART - 1 and last.text not in _WANTS_MORE and not last.pos.startswith(_JOINS)


def opinion(model: BaseChatModel, question: str, sentences: Sequence[str]) -> float | None:
    """The model's log odds, at most ±10, that the best sentences answer; None where it does not say.

    A small model judges two sentences better than a page of evidence: area under the curve .74 instead of .63 on questions in other
    words than the text (benchmarks/training/README.md).
    """
    chain = prompts.opinion() | model.bind(logprobs=True, top_logprobs=15, max_tokens=2)
    message = chain.invoke({"sentences": "\n".join(sentences), "question": question})
    steps = (message.response_metadata.get("logprobs") or {}).get("content") or []
    if not steps:
        return None
    odds = {item["token"].strip(): item["logprob"] for item in steps[0].get("top_logprobs") or []}
    yes, no = odds.get(prompts.YES), odds.get(prompts.NO, odds.get(prompts.NO[0]))
    if yes is None and no is None:
        return None
    return max(-10.0, min(10.0, (yes if yes is not None else -15.0) - (no if no is not None else -15.0)))


def _variables(question: str, blocks: Blocks, hits: Sequence[Hit]) -> dict[str, str]:
    lines = [
        prompts.evidence_block(
            n, hits[i].article.title, str(hits[i].article.published_on or "") or None, text
        )
        for n, (i, text) in enumerate(blocks, start=1)
    ]
    return {"evidence": prompts.join(lines), "question": question}


def _title(hit: Hit) -> str:
    title = hit.article.title
    return "无题" if injection.speaks_to_machine(title) else title[:_TITLE]


def _generator(pieces: Iterator[BaseMessage]) -> Generator[BaseMessage, None, None]:
    yield from pieces


def without_loop(said: str) -> str:
    """`said` up to the last whole sentence before the model began to repeat itself; all of it when it did not."""
    size = _loop(said)
    if not size:
        return said
    start = len(said)
    while start >= size and said[start - size : start] == said[-size:]:
        start -= size
    return said[: max(said.rfind(mark, 0, start) for mark in "。！？\n") + 1]


def _loop(said: str) -> int:
    """Characters of the piece that `said` ends in again and again; 0 when it does not."""
    for size in range(1, _PIECE + 1):
        times = max(3, -(-_LOOP // size))
        if len(said) >= size * times and said.endswith(said[-size:] * times):
            return size
    return 0
