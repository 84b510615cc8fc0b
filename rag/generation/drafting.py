"""Talks to the language model: the draft, in bounded time and length, and its own opinion whether there is an answer."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from time import monotonic
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage
from langchain_core.runnables import Runnable

from docs_store.models import Hit
from rag.generation import prompts
from rag.generation.plan import Plan
from rag.lexicon import injection

_LOOP = 24  # characters at the end that are one short piece again and again are a loop
_PIECE = 40  # characters of the longest piece looked for
_LONGEST = 1200  # characters of a draft; what follows is not read
_LONGEST_MEMO = 6000
_OPENING_TOKENS = 160
_TITLE = 24  # characters of an article's title in front of an item

Blocks = Sequence[tuple[int, str]]


class ModelTooSlowError(TimeoutError):
    """The draft was not finished in time."""


def draft(
    model: BaseChatModel, question: str, blocks: Blocks, hits: Sequence[Hit], seconds: float
) -> Iterator[str]:
    """The model's answer in pieces. A model that repeats itself, or never ends, is stopped; what it said stays.

    Args:
        model: any LangChain chat model that streams.
        question: standing alone.
        blocks: (hit index, evidence text), in the order of their numbers in the prompt.
        hits: what the indexes point into.
        seconds: for the whole draft, however the pieces drip.

    Raises:
        ModelTooSlowError: the time was up before the end; whatever the client raises.
    """
    return _told(prompts.ANSWER | model, _variables(question, blocks, hits), seconds, _LONGEST)


def opening(model: BaseChatModel, question: str, plan: Plan, seconds: float) -> Iterator[str]:
    """The point of a plan in a sentence or two, from a small local model; only the plan's own numbers can be written.

    Raises: as `draft`.
    """
    lines = [
        f"[{number}]《{_title(plan.hits[item.hit_index])}》{item.text}"
        for number, item in enumerate(plan.items, start=1)
    ]
    told = model.bind(extra_body={"grammar": grammar(len(lines))}, max_completion_tokens=_OPENING_TOKENS)
    variables = {"evidence": prompts.join(lines), "question": question}
    return _told(prompts.OPENING | told, variables, seconds, _LONGEST)


def memo(
    model: BaseChatModel, question: str, task: str, blocks: Blocks, hits: Sequence[Hit], seconds: float
) -> Iterator[str]:
    """The whole answer in the form of its task, from a model with room for long evidence.

    Raises: as `draft`.
    """
    variables = {**_variables(question, blocks, hits), "form": prompts.form(task)}
    return _told(prompts.MEMO | model, variables, seconds, _LONGEST_MEMO)


def grammar(count: int) -> str:
    """GBNF: one or two sentences, each with markers of 1 to `count`, and nothing else."""
    numbers = " | ".join(f'"{number}"' for number in range(1, count + 1))
    return (
        "root ::= sentence sentence?\n"
        'sentence ::= part ("，" part)? "。"\n'
        "part ::= text marker marker?\n"
        "text ::= [^\\[\\]\\n。]{4,70}\n"
        f'marker ::= "[" ({numbers}) "]"\n'
    )


def _told(
    chain: Runnable[Any, BaseMessage], variables: dict[str, str], seconds: float, longest: int
) -> Iterator[str]:
    # No output parser behind the model: LangChain reads a parser's whole input before it lets itself be closed.
    ends = monotonic() + seconds
    said = ""
    # Closing the stream closes the connection, and that stops the model.
    with closing(_generator(chain.stream(variables))) as pieces:
        for message in pieces:
            if monotonic() > ends:
                raise ModelTooSlowError
            said += message.text
            yield message.text
            if len(said) > longest or _loop(said):
                return


def opinion(model: BaseChatModel, question: str, blocks: Blocks, hits: Sequence[Hit]) -> float | None:
    """The model's log odds, at most ±10, that the evidence holds the answer; None where it does not say.

    The question comes after the very words of the draft's prompt, so that a prompt cache has read most of it already.
    """
    chain = prompts.OPINION | model.bind(logprobs=True, top_logprobs=15, max_tokens=2)
    message = chain.invoke(_variables(question, blocks, hits))
    steps = (message.response_metadata.get("logprobs") or {}).get("content") or []
    if not steps:
        return None
    odds = {item["token"].strip(): item["logprob"] for item in steps[0].get("top_logprobs") or []}
    yes, no = odds.get(prompts.YES), odds.get(prompts.NO)
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
